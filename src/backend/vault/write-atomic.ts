import { randomBytes } from 'node:crypto';
import { constants, renameSync, type Stats, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, link, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RambleError } from '../../contract/errors.ts';
import { nameKey } from '../../core/paths/note-path.ts';
import { faultCode } from './file-fault.ts';
import { openLike } from './keep-attributes.ts';
import { revisionOf } from './revision.ts';

/** Programs cut a file to nothing before they write it: so long it has to stay as it is, and so long it is watched, milliseconds. */
const AT_REST_MS = 100;
const LONGEST_MS = 3000;

/** What another program did in the very moment in which a save took the name of a file. */
export interface Displaced {
  /** What it wrote into the old file; `null` where nothing. */
  bytes: Promise<Buffer> | null;
  /** The old file has as many names as before: it was moved away, or its file system does not count names (NFS). */
  mayHaveMoved: boolean;
}

/** The codes that say that hard links are not to be had: FAT, some network and FUSE file systems. */
export const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL']);

/**
 * Replaces the regular file at `place` (links already followed) if its bytes still are `expect`: written and synced beside it,
 * compared, renamed over it, the folder synced. Mode, owner (as far as the system lets us), access lists and extended attributes are
 * kept; another hard link of the file keeps the old text, since the name gets a new file. `path` is how the user knows it. Gives what another program wrote into the old file in
 * the moment between comparing and renaming (`null` where nothing), once it has written it: the name no longer leads there; and whether
 * the old file may have been moved away in that moment. Throws `conflict` (with the
 * revision found as `data.current`, `null` when the file is gone), `read-only`, or the system's error; the old file is whole then.
 */
export async function replaceFile(
  place: string,
  path: string,
  bytes: Uint8Array,
  expect: string,
): Promise<Displaced> {
  const old = await statOrNull(place);
  if (old === null) throw conflict(path, null);
  if (!old.isFile())
    throw new RambleError('io', `“${path}” could not be saved: it is not a regular file.`, { path });
  // The rename needs only the folder's permission and would replace a file that somebody locked.
  if ((old.mode & 0o222) === 0)
    throw new RambleError('read-only', `“${path}” is write-protected. Make the file writable to save it.`, {
      path,
    });
  const temporary = temporaryIn(dirname(place));
  await fill(await openLike(temporary, place), temporary, bytes, async (handle) => {
    const isGroupKept = await keepOwner(handle, old);
    // What a group may do is not for another group.
    await handle.chmod(old.mode & (isGroupKept ? 0o7777 : 0o7707));
  });
  let displaced: Displaced;
  try {
    displaced = await swap(temporary, place, path, revisionOf(bytes), expect);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(place));
  return displaced;
}

/**
 * Gives the file the owner and the group of another, or the group alone: only the administrator may give files away. Gives whether it
 * has the group.
 */
async function keepOwner(handle: FileHandle, { uid, gid }: Stats): Promise<boolean> {
  const own = await handle.stat();
  if (own.uid === uid && own.gid === gid) return true;
  for (const owner of [uid, own.uid]) {
    try {
      await handle.chown(owner, gid);
      return true;
    } catch (error) {
      if (!['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP'].includes(faultCode(error))) throw error;
    }
  }
  return own.gid === gid;
}

/** Compares and renames; gives what was written into the old file between the two. */
async function swap(
  temporary: string,
  place: string,
  path: string,
  revision: string,
  expect: string,
): Promise<Displaced> {
  const old = await openToRead(place);
  if (old === null) throw conflict(path, null);
  let isWatched = false;
  try {
    const { ino, mtimeNs, nlink } = await old.stat({ bigint: true });
    const current = revisionOf(await readWhole(old));
    // Equal bytes are already saved: a save that is tried again after a late fault ends here.
    if (current === revision) {
      await rm(temporary, { force: true });
      return { bytes: null, mayHaveMoved: false };
    }
    if (current !== expect) throw conflict(path, current);
    // Windows renames over no file that is open.
    if (process.platform === 'win32') await old.close();
    // No turn of the event loop between the two: what another program puts in the place meanwhile would be gone.
    const there = statSync(place, { bigint: true, throwIfNoEntry: false });
    if (there?.ino !== ino || there.mtimeNs !== mtimeNs)
      throw conflict(path, there === undefined ? null : current);
    renameSync(temporary, place);
    if (process.platform === 'win32') return { bytes: null, mayHaveMoved: false };
    const mayHaveMoved = (await old.stat({ bigint: true })).nlink === nlink;
    const last = await readWhole(old);
    if (revisionOf(last) === expect) return { bytes: null, mayHaveMoved };
    isWatched = true;
    return { bytes: whenWritten(old, last).finally(() => old.close()), mayHaveMoved };
  } finally {
    if (!isWatched) await old.close().catch(() => undefined);
  }
}

/** What a file without a name holds once whoever writes in it has come to rest; empty where that is all it ever holds. */
async function whenWritten(handle: FileHandle, first: Buffer): Promise<Buffer> {
  const begun = performance.now();
  let bytes = first;
  let since = begun;
  for (;;) {
    const now = performance.now();
    const isAtRest = bytes.length > 0 && now - since > AT_REST_MS;
    if (isAtRest || now - begun > LONGEST_MS) return bytes;
    await setTimeout(20);
    const again = await readWhole(handle).catch(() => bytes);
    if (!again.equals(bytes)) since = performance.now();
    bytes = again;
  }
}

/**
 * Makes the file `name` in `folder` (both on disk), which must not be there yet in any letter case or Unicode form. Throws
 * `exists` (the name found is `data.name`) or the system's error; nothing is there then.
 */
export async function createFile(
  folder: string,
  name: string,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  const taken = (await readdir(folder)).find((other) => nameKey(other) === nameKey(name));
  if (taken !== undefined) throw exists(path, taken);
  const temporary = temporaryIn(folder);
  await fill(await open(temporary, 'wx'), temporary, bytes);
  try {
    await link(temporary, join(folder, name));
  } catch (error) {
    if (faultCode(error) === 'EEXIST') throw exists(path, name);
    if (!NO_LINKS.has(faultCode(error))) throw error;
    await putInPlace(temporary, join(folder, name), path, name);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
}

/** Makes entries of `folder` durable, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems sync no folders; a real fault must be heard.
    if (!['EINVAL', 'ENOTSUP', 'EBADF', 'EPERM'].includes(faultCode(error))) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Where hard links are not to be had: takes the name with an empty file, which refuses where there is one, and puts the whole file in
 * its place. A kill between the two leaves the empty one.
 */
async function putInPlace(whole: string, place: string, path: string, name: string): Promise<void> {
  let ino: number;
  try {
    const handle = await open(place, 'wx');
    ino = (await handle.stat()).ino;
    await handle.close();
  } catch (error) {
    throw faultCode(error) === 'EEXIST' ? exists(path, name) : error;
  }
  const there = statSync(place, { throwIfNoEntry: false });
  // Another program has written in it, or put another there.
  if (there?.ino !== ino || there.size > 0) throw exists(path, name);
  try {
    renameSync(whole, place);
  } catch (error) {
    unlinkSync(place);
    throw error;
  }
}

function temporaryIn(folder: string): string {
  return join(folder, `.ramble-${randomBytes(4).toString('hex')}.tmp`);
}

async function fill(
  handle: FileHandle,
  place: string,
  bytes: Uint8Array,
  prepare: (handle: FileHandle) => Promise<void> = async () => undefined,
): Promise<void> {
  try {
    await prepare(handle);
    await handle.writeFile(bytes);
    await handle.sync();
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(place, { force: true });
    throw error;
  }
}

async function statOrNull(place: string) {
  try {
    return await stat(place);
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function openToRead(place: string): Promise<FileHandle | null> {
  try {
    return await open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The whole file from its beginning, wherever the handle stands. */
async function readWhole(handle: FileHandle): Promise<Buffer> {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const { size } = await handle.stat();
    const part = Buffer.allocUnsafe(Math.max(1, size - at));
    const { bytesRead } = await handle.read(part, 0, part.length, at);
    if (bytesRead === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, bytesRead));
    at += bytesRead;
  }
}

function conflict(path: string, current: string | null): RambleError {
  const what = current === null ? 'was deleted or moved' : 'was changed by another program';
  return new RambleError('conflict', `“${path}” ${what} since it was read, so it was not written over.`, {
    path,
    current,
  });
}

/** The refusal to make `path` where the folder has `name` already, perhaps in another spelling. */
export function exists(path: string, name: string): RambleError {
  const other = path.endsWith(name) ? '' : ` (as “${name}”)`;
  return new RambleError('exists', `“${path}” is there already${other}.`, { path, name });
}
