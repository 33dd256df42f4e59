import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Never waits: a FIFO that took a note's place between scan and open would otherwise hang the thread. */
const READ_NOW = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a regular file of at most `limit` bytes, synchronously: for worker threads only. `null` where it is larger or no regular
 * file. Throws the system's own error.
 */
export function readRegularSync(place: string, limit: number): Buffer | null {
  const handle = openSync(place, READ_NOW);
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile() || stat.size > limit) return null;
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}
