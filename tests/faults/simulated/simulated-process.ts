import { resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DiskInMemory } from './disk-in-memory.ts';

/**
 * What is done to a call: the process dies before it (`SIGKILL`), it fails with that code and is not carried out, or something else
 * happens to the disk just before it.
 */
export interface PlannedFault {
  /** Counted from 1. */
  call: number;
  fault: string | ((disk: DiskInMemory) => void);
}

export interface CallMade {
  name: string;
  path: string;
}

const HOME = resolve('/simulated-disks');
const processes = new Map<string, SimulatedProcess>();

/** Thrown into synchronous code of a process that is dead: nothing that it still does reaches the disk. */
class Dead extends Error {}

/** A process as the disk sees it. It finds the disk under a path of its own, by which its calls are known. */
export class SimulatedProcess {
  readonly disk: DiskInMemory;
  /** Where it finds the disk. */
  readonly folder: string;
  readonly calls: CallMade[] = [];
  readonly died: Promise<'died'>;
  readonly #planned: PlannedFault | null;
  #die: () => void = () => undefined;
  isDead = false;
  isHit = false;

  constructor(disk: DiskInMemory, planned: PlannedFault | null = null) {
    this.disk = disk;
    this.#planned = planned;
    this.folder = `${HOME}${sep}${processes.size + 1}`;
    processes.set(String(processes.size + 1), this);
    this.died = new Promise((done) => {
      this.#die = () => done('died');
    });
  }

  /** A call that is about to be carried out. Throws where it is not to be. */
  step(name: string, place: string): void {
    if (this.isDead) throw new Dead();
    const path = this.segmentsOf(place).join('/');
    this.calls.push({ name, path });
    if (this.calls.length !== this.#planned?.call) return;
    this.isHit = true;
    if (typeof this.#planned.fault === 'function') return this.#planned.fault(this.disk);
    if (this.#planned.fault !== 'SIGKILL') throw fault(this.#planned.fault, name, path);
    this.kill();
    throw new Dead();
  }

  kill(): void {
    this.isDead = true;
    this.#die();
  }

  /** The outcome of an asynchronous call: none for the dead. */
  async answer<Value>(work: () => Value): Promise<Value> {
    try {
      return work();
    } catch (error) {
      if (error instanceof Dead) return new Promise<never>(() => undefined);
      throw error;
    } finally {
      // Other work goes on meanwhile, as beside a real disk.
      await setImmediate();
    }
  }

  segmentsOf(place: string): string[] {
    return place
      .slice(this.folder.length)
      .split(sep)
      .filter((segment) => segment !== '');
  }

  /** The inode at a place. Throws ENOENT. */
  inodeAt(name: string, place: string): number {
    const inode = this.disk.find(this.segmentsOf(place));
    if (inode === undefined) throw fault('ENOENT', name, place);
    return inode;
  }

  /** A place as a name in a folder. Throws ENOENT where there is no such folder. */
  entryAt(
    call: string,
    place: string,
  ): { folder: number; name: string; inode: number | undefined; spelled: string } {
    const segments = this.segmentsOf(place);
    const name = segments.pop() ?? '';
    const folder = this.disk.find(segments);
    const entries = folder === undefined ? undefined : this.disk.live.folders.get(folder);
    if (folder === undefined || entries === undefined) throw fault('ENOENT', call, place);
    const spelled = this.disk.nameIn(entries, name) ?? name;
    return { folder, name, spelled, inode: entries.get(spelled) };
  }

  isFolder(inode: number): boolean {
    return this.disk.live.folders.has(inode);
  }
}

/** The process that knows a file by this path; `undefined` for a path of the real disk. */
export function processOf(place: unknown): SimulatedProcess | undefined {
  if (typeof place !== 'string' || !place.startsWith(HOME + sep)) return undefined;
  return processes.get(place.slice(HOME.length + 1).split(sep)[0] ?? '');
}

/** A failure as Node's own. */
export function fault(code: string, call: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${call} '${path}'`), { code });
}
