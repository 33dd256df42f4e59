import { resolve, sep } from 'node:path';
import {
  changeEntries,
  copyDisk,
  type Disk,
  type EntryChange,
  type Inode,
  type Operation,
  readDisk,
  resize,
  writeBytes,
} from './disk.ts';
import type { Folders } from './folders.ts';
import { bytesOf, type Call, descriptorOf, descriptorPath } from './strace-log.ts';

/** The calls that a recording must hold, for strace’s `trace=`. */
export const RECORDED = [
  ...['open', 'openat', 'creat', 'close', 'lseek', 'write', 'writev', 'pwrite64', 'pwritev', 'pwritev2'],
  ...['truncate', 'ftruncate', 'fallocate', 'fsync', 'fdatasync', 'rename', 'renameat', 'renameat2'],
  ...['link', 'linkat', 'unlink', 'unlinkat', 'rmdir', 'mkdir', 'mkdirat'],
];

interface Opened {
  inode: Inode;
  position: number;
  append: boolean;
  synced: boolean;
}

interface Place {
  folder: Inode;
  name: string;
  inode: Inode | undefined;
}

/** Turns system calls into operations on a disk that starts as these folders are now. */
export class DiskRecorder {
  readonly operations: Operation[] = [];
  /** The folders as they were at first, as they are after every call so far, and where they begin. */
  readonly initial: Disk = { files: new Map(), folders: new Map() };
  readonly live: Disk;
  readonly roots: { vault: Inode; data: Inode };
  readonly #folders: Folders;
  readonly #opened = new Map<number, Opened>();
  #last = 0;

  constructor(folders: Folders) {
    this.#folders = folders;
    const newInode = () => this.#newInode();
    this.roots = {
      vault: readDisk(this.initial, folders.vault, newInode),
      data: readDisk(this.initial, folders.data, newInode),
    };
    this.live = copyDisk(this.initial);
  }

  /** Takes the next call that succeeded. */
  take({ name, args, result }: Call): void {
    const number = result ?? -1;
    switch (name) {
      case 'open':
        return this.#open(number, this.#find(args[0]), args[1] ?? '');
      case 'creat':
        return this.#open(number, this.#find(args[0]), 'O_CREAT|O_TRUNC');
      case 'openat':
        return this.#open(number, this.#find(args[1], args[0]), args[2] ?? '');
      case 'close':
        this.#opened.delete(descriptorOf(args[0]));
        return;
      case 'lseek':
        return this.#seek(descriptorOf(args[0]), number);
      case 'write':
      case 'writev':
        return this.#write(args, number, null);
      case 'pwrite64':
      case 'pwritev':
      case 'pwritev2':
        return this.#write(args, number, Number(args[3]));
      case 'truncate':
        return this.#resize(this.#find(args[0])?.inode, Number(args[1]), false);
      case 'ftruncate':
        return this.#resize(this.#opened.get(descriptorOf(args[0]))?.inode, Number(args[1]), false);
      case 'fallocate':
        return this.#allocate(args);
      case 'fsync':
      case 'fdatasync':
        return this.#sync(this.#opened.get(descriptorOf(args[0]))?.inode);
      case 'rename':
      case 'renameat':
      case 'renameat2':
      case 'link':
      case 'linkat':
        return this.#moveOrLink(name, args);
      case 'unlink':
      case 'rmdir':
        return this.#remove(name, this.#find(args[0]));
      case 'unlinkat':
        return this.#remove(name, this.#find(args[1], args[0]));
      case 'mkdir':
        return this.#makeFolder(this.#find(args[0]));
      case 'mkdirat':
        return this.#makeFolder(this.#find(args[1], args[0]));
    }
  }

  #newInode(): Inode {
    this.#last += 1;
    return this.#last;
  }

  /** Where a path leads, or `null` outside both folders. */
  #find(path: string | undefined, base?: string): Place | null {
    const whole = resolve(descriptorPath(base) ?? '/', bytesOf(path).toString());
    for (const root of ['vault', 'data'] as const) {
      if (whole === this.#folders[root]) return { folder: 0, name: '', inode: this.roots[root] };
      if (!whole.startsWith(this.#folders[root] + sep)) continue;
      const segments = whole.slice(this.#folders[root].length + 1).split(sep);
      const name = segments.pop() ?? '';
      let folder = this.roots[root];
      for (const segment of segments) folder = this.live.folders.get(folder)?.get(segment) ?? 0;
      return { folder, name, inode: this.live.folders.get(folder)?.get(name) };
    }
    return null;
  }

  #open(descriptor: number, place: Place | null, flags: string): void {
    this.#opened.delete(descriptor);
    if (place === null) return;
    let { inode } = place;
    if (inode === undefined) {
      inode = this.#newInode();
      this.live.files.set(inode, Buffer.alloc(0));
      this.#change(`create ${place.name}`, [{ ...place, gone: null, put: inode }]);
    } else if (flags.includes('O_TRUNC')) this.#resize(inode, 0, false);
    this.#opened.set(descriptor, {
      inode,
      position: 0,
      append: flags.includes('O_APPEND'),
      synced: /O_D?SYNC/.test(flags),
    });
  }

  #seek(descriptor: number, position: number): void {
    const opened = this.#opened.get(descriptor);
    if (opened !== undefined) opened.position = position;
  }

  #write(args: string[], count: number, offset: number | null): void {
    const descriptor = descriptorOf(args[0]);
    const bytes = bytesOf(args[1]).subarray(0, count);
    if (descriptor === 1) this.operations.push({ type: 'said', text: bytes.toString() });
    const opened = this.#opened.get(descriptor);
    if (opened === undefined) return;
    const end = this.live.files.get(opened.inode)?.length ?? 0;
    const from = opened.append ? end : (offset ?? opened.position);
    if (offset === null) opened.position = from + bytes.length;
    this.operations.push({ type: 'write', file: opened.inode, offset: from, bytes });
    writeBytes(this.live, opened.inode, from, bytes);
    if (opened.synced) this.#sync(opened.inode);
  }

  #allocate([descriptor, mode, offset, length]: string[]): void {
    if (mode !== '0') return;
    this.#resize(this.#opened.get(descriptorOf(descriptor))?.inode, Number(offset) + Number(length), true);
  }

  #resize(file: Inode | undefined, size: number, growOnly: boolean): void {
    const now = file === undefined ? undefined : this.live.files.get(file)?.length;
    if (file === undefined || now === size || (growOnly && (now ?? 0) > size)) return;
    this.operations.push({ type: 'resize', file, size });
    resize(this.live, file, size);
  }

  #sync(inode: Inode | undefined): void {
    if (inode !== undefined) this.operations.push({ type: 'sync', inode });
  }

  #moveOrLink(call: string, args: string[]): void {
    const at = call.includes('at');
    const from = at ? this.#find(args[1], args[0]) : this.#find(args[0]);
    const to = at ? this.#find(args[3], args[2]) : this.#find(args[1]);
    const flags = call === 'renameat2' ? (args[4] ?? '') : '';
    if (from === null && to === null) return;
    if (from?.inode === undefined || to === null || flags.includes('EXCHANGE'))
      throw new Error(`A recording cannot hold this ${call}: ${args.join(', ')}`);
    if (from.inode === to.inode) return;
    const put = { ...to, gone: null, put: from.inode };
    const gone = { ...from, gone: from.inode, put: null };
    this.#change(`${call} ${from.name} ${to.name}`, call.startsWith('link') ? [put] : [gone, put]);
  }

  #remove(call: string, place: Place | null): void {
    if (place?.inode === undefined) return;
    this.#change(`${call} ${place.name}`, [{ ...place, gone: place.inode, put: null }]);
  }

  #makeFolder(place: Place | null): void {
    if (place === null) return;
    const inode = this.#newInode();
    // An empty folder of that number may stay behind unreached; the entry makes it real.
    this.initial.folders.set(inode, new Map());
    this.live.folders.set(inode, new Map());
    this.#change(`mkdir ${place.name}`, [{ ...place, gone: null, put: inode }]);
  }

  #change(what: string, changes: (EntryChange & { inode?: unknown })[]): void {
    const plain = changes.map(({ folder, name, gone, put }) => ({ folder, name, gone, put }));
    this.operations.push({ type: 'entries', what, changes: plain });
    changeEntries(this.live, plain);
  }
}
