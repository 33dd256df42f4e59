import { type LocalDay, localDay, noonOf } from '../../../../core/journal/day.ts';
import { createRambleReader } from '../../../../core/journal/ramble-name.ts';
import type { Database } from '../../../sqlite.ts';
import { foldText } from '../../fold.ts';
import type { RegexGuard } from './guarded-regex.ts';
import { linesOf } from './matching-lines.ts';
import type { TestMaker, ValueTest } from './to-sql.ts';

const MOST_KNOWN_DAYS = 300_000;

/** The days of paths by the pattern of rambles: reading one takes a while, and it never changes. */
let known: {
  pattern: string;
  day: (path: string) => LocalDay | null;
  days: Map<string, LocalDay | null>;
} | null = null;

function rambleDays(pattern: string): (path: string) => LocalDay | null {
  if (known?.pattern !== pattern) known = { pattern, day: createRambleReader(pattern), days: new Map() };
  const { day, days } = known;
  return (path) => {
    const before = days.get(path);
    if (before !== undefined) return before;
    if (days.size >= MOST_KNOWN_DAYS) days.clear();
    const read = day(path);
    days.set(path, read);
    return read;
  };
}

export interface TestOptions {
  guard: RegexGuard;
  /** The pattern of rambles' names. */
  namePattern: string;
  /** The text of the note at a path. */
  readText(path: string): string | null;
}

/** Tests by path, date and regular expression. */
export function testMaker({ guard, namePattern, readText }: TestOptions): TestMaker {
  return {
    name:
      ({ needle }) =>
      (value) =>
        foldText(value).includes(needle),
    date({ side, first, last }) {
      const rambleDay = rambleDays(namePattern);
      const namePart =
        (namePattern.match(/\[[^\]]*\]/g) ?? [])
          .join(' ')
          .match(/[a-z]+/gi)
          ?.toSorted(byLength)[0] ?? '';
      return {
        namePart,
        edgeMs: side === 'before' ? startOf(first) : startOf(last, 1),
        test(path, mtimeMs) {
          const day = rambleDay(path) ?? localDay(new Date(mtimeMs ?? 0));
          return side === 'before' ? day < first : day > last;
        },
      };
    },
    regex({ where, pattern }) {
      if (where !== null && where !== 'mine' && where !== 'quoted')
        return (value) => guard.test(pattern, [value]);
      return (path) => {
        const text = guard.count(() => readText(path));
        return text === null ? guard.answerOf(false) : guard.test(pattern, linesOf(text, where));
      };
    },
  };
}

const byLength = (a: string, b: string) => b.length - a.length;

/** When a local day begins, or one so many days later. */
function startOf(day: LocalDay, later = 0): number {
  const noon = noonOf(day);
  return new Date(noon.getFullYear(), noon.getMonth(), noon.getDate() + later).getTime();
}

const testsOf = new WeakMap<Database, { tests: readonly ValueTest[] }>();

/** Lets SQL call these tests as `note_test(number, value, time)` while `work` runs. */
export function withTests<Value>(db: Database, tests: readonly ValueTest[], work: () => Value): Value {
  let current = testsOf.get(db);
  if (current === undefined) {
    const made: { tests: readonly ValueTest[] } = { tests: [] };
    testsOf.set(db, made);
    db.function('note_test', (number: unknown, value: unknown, time: unknown) => {
      const passed = made.tests[Number(number)]?.(String(value), time === null ? null : Number(time)) ?? null;
      return passed === null ? null : Number(passed);
    });
    current = made;
  }
  current.tests = tests;
  try {
    return work();
  } finally {
    current.tests = [];
  }
}
