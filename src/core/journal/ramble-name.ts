import { noteName } from '../paths/note-path.ts';
import { formatDate, parseDate } from './date-tokens.ts';
import { type LocalDay, localDay, noonOf } from './day.ts';

/** Obsidian's pattern for the name of a ramble: date tokens, and text in [brackets]. */
export const DEFAULT_NAME_PATTERN = 'YYYY-MM-DD - [The Evening Ramble]';

/** A day written by a pattern of one or two parts parted by `/`: folders count. */
export function rambleName(pattern: string, day: LocalDay): string {
  return formatDate(noonOf(day), pattern);
}

interface NameShape {
  /** The date tokens at the front, up to the first text in brackets. */
  datePattern: string;
  /** The words that a ramble's name holds after the date, folded. */
  words: string;
}

function shapeOf(pattern: string): NameShape {
  const name = pattern.slice(pattern.lastIndexOf('/') + 1);
  const text = [...name.matchAll(/\[([^\]]*)\]/g)].map((found) => found[1] ?? '');
  const datePattern = name.replace(/\[[^\]]*\]/g, ' ').replace(/^[\s–—-]+|[\s–—-]+$/g, '');
  return { datePattern, words: fold(text.join(' ')) };
}

const fold = (text: string) =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s–—-]+/g, ' ')
    .trim();

/**
 * The day of the ramble at `path`, or `null` where it is none. A note is a ramble when its name begins with a date as `pattern`
 * writes it and holds the pattern's own words; any other text may follow the date (`2021-02-09 - The Evening Ramble, late`).
 * A page that was pulled out of a ramble begins with a date too, and is none.
 */
export function rambleDay(pattern: string, path: string): LocalDay | null {
  const { datePattern, words } = shapeOf(pattern);
  const name = noteName(path);
  for (const length of dateLengths(datePattern)) {
    const date = parseDate(name.slice(0, length), datePattern);
    if (date === null) continue;
    const rest = name.slice(length);
    return ` ${fold(rest)} `.includes(words === '' ? ' ' : words) ? localDay(date) : null;
  }
  return null;
}

/** How long a date may be when written by the pattern: names of days and months differ. */
function dateLengths(datePattern: string): number[] {
  const lengths = new Set<number>();
  for (let month = 0; month < 12; month += 1) {
    for (let date = 1; date <= 28; date += 9)
      lengths.add(formatDate(new Date(2000, month, date, 12), datePattern).length);
  }
  return [...lengths].sort((a, b) => b - a);
}
