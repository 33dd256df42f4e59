import dayjs from 'dayjs';
import advancedFormat from 'dayjs/plugin/advancedFormat.js';
import customParseFormat from 'dayjs/plugin/customParseFormat.js';
import isoWeek from 'dayjs/plugin/isoWeek.js';
import weekOfYear from 'dayjs/plugin/weekOfYear.js';

dayjs.extend(customParseFormat);
dayjs.extend(isoWeek);
dayjs.extend(weekOfYear);
dayjs.extend(advancedFormat);

/** Writes `moment` by a pattern of moment's tokens (`YYYY-MM-DD`, `dddd`, `h:mma`; text in [brackets]), in local time. */
export function formatDate(moment: Date, pattern: string): string {
  return dayjs(moment).format(pattern);
}

/** Reads `text`, exactly, by a pattern; `null` where it does not fit. */
export function parseDate(text: string, pattern: string): Date | null {
  for (const form of /\bd{3,4}\b/.test(pattern) ? withWeekdays(pattern) : [pattern]) {
    const parsed = dayjs(text, form, true);
    // The day's name must be the date's own.
    if (parsed.isValid() && parsed.format(pattern) === text) return parsed.toDate();
  }
  return null;
}

/** The pattern with each day's name as plain text: dayjs writes `dddd` but does not read it. */
function withWeekdays(pattern: string): string[] {
  return Array.from({ length: 7 }, (_, weekday) => {
    const day = dayjs().day(weekday);
    return pattern.replace(/\bd{3,4}\b/g, (token) => `[${day.format(token)}]`);
  });
}
