import type { Journal } from './journal.ts';

/** The first time when nobody is likely to be typing their first words; then daily, however long the app is open. */
const FIRST_MS = 60_000;
const EVERY_MS = 24 * 60 * 60 * 1000;

/** Thins out the past of the notes now and then. Gives what ends that. */
export function keepThin(journal: Pick<Journal, 'thinOut'>, clock: () => Date): () => void {
  let timer: NodeJS.Timeout;
  const thinIn = (milliseconds: number) => {
    timer = setTimeout(() => {
      journal.thinOut(clock().getTime()).catch(() => 0);
      thinIn(EVERY_MS);
    }, milliseconds);
  };
  thinIn(FIRST_MS);
  return () => clearTimeout(timer);
}
