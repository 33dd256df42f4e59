import type { Journal } from './journal.ts';

/** The first time when nobody is likely to be typing their first words; then daily, however long the app is open. */
const FIRST_MS = 60_000;
const EVERY_MS = 24 * 60 * 60 * 1000;

/** Of so many of the latest days that notes were last written on, the earliest counts as today. */
const DAYS = 7;

/**
 * The time by which the past is old, in milliseconds since 1970; `null` where there is too little past to tell. A clock that is years
 * ahead for a few evenings must not make of all that was written before them something to be thinned out.
 */
export async function thinningTime(journal: Pick<Journal, 'ask'>, clock: () => Date): Promise<number | null> {
  const written = await journal.ask('lastWritten', DAYS);
  return written.length < DAYS ? null : Math.min(clock().getTime(), ...written);
}

/** Thins out the past of the notes now and then. Gives what ends that. */
export function keepThin(journal: Pick<Journal, 'thinOut' | 'ask'>, clock: () => Date): () => void {
  let timer: NodeJS.Timeout;
  const thinIn = (milliseconds: number) => {
    timer = setTimeout(() => {
      thinningTime(journal, clock)
        .then((now) => (now === null ? 0 : journal.thinOut(now)))
        .catch(() => 0);
      thinIn(EVERY_MS);
    }, milliseconds);
  };
  thinIn(FIRST_MS);
  return () => clearTimeout(timer);
}
