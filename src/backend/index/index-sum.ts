import { closeSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** A file that nobody wrote to is read through again after this long: a disk may turn a bit over by itself. */
const CHECK_EVERY_MS = 24 * 60 * 60 * 1000;
const CHUNK = 1024 * 1024;

type Sum = Record<'size' | 'mtimeMs' | 'crc' | 'checkedAt', number>;

/** What is known of an index from the last time that it was closed: nothing, that it is as it was then, or that it is another. */
export type Vouched = 'unknown' | 'same' | 'other';

const sumFile = (file: string) => `${file}.sum`;

/** Takes back what {@link vouchFor} said: the index is about to change, and until it is closed nobody can tell whether it is whole. */
export function forgetSum(file: string): void {
  rmSync(sumFile(file), { force: true });
}

/** Says of a closed index that all its bytes are as they should be. One that said so already is left as it is. */
export function vouchFor(file: string): void {
  if (readSum(file) !== null || (sizeOf(`${file}-wal`) ?? 0) > 0) return;
  writeSum(file, crcOf(file));
}

/** Whether an index is, byte for byte, the one that was closed. Reads it through where its size or time is another, or once a day. */
export function checkSum(file: string, now = Date.now()): Vouched {
  const known = readSum(file);
  if (known === null) return 'unknown';
  const { size, mtimeMs } = statSync(file);
  const isFresh = Math.abs(now - known.checkedAt) < CHECK_EVERY_MS;
  if (size === known.size && mtimeMs === known.mtimeMs && isFresh) return 'same';
  if (size !== known.size || crcOf(file) !== known.crc) return 'other';
  writeSum(file, known.crc);
  return 'same';
}

function writeSum(file: string, crc: number): void {
  const { size, mtimeMs } = statSync(file);
  writeFileSync(sumFile(file), JSON.stringify({ size, mtimeMs, crc, checkedAt: Date.now() }), {
    mode: 0o600,
  });
}

function readSum(file: string): Sum | null {
  try {
    const sum = JSON.parse(readFileSync(sumFile(file), 'utf8')) as Sum;
    // Without a schema: the library for those takes each of the index's threads longer to load than all else.
    const numbers = [sum.size, sum.mtimeMs, sum.crc, sum.checkedAt];
    return numbers.every(Number.isFinite) ? sum : null;
  } catch {
    return null;
  }
}

function crcOf(file: string): number {
  const handle = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    let crc = 0;
    for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk))
      crc = crc32(chunk.subarray(0, read), crc);
    return crc;
  } finally {
    closeSync(handle);
  }
}

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}
