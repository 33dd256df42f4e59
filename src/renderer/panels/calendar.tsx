import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { RambleEntry } from '../../contract/journal.ts';
import { formatDate } from '../../core/journal/date-tokens.ts';
import { localDay, noonOf } from '../../core/journal/day.ts';
import type { NotePath } from '../../core/paths/note-path.ts';

const LONGEST_BAR = 18;
const WORDS_FOR_LONGEST = 600;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A month of evenings; the bar beneath a day grows with the words of that evening. */
export function Calendar({
  rambles,
  tonight,
  onOpen,
}: {
  rambles: RambleEntry[];
  tonight: string;
  onOpen: (path: NotePath) => void;
}) {
  const [month, setMonth] = useState<Date | null>(null);
  const shown = month ?? noonOf(tonight);
  const byDay = new Map(rambles.map((ramble) => [ramble.day, ramble]));
  const turn = (by: number) => setMonth(new Date(shown.getFullYear(), shown.getMonth() + by, 1, 12));
  return (
    <section aria-label="Calendar">
      <div className="cal-head">
        <h2>{formatDate(shown, 'MMMM YYYY')}</h2>
        <button type="button" className="icon" aria-label="The month before" onClick={() => turn(-1)}>
          <ChevronLeft size={14} aria-hidden="true" />
        </button>
        <button type="button" className="icon" aria-label="The month after" onClick={() => turn(1)}>
          <ChevronRight size={14} aria-hidden="true" />
        </button>
      </div>
      <div className="cal">
        {WEEKDAYS.map((name) => (
          <abbr key={name} className="cal-weekday" title={name}>
            {name[0]}
          </abbr>
        ))}
        {daysOf(shown).map((day, index) => {
          if (day === null) return <span key={`gap ${String(index)}`} />;
          const date = Number(day.slice(8));
          const ramble = byDay.get(day);
          const isTonight = day === tonight;
          if (ramble === undefined) {
            return (
              <span key={day} className={`cal-day ${isTonight ? 'tonight' : 'silent'}`}>
                {date}
              </span>
            );
          }
          const width = 6 + Math.round((LONGEST_BAR - 6) * Math.min(1, ramble.words / WORDS_FOR_LONGEST));
          return (
            <button
              key={day}
              type="button"
              className={`cal-day ${isTonight ? 'tonight' : ''}`}
              title={`${ramble.title}, ${ramble.words} words`}
              aria-label={`${formatDate(noonOf(day), 'dddd D MMMM')}, ${ramble.words} words`}
              onClick={() => onOpen(ramble.path)}
            >
              {date}
              <i className="cal-bar" style={{ width }} />
            </button>
          );
        })}
      </div>
    </section>
  );
}

/** The days of a month as they stand under Monday to Sunday; `null` is a gap before the first. */
function daysOf(month: Date): (string | null)[] {
  const first = new Date(month.getFullYear(), month.getMonth(), 1, 12);
  const count = new Date(month.getFullYear(), month.getMonth() + 1, 0, 12).getDate();
  const gap = (first.getDay() + 6) % 7;
  const days = Array.from({ length: count }, (_, index) =>
    localDay(new Date(month.getFullYear(), month.getMonth(), index + 1, 12)),
  );
  return [...Array.from({ length: gap }, () => null), ...days];
}
