import { once } from 'node:events';
import { createReadStream, rm } from 'node:fs';
import { styleText } from 'node:util';
import { RambleError } from '../contract/errors.ts';
import type { ShownLine } from '../contract/shapes.ts';
import { exitCodeOf } from './exit-codes.ts';

/**
 * Control characters as one can read them, written as in JSON: a title must not be able to steer the terminal. Line ends and tabs
 * stay.
 */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As {@link printable}, on one line. */
export const oneLine = (text: string) => printable(text).replaceAll('\n', '\\n').replaceAll('\t', ' ');

/** A path for a person; where it is all that a script reads (`$(ramble today)`), as it is on disk. */
export function shownPath(path: string, where: 'alone' | 'in a list' = 'alone'): string {
  return where === 'alone' && !process.stdout.isTTY ? path : oneLine(path);
}

/** A note's text for a terminal; for a file or another program, as it is. */
export const shownText = (text: string) => (process.stdout.isTTY ? printable(text) : text);

/** `text` set back; as it is where colour is not wanted. */
export const gray = (text: string) => styleText('gray', text);

/** A line of a note on one line, what was looked for in bold. */
export function markedLine({ text, marks }: ShownLine): string {
  let shown = '';
  let end = 0;
  for (const { from, to } of marks) {
    shown += oneLine(text.slice(end, from)) + styleText('bold', oneLine(text.slice(from, to)));
    end = to;
  }
  return shown + oneLine(text.slice(end));
}

/** Prints a command's result: one JSON value, or lines for a person. */
export function print(json: boolean, value: unknown, lines: () => string[]): void {
  printLines(json ? [printable(JSON.stringify(value))] : lines());
}

/** Prints lines for a person. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** Prints a file of JSON that was made for that, and takes it away. */
export async function printFile(file: string): Promise<void> {
  const text = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 });
  // Also where nobody reads to the end.
  text.once('ready', () => rm(file, () => undefined));
  const { stdout } = process;
  for await (const part of text) {
    if (!stdout.write(printable(String(part)))) await once(stdout, 'drain').catch(() => undefined);
    if (stdout.errored) return;
  }
}

/** Says something on stderr that is no error. */
export function warn(message: string): void {
  process.stderr.write(`ramble: ${oneLine(message)}\n`);
}

/** Says on stderr what went wrong and gives the exit code. */
export function fail(json: boolean, error: unknown): number {
  const known =
    error instanceof RambleError
      ? error
      : new RambleError('internal', error instanceof Error ? error.message : String(error));
  const line = json
    ? printable(JSON.stringify({ error: known.toShape() }))
    : `ramble: ${oneLine(known.message)}${placeIn(known.data)}`;
  process.stderr.write(`${line}\n`);
  return exitCodeOf(known.code);
}

/** The text that an error is about and, beneath it, where: for errors that tell. */
function placeIn(data: Record<string, unknown> = {}): string {
  const { query, from, to } = data;
  if (typeof query !== 'string' || typeof from !== 'number' || typeof to !== 'number') return '';
  const before = oneLine(query.slice(0, from)).length;
  const carets = '^'.repeat(Math.max(1, oneLine(query.slice(from, to)).length));
  return `\n  ${oneLine(query)}\n  ${' '.repeat(before)}${carets}`;
}
