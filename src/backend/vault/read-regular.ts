import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** Never waits: a FIFO that took a note's place between scan and open would otherwise hang the thread. */
const READ_NOW = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a regular file of at most `limit` bytes, synchronously: for worker threads only. `null` where it is larger or no regular
 * file. Throws the system's own error.
 */
export function readRegularSync(place: string, limit: number): Buffer | null {
  return readWithStatSync(place, limit).bytes;
}

/** As {@link readRegularSync}, with what the file was before it was read: one that changes meanwhile is another by its time. */
export function readWithStatSync(place: string, limit: number): { stat: Stats; bytes: Buffer | null } {
  const handle = openSync(place, READ_NOW);
  try {
    const stat = fstatSync(handle);
    return { stat, bytes: stat.isFile() && stat.size <= limit ? readFileSync(handle) : null };
  } finally {
    closeSync(handle);
  }
}
