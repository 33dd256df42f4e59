import { link, lstat, readdir, readlink, realpath, rename, symlink, unlink } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { RambleError } from '../../contract/errors.ts';
import { nameKey } from '../../core/paths/note-path.ts';
import type { Entry } from './entry.ts';
import { faultCode } from './file-fault.ts';
import { numberedName } from './numbered-name.ts';
import { exists, NO_LINKS, syncFolder } from './write-atomic.ts';

/** What tells a file from every other, exactly: as numbers, Windows's are rounded. */
export interface Inode {
  dev: bigint;
  ino: bigint;
  nlink: bigint;
}

/** The calls that moving makes: a test gives those of a folder that behaves otherwise. */
export interface MoveCalls {
  /** What has that name, links not followed. */
  look(place: string): Promise<Inode & { kind: 'file' | 'link' | 'other' }>;
  list(folder: string): Promise<string[]>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(place: string): Promise<void>;
  sync(folder: string): Promise<void>;
}

/** The calls of the disk itself. */
export const DISK_CALLS: MoveCalls = {
  async look(place) {
    const found = await lstat(place, { bigint: true });
    const kind = found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : 'other';
    return { dev: found.dev, ino: found.ino, nlink: found.nlink, kind };
  },
  list: (folder) => readdir(folder),
  link,
  rename,
  unlink,
  sync: syncFolder,
};

/**
 * Gives a regular file, or a link, another name, and never overwrites: the new name is added first, made durable, and only then is
 * the old one taken away, so that a crash leaves both names of the one file (moving again finishes it). Where hard links are not to
 * be had, the file is renamed once nothing was seen at the new name. A name that differs in letter case or Unicode form only is
 * changed in place. `path` is the new place as the user knows it.
 *
 * Throws `exists` where another file has the new name in any spelling (`data.name`), `io` for what is no file or was replaced by
 * another program meanwhile, and the system's own errors. The file is whole then, and has its old name.
 */
export async function moveFile(
  from: Entry,
  to: Entry,
  path: string,
  calls: MoveCalls = DISK_CALLS,
): Promise<void> {
  const source = await calls.look(join(from.folder, from.name));
  if (source.kind === 'other')
    throw new RambleError('io', `“${path}” could not be made: what would move there is not a regular file.`, {
      path,
    });
  const inOneFolder = isSame(await calls.look(from.folder), await calls.look(to.folder));
  const listed = (await calls.list(to.folder)).filter((name) => nameKey(name) === nameKey(to.name));
  const isOwnPossible = inOneFolder && nameKey(from.name) === nameKey(to.name);
  const own = isOwnPossible ? await ownName(from, listed, source, calls) : undefined;
  if (own === to.name) return;
  let isHalfDone = false;
  for (const name of listed) {
    if (name === own) continue;
    const other = await calls.look(join(to.folder, name));
    // Both names are in the list, so taking one away leaves the other.
    isHalfDone = name === to.name && isSame(other, source) && source.nlink > 1n;
    if (!isHalfDone) throw exists(path, name);
  }
  if (isHalfDone) await takeAway(from, source, calls);
  else if (source.kind === 'link') await moveLink(from, to, path, source, calls);
  else await moveRegular(from, to, path, { source, isRespelling: own !== undefined }, calls);
  try {
    await calls.sync(to.folder);
    if (!inOneFolder) await calls.sync(from.folder);
  } catch (error) {
    // Whoever hears that it failed looks for the file where it was.
    await moveFile(to, from, path, { ...calls, sync: async () => undefined }).catch(() => undefined);
    throw error;
  }
}

/** How the folder itself spells the file's name; it may take other spellings too. */
async function ownName(
  from: Entry,
  listed: readonly string[],
  source: Inode,
  calls: MoveCalls,
): Promise<string | undefined> {
  if (listed.includes(from.name)) return from.name;
  for (const name of listed) if (isSame(await calls.look(join(from.folder, name)), source)) return name;
  return undefined;
}

async function moveRegular(
  from: Entry,
  to: Entry,
  path: string,
  { source, isRespelling }: { source: Inode; isRespelling: boolean },
  calls: MoveCalls,
): Promise<void> {
  const place = join(to.folder, to.name);
  try {
    await calls.link(join(from.folder, from.name), place);
  } catch (error) {
    const code = faultCode(error);
    if (code !== 'EEXIST' && !NO_LINKS.has(code)) throw error;
    const there = await lookOrNull(place, calls);
    if (there === null && code !== 'EEXIST') return await calls.rename(join(from.folder, from.name), place);
    // To this folder the two spellings are one name.
    if (there !== null && isRespelling && isSame(there, source)) return await respell(from, to, calls);
    throw exists(path, to.name);
  }
  await takeAwayOrUndo(from, to, source, calls);
}

/** Changes the spelling of a name in a folder to which both spellings are one name. */
async function respell(from: Entry, to: Entry, calls: MoveCalls): Promise<void> {
  const [old, place] = [join(from.folder, from.name), join(to.folder, to.name)];
  await calls.rename(old, place);
  const listed = await calls.list(to.folder);
  if (listed.includes(to.name)) return;
  // Some systems take this for a rename to itself and do nothing. The name on the way is a note's: it must outlive a crash.
  const between = join(to.folder, freeName(to.name, listed));
  await calls.rename(old, between);
  try {
    await calls.rename(between, place);
  } catch (error) {
    await calls.rename(between, old);
    throw error;
  }
}

function freeName(name: string, listed: readonly string[]): string {
  const taken = new Set(listed.map(nameKey));
  for (let number = 2; ; number += 1) {
    const free = numberedName(name, number);
    if (!taken.has(nameKey(free))) return free;
  }
}

/** A link is made anew, so that it leads to the same file from its new folder. */
async function moveLink(
  from: Entry,
  to: Entry,
  path: string,
  source: Inode,
  calls: MoveCalls,
): Promise<void> {
  const old = join(from.folder, from.name);
  try {
    await symlink(await targetFrom(to.folder, from.folder, old), join(to.folder, to.name));
  } catch (error) {
    if (faultCode(error) !== 'EEXIST') throw error;
    const isRespelling = isSame(await calls.look(join(to.folder, to.name)), source);
    if (!isRespelling) throw exists(path, to.name);
    return await respell(from, to, calls);
  }
  await takeAwayOrUndo(from, to, source, calls);
}

async function targetFrom(folder: string, oldFolder: string, place: string): Promise<string> {
  const target = await readlink(place);
  const whole = resolve(oldFolder, target);
  if (folder === oldFolder || target === whole) return target;
  const real = await realpath(place);
  const isPlain = (await realpath(whole).catch(() => null)) === real;
  return relative(folder, isPlain ? whole : real);
}

async function takeAwayOrUndo(from: Entry, to: Entry, source: Inode, calls: MoveCalls): Promise<void> {
  const made = await calls.look(join(to.folder, to.name));
  try {
    // A disk may keep changes of names in any order: the new one first.
    await calls.sync(to.folder);
    await takeAway(from, source, calls);
  } catch (error) {
    const now = await lookOrNull(join(to.folder, to.name), calls);
    const isOurs = now !== null && isSame(now, made);
    const hasOld = (await lookOrNull(join(from.folder, from.name), calls)) !== null;
    if (isOurs && hasOld) await calls.unlink(join(to.folder, to.name));
    throw error;
  }
}

/** Takes the old name away if it still means the same file: another program may have saved a new one under it. */
async function takeAway(from: Entry, source: Inode, calls: MoveCalls): Promise<void> {
  const place = join(from.folder, from.name);
  if (!isSame(await calls.look(place), source))
    throw new RambleError('io', `“${from.name}” was saved by another program just now. Try again.`, {
      name: from.name,
    });
  await calls.unlink(place);
}

async function lookOrNull(place: string, calls: MoveCalls) {
  try {
    return await calls.look(place);
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null;
    throw error;
  }
}

const isSame = (one: Inode, other: Inode) => one.dev === other.dev && one.ino === other.ino;
