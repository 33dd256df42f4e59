import { type ErrorCode, RambleError } from '../contract/errors.ts';

/** What a script sees: 0 done, 1 our own or the disk's fault, 2 used wrongly, 3 not found, 4 refused because something is in the way. */
const EXIT_CODES: Record<ErrorCode, 1 | 2 | 3 | 4> = {
  'unknown-call': 1,
  internal: 1,
  io: 1,
  disconnected: 1,
  unsupported: 1,
  'invalid-params': 2,
  'bad-name': 2,
  'outside-vault': 2,
  'no-vault': 3,
  'bad-folder': 3,
  'not-found': 3,
  'nothing-to-extract': 3,
  exists: 4,
  conflict: 4,
  'read-only': 4,
};

export const EXIT_CODES_HELP = `Exit codes:
  0  done
  1  a fault of the disk or of Evening Ramble itself
  2  used wrongly: an argument is missing or makes no sense
  3  not found: no such folder, note or section
  4  refused, nothing was changed: a note of that name exists, or another program changed or locked the file`;

/** Control characters as one can read them: a title must not be able to steer the terminal. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As {@link printable}, on one line. */
export const oneLine = (text: string) =>
  printable(text).replace(/[\t\n]/g, (character) => (character === '\n' ? '\\n' : ' '));

/** Prints a command's result: one JSON value, or lines for a person. */
export function print(json: boolean, value: unknown, lines: () => string[]): void {
  process.stdout.write(
    json
      ? `${JSON.stringify(value)}\n`
      : lines()
          .map((line) => `${line}\n`)
          .join(''),
  );
}

/** Says on stderr what went wrong and gives the exit code. */
export function fail(json: boolean, error: unknown): number {
  const known =
    error instanceof RambleError
      ? error
      : new RambleError('internal', error instanceof Error ? error.message : String(error));
  process.stderr.write(
    json ? `${JSON.stringify({ error: known.toShape() })}\n` : `ramble: ${printable(known.message)}\n`,
  );
  return EXIT_CODES[known.code];
}
