import { type LocalDay, noonOf } from '../../../../core/journal/day.ts';
import { createRambleReader } from '../../../../core/journal/ramble-name.ts';
import type { Database } from '../../../sqlite.ts';
import { foldText } from '../../fold.ts';
import type { RegexGuard } from './guarded-regex.ts';
import { linesOf, readPlaces } from './note-parts.ts';
import type { TestMaker, ValueTest } from './to-sql.ts';

const MOST_KNOWN_DAYS = 300_000;

interface KnownRambles {
  pattern: string;
  /** What SQLite counts up when another connection changed something. */
  version: unknown;
  rambles: { id: number; day: LocalDay }[];
}

const ramblesIn = new WeakMap<Database, KnownRambles>();
/** The days of paths by the pattern of rambles: reading one takes a while, and it never changes. */
let known: {
  pattern: string;
  day: (path: string) => LocalDay | null;
  days: Map<string, LocalDay | null>;
} | null = null;

function dayOf(pattern: string, path: string): LocalDay | null {
  if (known?.pattern !== pattern) known = { pattern, day: createRambleReader(pattern), days: new Map() };
  const before = known.days.get(path);
  if (before !== undefined) return before;
  if (known.days.size >= MOST_KNOWN_DAYS) known.days.clear();
  const day = known.day(path);
  known.days.set(path, day);
  return day;
}

/** Every ramble of the vault, with its day. */
function ramblesOf(db: Database, pattern: string): KnownRambles['rambles'] {
  const version = db.pragma('data_version', { simple: true });
  const before = ramblesIn.get(db);
  if (before !== undefined && before.version === version && before.pattern === pattern) return before.rambles;
  const rambles = pathsWith(db, longestWord(pattern)).flatMap(({ id, path }) => {
    const day = dayOf(pattern, path);
    return day === null ? [] : [{ id, day }];
  });
  ramblesIn.set(db, { pattern, version, rambles });
  return rambles;
}

export interface TestOptions {
  db: Database;
  guard: RegexGuard;
  /** The pattern of rambles' names. */
  namePattern: string;
  /** The text of the note at a path. */
  readText(path: string): string | null;
}

/** Tests by path, date and regular expression. */
export function testMaker({ db, guard, namePattern, readText }: TestOptions): TestMaker {
  return {
    name:
      ({ needle }) =>
      (value) =>
        foldText(value).includes(needle),
    date({ side, first, last }) {
      const all = ramblesOf(db, namePattern);
      const fitting = all.filter(({ day }) => (side === 'before' ? day < first : day > last));
      return {
        rambles: fitting.map(({ id }) => id),
        allRambles: all.map(({ id }) => id),
        edgeMs: side === 'before' ? startOf(first) : startOf(last, 1),
      };
    },
    regex({ where, pattern }) {
      if (where !== null && where !== 'mine' && where !== 'quoted')
        return (value) => guard.test(pattern, [value]);
      return (path, places) => {
        const lines = guard.count(() => {
          const text = readText(path);
          if (text === null || where === null) return text?.split('\n') ?? [];
          return [...linesOf(text, readPlaces(places))].flatMap((line) =>
            line.isIn(where) ? [line.text] : [],
          );
        });
        return lines === null ? null : guard.test(pattern, lines);
      };
    },
  };
}

/** The longest of the plain words that a ramble's name holds by its pattern; `''` where it has none. */
function longestWord(pattern: string): string {
  const words = [...pattern.matchAll(/\[([^\]]*)\]/g)].flatMap((found) => found[1]?.match(/[a-z]+/gi) ?? []);
  return words.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

function pathsWith(db: Database, part: string): { id: number; path: string }[] {
  return db
    .prepare<[string], { id: number; path: string }>('SELECT id, path FROM notes WHERE path LIKE ?')
    .all(`%${part}%`);
}

/** When a local day begins, or one so many days later. */
function startOf(day: LocalDay, later = 0): number {
  const noon = noonOf(day);
  return new Date(noon.getFullYear(), noon.getMonth(), noon.getDate() + later).getTime();
}

const testsOf = new WeakMap<Database, { tests: readonly ValueTest[] }>();

/** Lets SQL call these tests as `note_test(number, value, places)` while `work` runs. */
export function withTests<Value>(db: Database, tests: readonly ValueTest[], work: () => Value): Value {
  let current = testsOf.get(db);
  if (current === undefined) {
    const made: { tests: readonly ValueTest[] } = { tests: [] };
    testsOf.set(db, made);
    db.function('note_test', { varargs: true }, (number: unknown, value: unknown, places: unknown) => {
      const passed = made.tests[Number(number)]?.(String(value), String(places ?? '')) ?? null;
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
