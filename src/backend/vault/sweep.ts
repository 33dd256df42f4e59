import { unlinkSync } from 'node:fs';
import { onDisk } from './contain.ts';
import { walkVault } from './scan.ts';

/** A younger one may belong to a save that is under way in another window. */
const MIN_AGE_MS = 60_000;

/**
 * Removes temporary files that a crash left in the vault: ours by their exact name, and older than a minute. Synchronous, for
 * worker threads. Gives how many went; never throws.
 */
export function sweepLeftovers(
  root: string,
  leftovers: Iterable<{ path: string; mtimeMs: number }> = leftoversOf(root),
  nowMs = Date.now(),
): number {
  let swept = 0;
  for (const { path, mtimeMs } of leftovers) {
    if (nowMs - mtimeMs < MIN_AGE_MS) continue;
    try {
      unlinkSync(onDisk(root, path));
      swept += 1;
    } catch {
      // It harms nobody; the next start tries again.
    }
  }
  return swept;
}

function* leftoversOf(root: string): Generator<{ path: string; mtimeMs: number }> {
  for (const found of walkVault(root)) if (found.kind === 'leftover') yield found;
}
