import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file or folder by itself: names only point to it, as on a disk. */
export type Inode = number;

/** What lies on a disk: bytes by file, entries by folder. */
export interface Disk {
  files: Map<Inode, Buffer>;
  folders: Map<Inode, Map<string, Inode>>;
}

/** One name of a folder changes; `put` is `null` where it goes, and then only if it still means `gone`. */
export interface EntryChange {
  folder: Inode;
  name: string;
  gone: Inode | null;
  put: Inode | null;
}

/** What a program did, in the order in which it was done. */
export type Operation =
  /** All of it or none: a rename changes two names. */
  | { type: 'entries'; what: string; changes: EntryChange[] }
  | { type: 'write'; file: Inode; offset: number; bytes: Buffer }
  | { type: 'resize'; file: Inode; size: number }
  | { type: 'sync'; inode: Inode }
  | { type: 'said'; text: string };

/** SQLite maps it into memory, rebuilds it after a crash, and syncs it never. */
const isRebuilt = (name: string) => name.endsWith('-shm');

/** Reads a folder with all that is in it. `newInode` numbers what it finds. */
export function readDisk(disk: Disk, folder: string, newInode: () => Inode): Inode {
  const inode = newInode();
  const entries = new Map<string, Inode>();
  disk.folders.set(inode, entries);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) entries.set(entry.name, readDisk(disk, place, newInode));
    else {
      const file = newInode();
      entries.set(entry.name, file);
      disk.files.set(file, readFileSync(place));
    }
  }
  return inode;
}

/** Makes a folder of a disk real. */
export function writeDisk(disk: Disk, folder: Inode, place: string): void {
  mkdirSync(place, { recursive: true });
  for (const [name, inode] of disk.folders.get(folder) ?? []) {
    if (disk.folders.has(inode)) writeDisk(disk, inode, join(place, name));
    else if (!isRebuilt(name)) writeFileSync(join(place, name), disk.files.get(inode) ?? Buffer.alloc(0));
  }
}

/** A copy that can be changed by itself; `put` replaces bytes and never writes into them. */
export function copyDisk({ files, folders }: Disk): Disk {
  return {
    files: new Map(files),
    folders: new Map([...folders].map(([inode, entries]) => [inode, new Map(entries)])),
  };
}

/** Carries changes of names out. */
export function changeEntries(disk: Disk, changes: readonly EntryChange[]): void {
  for (const { folder, name, gone, put } of changes) {
    const entries = disk.folders.get(folder);
    if (put !== null) entries?.set(name, put);
    else if (entries?.get(name) === gone) entries.delete(name);
  }
}

/** Writes bytes into a file; a gap before them is zero. */
export function writeBytes(disk: Disk, file: Inode, offset: number, bytes: Buffer): void {
  const old = disk.files.get(file) ?? Buffer.alloc(0);
  const whole = Buffer.alloc(Math.max(old.length, offset + bytes.length));
  old.copy(whole);
  bytes.copy(whole, offset);
  disk.files.set(file, whole);
}

/** Cuts a file, or makes it longer by zeros. */
export function resize(disk: Disk, file: Inode, size: number): void {
  const old = disk.files.get(file) ?? Buffer.alloc(0);
  const whole = Buffer.alloc(size);
  old.copy(whole);
  disk.files.set(file, whole);
}

/** The first difference between two disks’ folders, in words; `null` where they are alike. */
export function findDifference(
  one: Disk,
  inOne: Inode,
  other: Disk,
  inOther: Inode,
  path = '',
): string | null {
  const entries = one.folders.get(inOne);
  const others = other.folders.get(inOther);
  if (entries === undefined && others === undefined) {
    const alike = one.files.get(inOne)?.equals(other.files.get(inOther) ?? Buffer.alloc(0)) ?? false;
    return alike || isRebuilt(path) ? null : path;
  }
  if (entries === undefined || others === undefined) return path;
  for (const name of new Set([...entries.keys(), ...others.keys()])) {
    const [inode, counterpart] = [entries.get(name), others.get(name)];
    if (inode === undefined || counterpart === undefined) {
      if (isRebuilt(name)) continue;
      return `${path}/${name}`;
    }
    const found = findDifference(one, inode, other, counterpart, `${path}/${name}`);
    if (found !== null) return found;
  }
  return null;
}
