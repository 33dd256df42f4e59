import type { SearchAnswer } from '../../../contract/find.ts';
import { DEFAULT_NAME_PATTERN } from '../../../core/journal/ramble-name.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import { parseQuery } from '../../../core/search/parse-query.ts';
import type { QueryContext } from './context.ts';
import { readNoteText } from './note-lines.ts';
import { withCommonWords } from './search/common-words.ts';
import { RegexGuard } from './search/guarded-regex.ts';
import { matchingLines } from './search/matching-lines.ts';
import { type Plan, planOf } from './search/plan.ts';
import { type CompiledSearch, compileSearch } from './search/to-sql.ts';
import { testMaker, withTests } from './search/value-tests.ts';

/** Ranking every note that holds a common word is what would make it slow. */
const CANDIDATES = 1000;
/** Of those beyond, so many that have it in their title. */
const TITLES = 300;
/** A regular expression has to read each of them. */
const CANDIDATES_READ = 200;
/** How long regular expressions may take, in milliseconds: while somebody types, and else. */
const REGEX_TIME = { typing: 300, asked: 2000 };
/** Marking lines may take as long again, once. */
const MARKING_TIME = 200;

export interface SearchOptions {
  limit: number;
  /** The end of the query may not be finished. */
  typing?: boolean;
  /** The pattern of rambles' names, for `before:` and `after:`. */
  namePattern?: string;
}

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
  const { limit, typing = false, namePattern = DEFAULT_NAME_PATTERN } = options;
  const parsed = parseQuery(query, typing);
  if (!parsed.ok) return { error: parsed.error };
  const plan = parsed.query === null ? null : planOf(parsed.query, typing);
  if (plan === null) return { hits: [], partial: null };
  const guard = new RegexGuard(typing ? REGEX_TIME.typing : REGEX_TIME.asked);
  const readText = (path: string) => readNoteText(root, path);
  const make = testMaker({ db, guard, namePattern, readText });
  const rowsFor = (what: Plan) => {
    const compiled = compileSearch(what, make);
    return withTests(db, compiled.tests, () => rowsOf(db, compiled, limit));
  };
  const common = withCommonWords(plan, db, readText);
  const quick = common === null ? null : rowsFor(common);
  // As many as are ever ranked: the rest of the words would only change which.
  const rows = quick?.full === true ? quick.rows : rowsFor(plan).rows;
  const marking = new RegexGuard(MARKING_TIME);
  const hits = rows.map(({ path, title }) => {
    const text = readText(path);
    const found = text === null ? { lines: [], more: 0 } : matchingLines(text, plan, marking);
    return { path: path as NotePath, title, ...found };
  });
  return { hits, partial: guard.ranOut ? RAN_OUT : null };
}

const RAN_OUT =
  'There was no time to try the regular expression on every note. Add a word, a tag or a date to narrow it.';

function rowsOf(
  db: QueryContext['db'],
  compiled: CompiledSearch,
  limit: number,
): { rows: Row[]; full: boolean } {
  const { match, where, readsFiles } = compiled;
  const conditionOn = (id: string, time: string) =>
    where?.sql.replaceAll('$id', id).replace(/\$time\((<|>=)\)/g, time) ?? '1';
  const params = where?.params ?? [];
  if (match === null) {
    const latest = db
      .prepare<unknown[], Row>(
        `SELECT n.path, n.title, 0 AS score FROM notes n WHERE ${conditionOn('n.id', 'n.mtime_ms $1 ?')} ORDER BY n.mtime_ms DESC, n.path LIMIT ?`,
      )
      .all(...params, limit);
    return { rows: latest, full: false };
  }
  const most = readsFiles ? CANDIDATES_READ : CANDIDATES;
  // With the plus SQLite does not ask the full text once for each id.
  const condition = conditionOn('+words.rowid', '(SELECT mtime_ms FROM notes WHERE id = words.rowid) $1 ?');
  const rows = new Map<string, Row>();
  const ranked = db.prepare<unknown[], Row>(
    `SELECT n.path, n.title, w.score FROM
       (SELECT rowid AS id, bm25(words, 10, 4, 1, 1) AS score FROM words WHERE words MATCH ? AND ${condition}
        ORDER BY rowid DESC LIMIT ${most}) w
     JOIN notes n ON n.id = w.id`,
  );
  for (const row of ranked.all(match, ...params)) rows.set(row.path, row);
  const full = rows.size >= most;
  // Notes that have it in their title are never beyond the bound, and come first.
  const best = Math.min(0, ...[...rows.values()].map(({ score }) => score));
  if (full) {
    for (const row of titlesOf(db, compiled, condition, params)) {
      const known = rows.get(row.path);
      rows.set(row.path, { ...row, score: (known?.score ?? 0) + best });
    }
  }
  const ordered = [...rows.values()].sort((a, b) => a.score - b.score || (a.path < b.path ? -1 : 1));
  return { rows: ordered.slice(0, limit), full };
}

/** Notes that have what is wanted in their title: unranked, for counting how rare a word is takes longest. */
function titlesOf(
  db: QueryContext['db'],
  { inTitle, onlyWords }: CompiledSearch,
  condition: string,
  params: readonly unknown[],
): Row[] {
  if (inTitle === null) return [];
  if (onlyWords) {
    return db
      .prepare<unknown[], Row>(
        `SELECT DISTINCT n.path, n.title, 0 AS score FROM
           (SELECT rowid AS id FROM entry_words WHERE entry_words MATCH ? ORDER BY rowid DESC LIMIT ${TITLES}) w
         JOIN entries e ON e.id = w.id AND e.kind < 2 JOIN notes n ON n.id = e.note_id`,
      )
      .all(inTitle.replaceAll('{title} :', '{name} :'));
  }
  return db
    .prepare<unknown[], Row>(
      `SELECT n.path, n.title, 0 AS score FROM
         (SELECT rowid AS id FROM words WHERE words MATCH ? AND ${condition} ORDER BY rowid DESC LIMIT ${TITLES}) w
       JOIN notes n ON n.id = w.id`,
    )
    .all(inTitle, ...params);
}
