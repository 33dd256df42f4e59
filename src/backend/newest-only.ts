import { RambleError } from '../contract/errors.ts';

interface Waiting {
  begin(): void;
  drop(): void;
}

interface Asker {
  waiting: Waiting | null;
  stop: StopSign;
}

/** Shared with the thread that answers: as soon as it is not 0, nobody waits for the answer any more. */
export type StopSign = Int32Array<SharedArrayBuffer>;

/**
 * Of the questions that one asker asks faster than they are answered, only the newest matters: one is being answered, one waits, and a
 * newer one asks the first to stop and takes the place of the second. Askers do not wait for each other.
 */
export class NewestOnly {
  readonly #askers = new Map<string, Asker>();

  /** Runs `work` when the asker's turn comes. Throws `superseded` where it never does. */
  run<Value>(asker: string, work: (stop: StopSign) => Promise<Value>): Promise<Value> {
    const busy = this.#askers.get(asker);
    if (busy === undefined) return this.#begin(asker, work);
    busy.waiting?.drop();
    Atomics.store(busy.stop, 0, 1);
    return new Promise((resolve, reject) => {
      busy.waiting = {
        begin: () => void this.#begin(asker, work).then(resolve, reject),
        drop: () => reject(superseded()),
      };
    });
  }

  async #begin<Value>(asker: string, work: (stop: StopSign) => Promise<Value>): Promise<Value> {
    const own: Asker = { waiting: null, stop: new Int32Array(new SharedArrayBuffer(4)) };
    this.#askers.set(asker, own);
    try {
      return await work(own.stop);
    } finally {
      this.#askers.delete(asker);
      own.waiting?.begin();
    }
  }
}

const superseded = () => new RambleError('superseded', 'A newer question took the place of this one.');
