import { noteName } from '../paths/note-path.ts';
import { formatDate, parseDate } from './date-tokens.ts';
import { type LocalDay, localDay, noonOf } from './day.ts';

/** Obsidian's pattern for the name of a ramble: date tokens, and text in [brackets]. */
export const DEFAULT_NAME_PATTERN = 'YYYY-MM-DD - [The Evening Ramble]';

/** A day written by a pattern of one or two parts parted by `/`: folders count. */
export function rambleName(pattern: string, day: LocalDay): string {
  return formatDate(noonOf(day), pattern);
}

/** Tells the day of the ramble at a path, or `null` where it is none. */
export type RambleReader = (path: string) => LocalDay | null;

/**
 * Reads rambles by their names. A note is a ramble when its name begins with a date as `pattern` writes it and holds the pattern's
 * own words; any other text may follow the date (`2021-02-09 - The Evening Ramble, late`). A page that was pulled out of a ramble
 * begins with a date too, and is none.
 */
export function createRambleReader(pattern: string): RambleReader {
  const namePattern = pattern.slice(pattern.lastIndexOf('/') + 1);
  const words = fold([...namePattern.matchAll(/\[([^\]]*)\]/g)].map((found) => found[1] ?? '').join(' '));
  const datePattern = namePattern.replace(/\[[^\]]*\]/g, ' ').replace(/^[\s–—-]+|[\s–—-]+$/g, '');
  const lengths = dateLengths(datePattern);
  return (path) => {
    const name = noteName(path);
    if (!fold(name).includes(words)) return null;
    for (const length of lengths) {
      const date = parseDate(name.slice(0, length), datePattern);
      if (date !== null) return fold(name.slice(length)).includes(words) ? localDay(date) : null;
    }
    return null;
  };
}

const fold = (text: string) =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s–—-]+/g, ' ')
    .trim();

/** How long a date may be when written by the pattern, longest first: names of days and months differ. */
function dateLengths(datePattern: string): number[] {
  const lengths = new Set<number>();
  for (let month = 0; month < 12; month += 1) {
    for (let date = 1; date <= 28; date += 1) {
      lengths.add(formatDate(new Date(2001, month, date, 12), datePattern).length);
    }
  }
  return [...lengths].sort((a, b) => b - a);
}
