import { RambleError } from '../../../contract/errors.ts';
import type { SearchAnswer } from '../../../contract/find.ts';
import { DEFAULT_NAME_PATTERN } from '../../../core/journal/ramble-name.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import { parseQuery } from '../../../core/search/parse-query.ts';
import type { StopSign } from '../../newest-only.ts';
import { statementOf } from '../../sqlite.ts';
import { ENTRY_KINDS } from '../schema.ts';
import type { QueryContext } from './context.ts';
import { readNoteText } from './note-lines.ts';
import { RegexGuard } from './search/guarded-regex.ts';
import { matchingLines } from './search/matching-lines.ts';
import { partsIn } from './search/note-parts.ts';
import { planOf } from './search/plan.ts';
import {
  type Asked,
  type Begun,
  type CompiledSearch,
  type Condition,
  compileSearch,
  joined,
} from './search/to-sql.ts';
import { testMaker, withTests } from './search/value-tests.ts';

/** Ranked beyond those that are shown: of several that are as good, the first by path are shown. */
const MARGIN = 100;
/** To rank one takes about a thousandth of a millisecond. */
const MANY = 20_000;
/** How long regular expressions may take, in milliseconds: where it will be asked again soon, and where it is asked once. */
const REGEX_TIME = { live: 300, once: 2000 };
/** Marking lines may take as long again, once. */
const MARKING_TIME = 200;

export interface SearchOptions {
  limit: number;
  /** The end of the query may not be finished. */
  typing?: boolean;
  /** The pattern of rambles' names, for `before:` and `after:`. */
  namePattern?: string;
  /** Who asks asks again whenever something is different, and stops what is not answered by then. */
  stop?: StopSign;
  /** Of more notes than these not all are ranked: those whose titles have the words, and so many that were changed last. */
  many?: number;
}

/** A word in a title counts as much as twenty in the text, one in a heading as four. */
const SCORE = 'bm25(words, 20, 4, 1, 1, 1)';

interface Row {
  path: string;
  title: string;
  score: number;
}

/**
 * The notes that a query means, each with up to three lines that show it: best first where it asks for words, else the latest changed
 * first. A query that is wrong is answered with where.
 */
export function textSearch({ db, root }: QueryContext, query: string, options: SearchOptions): SearchAnswer {
  const { limit, typing = false, namePattern = DEFAULT_NAME_PATTERN, stop = null, many = MANY } = options;
  const parsed = parseQuery(query, typing);
  if (!parsed.ok) return { error: parsed.error };
  const plan = parsed.query === null ? null : planOf(parsed.query);
  if (plan === null) return { hits: [], partial: null };
  const guard = new RegexGuard(typing || stop !== null ? REGEX_TIME.live : REGEX_TIME.once, stop);
  const readText = (path: string) => readNoteText(root, path);
  const compiled = compileSearch(plan, testMaker({ db, guard, namePattern, readText }));
  const rows = withTests(db, compiled.tests, () => rowsOf(db, compiled, limit, many));
  const partsOf = partsIn(db);
  const marking = new RegexGuard(MARKING_TIME);
  const hits = rows.map(({ path, title }) => {
    const text = readText(path);
    const found =
      text === null ? { lines: [], more: 0 } : matchingLines({ text, parts: partsOf(path) }, plan, marking);
    return { path: path as NotePath, title, ...found };
  });
  if (guard.stopped) throw new RambleError('superseded', 'A newer question took the place of this one.');
  return { hits, partial: guard.ranOut ? RAN_OUT : null };
}

const RAN_OUT =
  'There was no time to try the regular expression on every note. Add a word, a tag or a date to narrow it.';

function rowsOf(db: QueryContext['db'], search: CompiledSearch, limit: number, many: number): Row[] {
  for (const narrower of narrowed(db, search, many)) {
    const rows = askedOf(db, narrower, limit);
    if (rows.length === limit) return rows;
  }
  return askedOf(db, search, limit);
}

/** Searches for those notes that are likelier to be meant than all others, the likeliest first: for where they are enough. */
function narrowed(
  db: QueryContext['db'],
  { match, where, reading, begun, named, isBegun }: CompiledSearch,
  many: number,
): Asked[] {
  // Whoever typed a letter or two means a name.
  if (begun !== null) return [{ match: null, where: begunIn(db, begun, where, many), reading }];
  const titled = named === null ? [] : [{ match: named, where, reading }];
  if (isBegun) return titled;
  // What else is asked for leaves few, or has to be looked at note by note.
  if (match === null || where !== null || reading !== null || !findsMany(db, match, many)) return [];
  const latest = { sql: LATEST, params: [many] };
  if (named === null) return [{ match, where: latest, reading }];
  const likely = joined([latest, { sql: HAVING, params: [named] }], ' OR ');
  return [...titled, { match, where: likely, reading }];
}

/** That a note’s name has the word that is begun, and the note the others. */
function begunIn(
  db: QueryContext['db'],
  { names, test, rest }: Begun,
  where: Condition | null,
  many: number,
): Condition {
  const isOften = statementOf(db, 'SELECT 1 FROM entry_words WHERE entry_words MATCH ? LIMIT 1 OFFSET ?');
  // To know all of them is dear; so many are met soon by looking at one note after the other, the latest first.
  const name =
    isOften.get(names, Math.floor(many / 4)) === undefined
      ? { sql: CALLED, params: [names] }
      : { sql: CALLED_EACH, params: [test] };
  const others = rest === null ? [] : [{ sql: HAVING, params: [rest] }];
  return joined([...(where === null ? [] : [where]), ...others, name]);
}

const CALLED = `$id IN (SELECT e.note_id FROM entry_words JOIN entries e ON e.id = entry_words.rowid
  WHERE entry_words MATCH ? AND e.kind IN (${(['title', 'alias'] as const).map((kind) => ENTRY_KINDS.indexOf(kind)).join()}))`;
const CALLED_EACH = `(SELECT note_test(?, title || char(10) ||
    coalesce((SELECT group_concat(alias, char(10)) FROM aliases WHERE note_id = $id), ''))
  FROM notes WHERE id = $id)`;
/** All of one time, so that the same vault gives the same answer. */
const LATEST = `$id IN (SELECT id FROM notes WHERE mtime_ms >=
  (SELECT mtime_ms FROM notes ORDER BY mtime_ms DESC LIMIT 1 OFFSET ? - 1))`;
// With the plus SQLite does not begin with these, who may be many.
const HAVING = '+$id IN (SELECT rowid FROM words WHERE words MATCH ?)';

function findsMany(db: QueryContext['db'], match: string, many: number): boolean {
  const last = statementOf<[], number | null>(db, 'SELECT max(id) FROM notes').pluck().get() ?? 0;
  const found = 'SELECT 1 FROM words WHERE words MATCH ? LIMIT 1 OFFSET ?';
  return last > many && statementOf(db, found).get(match, many) !== undefined;
}

function askedOf(db: QueryContext['db'], asked: Asked, limit: number): Row[] {
  const { match } = asked;
  return match === null ? latestOf(db, asked, limit) : rankedOf(db, match, asked, limit);
}

const placed = ({ sql }: Condition, id: string, time: string) =>
  sql
    .replaceAll('$id', id)
    .replace(/\$time\((<|>=)\)/g, (_, compared: string) => time.replace('$compared', compared));

function latestOf(db: QueryContext['db'], { where, reading }: Asked, limit: number): Row[] {
  const conditions = [where, reading].filter((one) => one !== null);
  return db
    .prepare<unknown[], Row>(
      `SELECT n.path, n.title, 0 AS score FROM notes n
       WHERE ${['1', ...conditions.map((condition) => placed(condition, 'n.id', 'n.mtime_ms $compared ?'))].join(' AND ')}
       ORDER BY n.mtime_ms DESC, n.path LIMIT ?`,
    )
    .all(...conditions.flatMap(({ params }) => params), limit);
}

function rankedOf(db: QueryContext['db'], match: string, { where, reading }: Asked, limit: number): Row[] {
  // With the plus SQLite does not ask the full text once for each id.
  const time = '+words.rowid IN (SELECT id FROM notes WHERE mtime_ms $compared ?)';
  const params = [match, ...(where?.params ?? [])];
  const fitting = `words MATCH ?${where === null ? '' : ` AND ${placed(where, '+words.rowid', time)}`}`;
  if (reading === null) {
    const rows = db
      .prepare<unknown[], Row>(
        `SELECT n.path, n.title, w.score FROM
           (SELECT words.rowid AS id, ${SCORE} AS score FROM words WHERE ${fitting} ORDER BY score LIMIT ?) w
         JOIN notes n ON n.id = w.id`,
      )
      .all(...params, limit + MARGIN)
      .sort((a, b) => a.score - b.score || (a.path < b.path ? -1 : 1));
    const isCutAmongEquals = rows.length === limit + MARGIN && rows[limit - 1]?.score === rows.at(-1)?.score;
    if (!isCutAmongEquals) return rows.slice(0, limit);
  }
  // The bound on the inner rows is none; it keeps SQLite from reading notes before they are in order.
  return db
    .prepare<unknown[], Row>(
      `SELECT path, title, score FROM
         (SELECT w.id, n.path, n.title, n.mtime_ms, w.score FROM
            (SELECT words.rowid AS id, ${SCORE} AS score FROM words WHERE ${fitting}) w
          JOIN notes n ON n.id = w.id ORDER BY w.score, n.path LIMIT -1) found
       ${reading === null ? '' : `WHERE ${placed(reading, 'found.id', 'found.mtime_ms $compared ?')}`} LIMIT ?`,
    )
    .all(...params, ...(reading?.params ?? []), limit);
}
