import type { ErrorCode } from '../contract/errors.ts';

export const USED_WRONGLY = 2;

const EXIT_CODES: Record<ErrorCode, 1 | 2 | 3 | 4> = {
  'unknown-call': 1,
  internal: 1,
  io: 1,
  disconnected: 1,
  unsupported: 1,
  superseded: 1,
  'invalid-params': USED_WRONGLY,
  'bad-name': USED_WRONGLY,
  'outside-vault': USED_WRONGLY,
  'no-vault': 3,
  'bad-folder': 3,
  'not-found': 3,
  'nothing-to-extract': 3,
  exists: 4,
  conflict: 4,
  'out-of-step': 4,
  'read-only': 4,
};

/** What a script sees of an error; see {@link EXIT_CODES_HELP}. */
export const exitCodeOf = (code: ErrorCode) => EXIT_CODES[code];

export const EXIT_CODES_HELP = `Exit codes:
  0  done
  1  a fault of the disk, or of Evening Ramble itself
  2  used wrongly: an argument is missing or makes no sense
  3  not found: no such folder, note or section
  4  refused: a note of that name exists, another program changed the file, or it is locked; nothing was changed`;
