import Fuse from 'fuse.js';
import type { Database } from '../../sqlite.ts';
import { foldText, initialsOf, wordsOf } from '../fold.ts';
import { ENTRY_KINDS, type EntryKind } from '../schema.ts';
import { type EntryRow, entryCandidates, MAX_WORDS } from './entry-candidates.ts';

const MAX_QUERY = 200;
/** Fuse looks for at most 32 characters at once. */
const MAX_WORD = 32;

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

const KIND_PENALTY: Record<EntryKind, number> = { title: 0, alias: 0.05, path: 0.3, heading: 1.2 };
const RECENT_BONUS = 0.4;

/**
 * The entries that a query may mean, best first: candidates of the index, ranked by Fuse.
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
  const rows = entryCandidates(db, wanted, kinds, recents);
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

function fuzzyScores(rows: EntryRow[], words: string[]): Map<number, number> {
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
  const holdsAll = words.every((word) => key.includes(word));
  if (holdsAll) {
    const starts = [...wordsOf(key)].map((word) => word.key);
    if (words.every((word) => starts.some((start) => start.startsWith(word)))) return 2;
  }
  const [only, another] = words;
  if (another === undefined && only !== undefined && only.length > 1 && initialsOf(key).startsWith(only))
    return 2.5;
  return holdsAll ? 3 : 4;
}
