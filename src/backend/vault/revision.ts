import { createHash } from 'node:crypto';

/** What a file's bytes are, as the contract's `Revision`: the first 32 hex digits of their SHA-256. */
export function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
