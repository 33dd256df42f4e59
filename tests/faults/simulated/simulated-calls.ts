import { sep } from 'node:path';
import type { SimulatedProcess } from './simulated-process.ts';
import { fault } from './simulated-process.ts';

/** The calls of one process on its disk, each carried out at once: what Node’s synchronous and asynchronous functions share. */
export function callsOf(process: SimulatedProcess) {
  const { disk } = process;
  const bytesOf = (inode: number) => disk.live.files.get(inode) ?? Buffer.alloc(0);

  function statOf(inode: number) {
    const { mode, uid, gid, mtimeNs, birthNs } = disk.facts(inode);
    const isFolder = process.isFolder(inode);
    return (isExact: boolean) => {
      const number = (value: number) => (isExact ? BigInt(value) : value);
      return {
        dev: number(1),
        ino: number(inode),
        nlink: number(disk.links(inode)),
        size: number(bytesOf(inode).length),
        mode: number(mode),
        uid: number(uid),
        gid: number(gid),
        mtimeNs,
        mtimeMs: Number(mtimeNs) / 1e6,
        ctimeMs: Number(mtimeNs) / 1e6,
        birthtimeMs: Number(birthNs) / 1e6,
        isFile: () => !isFolder,
        isDirectory: () => isFolder,
        isSymbolicLink: () => false,
      };
    };
  }

  const entriesOf = (entries: ReadonlyMap<string, number>) =>
    [...entries].map(([name, inode]) => ({
      name,
      isFile: () => !process.isFolder(inode),
      isDirectory: () => process.isFolder(inode),
      isSymbolicLink: () => false,
    }));
  const entriesWithin = (entries: ReadonlyMap<string, number>): ReturnType<typeof entriesOf> => [
    ...entriesOf(entries),
    ...[...entries.values()].flatMap((inode) => entriesWithin(disk.live.folders.get(inode) ?? new Map())),
  ];

  return {
    stat(place: string, options?: { bigint?: boolean }) {
      process.step('stat', place);
      return statOf(process.inodeAt('stat', place))(options?.bigint === true);
    },

    realpath(place: string) {
      process.step('realpath', place);
      process.inodeAt('realpath', place);
      return place;
    },

    access(place: string) {
      process.step('access', place);
      process.inodeAt('access', place);
    },

    readdir(
      place: string,
      options?: { withFileTypes?: boolean; recursive?: boolean; encoding?: string | null },
    ) {
      process.step('readdir', place);
      const entries = disk.live.folders.get(process.inodeAt('readdir', place));
      if (entries === undefined) throw fault('ENOTDIR', 'readdir', place);
      const names = [...entries.keys()];
      if (options?.encoding === 'buffer') return names.map((name) => Buffer.from(name));
      if (options?.withFileTypes !== true) return names;
      return options.recursive === true ? entriesWithin(entries) : entriesOf(entries);
    },

    mkdir(place: string, options?: { recursive?: boolean }): string | undefined {
      const entry = process.segmentsOf(place);
      let first: string | undefined;
      for (let depth = options?.recursive === true ? 1 : entry.length; depth <= entry.length; depth += 1) {
        const at = [process.folder, ...entry.slice(0, depth)].join(sep);
        const { folder, name, inode } = process.entryAt('mkdir', at);
        if (inode !== undefined && options?.recursive === true) continue;
        process.step('mkdir', at);
        if (inode !== undefined) throw fault('EEXIST', 'mkdir', at);
        disk.make(folder, name, 'folder');
        first ??= at;
      }
      return first;
    },

    rename(from: string, to: string): void {
      process.step('rename', from);
      const source = process.entryAt('rename', from);
      const target = process.entryAt('rename', to);
      if (source.inode === undefined) throw fault('ENOENT', 'rename', from);
      if (source.inode === target.inode && source.spelled !== target.spelled) return;
      disk.move({ folder: source.folder, name: source.spelled }, target, source.inode);
    },

    link(from: string, to: string): void {
      process.step('link', from);
      const inode = process.inodeAt('link', from);
      const target = process.entryAt('link', to);
      if (target.inode !== undefined) throw fault('EEXIST', 'link', to);
      disk.put(`link ${target.name}`, target.folder, target.name, inode);
    },

    unlink(place: string): void {
      process.step('unlink', place);
      const { folder, spelled, inode } = process.entryAt('unlink', place);
      if (inode === undefined) throw fault('ENOENT', 'unlink', place);
      disk.remove(folder, spelled, inode);
    },

    /** The inode of a file or folder that is opened, made where the flags say so. */
    open(place: string, flags: string | number): number {
      process.step('open', place);
      const makes = typeof flags === 'string' && /^[wa]/.test(flags);
      const { folder, name, inode } =
        process.segmentsOf(place).length === 0
          ? { folder: 0, name: '', inode: process.inodeAt('open', place) }
          : process.entryAt('open', place);
      if (inode === undefined && !makes) throw fault('ENOENT', 'open', place);
      if (inode !== undefined && typeof flags === 'string' && flags.includes('x'))
        throw fault('EEXIST', 'open', place);
      if (inode === undefined) return disk.make(folder, name, 'file');
      if (typeof flags === 'string' && flags.startsWith('w')) disk.truncate(inode, 0);
      return inode;
    },

    /** In two parts: a process may die between them. */
    write(place: string, inode: number, offset: number, bytes: Uint8Array): void {
      const half = Math.ceil(bytes.length / 2);
      for (const [from, to] of [
        [0, half],
        [half, bytes.length],
      ] as const) {
        process.step('write', place);
        disk.write(inode, offset + from, Buffer.from(bytes.subarray(from, to)));
      }
    },

    read(place: string, inode: number): Buffer {
      process.step('read', place);
      if (process.isFolder(inode)) throw fault('EISDIR', 'read', place);
      return Buffer.from(bytesOf(inode));
    },

    fstat(place: string, inode: number, isExact: boolean) {
      process.step('fstat', place);
      return statOf(inode)(isExact);
    },

    sync(place: string, inode: number): void {
      process.step('fsync', place);
      disk.sync(inode);
    },

    truncate(place: string, inode: number, size: number): void {
      process.step('ftruncate', place);
      disk.truncate(inode, size);
    },

    chmod(place: string, inode: number, mode: number): void {
      process.step('chmod', place);
      disk.facts(inode).mode = mode;
    },

    chown(place: string, inode: number, uid: number, gid: number): void {
      process.step('chown', place);
      Object.assign(disk.facts(inode), { uid, gid });
    },

    close(place: string): void {
      process.step('close', place);
    },
  };
}
