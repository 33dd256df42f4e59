import type { Mentions } from '../../../contract/links.ts';
import { linkTextFor } from '../../../core/links/resolve.ts';
import { Lines } from '../../../core/markdown/lines.ts';
import { notProse } from '../../../core/markdown/prose.ts';
import { type NotePath, noteName } from '../../../core/paths/note-path.ts';
import { spaceOut, wordsOf } from '../fold.ts';
import { candidatesIn, type QueryContext } from './context.ts';
import { readNoteText, showLine } from './note-lines.ts';

const MOST_LINES = 5;
/** Notes that only link to it have its name in them, too: so many are looked into for each that is wanted. */
const LOOKED_AT = 4;
/** A single letter is no name that anybody means. */
const SHORTEST = 2;

/**
 * Where other notes speak of `path` by its name, title or an alias without linking to it: the first `limit` notes, the latest changed
 * first, and how many were not looked into.
 */
export function mentions({ db, root }: QueryContext, path: string, limit: number): Mentions {
  const names = namesOf({ db }, path);
  const link = linkTextFor(path, candidatesIn(db));
  const phrases = names.map((words) => `"${spaceOut(words.join(' ')).replaceAll('"', '""')}"`);
  if (phrases.length === 0) return { link, notes: [], unread: 0 };
  const candidates = db
    .prepare<[string, string], { path: string; title: string }>(
      `SELECT n.path, n.title FROM (SELECT rowid AS id FROM words WHERE words MATCH ?) w
       JOIN notes n ON n.id = w.id WHERE n.path <> ? ORDER BY n.mtime_ms DESC, n.path`,
    )
    .all(`{mine quoted} : (${phrases.join(' OR ')})`, path);
  const notes: Mentions['notes'] = [];
  let read = 0;
  for (const { path: source, title } of candidates.slice(0, limit * LOOKED_AT)) {
    if (notes.length >= limit) break;
    read += 1;
    const text = readNoteText(root, source);
    const found = text === null ? [] : findMentions(text, names);
    if (text !== null && found.length > 0)
      notes.push({ path: source as NotePath, title, ...linesWith(text, found) });
  }
  return { link, notes, unread: candidates.length - read };
}

function namesOf({ db }: Pick<QueryContext, 'db'>, path: string): string[][] {
  const title = db.prepare<[string], string>('SELECT title FROM notes WHERE path = ?').pluck().get(path);
  const aliases = db
    .prepare<[string], string>(
      'SELECT a.alias FROM aliases a JOIN notes n ON n.id = a.note_id WHERE n.path = ? ORDER BY a.ordinal',
    )
    .pluck()
    .all(path);
  const names = new Map<string, string[]>();
  for (const name of [noteName(path), title ?? '', ...aliases]) {
    const words = [...wordsOf(name)].map(({ key }) => key);
    if (words.join('').length >= SHORTEST) names.set(words.join(' '), words);
  }
  return [...names.values()];
}

/** Where one of the names (folded words) stands in the prose of a note, in order; the longest where several begin. */
export function findMentions(text: string, names: readonly string[][]): { from: number; to: number }[] {
  const found = findNames(text, names);
  // The grammar is asked last: most notes that are looked into need not be parsed.
  const markup = found.length === 0 ? [] : notProse(text);
  let passed = 0;
  return found.filter(({ from, to }) => {
    while ((markup[passed]?.to ?? Number.POSITIVE_INFINITY) <= from) passed += 1;
    return to <= (markup[passed]?.from ?? text.length);
  });
}

function findNames(text: string, names: readonly string[][]): { from: number; to: number }[] {
  const words = [...wordsOf(text)];
  const found: { from: number; to: number }[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const from = words[at]?.from ?? 0;
    const lengths = names
      .filter((name) => name.every((word, offset) => words[at + offset]?.key === word))
      .map((name) => name.length);
    const length = Math.max(0, ...lengths);
    const to = words[at + length - 1]?.to ?? 0;
    // A name goes over no line’s end.
    if (length === 0 || text.slice(from, to).includes('\n')) continue;
    found.push({ from, to });
    at += length - 1;
  }
  return found;
}

function linesWith(
  text: string,
  found: { from: number; to: number }[],
): Pick<Mentions['notes'][number], 'lines' | 'more'> {
  const lines = new Lines(text);
  const byLine = Map.groupBy(found, ({ from }) => lines.numberAt(from));
  const shown = [...byLine].slice(0, MOST_LINES).map(([line, onLine]) => {
    const begin = lines.startOf(line);
    const [first] = onLine as [{ from: number; to: number }];
    const marks = onLine.map(({ from, to }) => ({ from: from - begin, to: to - begin }));
    return {
      ...showLine(line, lines.lineText(line), marks),
      mention: { ...first, text: text.slice(first.from, first.to) },
    };
  });
  return { lines: shown, more: byLine.size - shown.length };
}
