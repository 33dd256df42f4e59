import Fuse from 'fuse.js';
import { type Database, statementOf } from '../../sqlite.ts';
import { foldText, hasWordBeginning, initialsOf, wordsOf } from '../fold.ts';
import { AFTER_PATH, ENTRY_KINDS, type EntryKind } from '../schema.ts';
import { type Candidate, entryCandidates, MAX_WORDS, withoutSwaps } from './entry-candidates.ts';

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
/** Fuse's distance, 0 to 1, counts less than a tier. */
const DISTANCE_WEIGHT = 0.9;
const ONLY_ALIKE = 4;
/** Then what begins with the corrected query is before what is only alike. */
const SWAPPED_PENALTY = 2;

/** See {@link OF_THE_NOTE}; a path without its `.md`. */
const TEXT = `CASE e.kind WHEN ${ENTRY_KINDS.indexOf('title')} THEN n.title
  WHEN ${ENTRY_KINDS.indexOf('path')} THEN substr(n.path, 1, length(n.path) - 3) ELSE e.text END`;
const SHOWN = `SELECT e.id, n.path, n.title, ${TEXT} AS text, e.line FROM entries e JOIN notes n ON n.id = e.note_id
  WHERE e.id IN (SELECT value FROM json_each(?))`;
const NOTES = 'SELECT path, id FROM notes WHERE path IN (SELECT value FROM json_each(?))';

interface Scored extends Candidate {
  score: number;
}

/**
 * The entries that a query may mean, best first: candidates of the index, ranked by Fuse. As many as `limit` notes and headings need, a
 * note being found by several of its entries. `recents` are paths, the likeliest first. An empty query finds nothing.
 */
export function findEntries(
  db: Database,
  query: string,
  kinds: readonly EntryKind[],
  recents: readonly string[],
  limit: number,
): Entry[] {
  const wanted = foldText(query.slice(0, MAX_QUERY)).replace(/\s+/g, ' ').trim();
  if (wanted === '') return [];
  const found = entriesLike(db, wanted, kinds, recents, limit);
  if (found.some(({ score }) => score < ONLY_ALIKE - RECENT_BONUS)) return found;
  const meant = withoutSwaps(db, wanted, kinds);
  if (meant === null) return found;
  const best = new Map<string, Entry>();
  const keep = (entry: Entry) => {
    const key = JSON.stringify([entry.path, entry.kind, entry.text, entry.line]);
    if (entry.score < (best.get(key)?.score ?? Number.POSITIVE_INFINITY)) best.set(key, entry);
  };
  for (const entry of entriesLike(db, meant, kinds, recents, limit))
    keep({ ...entry, score: entry.score + SWAPPED_PENALTY });
  for (const entry of found) keep(entry);
  return [...best.values()].sort((a, b) => a.score - b.score);
}

function entriesLike(
  db: Database,
  wanted: string,
  kinds: readonly EntryKind[],
  recents: readonly string[],
  limit: number,
): Entry[] {
  const words = wanted.split(' ').slice(0, MAX_WORDS);
  const bonus = bonusOf(db, recents);
  const tiers = entryCandidates(db, wanted, kinds, [...bonus.keys()]).map((candidate) => {
    const tier = tierOf(candidate.key, candidate.kind, wanted, words);
    return { candidate, tier, base: tier + KIND_PENALTY[candidate.kind] - (bonus.get(candidate.note) ?? 0) };
  });
  const last = lastThatMayBeShown(tiers, limit);
  const likely = tiers.filter(({ base }) => base <= last);
  const fuzzy = fuzzyScores(
    likely.map(({ candidate }) => candidate),
    words,
  );
  const letters = wanted.replace(/[^\p{L}\p{N}]/gu, '');
  const scored = likely.flatMap(({ candidate, tier, base }): Scored[] => {
    const distance = fuzzy.get(candidate.id) ?? (tier < ONLY_ALIKE ? 0 : spreadOf(candidate.key, letters));
    return distance === null ? [] : [{ ...candidate, score: base + distance * DISTANCE_WEIGHT }];
  });
  return shown(db, scored, limit);
}

/** The ids of the notes that were opened lately, the likeliest first, and by how much their entries are better. */
function bonusOf(db: Database, recents: readonly string[]): Map<number, number> {
  if (recents.length === 0) return new Map();
  const rows = statementOf<[string], { path: string; id: number }>(db, NOTES).all(JSON.stringify(recents));
  const ids = new Map(rows.map(({ path, id }) => [path, id]));
  return new Map(
    recents.flatMap((path, at): [number, number][] => {
      const id = ids.get(path);
      return id === undefined ? [] : [[id, RECENT_BONUS / (1 + at / 5)]];
    }),
  );
}

/** What stands for what is shown of a candidate: its note, or the heading itself. */
const shownAs = ({ kind, note, id }: Candidate) => (kind === 'heading' ? `heading ${id}` : note);

/** The base beyond which a candidate is not among the first `limit`, however alike Fuse finds it: nearly all of them. */
function lastThatMayBeShown(
  tiers: readonly { candidate: Candidate; tier: number; base: number }[],
  limit: number,
): number {
  const worst = new Map<number | string, number>();
  for (const { candidate, tier, base } of tiers) {
    // Of what is only alike, Fuse may leave out any.
    if (tier >= ONLY_ALIKE) continue;
    const key = shownAs(candidate);
    worst.set(key, Math.min(worst.get(key) ?? Number.POSITIVE_INFINITY, base + DISTANCE_WEIGHT));
  }
  return [...worst.values()].sort((a, b) => a - b)[limit - 1] ?? Number.POSITIVE_INFINITY;
}

/** The first of them, with what is shown: as many as `limit` notes and headings need, and those that are as good as the last. */
function shown(db: Database, scored: readonly Scored[], limit: number): Entry[] {
  const ranked = scored.toSorted((a, b) => a.score - b.score || a.key.length - b.key.length);
  const kept = new Set<number | string>();
  let end = 0;
  for (const [at, one] of ranked.entries()) {
    const before = ranked[at - 1];
    const isAsGood = before?.score === one.score && before.key.length === one.key.length;
    if (kept.size >= limit && !isAsGood) break;
    kept.add(shownAs(one));
    end = at + 1;
  }
  const first = ranked.slice(0, end);
  const ids = JSON.stringify(first.map(({ id }) => id));
  const rows = statementOf<[string], Pick<Entry, 'path' | 'title' | 'text' | 'line'> & { id: number }>(
    db,
    SHOWN,
  ).all(ids);
  const byId = new Map(rows.map(({ id, ...row }) => [id, row]));
  return first
    .flatMap(({ id, kind, key, score }) => {
      const row = byId.get(id);
      return row === undefined ? [] : [{ ...row, kind, score, length: key.length }];
    })
    .sort((a, b) => a.score - b.score || a.length - b.length || (a.path < b.path ? -1 : 1))
    .map(({ length: _, ...entry }) => entry);
}

function fuzzyScores(rows: Candidate[], words: string[]): Map<number, number> {
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

/** Told from the first word alone, for nearly all. */
function mayHaveInitials(key: string, letters: string): boolean {
  const [first] = wordsOf(key);
  return first !== undefined && letters.startsWith([...first.key][0] ?? ' ');
}

/** 0 the same, 1 begins with the query, 2 every word begins a word, 3 holds it somewhere, 4 only alike. */
function tierOf(key: string, kind: EntryKind, wanted: string, words: string[]): number {
  const whole = kind === 'path' ? (key.split(AFTER_PATH, 1)[0] ?? key) : key;
  const name = kind === 'path' ? whole.slice(whole.lastIndexOf('/') + 1) : key;
  if (whole === wanted || name === wanted) return 0;
  if (whole.startsWith(wanted) || name.startsWith(wanted)) return 1;
  const holdsAll = words.every((word) => key.includes(word));
  if (holdsAll && words.every((word) => hasWordBeginning(key, word))) return 2;
  const [only = '', another] = words;
  if (
    another === undefined &&
    only.length > 1 &&
    mayHaveInitials(key, only) &&
    initialsOf(key).startsWith(only)
  )
    return 2.5;
  return holdsAll ? 3 : ONLY_ALIKE;
}
