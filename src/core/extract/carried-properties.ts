import { type PropertyEntry, propertyEntries } from '../markdown/frontmatter.ts';
import { frontmatterEnd } from '../markdown/frontmatter-syntax.ts';
import { type Cut, Draft, isSlice, type Piece, type Texts } from './draft.ts';
import type { Reading } from './reading.ts';
import { bodyStart, type Range } from './section.ts';

/** Lists to which what another note has is added; of every other property that is there already, the note keeps its own. */
const LISTS: ReadonlySet<string> = new Set(['tags', 'aliases']);

/** The whole lines of the properties that a selection reaches into; `null` where it reaches into none that can be read. */
export function selectedProperties(text: string, selections: readonly Range[]): Range | null {
  const body = bodyStart(text);
  const touched = propertyEntries(text).filter((entry) =>
    selections.some(({ from, to }) => from < Math.min(entry.to, body) && entry.from < to),
  );
  const [first, last] = [touched[0], touched.at(-1)];
  return first === undefined || last === undefined ? null : { from: first.from, to: last.to };
}

/** A note as it will be, with those properties of the source; `null` where its properties could not be read then. */
export function withPropertiesOf(
  path: string,
  pieces: readonly Piece[],
  source: Reading,
  range: Range,
  texts: Texts,
): Piece[] | null {
  const { text } = new Draft(path, pieces, texts);
  const entries = propertyEntries(source.text).filter(({ from, to }) => range.from <= from && to <= range.to);
  const copy = ({ from, to }: PropertyEntry): Piece => ({ of: source.path, from, to, way: 'copied' });
  const end = frontmatterEnd(text);
  if (end === null) return [{ text: '---\n' }, ...entries.map(copy), { text: '---\n\n' }, ...pieces];
  const there = propertyEntries(text);
  const isEmpty = text
    .slice(text.indexOf('\n') + 1, end)
    .trimStart()
    .startsWith('---');
  if (there.length === 0 && !isEmpty) return null;
  const closing = text.lastIndexOf('\n', end - 1) + 1;
  const ownOf = (entry: PropertyEntry) => there.find(({ key }) => key === entry.key);
  const additions = entries.flatMap((entry) => {
    const own = LISTS.has(entry.key) ? ownOf(entry) : undefined;
    return own === undefined ? [] : added(text, own, entry.values);
  });
  const copies = entries.filter((entry) => ownOf(entry) === undefined).map(copy);
  // A list may be the last of them, and end where the others come.
  const cuts: Cut[] = [...additions, { from: closing, to: closing, insert: copies }];
  const whole = inserted(path, pieces, cuts, texts);
  const { text: after } = new Draft(path, whole, texts);
  return propertyEntries(after).length > 0 || entries.length === 0 ? whole : null;
}

/** Adds to a list those of the values that are not in it; a list that is written in another way stays as it is. */
function added(text: string, { from, to, values: there }: PropertyEntry, values: readonly string[]): Cut[] {
  const items = values.filter((value) => !there.includes(value)).map((value) => JSON.stringify(value));
  if (items.length === 0) return [];
  const lines = text.slice(from, to);
  const flow = /^[^\n]*:[ \t]*\[([^\n]*)\][ \t]*\n$/.exec(lines);
  if (flow !== null) {
    const at = from + lines.lastIndexOf(']');
    const gap = flow[1]?.trim() === '' ? '' : ', ';
    return [{ from: at, to: at, insert: [{ text: gap + items.join(', ') }] }];
  }
  const last = [...lines.matchAll(/^([ \t]*)- [^\n]*\n/gm)].at(-1);
  if (last === undefined) return [];
  const at = from + last.index + last[0].length;
  return [{ from: at, to: at, insert: items.map((item) => ({ text: `${last[1] ?? ''}- ${item}\n` })) }];
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
