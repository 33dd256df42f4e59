import {
  changeEntries,
  copyDisk,
  type Disk,
  type Inode,
  type Operation,
  resize,
  writeBytes,
} from '../disk.ts';

export const ROOT: Inode = 1;
/** Whose the files are that a process makes. */
export const USER = 1000;

const BEGUN = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
/** Nanoseconds since 1970, never twice the same. */
const now = () => BEGUN + process.hrtime.bigint();

/** What a file has besides its bytes; times are nanoseconds since 1970. */
interface Facts {
  mode: number;
  mtimeNs: bigint;
  birthNs: bigint;
  uid: number;
  gid: number;
}

/** A disk of the simulation: what it holds now, what it held at first, and everything that was done to it in between. */
export class DiskInMemory {
  readonly initial: Disk;
  readonly live: Disk;
  readonly operations: Operation[] = [];
  /** Two spellings of a name are one name, as on APFS. */
  readonly folds: boolean;
  /** So many of the next writes are said to have succeeded, and keep half of their bytes. */
  damagedWrites = 0;
  readonly #facts = new Map<Inode, Facts>();
  #last: Inode;

  constructor(from: Disk = { files: new Map(), folders: new Map([[ROOT, new Map()]]) }, folds = false) {
    this.initial = copyDisk(from);
    this.live = copyDisk(from);
    this.folds = folds;
    this.#last = Math.max(ROOT, ...from.files.keys(), ...from.folders.keys());
  }

  /** The inode at a path; `undefined` where there is none. */
  find(segments: readonly string[]): Inode | undefined {
    let inode: Inode | undefined = ROOT;
    for (const segment of segments) {
      const entries: Map<string, Inode> | undefined =
        inode === undefined ? undefined : this.live.folders.get(inode);
      const name: string | undefined = entries === undefined ? undefined : this.nameIn(entries, segment);
      inode = name === undefined ? undefined : entries?.get(name);
    }
    return inode;
  }

  /** How a folder spells a name. */
  nameIn(entries: ReadonlyMap<string, Inode>, name: string): string | undefined {
    if (entries.has(name) || !this.folds) return entries.has(name) ? name : undefined;
    const key = (one: string) => one.normalize('NFC').toLowerCase();
    return [...entries.keys()].find((other) => key(other) === key(name));
  }

  facts(inode: Inode): Facts {
    const time = now();
    const facts = this.#facts.get(inode) ?? {
      mode: 0o644,
      mtimeNs: time,
      birthNs: time,
      uid: USER,
      gid: USER,
    };
    this.#facts.set(inode, facts);
    return facts;
  }

  links(inode: Inode): number {
    return [...this.live.folders.values()]
      .flatMap((entries) => [...entries.values()])
      .filter((one) => one === inode).length;
  }

  make(folder: Inode, name: string, kind: 'file' | 'folder'): Inode {
    this.#last += 1;
    const inode = this.#last;
    if (kind === 'file') this.live.files.set(inode, Buffer.alloc(0));
    // An empty folder of that number may stay behind unreached; the entry makes it real.
    else for (const disk of [this.initial, this.live]) disk.folders.set(inode, new Map());
    this.put(`make ${name}`, folder, name, inode);
    return inode;
  }

  put(what: string, folder: Inode, name: string, inode: Inode): void {
    this.#change(what, [{ folder, name, gone: null, put: inode }]);
  }

  remove(folder: Inode, name: string, inode: Inode): void {
    this.#change(`unlink ${name}`, [{ folder, name, gone: inode, put: null }]);
  }

  move(from: { folder: Inode; name: string }, to: { folder: Inode; name: string }, inode: Inode): void {
    const taken = this.nameIn(this.live.folders.get(to.folder) ?? new Map(), to.name);
    // The folder goes on spelling a name as it did, but for the name that moves.
    const name = taken === undefined || (from.folder === to.folder && taken === from.name) ? to.name : taken;
    this.#change(`rename ${from.name} ${name}`, [
      { ...from, gone: inode, put: null },
      { folder: to.folder, name, gone: null, put: inode },
    ]);
  }

  write(file: Inode, offset: number, whole: Buffer): void {
    const bytes = this.damagedWrites > 0 ? whole.subarray(0, whole.length / 2) : whole;
    this.damagedWrites = Math.max(0, this.damagedWrites - 1);
    this.operations.push({ type: 'write', file, offset, bytes });
    writeBytes(this.live, file, offset, bytes);
    this.facts(file).mtimeNs = now();
  }

  truncate(file: Inode, size: number): void {
    this.operations.push({ type: 'resize', file, size });
    resize(this.live, file, size);
    this.facts(file).mtimeNs = now();
  }

  sync(inode: Inode): void {
    this.operations.push({ type: 'sync', inode });
  }

  #change(
    what: string,
    changes: { folder: Inode; name: string; gone: Inode | null; put: Inode | null }[],
  ): void {
    this.operations.push({ type: 'entries', what, changes });
    changeEntries(this.live, changes);
  }
}
