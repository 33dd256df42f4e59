/** A local day, `YYYY-MM-DD`. */
export type LocalDay = string;

const pad = (value: number) => String(value).padStart(2, '0');

/** The local calendar day of `moment`. */
export function localDay(moment: Date): LocalDay {
  return `${String(moment.getFullYear()).padStart(4, '0')}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * The day whose evening `moment` belongs to: before `dayEndsAt` (`HH:MM`, by the wall clock) it still is the day before. An hour
 * from noon on is an evening that ends before midnight: from then on it is the next day's.
 */
export function eveningOf(moment: Date, dayEndsAt: string): LocalDay {
  const ends = minutesOf(dayEndsAt);
  const now = moment.getHours() * 60 + moment.getMinutes();
  const shift = ends < 12 * 60 ? (now < ends ? -1 : 0) : now >= ends ? 1 : 0;
  const today = localDay(moment);
  if (shift === 0) return today;
  const dayBeside = (days: number) =>
    localDay(new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + days, 12));
  // A day that a zone left out is read as one beside it (Samoa had no 30 December in 2011).
  return dayBeside(shift) === today ? dayBeside(2 * shift) : dayBeside(shift);
}

/** When the evening that `moment` belongs to ends. */
export function eveningEnd(moment: Date, dayEndsAt: string): Date {
  const [hours = 0, minutes = 0] = dayEndsAt.split(':').map(Number);
  const end = new Date(moment.getFullYear(), moment.getMonth(), moment.getDate(), hours, minutes);
  return end > moment
    ? end
    : new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + 1, hours, minutes);
}

/** Noon of a local day: a moment that no change of clocks moves into another day. */
export function noonOf(day: LocalDay): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  const noon = new Date(2000, month - 1, date, 12);
  noon.setFullYear(year, month - 1, date);
  return noon;
}
