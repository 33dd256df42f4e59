import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RambleError } from '../../contract/errors.ts';
import { folderOf } from '../../core/paths/note-path.ts';
import { isInside, onDisk, outsideVault, realPlace } from './contain.ts';
import { faultCode } from './file-fault.ts';
import { makeFolders } from './make-folders.ts';
import { syncFolder } from './write-atomic.ts';

/** A name in a folder of the vault; the folder is on disk, without links. */
export interface Entry {
  folder: string;
  name: string;
}

/**
 * The file `path` as a name in a folder, links of the folder followed. Throws `not-found`, `outside-vault` (also for a link that leads
 * out), and the system's own errors.
 */
export async function entryAt(root: string, path: string): Promise<Entry> {
  try {
    // A link that leads nowhere leads nowhere out.
    if ((await lstat(onDisk(root, path))).isSymbolicLink())
      await realPlace(root, path).catch(rethrowUnlessBroken);
    const folder = folderOf(path);
    return { folder: folder === '' ? root : await realPlace(root, folder), name: nameOf(path) };
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(faultCode(error))) throw error;
    throw new RambleError('not-found', `There is no file “${path}” in the vault.`, { path });
  }
}

/** Where a file `path` can be made: missing folders are made, and last. Throws `outside-vault` and the system's own errors. */
export async function newEntryAt(root: string, path: string): Promise<Entry> {
  const folder = onDisk(root, folderOf(path));
  const made = await makeFolders(root, folder, path);
  const real = await realpath(folder);
  if (!isInside(root, real)) throw outsideVault(path);
  if (made !== undefined)
    for (let at = folder; at.length >= made.length; at = dirname(at)) await syncFolder(dirname(at));
  return { folder: real, name: nameOf(path) };
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function rethrowUnlessBroken(error: unknown): void {
  if (!['ENOENT', 'ELOOP'].includes(faultCode(error))) throw error;
}
