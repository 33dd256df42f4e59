/** How long the typing must rest before a note is looked at again, for each UTF-16 code unit in it: one of 1 MB waits a second. */
const REST_MS = 0.001;
/** Typing that never rests holds a note back for so many times that. */
const LONGEST = 10;

interface Typed {
  /** Until when the note is taken for being typed in, by `performance.now()`. */
  until: number;
  rest: number;
  /** The hint that is held back. */
  held: { since: number; timer: NodeJS.Timeout } | null;
}

/**
 * Holds back hints of notes that are being typed in. Such a note is saved about once a second, and to take in a large one keeps a core
 * busy that the frames of whoever types need.
 */
export class HeldHints {
  readonly #send: (paths: string[]) => void;
  readonly #typed = new Map<string, Typed>();

  constructor(send: (paths: string[]) => void) {
    this.#send = send;
  }

  /** The note at `path`, of `length` UTF-16 code units, was just typed in. */
  typed(path: string, length: number): void {
    const rest = length * REST_MS;
    const until = performance.now() + rest;
    const known = this.#typed.get(path);
    if (known === undefined) this.#typed.set(path, { until, rest, held: null });
    else Object.assign(known, { until, rest });
  }

  /** Sends these on, each as soon as nobody types in it. */
  hint(paths: readonly string[]): void {
    const now = paths.filter((path) => !this.#hold(path));
    if (now.length > 0) this.#send(now);
  }

  /** Sends on whatever is held back. */
  release(): void {
    const held = [...this.#typed].flatMap(([path, { held }]) => (held === null ? [] : [path]));
    for (const path of held) this.#drop(path);
    if (held.length > 0) this.#send(held);
  }

  /** Sends nothing more. */
  close(): void {
    for (const path of [...this.#typed.keys()]) this.#drop(path);
  }

  #hold(path: string): boolean {
    const typed = this.#typed.get(path);
    if (typed === undefined) return false;
    const now = performance.now();
    const since = typed.held?.since ?? now;
    clearTimeout(typed.held?.timer);
    const wait = Math.min(typed.until, since + LONGEST * typed.rest) - now;
    if (wait <= 0) {
      this.#typed.delete(path);
      return false;
    }
    typed.held = { since, timer: setTimeout(() => this.hint([path]), Math.ceil(wait)) };
    return true;
  }

  #drop(path: string): void {
    clearTimeout(this.#typed.get(path)?.held?.timer);
    this.#typed.delete(path);
  }
}
