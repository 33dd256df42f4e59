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

  /** Makes a new file; what is left there of an attempt that was cut off goes. */
  constructor(place: string) {
    this.#place = place;
    this.#handle = this.#tried(() => {
      rmSync(place, { force: true });
      return openSync(place, 'wx', 0o600);
    });
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
    this.#tried(() => closeSync(this.#handle));
  }

  /** Takes the file away again, as far as that can be done: for when something has failed already. */
  remove(): void {
    try {
      if (this.#isOpen) closeSync(this.#handle);
      this.#isOpen = false;
      rmSync(this.#place, { force: true });
    } catch {
      // Whoever is told of the failure is not helped by a second one.
    }
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
