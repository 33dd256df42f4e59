import { createContext, Script } from 'node:vm';
import type { TextRange } from '../../../../contract/shapes.ts';
import type { StopSign } from '../../../newest-only.ts';

const MAX_MARKS = 50;
const LONGEST_TAME = 4000;
/** A pattern with one sign that repeats takes up to the square of a line's length. */
const MOST_STEPS = 16_000_000;

/** The only way to stop a regular expression that never comes to an end: what runs within is ended after the time given to it. */
const guarded: { work: () => void } = { work: () => undefined };
const context = createContext(guarded);
const run = new Script('work()');

/** Whether a pattern cannot take long on a short text: hardly anything in it can match in more than one way. */
function isTame({ source }: RegExp): boolean {
  const count = (sign: RegExp) => source.match(sign)?.length ?? 0;
  return (
    count(/[*+{]/g) <= 1 &&
    count(/\?/g) <= 4 &&
    count(/\|/g) <= 8 &&
    !/\)[*+?{]/.test(source) &&
    !/\\[1-9k]/.test(source)
  );
}

/** Tries regular expressions on texts for so many milliseconds in all, and not a moment longer. */
export class RegexGuard {
  #left: number;
  #ranOut = false;

  readonly #stop: StopSign | null;

  /** `stop`: as soon as it is not 0, the time is over. */
  constructor(milliseconds: number, stop: StopSign | null = null) {
    this.#left = milliseconds;
    this.#stop = stop;
  }

  /** Whether some answer was not to be had in the time. */
  get ranOut(): boolean {
    return this.#ranOut;
  }

  /** Whether nobody waits for the answers any more. */
  get stopped(): boolean {
    return this.#stop !== null && Atomics.load(this.#stop, 0) !== 0;
  }

  /** Whether the pattern matches one of the texts; `null` when the time is over. */
  test(pattern: RegExp, texts: readonly string[]): boolean | null {
    let found = false;
    const work = () => {
      found = texts.some((text) => {
        pattern.lastIndex = 0;
        return pattern.test(text);
      });
    };
    // Guarding takes a thread each time: longer than most notes do.
    const steps = texts.reduce((sum, { length }) => sum + length * length, 0);
    if (isTame(pattern) && steps <= MOST_STEPS && texts.every(({ length }) => length <= LONGEST_TAME)) {
      this.count(work);
      return this.answerOf(found);
    }
    return this.#spend(work) ? found : null;
  }

  /** Where the pattern matches in `text`, as far as the time reaches. */
  marks(pattern: RegExp, text: string): TextRange[] {
    const found: TextRange[] = [];
    const work = () => {
      pattern.lastIndex = 0;
      for (const { index, 0: match } of text.matchAll(pattern)) {
        if (match !== '') found.push({ from: index, to: index + match.length });
        if (found.length === MAX_MARKS) return;
      }
    };
    if (isTame(pattern) && text.length <= LONGEST_TAME) this.count(work);
    else this.#spend(work);
    return found;
  }

  /** Does something that regular expressions wait for: its time counts, and once that is over it is not done (`null`). */
  count<Value>(work: () => Value): Value | null {
    if (!this.#hasTime()) return null;
    const started = performance.now();
    const value = work();
    this.#left -= performance.now() - started;
    return value;
  }

  /** `answer`, or `null` when the time is over. */
  answerOf(answer: boolean): boolean | null {
    return this.#ranOut ? null : answer;
  }

  /** Does `work`, stopped when the time is over. Nothing in it may need to be tidied up. Gives whether it came to its end. */
  #spend(work: () => void): boolean {
    if (!this.#hasTime()) return false;
    const started = performance.now();
    try {
      guarded.work = work;
      run.runInContext(context, { timeout: Math.ceil(this.#left) });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      this.#ranOut = true;
      return false;
    } finally {
      this.#left -= performance.now() - started;
    }
  }

  #hasTime(): boolean {
    const isOver = this.#left < 1 || this.stopped;
    if (isOver) this.#ranOut = true;
    return !isOver;
  }
}
