import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { LEFTOVER } from '../../src/backend/vault/scan.ts';
import type { Typist } from '../support/typist.ts';
import { type DriverLog, marksIn } from './driver-log.ts';

export type Random = () => number;

export const below = (random: Random, count: number) => Math.floor(random() * count);

/** One change of a text, as a hand makes it: a line more, a line's end, a line anew, a line less; with a mark of its own. */
export function drawChange(
  text: string,
  random: Random,
  mark: () => string,
): { from: number; to: number; insert: string } {
  const lines = text.split('\n');
  const at = below(random, lines.length);
  const line = lines[at] as string;
  const from = lines.slice(0, at).reduce((sum, before) => sum + before.length + 1, 0);
  const to = from + line.length;
  const kind = random();
  if (kind < 0.5) return { from, to: from, insert: `${mark()} a new line\n` };
  if (kind < 0.75) return { from: to, to, insert: ` ${mark()}` };
  if (kind < 0.9 || at === lines.length - 1) return { from, to, insert: `${mark()} another line` };
  return { from, to: to + 1, insert: '' };
}

/** Types a change as {@link drawChange} draws it. */
export function typeSomething(typist: Typist, random: Random, log: DriverLog, by: string): void {
  const before = typist.text;
  const { from, to, insert } = drawChange(before, random, () => log.mark(by));
  typist.type(from, insert, to);
  log.took(before, typist.text);
}

/** Another program that has a note open: it reads the file, and writes what it made of what it read then. */
export class OutsideWriter {
  readonly #file: string;
  readonly #log: DriverLog;
  readonly #random: Random;
  #read: string;

  constructor(file: string, log: DriverLog, random: Random) {
    this.#file = file;
    this.#log = log;
    this.#random = random;
    this.#read = this.read();
  }

  read(): string {
    this.#read = readFileSync(this.#file, 'utf8');
    return this.#read;
  }

  /** Writes a change of what was last read, over the file or in its place. */
  write(): void {
    const made: string[] = [];
    const { from, to, insert } = drawChange(this.#read, this.#random, () => {
      const mark = this.#log.mark('o');
      made.push(mark);
      return mark;
    });
    const text = this.#read.slice(0, from) + insert + this.#read.slice(to);
    const isSaving = readdirSync(dirname(this.#file)).some((name) => LEFTOVER.test(name));
    if (isSaving) for (const mark of made) this.#log.wroteDuringSave(mark);
    if (this.#random() < 0.5) this.#writeOver(text, made);
    else this.#putInPlace(text);
    this.#read = text;
  }

  #writeOver(text: string, made: string[]): void {
    const handle = openSync(this.#file, 'r+');
    try {
      const before = readFileSync(handle, 'utf8');
      const bytes = Buffer.from(text);
      writeSync(handle, bytes, 0, bytes.length, 0);
      ftruncateSync(handle, bytes.length);
      // The app put another file in its place meanwhile: this program wrote in a file that has no name any more.
      if (fstatSync(handle).nlink > 0) this.#took(before, text);
      else {
        for (const mark of made) this.#log.tookUnseen(mark);
        // The app may have seen it all the same, and what was taken out by it.
        this.#log.took(before, text);
      }
    } finally {
      closeSync(handle);
    }
  }

  #putInPlace(text: string): void {
    const beside = `${this.#file}.outside`;
    writeFileSync(beside, text);
    const before = readFileSync(this.#file, 'utf8');
    renameSync(beside, this.#file);
    this.#took(before, text);
  }

  #took(before: string, after: string): void {
    this.#log.took(before, after);
    const left = new Set(marksIn(after));
    for (const mark of marksIn(before))
      if (mark.startsWith('þo') && !left.has(mark)) this.#log.tookUnseen(mark);
  }
}
