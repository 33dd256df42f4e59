import { RambleError } from '../contract/errors.ts';

interface Waiting {
  begin(): void;
  drop(): void;
}

/**
 * Of the questions that one asker asks faster than they are answered, only the newest matters: one is being answered, one waits, and a
 * newer one takes the place of that. Askers do not wait for each other.
 */
export class NewestOnly {
  readonly #waiting = new Map<string, Waiting | null>();

  /** Runs `work` when the asker's turn comes. Throws `superseded` where it never does. */
  run<Value>(asker: string, work: () => Promise<Value>): Promise<Value> {
    if (!this.#waiting.has(asker)) return this.#begin(asker, work);
    this.#waiting.get(asker)?.drop();
    return new Promise((resolve, reject) => {
      this.#waiting.set(asker, {
        begin: () => void this.#begin(asker, work).then(resolve, reject),
        drop: () => reject(new RambleError('superseded', 'A newer question took the place of this one.')),
      });
    });
  }

  async #begin<Value>(asker: string, work: () => Promise<Value>): Promise<Value> {
    this.#waiting.set(asker, null);
    try {
      return await work();
    } finally {
      const next = this.#waiting.get(asker);
      this.#waiting.delete(asker);
      next?.begin();
    }
  }
}
