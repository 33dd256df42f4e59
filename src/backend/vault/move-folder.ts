import { lstat, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RambleError } from '../../contract/errors.ts';
import { nameKey } from '../../core/paths/note-path.ts';
import type { Entry } from './entry.ts';
import { exists, syncFolder } from './write-atomic.ts';

/**
 * Gives a folder another name or place, with everything in it, in one step of the disk, so that a crash leaves it at one of the two.
 * `path` is the new place as the user knows it. A name that differs in letter case or Unicode form only is changed in place. Throws
 * `exists` where the new name is taken in any spelling, `not-found` for what is no folder, and the system's own errors: it has its old
 * name then.
 */
export async function moveFolder(
  from: Entry,
  to: Entry,
  path: string,
  sync: (folder: string) => Promise<void> = syncFolder,
): Promise<void> {
  const [old, place] = [join(from.folder, from.name), join(to.folder, to.name)];
  const source = await lstat(old);
  if (!source.isDirectory())
    throw new RambleError('not-found', `“${from.name}” is not a folder of the vault.`, { path: from.name });
  for (const name of await readdir(to.folder)) {
    if (nameKey(name) !== nameKey(to.name)) continue;
    const other = await lstat(join(to.folder, name));
    if (other.ino !== source.ino || other.dev !== source.dev) throw exists(path, name);
  }
  await rename(old, place);
  try {
    await sync(to.folder);
    if (from.folder !== to.folder) await sync(from.folder);
  } catch (error) {
    // Whoever hears that it failed looks for its notes where they were.
    await rename(place, old);
    throw error;
  }
}
