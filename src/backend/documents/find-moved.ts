import { setImmediate } from 'node:timers/promises';
import { type NotePath, parseNotePath } from '../../core/paths/note-path.ts';
import { walkVault } from '../vault/scan.ts';
import type { Vault } from '../vault/vault.ts';
import type { NoteDocument } from './document.ts';

const STEPS_AT_ONCE = 500;

/**
 * Where the file of a note lies now that it is no longer where it was: the very same file under another name, or one with the same
 * bytes at one of the `hints` (paths at which something has just changed). `null` where it is nowhere in the vault.
 */
export async function findMoved(
  vault: Vault,
  document: NoteDocument,
  hints: Iterable<string>,
  taken: (path: NotePath) => boolean,
): Promise<NotePath | null> {
  const checked = new Set<string>([document.path]);
  const isIt = async (found: string, byContent: boolean): Promise<NotePath | null> => {
    if (checked.has(found)) return null;
    checked.add(found);
    const check = parseNotePath(found);
    if (!check.ok || taken(check.path)) return null;
    return (await isSameFile(vault, document, check.path, byContent)) ? check.path : null;
  };
  for (const hint of hints) {
    const path = await isIt(hint, true);
    if (path !== null) return path;
  }
  if (document.disk.file === null) return null;
  for await (const found of notesOf(vault)) {
    const path = await isIt(found.path, false);
    if (path !== null) return path;
  }
  return null;
}

/** What a note's file held when it was last written. */
export interface WrittenBytes {
  /** In bytes. */
  size: number;
  revision: string;
}

/** The first note of the vault whose file holds just these bytes, or those; `null` where there is none. Empty files are like any other. */
export async function findWritten(
  vault: Vault,
  written: readonly WrittenBytes[],
  taken: (path: NotePath) => boolean,
): Promise<NotePath | null> {
  for await (const { path, size } of notesOf(vault)) {
    const alike = written.filter((one) => one.size === size && size > 0);
    const check = parseNotePath(path);
    if (alike.length === 0 || !check.ok || taken(check.path)) continue;
    const content = await vault.read(check.path).catch(() => null);
    if (alike.some(({ revision }) => revision === content?.revision)) return check.path;
  }
  return null;
}

/** Every note's file; the main thread answers keys meanwhile. */
async function* notesOf(vault: Vault) {
  let steps = 0;
  for (const found of walkVault(vault.root)) {
    steps += 1;
    if (steps % STEPS_AT_ONCE === 0) await setImmediate();
    if (found.kind === 'note') yield found;
  }
}

async function isSameFile(
  vault: Vault,
  document: NoteDocument,
  path: NotePath,
  byContent: boolean,
): Promise<boolean> {
  const known = document.disk.file;
  const found = await vault.identify(path).catch(() => null);
  if (found === null) return false;
  const isSame =
    found.ino === known?.ino && found.dev === known.dev && found.birthtimeMs === known.birthtimeMs;
  // An inode number is given again to the next file: the time of birth tells them apart, where the disk keeps one.
  if (isSame && found.birthtimeMs > 0) return true;
  if (!isSame && !byContent) return false;
  const content = await vault.read(path).catch(() => null);
  return content !== null && content.revision === document.disk.revision && content.bytes.length > 0;
}
