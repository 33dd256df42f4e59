import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** Loaded before a driver: random names are the same in every run, so that a call is found again by its path. */
let drawn = 0;

/** The next random names are the first again. */
export function drawAnew(): void {
  drawn = 0;
}

function steadyBytes(size: number): Buffer {
  drawn += 1;
  return crypto.createHash('shake256', { outputLength: size }).update(String(drawn)).digest();
}

Object.assign(crypto, {
  randomBytes: steadyBytes,
  randomUUID: () => {
    const hex = steadyBytes(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  },
});
syncBuiltinESMExports();
