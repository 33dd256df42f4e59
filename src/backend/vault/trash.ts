import { basename } from 'node:path';
import { RambleError } from '../../contract/errors.ts';
import { joinPath } from '../../core/paths/note-path.ts';
import { entryAt, newEntryAt } from './entry.ts';
import { type MoveCalls, moveFile } from './move-file.ts';
import { numberedName } from './numbered-name.ts';

/** Where Obsidian puts what was deleted, too. Hidden, so that no scan sees it. */
export const TRASH = '.trash';
const MAX_NAMES = 10_000;

/**
 * Moves a file of the vault to its own path within `.trash/`, under the first name that is not taken there. Gives its path in the
 * vault. Throws `not-found`, `outside-vault`, `io` and the system's own errors; the file is where it was then.
 */
export async function moveToTrash(root: string, path: string, calls?: MoveCalls): Promise<string> {
  const from = await entryAt(root, path);
  const first = joinPath(TRASH, path);
  const { folder } = await newEntryAt(root, first);
  const wanted = basename(first);
  for (let number = 1; number <= MAX_NAMES; number += 1) {
    const name = number === 1 ? wanted : numberedName(wanted, number);
    try {
      await moveFile(from, { folder, name }, path, calls);
      return first.slice(0, -wanted.length) + name;
    } catch (error) {
      if (!(error instanceof RambleError && error.code === 'exists')) throw error;
    }
  }
  const message = `“${path}” could not be put into the trash: too many files there have its name.`;
  throw new RambleError('io', message, { path });
}
