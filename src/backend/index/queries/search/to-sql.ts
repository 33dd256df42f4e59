import type { Field } from '../../../../core/search/query.ts';
import { foldText, hasWordBeginning, isOwnWord, spaceOut } from '../../fold.ts';
import { PLACES } from './note-parts.ts';
import type { Plan } from './plan.ts';

/**
 * What a note has to fulfil that the full text cannot tell: part of a WHERE in which `$id` stands for its id, and `$time(<)` for
 * comparing its file's time.
 */
export interface Condition {
  sql: string;
  params: (string | number)[];
}

/**
 * Something to try on a value of a note, from within SQL. `null`: it cannot be told. `places` are those of {@link PLACES}: while SQL
 * runs, nothing else can be asked.
 */
export type ValueTest = (value: string, places: string) => boolean | null;

/** What notes have to fulfil, as the index can be asked. */
export interface Asked {
  /** An FTS5 expression; `null` where the search has none. */
  match: string | null;
  /** What else the index can tell at once. */
  where: Condition | null;
  /** What notes have to be read from disk for. */
  reading: Condition | null;
}

/** A word that is only begun. */
export interface Begun {
  /** What finds it among names: an expression for `entry_words`. */
  names: string;
  /** The number of the test whether names, each on a line, have it. */
  test: number;
  /** An FTS5 expression of all the other words; `null` where there are none. */
  rest: string | null;
}

/** A plan as the index can be asked. */
export interface CompiledSearch extends Asked {
  /** Whether a letter or two are all that is there of a word, which most notes then have. */
  isBegun: boolean;
  /** Where such a word ends the search by itself, and not a phrase. */
  begun: Begun | null;
  /** `match`, but that all words that may stand anywhere stand in the title; `null` where there are none. */
  named: string | null;
  /** What `note_test(number, value, places)` calls. */
  tests: ValueTest[];
}

/** Which notes are of some time: of the rambles these, of the others those whose file's time is before, or not before, an edge. */
export interface DateTest {
  rambles: number[];
  allRambles: number[];
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
    .toSorted((a, b) => costOf(a) - costOf(b));
  const conditionsOf = (some: Plan[]) => some.map((part) => conditionOf(part, make, tests));
  const text: Plan = { kind: 'all', parts: [...wanted, ...unwanted] };
  const read = conditionsOf(others.filter((part) => costOf(part) === READING));
  const reading = read.length === 0 ? null : joined(read);
  const told = conditionsOf(others.filter((part) => costOf(part) < READING));
  const where = told.length === 0 ? null : joined(told);
  const match = wanted.length === 0 ? null : expressionOf(text);
  const named = wanted.some((part) => has(part, isAnywhere)) ? expressionOf(text, isAnywhere) : null;
  const isOneBegun = wanted.some((part) => has(part, isBegun));
  return {
    match,
    where,
    reading,
    isBegun: isOneBegun,
    begun: begunOf(wanted, unwanted, tests),
    named,
    tests,
  };
}

/**
 * The word at the end of a search of which only a letter or two is there, and the others: names have an index of what words begin with,
 * where the full text would have to put together all the words that begin so.
 */
function begunOf(wanted: Plan[], unwanted: Plan[], tests: ValueTest[]): Begun | null {
  // What is begun is the last, and that index knows no phrases.
  const last = wanted.find((part) => part.kind === 'words' && part.words.length === 1 && isBegun(part));
  if (last?.kind !== 'words') return null;
  const [start = ''] = last.words;
  const rest = wanted.filter((part) => part !== last);
  // It knows no NOT without something to take away from.
  if (rest.length === 0 && unwanted.length > 0) return null;
  return {
    names: `{name} : ${wordsExpression(last)}`,
    test: tests.push((called) => hasWordBeginning(foldText(called), start)) - 1,
    rest: rest.length === 0 ? null : expressionOf({ kind: 'all', parts: [...rest, ...unwanted] }),
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

const SHORT = 2;
type Words = Plan & { kind: 'words' };

const isAnywhere = ({ scope }: Words) => scope === null;

/** Whether it asks for a word, or a phrase that ends in one, of which hardly anything is there: most notes have one that begins so. */
function isBegun({ words, scope, open }: Words): boolean {
  const last = words.at(-1) ?? '';
  return open && scope === null && last.length <= SHORT && !isOwnWord(last);
}

function has(plan: Plan, such: (words: Words) => boolean): boolean {
  if (plan.kind === 'all' || plan.kind === 'any') return plan.parts.some((part) => has(part, such));
  return plan.kind === 'words' && such(plan);
}

const COLUMNS = { mine: '{mine} : ', quoted: '{quoted} : ', heading: '{headings} : ' };
const NAMED = '{title} : ';

/** User text is only ever a quoted string to FTS5, never syntax. */
function wordsExpression({ words, open }: Words): string {
  return `"${spaceOut(words.join(' ')).replaceAll('"', '""').replaceAll('\0', ' ')}"${open ? '*' : ''}`;
}

/** `isNamed` words have to stand in the title. */
function expressionOf(plan: Plan, isNamed: (words: Words) => boolean = () => false): string {
  switch (plan.kind) {
    case 'words': {
      const columns = plan.scope === null ? '' : COLUMNS[plan.scope];
      return `${isNamed(plan) ? NAMED : columns}${wordsExpression(plan)}`;
    }
    case 'any':
      return `(${plan.parts.map((part) => expressionOf(part, isNamed)).join(' OR ')})`;
    case 'all': {
      const wanted = plan.parts
        .filter((part) => part.kind !== 'not')
        .map((part) => expressionOf(part, isNamed));
      return plan.parts.reduce(
        (whole, part) => (part.kind === 'not' ? `(${whole} NOT ${expressionOf(part.part)})` : whole),
        `(${wanted.join(' AND ')})`,
      );
    }
    default:
      throw new Error(`${plan.kind} is not for the full text`);
  }
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

/** All of the conditions, or any. */
export function joined(conditions: Condition[], by: ' AND ' | ' OR ' = ' AND '): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(by)})`,
    params: conditions.flatMap(({ params }) => params),
  };
}

function conditionOf(plan: Plan, make: TestMaker, tests: ValueTest[]): Condition {
  const testNumber = (test: ValueTest) => tests.push(test) - 1;
  if (isFullText(plan))
    return { sql: '$id IN (SELECT rowid FROM words WHERE words MATCH ?)', params: [expressionOf(plan)] };
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
      return dateCondition(plan, make.date(plan));
    case 'regex':
      return { sql: regexSql(plan.where), params: [testNumber(make.regex(plan))] };
    case 'words':
      throw new Error('words are for the full text');
  }
}

function tagCondition({ key, open }: Plan & { kind: 'tag' }): Condition {
  const ids = '$id IN (SELECT note_id FROM tags WHERE';
  if (open) return { sql: `${ids} key >= ? AND key < ?)`, params: [key, `${key}\u{10ffff}`] };
  // '0' is the character after '/'.
  return { sql: `${ids} key = ? OR (key >= ? AND key < ?))`, params: [key, `${key}/`, `${key}0`] };
}

/**
 * SQLite's LIKE folds ASCII as we do, and is quick; names with other letters are looked at one by one. Both columns have an index that
 * is read instead of the whole table.
 */
function nameCondition({ of, needle }: Plan & { kind: 'name' }, test: number): Condition {
  const column = of === 'path' ? 'path' : 'name_key';
  const others = `(length(${column}) <> octet_length(${column}) AND note_test(?, ${column}))`;
  const ids = (condition: string) => `$id IN (SELECT id FROM notes WHERE ${condition})`;
  if (!/^[ -~]*$/.test(needle)) return { sql: ids(others), params: [test] };
  const pattern = `%${needle.replace(/[\\%_]/g, '\\$&')}%`;
  return { sql: ids(`${column} LIKE ? ESCAPE '\\' OR ${others}`), params: [pattern, test] };
}

function dateCondition({ side }: Plan & { kind: 'date' }, date: DateTest): Condition {
  const ids = 'SELECT value FROM json_each(?)';
  return {
    sql: `($id IN (${ids}) OR ($time(${side === 'before' ? '<' : '>='}) AND $id NOT IN (${ids})))`,
    params: [JSON.stringify(date.rambles), date.edgeMs, JSON.stringify(date.allRambles)],
  };
}

function regexSql(where: Field | null): string {
  switch (where) {
    case 'tag':
      return 'EXISTS (SELECT 1 FROM tags t WHERE t.note_id = $id AND note_test(?, t.tag))';
    case 'heading':
      return 'EXISTS (SELECT 1 FROM headings h WHERE h.note_id = $id AND note_test(?, h.text))';
    case 'file':
      return '(SELECT note_test(?, name) FROM notes WHERE id = $id)';
    default:
      return `(SELECT note_test(?, path${where === null || where === 'path' ? '' : `, ${PLACES}`}) FROM notes WHERE id = $id)`;
  }
}
