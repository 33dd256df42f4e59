import { type Database, statementOf } from '../../sqlite.ts';
import { spaceOut, wordsOf } from '../fold.ts';
import { ENTRY_KINDS, type EntryKind } from '../schema.ts';

export const MAX_WORDS = 8;
const MOST_TRIGRAMS = 60;
/** The most of each kind of candidate. */
const CANDIDATES = 100;
/** With so many whose words begin as the query's, nobody looks within words. */
const ENOUGH = 60;
/** A trigram that so many entries hold says little about which is meant: of these only the latest are counted. */
const COMMON = 1000;

/** An entry that may be meant. Of the many of them hardly any is shown, so this is what ranking needs: `key` is folded. */
export interface Candidate {
  id: number;
  /** The id of its note. */
  note: number;
  kind: EntryKind;
  key: string;
}

/** Of words that long two swapped letters are looked for: in three, any would be another word. */
const SHORTEST_SWAPPED = 4;
const LONGEST_SWAPPED = 20;

type Column = 'name' | 'heading';
type Table = 'entry_words' | 'entry_grams';
type Row = [id: number, note: number, kind: number, key: string];

const ROWS = 'SELECT e.id, e.note_id, e.kind, e.key FROM entries e';
const BY_PREFIX = `${ROWS} WHERE e.kind = ? AND e.key >= ? AND e.key < ? ORDER BY e.key LIMIT 60`;
const OF_NOTE = `${ROWS} WHERE e.note_id = ? AND e.kind < 3`;
/** The shortest first: the letters stand closest there. */
const BY_LETTERS = `${ROWS} WHERE e.kind < 2 AND e.key LIKE ? ORDER BY length(e.key) LIMIT 100`;
const BY_IDS = `${ROWS} WHERE e.id IN (SELECT value FROM json_each(?))`;

/**
 * The entries that a folded query may mean: by whole keys, starts of words and what stands within words, and where these find no name, by
 * trigrams and letters in order. `recents` are the ids of notes whose entries are among them in any case.
 */
export function entryCandidates(
  db: Database,
  wanted: string,
  kinds: readonly EntryKind[],
  recents: readonly number[],
): Candidate[] {
  const rows = new Map<number, Row>();
  const add = (found: Row[]) => {
    for (const row of found) rows.set(row[0], row);
  };
  // Until all notes are in there is no index of keys; the starts of words find nearly the same.
  if (statementOf(db, `SELECT 1 FROM sqlite_schema WHERE name = 'entries_by_key'`).get() !== undefined)
    for (const kind of kinds)
      add(rowsOf(db, BY_PREFIX).all(ENTRY_KINDS.indexOf(kind), wanted, `${wanted}\u{10ffff}`));
  const [only, another] = wanted.split(' ');
  const isOneWord = only !== undefined && another === undefined && /^[\p{L}\p{N}]{2,}$/u.test(only);
  const wantsNames = kinds.some((kind) => kind !== 'heading');
  if (isOneWord && wantsNames) add(matching(db, 'entry_words').all(`{initials} : ${quoted(only)}*`));
  const held = wantsNames ? holdingWords(db, wanted, 'name') : [];
  add(held);
  const heldByHeadings = kinds.includes('heading') ? holdingWords(db, wanted, 'heading') : [];
  add(heldByHeadings);
  // What no name holds may be mistyped.
  const columns: Column[] = [];
  if (held.length === 0 && wantsNames) columns.push('name');
  if (held.length + heldByHeadings.length === 0 && kinds.includes('heading')) columns.push('heading');
  for (const column of columns) {
    add(holdingOthers(db, wanted, column));
    add(alike(db, wanted, column));
    // Or it is letters in order, with others between: every title is looked at.
    if (column === 'name' && isOneWord && only.length > 2)
      add(rowsOf(db, BY_LETTERS).all(`%${[...only].join('%')}%`));
  }
  for (const note of recents.slice(0, 30)) add(rowsOf(db, OF_NOTE).all(note));
  return [...rows.values()].flatMap(([id, note, kindAt, key]) => {
    const kind = ENTRY_KINDS[kindAt] ?? 'heading';
    return kinds.includes(kind) ? [{ id, note, kind, key }] : [];
  });
}

/** Entries with every word of the query at the beginning of a word and, where these are not enough, with all of its trigrams. */
function holdingWords(db: Database, wanted: string, column: Column): Row[] {
  const starts = startsOf(wanted);
  if (starts.length === 0) return [];
  const begun = matching(db, 'entry_words').all(`{${column}} : (${starts.join(' AND ')})`);
  // Those beside each other and the last: the ones between say hardly more, and each takes as long.
  const grams = trigramsOf(wanted, 3);
  if (begun.length >= ENOUGH || grams.length === 0) return begun;
  const within = matching(db, 'entry_grams').all(`{${column}} : (${grams.map(quoted).join(' AND ')})`);
  return [...new Map([...begun, ...within].map((row) => [row[0], row])).values()];
}

/** Entries with all the words of the query that some entry has: the others may be mistyped. */
function holdingOthers(db: Database, wanted: string, column: Column): Row[] {
  const starts = startsOf(wanted);
  const known = starts.filter((start) => isThere(db, `{${column}} : ${start}`));
  if (known.length === 0 || known.length === starts.length) return [];
  return matching(db, 'entry_words').all(`{${column}} : (${known.join(' AND ')})`);
}

function isThere(db: Database, match: string): boolean {
  const first = statementOf(db, 'SELECT 1 FROM entry_words WHERE entry_words MATCH ? LIMIT 1');
  return first.get(match) !== undefined;
}

/**
 * What a folded query means where two letters of a word were swapped as it was typed, so that no name begins with it; `null` where that makes
 * nothing of it that there is. Of a short word hardly a trigram is left by it.
 */
export function withoutSwaps(db: Database, wanted: string, kinds: readonly EntryKind[]): string | null {
  const columns = [
    kinds.some((kind) => kind !== 'heading') ? 'name' : '',
    kinds.includes('heading') ? 'heading' : '',
  ];
  const begins = (word: string) =>
    startsOf(word).every((start) => isThere(db, `{${columns.join(' ')}} : ${start}`));
  const meant: string[] = [];
  for (const word of wanted.split(' ').slice(0, MAX_WORDS)) {
    const found = begins(word) ? word : swapsOf(word).find(begins);
    if (found === undefined) return null;
    meant.push(found);
  }
  const corrected = meant.join(' ');
  return corrected === wanted ? null : corrected;
}

/** A word with each two of its letters swapped that stand beside each other. */
function swapsOf(word: string): string[] {
  const letters = [...word];
  if (letters.length < SHORTEST_SWAPPED || letters.length > LONGEST_SWAPPED) return [];
  return letters.slice(1).flatMap((letter, at) => {
    if (letter === letters[at]) return [];
    return letters
      .with(at, letter)
      .with(at + 1, letters[at] ?? '')
      .join('');
  });
}

/** What finds the words of a query as starts of words. */
const startsOf = (wanted: string) =>
  [...wordsOf(wanted)].slice(0, MAX_WORDS).map(({ key }) => `${quoted(spaceOut(key))}*`);

/** The entries that share the most trigrams with the query. */
function alike(db: Database, wanted: string, column: Column): Row[] {
  const holding = (match: string, limit: number) => {
    const sql = `SELECT rowid FROM entry_grams WHERE entry_grams MATCH ? ORDER BY rowid DESC LIMIT ${limit}`;
    return statementOf<unknown[], number>(db, sql).pluck().all(`{${column}} : (${match})`);
  };
  const shared = new Map<number, number>();
  const common: string[] = [];
  for (const gram of trigramsOf(wanted)) {
    const ids = holding(quoted(gram), COMMON);
    if (ids.length === COMMON) common.push(quoted(gram));
    for (const id of ids) shared.set(id, (shared.get(id) ?? 0) + 1);
  }
  // Of a common one only the latest entries were counted.
  if (common.length > 1)
    for (const id of holding(common.join(' AND '), CANDIDATES))
      shared.set(id, Math.max(shared.get(id) ?? 0, common.length));
  const best = [...shared].sort(([, a], [, b]) => b - a).slice(0, 2 * CANDIDATES);
  return rowsOf(db, BY_IDS).all(JSON.stringify(best.map(([id]) => id)));
}

function matching(db: Database, table: Table) {
  return rowsOf(
    db,
    `${ROWS} WHERE e.id IN (SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ${CANDIDATES})`,
  );
}

/** User text is only ever a quoted string to FTS5, never syntax. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('\0', ' ')}"`;
}

/** Every `step`th trigram of each word, and its last. */
function trigramsOf(text: string, step = 1): string[] {
  const found = new Set<string>();
  for (const word of text.split(' ')) {
    const characters = [...word];
    const last = characters.length - 3;
    for (
      let at = 0;
      at <= last && found.size < MOST_TRIGRAMS;
      at = at < last ? Math.min(at + step, last) : at + 1
    )
      found.add(characters.slice(at, at + 3).join(''));
  }
  return [...found];
}

const rowsOf = (db: Database, sql: string) => statementOf<unknown[], Row>(db, sql).raw();
