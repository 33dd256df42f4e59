import type { Field } from '../../../../core/search/query.ts';
import type { Plan } from './plan.ts';

/** What a note has to fulfil that the full text cannot tell: part of a WHERE over `notes n`. */
export interface Condition {
  sql: string;
  params: (string | number)[];
}

/** Something to try on a value of a note, from within SQL. `null`: it cannot be told. */
export type ValueTest = (value: string, mtimeMs: number | null) => boolean | null;

/** A plan as the index can be asked. */
export interface CompiledSearch {
  /** An FTS5 expression that every note found fulfils; `null` where the search has none. */
  match: string | null;
  /** As `match`, for notes that have its words in their title. */
  inTitle: string | null;
  where: Condition | null;
  /** Whether notes are read from disk to tell. */
  readsFiles: boolean;
  /** What `note_test(number, value, time)` calls. */
  tests: ValueTest[];
}

/** How to tell whether a note is of some time. */
export interface DateTest {
  test: ValueTest;
  /** What the name of every ramble holds, in any letter case; `''` where nothing is known of it. */
  namePart: string;
  /** For other notes: the time that their file's time must be before, or not before. */
  edgeMs: number;
}

/** Makes the tests of a plan: for what SQL has no words. */
export interface TestMaker {
  regex(plan: Plan & { kind: 'regex' }): ValueTest;
  name(plan: Plan & { kind: 'name' }): ValueTest;
  date(plan: Plan & { kind: 'date' }): DateTest;
}

/** Puts a plan into FTS5 and SQL: as much as possible into one full-text expression, which SQLite walks lazily. */
export function compileSearch(plan: Plan, make: TestMaker): CompiledSearch {
  const tests: ValueTest[] = [];
  const parts = plan.kind === 'all' ? plan.parts : [plan];
  const wanted = parts.filter(isFullText);
  const unwanted =
    wanted.length === 0 ? [] : parts.filter((part) => part.kind === 'not' && isFullText(part.part));
  const others = parts
    .filter((part) => !wanted.includes(part) && !unwanted.includes(part))
    // What reads files comes last.
    .toSorted((a, b) => costOf(a) - costOf(b))
    .map((part) => conditionOf(part, make, tests));
  const match = wanted.length === 0 ? null : expressionOf({ kind: 'all', parts: [...wanted, ...unwanted] });
  const title = titleOf({ kind: 'all', parts: wanted });
  return {
    match,
    inTitle: match === null || title === null ? null : `${title} AND ${match}`,
    where: others.length === 0 ? null : joined(others, ' AND '),
    readsFiles: costOf(plan) === READING,
    tests,
  };
}

/** Whether the full text alone can answer. It knows no NOT without something to take away from. */
function isFullText(plan: Plan): boolean {
  if (plan.kind === 'any') return plan.parts.every(isFullText);
  if (plan.kind !== 'all') return plan.kind === 'words';
  return (
    plan.parts.some(isFullText) &&
    plan.parts.every((part) => isFullText(part) || (part.kind === 'not' && isFullText(part.part)))
  );
}

const COLUMNS = { mine: '{mine} : ', quoted: '{quoted} : ', heading: '{headings} : ' };

/** User text is only ever a quoted string to FTS5, never syntax. */
function wordsExpression({ words, open }: Plan & { kind: 'words' }): string {
  return `"${words.join(' ').replaceAll('"', '""').replaceAll('\0', ' ')}"${open ? '*' : ''}`;
}

function expressionOf(plan: Plan): string {
  switch (plan.kind) {
    case 'words':
      return `${plan.scope === null ? '' : COLUMNS[plan.scope]}${wordsExpression(plan)}`;
    case 'any':
      return `(${plan.parts.map(expressionOf).join(' OR ')})`;
    case 'all': {
      const wanted = plan.parts.filter((part) => part.kind !== 'not').map(expressionOf);
      return plan.parts.reduce(
        (whole, part) => (part.kind === 'not' ? `(${whole} NOT ${expressionOf(part.part)})` : whole),
        `(${wanted.join(' AND ')})`,
      );
    }
    default:
      throw new Error(`${plan.kind} is not for the full text`);
  }
}

/** The words that may stand in a title, all in one. */
function titleOf(plan: Plan): string | null {
  if (plan.kind === 'words') return plan.scope === null ? `{title} : ${wordsExpression(plan)}` : null;
  if (plan.kind !== 'all' && plan.kind !== 'any') return null;
  const parts = plan.parts.flatMap((part) => titleOf(part) ?? []);
  return parts.length === 0 ? null : `(${parts.join(plan.kind === 'all' ? ' AND ' : ' OR ')})`;
}

const READING = 3;

function costOf(plan: Plan): number {
  switch (plan.kind) {
    case 'all':
    case 'any':
      return Math.max(...plan.parts.map(costOf));
    case 'not':
      return costOf(plan.part);
    case 'regex':
      return plan.where === null || plan.where === 'mine' || plan.where === 'quoted' ? READING : 2;
    case 'date':
      return 1;
    default:
      return 0;
  }
}

function joined(conditions: Condition[], by: ' AND ' | ' OR '): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(by)})`,
    params: conditions.flatMap(({ params }) => params),
  };
}

function conditionOf(plan: Plan, make: TestMaker, tests: ValueTest[]): Condition {
  const testNumber = (test: ValueTest) => tests.push(test) - 1;
  if (isFullText(plan))
    return { sql: 'n.id IN (SELECT rowid FROM words WHERE words MATCH ?)', params: [expressionOf(plan)] };
  switch (plan.kind) {
    case 'all':
    case 'any': {
      const parts = plan.parts.toSorted((a, b) => costOf(a) - costOf(b));
      return joined(
        parts.map((part) => conditionOf(part, make, tests)),
        plan.kind === 'all' ? ' AND ' : ' OR ',
      );
    }
    case 'not': {
      const { sql, params } = conditionOf(plan.part, make, tests);
      return { sql: `NOT ${sql}`, params };
    }
    case 'tag':
      return tagCondition(plan);
    case 'name':
      return nameCondition(plan, testNumber(make.name(plan)));
    case 'date':
      return dateCondition(plan, make.date(plan), testNumber);
    case 'regex':
      return { sql: regexSql(plan.where), params: [testNumber(make.regex(plan))] };
    case 'words':
      throw new Error('words are for the full text');
  }
}

function tagCondition({ key, open }: Plan & { kind: 'tag' }): Condition {
  const ids = 'n.id IN (SELECT note_id FROM tags WHERE';
  if (open) return { sql: `${ids} key >= ? AND key < ?)`, params: [key, `${key}\u{10ffff}`] };
  // '0' is the character after '/'.
  return { sql: `${ids} key = ? OR (key >= ? AND key < ?))`, params: [key, `${key}/`, `${key}0`] };
}

/** SQLite's LIKE folds ASCII as we do, and is quick; names with other letters are looked at one by one. */
function nameCondition({ of, needle }: Plan & { kind: 'name' }, test: number): Condition {
  const column = of === 'path' ? 'n.path' : 'n.name';
  const one = `(${column} GLOB '*[^ -~]*' AND note_test(?, ${column}, NULL))`;
  if (!/^[ -~]*$/.test(needle)) return { sql: one, params: [test] };
  const pattern = `%${needle.replace(/[\\%_]/g, '\\$&')}%`;
  return { sql: `(${column} LIKE ? ESCAPE '\\' OR ${one})`, params: [pattern, test] };
}

/** Only what may be a ramble by its name is looked at one by one. */
function dateCondition(
  { side }: Plan & { kind: 'date' },
  { test, namePart, edgeMs }: DateTest,
  testNumber: (test: ValueTest) => number,
): Condition {
  const byTime = `n.mtime_ms ${side === 'before' ? '<' : '>='} ?`;
  return {
    sql: `CASE WHEN n.name LIKE ? THEN note_test(?, n.path, n.mtime_ms) ELSE ${byTime} END`,
    params: [`%${namePart}%`, testNumber(test), edgeMs],
  };
}

function regexSql(where: Field | null): string {
  switch (where) {
    case 'tag':
      return 'EXISTS (SELECT 1 FROM tags t WHERE t.note_id = n.id AND note_test(?, t.tag, NULL))';
    case 'heading':
      return 'EXISTS (SELECT 1 FROM headings h WHERE h.note_id = n.id AND note_test(?, h.text, NULL))';
    case 'file':
      return 'note_test(?, n.name, NULL)';
    default:
      return 'note_test(?, n.path, NULL)';
  }
}
