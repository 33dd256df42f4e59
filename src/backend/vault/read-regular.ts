import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';

/** Never waits: a FIFO that took a note's place between scan and open would otherwise hang the thread. */
const READ_NOW = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a regular file of at most `limit` bytes, synchronously: for worker threads only. `null` where it is larger or no regular
 * file. Throws the system's own error.
 */
export function readRegularSync(place: string, limit: number): Buffer | null {
  return readWithStatSync(place, limit).bytes;
}

/**
 * As {@link readRegularSync}, with what the file was before it was read: one that changes meanwhile is another by its time. What fits into
 * `room` is read into it, and is there until something else is.
 */
export function readWithStatSync(
  place: string,
  limit: number,
  room?: Buffer,
): { stat: Stats; bytes: Buffer | null } {
  const handle = openSync(place, READ_NOW);
  try {
    const stat = fstatSync(handle);
    const isToRead = stat.isFile() && stat.size <= limit;
    const fits = room !== undefined && stat.size > 0 && stat.size <= room.length;
    return {
      stat,
      bytes: !isToRead ? null : fits ? readInto(room, handle, stat.size) : readFileSync(handle),
    };
  } finally {
    closeSync(handle);
  }
}

function readInto(room: Buffer, handle: number, size: number): Buffer {
  let end = 0;
  for (let read = -1; read !== 0 && end < size; end += read)
    read = readSync(handle, room, end, size - end, null);
  return room.subarray(0, end);
}
