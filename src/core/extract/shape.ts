import type { SyntaxNodeRef, Tree } from '@lezer/common';
import { headingLevel } from '../markdown/plain-text.ts';
import { type Draft, isSlice, type Slice } from './draft.ts';
import type { Reading } from './reading.ts';

/** What other constructs stand in; a part of one is one, too. */
const CONTAINERS = new Set(['BulletList', 'OrderedList', 'ListItem', 'Blockquote', 'FootnoteDefinition']);
/** What may be divided: the words before a link stay, those after it move. */
const DIVISIBLE = new Set([
  ...[
    'Paragraph',
    'Task',
    'Heading',
    'Emphasis',
    'StrongEmphasis',
    'Strikethrough',
    'Marked',
    'InlineFootnote',
  ],
  ...['Link', 'FootnoteDefinition'],
]);
/** What is looked at as a part of something else, or not at all. */
const PARTS =
  /^(?:Document|FrontmatterText|Code(?:Text|Info)|Table(?:Header|Row|Cell|Delimiter)|(?!List|Quote).*Mark)$/;

interface Placed {
  name: string;
  from: number;
  to: number;
  /** The containers around it, the outermost first. */
  chain: string;
}

const known = new WeakMap<Tree, Placed[]>();

/** The constructs of a tree that must not be cut, or become others. */
function constructsOf(tree: Tree): Placed[] {
  const seen = known.get(tree);
  if (seen !== undefined) return seen;
  const found: Placed[] = [];
  const around: string[] = [];
  tree.iterate({
    enter(node: SyntaxNodeRef) {
      const { name, from, to } = node;
      const isContainer = CONTAINERS.has(name);
      if ((!isContainer || name === 'FootnoteDefinition') && !PARTS.test(name))
        found.push({
          name: headingLevel(name) === null ? name : 'Heading',
          from,
          to,
          chain: `/${around.join('/')}`,
        });
      if (isContainer) around.push(name);
    },
    leave({ name }) {
      if (CONTAINERS.has(name)) around.pop();
    },
  });
  known.set(tree, found);
  return found;
}

/** A construct of a note that would not be there any more, or be another, after a move; offsets as in the note. */
export interface Broken {
  name: string;
  from: number;
  to: number;
}

interface Arrived extends Slice {
  draft: number;
  /** Where it begins in the draft. */
  start: number;
}

/** The first construct of the notes that the drafts break; `null` where every one is read as it was. */
export function brokenConstruct(
  before: readonly Reading[],
  drafts: readonly { draft: Draft; reading: Reading }[],
): Broken | null {
  const arrived = arrivedSlices(drafts.map(({ draft }) => draft));
  const after = drafts.map(
    ({ reading }) => new Map(constructsOf(reading.tree).map((placed) => [keyOf(placed), placed.chain])),
  );
  for (const { path, tree } of before) {
    const slices = arrived.get(path) ?? [];
    for (const { name, from, to, chain } of constructsOf(tree)) {
      const first = sliceAt(slices, from);
      const last = sliceAt(slices, to - 1);
      if (from >= to || first === null || last === null) continue;
      if (first.draft !== last.draft || first.way !== last.way) {
        if (DIVISIBLE.has(name)) continue;
        return { name, from, to };
      }
      const placed = { name, from: first.start + from - first.from, to: last.start + to - last.from };
      const found = after[first.draft]?.get(keyOf(placed));
      if (found === undefined || !(first.way === 'stays' ? found === chain : chain.endsWith(found)))
        return { name, from, to };
    }
  }
  return newConstruct(before, drafts);
}

/** The first construct of the drafts that the notes have not, though its text was there. */
function newConstruct(
  before: readonly Reading[],
  drafts: readonly { draft: Draft; reading: Reading }[],
): Broken | null {
  for (const { path, tree } of before) {
    const known = new Set(constructsOf(tree).map(keyOf));
    for (const { draft, reading } of drafts)
      for (const { name, from, to } of constructsOf(reading.tree)) {
        if (DIVISIBLE.has(name) || from >= to) continue;
        const [first, last] = [draft.originOf(from), draft.originOf(to - 1)];
        if (first?.path !== path || last?.path !== path || first.way === 'copied') continue;
        const placed = { name, from: first.offset, to: last.offset + 1 };
        if (!known.has(keyOf(placed))) return placed;
      }
  }
  return null;
}

const keyOf = ({ name, from, to }: Omit<Placed, 'chain'>) => `${name} ${from} ${to}`;

function arrivedSlices(drafts: readonly Draft[]): Map<string, Arrived[]> {
  const found = drafts.flatMap(({ pieces, starts }, draft) =>
    pieces.flatMap((piece, at): Arrived[] =>
      isSlice(piece) && piece.way !== 'copied' ? [{ ...piece, draft, start: starts[at] ?? 0 }] : [],
    ),
  );
  return Map.groupBy(
    found.sort((a, b) => a.from - b.from),
    ({ of }) => of,
  );
}

function sliceAt(slices: readonly Arrived[], offset: number): Arrived | null {
  let low = 0;
  let high = slices.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const slice = slices[middle] as Arrived;
    if (offset < slice.from) high = middle - 1;
    else if (offset >= slice.to) low = middle + 1;
    else return slice;
  }
  return null;
}
