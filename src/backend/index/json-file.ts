import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { RambleError } from '../../contract/errors.ts';
import { faultReason } from '../vault/file-fault.ts';

/** So many UTF-16 code units are written at once. */
const CHUNK = 1 << 20;

/** A file that is written piece by piece, and that only this user may read. Throws `io` where it cannot be. */
export class JsonFile {
  readonly #place: string;
  readonly #handle: number;
  #isOpen = true;
  #waiting: string[] = [];
  #length = 0;

  /** Makes a new file; there must be none. */
  constructor(place: string) {
    this.#place = place;
    this.#handle = this.#tried(() => openSync(place, 'wx', 0o600));
  }

  write(text: string): void {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= CHUNK) this.#flush();
  }

  /** Writes what waits; nothing is written from now on. */
  close(): void {
    this.#flush();
    this.#isOpen = false;
    closeSync(this.#handle);
  }

  /** Takes the file away again. */
  remove(): void {
    if (this.#isOpen) closeSync(this.#handle);
    this.#isOpen = false;
    rmSync(this.#place, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#length = 0;
    this.#tried(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle, bytes, at);
    });
  }

  #tried<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      throw new RambleError('io', `${this.#place} could not be written: ${faultReason(error)}.`);
    }
  }
}
