import { isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isNoteName, joinPath, parseVaultPath, type VaultPath } from '../../core/paths/note-path.ts';
import { isInside, onDisk } from './contain.ts';
import { faultCode, faultReason } from './file-fault.ts';

/** A file of the vault as a scan sees it; times are milliseconds since 1970, with fractions. */
export interface ScannedFile {
  kind: 'note' | 'attachment';
  path: VaultPath;
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  /** It is a link to another file of the vault. */
  linked: boolean;
}

/** Something that is in the vault's folder and cannot be used, with the reason in words. */
export interface ScanProblem {
  kind: 'problem';
  path: string;
  code: string;
  message: string;
}

export type Scanned =
  | ScannedFile
  /** A note that was not looked at. */
  | { kind: 'unexamined'; path: VaultPath }
  | ScanProblem
  /** A folder that could not be read: what was known in it is still there as far as anybody knows. */
  | { kind: 'closed'; path: string }
  /** A temporary file of ours; see {@link LEFTOVER}. */
  | { kind: 'leftover'; path: string; mtimeMs: number };

/** The names of our own temporary files, and of nothing else. */
export const LEFTOVER = /^\.ramble-[0-9a-f]{8}\.tmp$/;

/**
 * Walks the vault from the folder `under` (`''` is its root), depth first, folders in the order of their names. Synchronous: for
 * worker threads only. Never throws for what it meets; everything that cannot be used is a problem with its reason. With `examine` false
 * notes are only named: who reads each of them anyway need not wait for that.
 */
export function* walkVault(root: string, under = '', examine = true): Generator<Scanned> {
  let entries: { name: Buffer; isFile: boolean }[];
  try {
    entries = entriesOf(onDisk(root, under), !examine);
    entries.sort((a, b) => Buffer.compare(a.name, b.name));
  } catch (error) {
    // A folder that vanished while we walked is no problem; the vault's root is one.
    if (faultCode(error) === 'ENOENT' && under !== '') return;
    yield { kind: 'closed', path: under };
    yield problem(under, 'unreadable', `The folder could not be read: ${faultReason(error)}.`);
    return;
  }
  for (const entry of entries) {
    const name = entry.name.toString('utf8');
    const path = joinPath(under, name);
    if (entry.name[0] === 0x2e) {
      if (LEFTOVER.test(name)) yield* leftover(root, path);
    } else if (!isUtf8(entry.name))
      yield problem(path, 'name-not-utf8', 'Its name is not UTF-8; rename it to use it.');
    else {
      const found = entry.isFile && isNoteName(name) ? named(path) : examinePath(root, path);
      if (found === 'folder') yield* walkVault(root, path, examine);
      else if (found !== null) yield found;
    }
  }
}

/** What is in a folder, and of what is known to be a file, where that is asked for, that it is one. */
function entriesOf(place: string, withTypes: boolean): { name: Buffer; isFile: boolean }[] {
  if (!withTypes) return readdirSync(place, { encoding: 'buffer' }).map((name) => ({ name, isFile: false }));
  const entries = readdirSync(place, { encoding: 'buffer', withFileTypes: true });
  return entries.map((entry) => ({ name: entry.name, isFile: entry.isFile() }));
}

/** What is at `path` of the vault: a file, a problem, `'folder'`, or `null` for nothing (or something hidden). */
export function examinePath(root: string, path: string): ScannedFile | ScanProblem | 'folder' | null {
  if (path === '') return 'folder';
  if (path.split('/').some((segment) => segment.startsWith('.'))) return null;
  const checked = parseVaultPath(path);
  if (!checked.ok) return unusable(path, checked.reason);
  const place = onDisk(root, path);
  try {
    const stat = lstatSync(place);
    if (stat.isDirectory()) return 'folder';
    if (stat.isSymbolicLink()) return examineLink(root, checked.path, place);
    return stat.isFile() ? file(checked.path, stat, false) : notAFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(faultCode(error))) return null;
    return problem(path, 'unreadable', `It could not be looked at: ${faultReason(error)}.`);
  }
}

function named(path: string): Scanned {
  const checked = parseVaultPath(path);
  return checked.ok ? { kind: 'unexamined', path: checked.path } : unusable(path, checked.reason);
}

function examineLink(root: string, path: VaultPath, place: string): ScannedFile | ScanProblem {
  try {
    const real = realpathSync(place);
    if (!isInside(root, real))
      return problem(path, 'link-outside', 'It is a link that leads out of the vault.');
    const stat = statSync(real);
    if (stat.isFile()) return file(path, stat, true);
    // The folder is walked where it really is; through the link each of its notes would be there twice, or without end.
    if (stat.isDirectory())
      return problem(path, 'link-to-folder', 'It is a link to a folder that is in the vault already.');
    return notAFile(path);
  } catch (error) {
    const code = faultCode(error);
    if (code === 'ENOENT') return problem(path, 'link-broken', 'It is a link to a file that is not there.');
    if (code === 'ELOOP') return problem(path, 'link-loop', 'It is a link that leads round in a circle.');
    return problem(path, 'unreadable', `The link could not be followed: ${faultReason(error)}.`);
  }
}

function* leftover(root: string, path: string): Generator<Scanned> {
  try {
    const stat = lstatSync(onDisk(root, path));
    if (stat.isFile()) yield { kind: 'leftover', path, mtimeMs: stat.mtimeMs };
  } catch {
    // Somebody else swept it.
  }
}

function file(path: VaultPath, stat: Stats, linked: boolean): ScannedFile {
  const kind = isNoteName(path) ? 'note' : 'attachment';
  return { kind, path, size: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs, linked };
}

const unusable = (path: string, reason: string) =>
  problem(path, 'name-unusable', `It cannot be used, because ${reason}.`);

const problem = (path: string, code: string, message: string): ScanProblem => ({
  kind: 'problem',
  path,
  code,
  message,
});

const notAFile = (path: string) =>
  problem(path, 'not-a-file', 'It is not a regular file (a pipe, a socket or a device).');
