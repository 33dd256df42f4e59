import type { Mentions } from '../../../contract/links.ts';
import { linkTextFor } from '../../../core/links/resolve.ts';
import { Lines } from '../../../core/markdown/lines.ts';
import { notProse } from '../../../core/markdown/prose.ts';
import { type NotePath, noteName } from '../../../core/paths/note-path.ts';
import { type FoundWord, foldText, isSign, spaceOut, wordsOf } from '../fold.ts';
import { candidatesIn, type QueryContext } from './context.ts';
import { readNoteText, showLine } from './note-lines.ts';

const MOST_LINES = 5;
/** Notes that only link to it have its name in them, too: so many are looked into for each that is wanted. */
const LOOKED_AT = 4;
/** A single letter is no name that anybody means. */
const SHORTEST = 2;
/** Between the words of a name these are alike, and nothing else is: a mark of Markdown or the end of a sentence is no part of it. */
const SPACES = /[\s\u2010-\u2015-]+/g;
/** What goes on with a word, so that the name is only a part of it: `don’t`, `foo_bar`; the possessive of a name does not. */
const GOES_ON = /^(?:['’](?!s(?![\p{L}\p{N}]))\p{L}|_[\p{L}\p{N}])/u;
const COMES_FROM = /[\p{L}\p{N}]_$/u;
/** Korean writes what other languages say by a preposition or a verb at the end of the word: `서울에서`, in Seoul. */
const HANGUL_END = /\p{Script=Hangul}$/u;
const PARTICLES = new RegExp(
  `^(?:${[
    '(?:으?로|으?로서|으?로써|에|에서|에게|한테|까지|부터|와|과|이?랑|하고|보다|처럼|만|마다|조차|이?라고)[는은도만의]?',
    '[은는이가을를의도]|께서|밖에|이?나|이?라는|이다|이며|이고|입니다|인',
  ].join('|')})$`,
);
/** So much around it tells. */
const AROUND = 4;

/** A name, folded: its words, and what stands between them. */
interface MentionedName {
  words: readonly string[];
  between: readonly string[];
}

/**
 * Where other notes speak of `path` by its name, title or an alias without linking to it: the first `limit` notes, the latest changed
 * first, and how many were not looked into.
 */
export function mentions({ db, root }: QueryContext, path: string, limit: number): Mentions {
  const names = namesOf({ db }, path);
  const link = linkTextFor(path, candidatesIn(db));
  const phrases = names.map(
    ({ words }) =>
      `"${spaceOut(words.join(' ')).replaceAll('"', '""')}"${HANGUL_END.test(words.at(-1) ?? '') ? ' *' : ''}`,
  );
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

function namesOf({ db }: Pick<QueryContext, 'db'>, path: string): MentionedName[] {
  const title = db.prepare<[string], string>('SELECT title FROM notes WHERE path = ?').pluck().get(path);
  const aliases = db
    .prepare<[string], string>(
      'SELECT a.alias FROM aliases a JOIN notes n ON n.id = a.note_id WHERE n.path = ? ORDER BY a.ordinal',
    )
    .pluck()
    .all(path);
  const names = new Map<string, MentionedName>();
  for (const written of [noteName(path), title ?? '', ...aliases]) {
    const name = nameToFind(written);
    if (name.words.join('').length >= SHORTEST) names.set(JSON.stringify(name), name);
  }
  return [...names.values()];
}

/** A name as mentions are compared with it. */
function nameToFind(name: string): MentionedName {
  const all = [...wordsOf(name)];
  // The signs around a name are left out in a sentence.
  const isWord = ({ key }: FoundWord) => !isSign(key);
  const found = all.slice(Math.max(0, all.findIndex(isWord)), all.findLastIndex(isWord) + 1);
  return {
    words: found.map(({ key }) => key),
    between: found.slice(1).map((_, at) => gapAfter(name, found, at)),
  };
}

function gapAfter(text: string, words: readonly FoundWord[], at: number): string {
  return foldText(text.slice(words[at]?.to, words[at + 1]?.from)).replace(SPACES, ' ');
}

/** Where one of the names stands in the prose of a note, in order; the longest where several begin. */
function findMentions(text: string, names: readonly MentionedName[]): { from: number; to: number }[] {
  const found = findNames(text, names);
  // The grammar is asked last: most notes that are looked into need not be parsed.
  const markup = found.length === 0 ? [] : notProse(text);
  let passed = 0;
  return found.filter(({ from, to }) => {
    while ((markup[passed]?.to ?? Number.POSITIVE_INFINITY) <= from) passed += 1;
    return to <= (markup[passed]?.from ?? text.length);
  });
}

function findNames(text: string, names: readonly MentionedName[]): { from: number; to: number }[] {
  const words = [...wordsOf(text)];
  const found: { from: number; to: number }[] = [];
  const isHere = (name: MentionedName, at: number) => {
    const end = name.words.length - 1;
    const [first, last] = [words[at], words[at + end]];
    if (first === undefined || last === undefined) return false;
    return (
      name.words.every((word, offset) => offset === end || words[at + offset]?.key === word) &&
      isWordOrWithParticle(last.key, name.words[end] ?? '') &&
      name.between.every((gap, offset) => gapAfter(text, words, at + offset) === gap) &&
      // A name goes over no line’s end.
      !text.slice(first.from, last.to).includes('\n') &&
      !GOES_ON.test(text.slice(last.to, last.to + AROUND)) &&
      !COMES_FROM.test(text.slice(Math.max(0, first.from - AROUND), first.from))
    );
  };
  for (let at = 0; at < words.length; at += 1) {
    const [longest] = names
      .filter((name) => isHere(name, at))
      .sort((one, other) => other.words.length - one.words.length);
    if (longest === undefined) continue;
    const last = words[at + longest.words.length - 1];
    if (last === undefined) continue;
    found.push({ from: words[at]?.from ?? 0, to: endOf(text, last, longest.words.at(-1) ?? '') });
    at += longest.words.length - 1;
  }
  return found;
}

function isWordOrWithParticle(here: string, word: string): boolean {
  if (here === word) return true;
  return HANGUL_END.test(word) && here.startsWith(word) && PARTICLES.test(here.slice(word.length));
}

/** Where in the text the name ends that `last` begins with: its syllables may be written as several characters each. */
function endOf(text: string, last: FoundWord, word: string): number {
  for (let to = last.from + 1; last.key !== word && to < last.to; to += 1)
    if (foldText(text.slice(last.from, to)) === word) return to;
  return last.to;
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
