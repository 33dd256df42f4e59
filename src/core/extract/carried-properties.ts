import { aliasesOf, type PropertyEntry, propertyEntries, tagsOf } from '../markdown/frontmatter.ts';
import { frontmatterEnd } from '../markdown/frontmatter-syntax.ts';
import { type Cut, Draft, isSlice, type Piece, type Texts } from './draft.ts';
import type { Reading } from './reading.ts';
import { bodyStart, type Range } from './section.ts';

/** Lists to which what another note has is added; of every other property that is there already, a note keeps its own. */
const LISTS = new Map([
  ['tags', tagsOf],
  ['aliases', aliasesOf],
]);

/** The whole lines of each property that a selection reaches into; none where these cannot be told from each other. */
export function selectedProperties(text: string, selections: readonly Range[]): Range[] {
  const body = bodyStart(text);
  const touched = (propertyEntries(text) ?? []).filter((entry) =>
    selections.some(({ from, to }) => from < Math.min(entry.to, body) && entry.from < to),
  );
  return touched.map(({ from, to }) => ({ from, to }));
}

/** A note with properties of another. */
export interface Merged {
  pieces: Piece[];
  /** The properties, as they are called, of which it keeps its own. */
  kept: string[];
}

/**
 * A note as it will be, with those properties of the source; `null` where there are no such, or the note's own are written so that none can
 * be put among them.
 */
export function withPropertiesOf(
  path: string,
  pieces: readonly Piece[],
  source: Reading,
  ranges: readonly Range[],
  texts: Texts,
): Merged | null {
  const entries = (propertyEntries(source.text) ?? []).filter((entry) =>
    ranges.some(({ from, to }) => from === entry.from && to === entry.to),
  );
  if (entries.length < ranges.length) return null;
  const copy = ({ from, to }: PropertyEntry): Piece => ({ of: source.path, from, to, way: 'copied' });
  const { text } = new Draft(path, pieces, texts);
  const end = frontmatterEnd(text);
  const there = propertyEntries(text);
  if (there === null) return null;
  if (end === null) {
    const whole = [{ text: '---\n' }, ...entries.map(copy), { text: '---\n\n' }, ...pieces];
    return { pieces: whole, kept: [] };
  }
  const closing = text.lastIndexOf('\n', end - 1) + 1;
  const cuts: Cut[] = [];
  const kept: string[] = [];
  for (const entry of entries) {
    const own = there.find(({ key }) => key === entry.key);
    if (own === undefined) continue;
    const addition = added(text, own, entry, source.text);
    if (addition === null) kept.push(entry.key);
    else cuts.push(...addition);
  }
  const isNew = ({ key }: PropertyEntry) => there.every((own) => own.key !== key);
  // A list may be the last of them, and end where the others come.
  cuts.push({ from: closing, to: closing, insert: entries.filter(isNew).map(copy) });
  return { pieces: inserted(path, pieces, cuts, texts), kept };
}

/** What adds the values of a list to those of the same that is there; `null` where it is no list, or is written so that none can be. */
function added(text: string, own: PropertyEntry, entry: PropertyEntry, source: string): Cut[] | null {
  if (text.slice(own.from, own.to).trim() === source.slice(entry.from, entry.to).trim()) return [];
  const valuesOf = LISTS.get(entry.key);
  if (valuesOf === undefined) return null;
  const known = new Set(valuesOf(own).map((value) => value.toLowerCase()));
  const values = [...new Set(valuesOf(entry))].filter((value) => !known.has(value.toLowerCase()));
  const items = values.map((value) => JSON.stringify(value));
  if (items.length === 0) return [];
  const insertion = (at: number, insert: string): Cut[] => [{ from: at, to: at, insert: [{ text: insert }] }];
  const empty = /^[^\n:]*:(?=[ \t]*\n$)/.exec(text.slice(own.from, own.to));
  if (empty !== null) return insertion(own.from + empty[0].length, ` [${items.join(', ')}]`);
  if (own.list === null) return null;
  const { isFlow, end, gap } = own.list;
  if (isFlow) return insertion(end, gap + items.join(', '));
  return insertion(text.indexOf('\n', end) + 1, items.map((item) => `${gap}${item}\n`).join(''));
}

/** Pieces with others put in between. */
function inserted(path: string, pieces: readonly Piece[], cuts: readonly Cut[], texts: Texts): Piece[] {
  const draft = new Draft(path, pieces, texts);
  const sorted = cuts.toSorted((a, b) => a.from - b.from);
  const result: Piece[] = [];
  for (const [at, piece] of draft.pieces.entries()) {
    const start = draft.starts[at] ?? 0;
    const end = draft.starts[at + 1] ?? draft.text.length;
    let done = start;
    const upTo = (offset: number) => {
      if (isSlice(piece))
        result.push({ ...piece, from: piece.from + done - start, to: piece.from + offset - start });
      else result.push({ text: piece.text.slice(done - start, offset - start) });
      done = offset;
    };
    for (const cut of sorted) {
      if (cut.from < start || cut.from >= end) continue;
      upTo(cut.from);
      result.push(...cut.insert);
    }
    upTo(end);
  }
  return result;
}
