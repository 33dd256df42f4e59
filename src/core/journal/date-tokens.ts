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
  const parsed = dayjs(text, pattern, true);
  return parsed.isValid() ? parsed.toDate() : null;
}
