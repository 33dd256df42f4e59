import type { LocalDay } from '../journal/day.ts';

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const BEGUN = /^(?:\d{0,4}|\d{4}-\d?|\d{4}-\d{2}-\d?)$/;

const pad = (value: number) => String(value).padStart(2, '0');

/** The first and the last day of `2021`, `2021-02` or `2021-02-09`; `null` for anything that is no such date. */
export function daysOf(value: string): { first: LocalDay; last: LocalDay } | null {
  const found = DATE.exec(value);
  if (found === null) return null;
  const [, year = '', month, day] = found;
  if (month === undefined) return { first: `${year}-01-01`, last: `${year}-12-31` };
  const longest = daysIn(Number(year), Number(month));
  if (longest === null) return null;
  if (day === undefined) return { first: `${value}-01`, last: `${value}-${pad(longest)}` };
  return Number(day) >= 1 && Number(day) <= longest ? { first: value, last: value } : null;
}

/** Whether somebody may still be typing a date. */
export const isBegunDate = (value: string) => BEGUN.test(value);

function daysIn(year: number, month: number): number | null {
  if (month < 1 || month > 12) return null;
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
