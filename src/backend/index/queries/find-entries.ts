import Fuse from 'fuse.js';
import type { Database } from '../../sqlite.ts';
import { foldText, initialsOf, spaceOut, wordsOf } from '../fold.ts';
import { ENTRY_KINDS, type EntryKind } from '../schema.ts';

const MAX_QUERY = 200;
const MAX_WORDS = 8;
/** Fuse looks for at most 32 characters at once. */
const MAX_WORD = 32;
const CANDIDATES = 250;
/** With so many notes that hold every word of the query, nobody looks for those that are only alike. */
const ENOUGH = 60;
/** With so few, letters that stand apart are looked for too. */
const FEW = 60;

/** What quick open knows of a note: its title, an alias, its path or one of its headings. */
export interface Entry {
  path: string;
  title: string;
  kind: EntryKind;
  text: string;
  line: number | null;
  /** The lower, the better. */
  score: number;
}

interface Row {
  id: number;
  path: string;
  title: string;
  kind: number;
  text: string;
  key: string;
  line: number | null;
}

const ROWS = `SELECT e.id, n.path, n.title, e.kind, e.text, e.key, e.line FROM entries e JOIN notes n ON n.id = e.note_id`;
/** The shortest first: the letters stand closest there. */
const BY_LETTERS = `${ROWS} WHERE e.kind < 2 AND e.key LIKE ? ORDER BY length(e.key) LIMIT 100`;
const KIND_PENALTY: Record<EntryKind, number> = { title: 0, alias: 0.05, path: 0.3, heading: 1.2 };
const RECENT_BONUS = 0.4;

/**
 * The entries that a query may mean, best first: candidates by whole keys, starts of words and trigrams, then ranked by Fuse.
 * `recents` are paths, the likeliest first. An empty query finds nothing.
 */
export function findEntries(
  db: Database,
  query: string,
  kinds: readonly EntryKind[],
  recents: readonly string[],
): Entry[] {
  const wanted = foldText(query.slice(0, MAX_QUERY)).replace(/\s+/g, ' ').trim();
  if (wanted === '') return [];
  const rows = candidates(db, wanted, kinds, recents);
  const recent = new Map(recents.map((path, at) => [path, RECENT_BONUS / (1 + at / 5)]));
  const words = wanted.split(' ').slice(0, MAX_WORDS);
  const letters = wanted.replace(/[^\p{L}\p{N}]/gu, '');
  const fuzzy = fuzzyScores(rows, words);
  return rows
    .flatMap((row) => {
      const kind = ENTRY_KINDS[row.kind] ?? 'title';
      const tier = tierOf(row.key, kind, wanted, words);
      const distance =
        tier < 4 ? (fuzzy.get(row.id) ?? 0) : (fuzzy.get(row.id) ?? spreadOf(row.key, letters));
      if (distance === null) return [];
      const score = tier + distance * 0.9 + KIND_PENALTY[kind] - (recent.get(row.path) ?? 0);
      return [{ path: row.path, title: row.title, kind, text: row.text, line: row.line, score }];
    })
    .sort((a, b) => a.score - b.score || a.text.length - b.text.length || (a.path < b.path ? -1 : 1));
}

function fuzzyScores(rows: Row[], words: string[]): Map<number, number> {
  const fuse = new Fuse(rows, { keys: ['key'], threshold: 0.4, ignoreLocation: true, includeScore: true });
  const patterns = words.map((word) => word.slice(0, MAX_WORD));
  const [only] = patterns;
  const found =
    patterns.length === 1 && only !== undefined
      ? fuse.search(only)
      : fuse.search({ $and: patterns.map((word) => ({ key: word })) });
  return new Map(found.map(({ item, score }) => [item.id, score ?? 0]));
}

/** How far apart the letters stand in a key that holds all of them in order, 0 to 1; `null` where it does not. */
function spreadOf(key: string, letters: string): number | null {
  let best: number | null = null;
  // The closest of the places where they could begin.
  for (
    let start = key.indexOf(letters[0] ?? ' ');
    start >= 0;
    start = key.indexOf(letters[0] ?? ' ', start + 1)
  ) {
    let at = start;
    for (const letter of letters.slice(1)) {
      at = key.indexOf(letter, at + 1);
      if (at < 0) return best;
    }
    const spread = (at - start + 1 - letters.length) / key.length;
    if (best === null || spread < best) best = spread;
  }
  return best;
}

/** 0 the same, 1 begins with the query, 2 every word begins a word, 3 holds it somewhere, 4 only alike. */
function tierOf(key: string, kind: EntryKind, wanted: string, words: string[]): number {
  const name = kind === 'path' ? key.slice(key.lastIndexOf('/') + 1) : key;
  if (key === wanted || name === wanted) return 0;
  if (key.startsWith(wanted) || name.startsWith(wanted)) return 1;
  const starts = [...wordsOf(key)].map((word) => word.key);
  if (words.every((word) => starts.some((start) => start.startsWith(word)))) return 2;
  const [only, another] = words;
  if (another === undefined && only !== undefined && only.length > 1 && initialsOf(key).startsWith(only))
    return 2.5;
  return words.every((word) => key.includes(word)) ? 3 : 4;
}

function candidates(
  db: Database,
  wanted: string,
  kinds: readonly EntryKind[],
  recents: readonly string[],
): Row[] {
  const rows = new Map<number, Row>();
  const add = (found: Row[]) => {
    for (const row of found) rows.set(row.id, row);
  };
  const prefix = db.prepare<[number, string, string], Row>(
    `${ROWS} WHERE e.kind = ? AND e.key >= ? AND e.key < ? ORDER BY e.key LIMIT 60`,
  );
  // Until all notes are in there is no index of keys; the starts of words find nearly the same.
  if (db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'entries_by_key'`).get() !== undefined)
    for (const kind of kinds) add(prefix.all(ENTRY_KINDS.indexOf(kind), wanted, `${wanted}\u{10ffff}`));
  const columns = kinds.includes('heading') ? ['name', 'heading'] : ['name'];
  const starts = [...wordsOf(wanted)].slice(0, MAX_WORDS).map(({ key }) => `${quoted(spaceOut(key))}*`);
  const grams = trigrams(wanted);
  const byWords = matching(db, 'entry_words', 'rowid DESC');
  const byGrams = matching(db, 'entry_grams', 'rank');
  for (const column of columns) {
    const begun = starts.length > 0 ? byWords.all(`{${column}} : (${starts.join(' AND ')})`) : [];
    add(begun);
    // Ranking by trigrams is the dear part, and is there for what was mistyped.
    if (grams.length > 0 && begun.length < ENOUGH)
      add(byGrams.all(`{${column}} : (${grams.map(quoted).join(' OR ')})`));
  }
  const [only, another] = wanted.split(' ');
  if (only !== undefined && another === undefined && /^[\p{L}\p{N}]{2,}$/u.test(only)) {
    add(byWords.all(`{initials} : ${quoted(only)}*`));
    // Letters in order, others between: every title is looked at, so only where nothing else was found.
    if (rows.size < FEW && only.length > 2)
      add(db.prepare<[string], Row>(BY_LETTERS).all(`%${[...only].join('%')}%`));
  }
  const ofNote = db.prepare<[string], Row>(`${ROWS} WHERE n.path = ? AND e.kind < 3`);
  for (const path of recents.slice(0, 30)) add(ofNote.all(path));
  return [...rows.values()].filter((row) => kinds.includes(ENTRY_KINDS[row.kind] ?? 'heading'));
}

function matching(db: Database, table: 'entry_words' | 'entry_grams', order: 'rowid DESC' | 'rank') {
  return db.prepare<[string], Row>(
    `${ROWS} WHERE e.id IN (SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY ${order} LIMIT ${CANDIDATES})`,
  );
}

/** User text is only ever a quoted string to FTS5, never syntax. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('\0', ' ')}"`;
}

function trigrams(text: string): string[] {
  const found = new Set<string>();
  for (const word of text.split(' ')) {
    const characters = [...word];
    for (let at = 0; at + 3 <= characters.length && found.size < 60; at += 1)
      found.add(characters.slice(at, at + 3).join(''));
  }
  return [...found];
}
