import { RambleError } from '../../contract/errors.ts';
import { type NotePath, nameKey, type VaultPath } from '../../core/paths/note-path.ts';
import type { Vault } from '../vault/vault.ts';

/** A file or folder that gets another path, as part of a change of several notes. */
export interface FileMove {
  from: VaultPath;
  to: VaultPath;
  isFolder: boolean;
}

/** The same, the other way round. */
export function reversed({ from, to, isFolder }: FileMove): FileMove {
  return { from: to, to: from, isFolder };
}

/** Where a file is after a move. */
export function movedPath(path: NotePath, { from, to, isFolder }: FileMove): NotePath {
  if (path === from) return to as NotePath;
  return isFolder && path.startsWith(`${from}/`) ? ((to + path.slice(from.length)) as NotePath) : path;
}

/** Moves the file or folder on disk. Throws what {@link Vault.rename} throws. */
export function moveOnDisk(vault: Vault, { from, to, isFolder }: FileMove): Promise<void> {
  return isFolder ? vault.renameFolder(from, to) : vault.rename(from, to);
}

/** Throws `not-found` where there is nothing to move, `exists` where the new path is taken; a disk may know more when it is moved. */
export async function mustBeMovable(vault: Vault, { from, to }: FileMove): Promise<void> {
  if (!(await vault.exists(from)))
    throw new RambleError('not-found', `There is no “${from}” in the vault any more.`, { path: from });
  if (nameKey(from) !== nameKey(to) && (await vault.exists(to))) throw isTaken(to);
}

/** The refusal where something has a path already that a note or file was to get. */
export const isTaken = (path: string): RambleError =>
  new RambleError('exists', `“${path}” is there already. Choose another name.`, { path });
