import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { RambleError } from '../../contract/errors.ts';

/** Whether `real`, a path without links, is `root` or lies within it. */
export function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The refusal of a path that leads out of the vault. */
export function outsideVault(path: string): RambleError {
  return new RambleError('outside-vault', `“${path}” leads out of the vault, so it is left alone.`, { path });
}

/** The vault's `path` on disk, links not followed. */
export function onDisk(root: string, path: string): string {
  return join(root, ...path.split('/'));
}

/**
 * The real place of an existing file of the vault, links followed.
 * Throws `outside-vault` where that is elsewhere, and the system's own error (`ENOENT`, `ELOOP`) where there is none.
 */
export async function realPlace(root: string, path: string): Promise<string> {
  const real = await realpath(onDisk(root, path));
  if (!isInside(root, real)) throw outsideVault(path);
  return real;
}
