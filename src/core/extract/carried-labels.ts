import type { SyntaxNode } from '@lezer/common';
import type { Cut, Piece } from './draft.ts';
import { definitionsOf, type Label } from './labels.ts';
import type { Reading } from './reading.ts';
import { lineEnd, lineStart, type Range } from './section.ts';

/** What becomes of the definitions of footnotes and of references to links when parts of a note move. */
export interface CarriedLabels {
  /** For each part, what is added to its text. */
  toParts: Piece[][];
  /** What is cut out of the source because only moved text uses it, and what is put into it because what stays uses it. */
  cuts: Cut[];
}

const STAYS = -1;

/**
 * The definitions that moved text needs, and those that the rest needs of it. A definition that only one part uses goes with it, others are
 * copied; what a definition uses itself is needed, too.
 */
export function carryLabels(reading: Reading, parts: readonly (readonly Range[])[]): CarriedLabels {
  const { labels, tree, text } = reading;
  const meant = definitionsOf(labels);
  const definitions = labels.filter(({ isDefinition }) => isDefinition);
  if (definitions.length === 0) return { toParts: parts.map(() => []), cuts: [] };
  const zoneOf = ({ from, to }: Range) =>
    parts.findIndex((ranges) => ranges.some((range) => range.from <= from && to <= range.to));
  const holderOf = ({ from, to }: Label) =>
    definitions.findLast((definition) => definition.from < from && to <= definition.to) ?? null;
  const uses = new Map<Label | number, Set<Label>>();
  const use = (user: Label | number, used: Label | undefined) => {
    if (used !== undefined) uses.set(user, (uses.get(user) ?? new Set()).add(used));
  };
  const isCut = ({ from, to }: Range) =>
    parts.some((ranges) => ranges.some((range) => range.from < to && from < range.to));
  for (const label of labels) {
    if (label.isDefinition) continue;
    const holder = holderOf(label);
    // What a definition of the rest uses counts for the rest only where the definition stays.
    if (holder === null || zoneOf(label) !== STAYS) use(zoneOf(label), meant.get(label.key));
    if (holder !== null) use(holder, meant.get(label.key));
  }
  const needed = parts.map((_, part) => closure([...(uses.get(part) ?? [])]));
  const floating = definitions.filter((label) => zoneOf(label) === STAYS);
  const staying = floating.filter((label) => isCut(label) || !needed.some((set) => set.has(label)));
  const kept = closure([...(uses.get(STAYS) ?? []), ...staying]);
  const cuts: Cut[] = [];
  const taken = new Set<Label>();
  const toParts = needed.map((set, part) => {
    const carried = definitions.filter((label) => set.has(label) && zoneOf(label) !== part);
    return joined(
      carried.map((label) => {
        const moves = zoneOf(label) === STAYS && !kept.has(label) && !taken.has(label) && isTopLevel(label);
        taken.add(label);
        if (moves) cuts.push(cutOf(text, label));
        return { label, pieces: definitionPieces(label, moves ? 'moves' : 'copied') };
      }),
    );
  });
  const back = definitions.filter((label) => kept.has(label) && zoneOf(label) !== STAYS);
  return { toParts, cuts: [...mergedCuts(cuts), ...backCuts(back)] };

  function closure(start: Label[]): Set<Label> {
    const found = new Set(start);
    for (const label of found) for (const used of uses.get(label) ?? []) found.add(used);
    return found;
  }

  function isTopLevel({ from }: Label): boolean {
    let node: SyntaxNode | null = tree.resolveInner(from, 1);
    while (node !== null && node.name !== 'FootnoteDefinition' && node.name !== 'LinkReference')
      node = node.parent;
    return node?.parent?.name === 'Document';
  }

  /** A definition's lines; without the marks of what it stands in. */
  function definitionPieces({ from, to }: Label, way: 'moves' | 'copied'): Piece[] {
    const column = from - lineStart(text, from);
    const pieces: Piece[] = [];
    for (let at = from; at < to; ) {
      const end = Math.min(to, lineEnd(text, at) + 1);
      const mark = at === from ? 0 : (/^[ \t>]*/.exec(text.slice(at, end).slice(0, column))?.[0].length ?? 0);
      pieces.push({ of: reading.path, from: at + mark, to: end, way });
      at = end;
    }
    return pieces;
  }

  /** Where definitions go back to: before another of the same label, which would be meant otherwise, or to the end. */
  function backCuts(back: readonly Label[]): Cut[] {
    const before = new Map<number, Label[]>();
    for (const label of back) {
      const other = floating.find(({ key }) => key === label.key);
      const at = other === undefined ? text.length : lineStart(text, other.from);
      before.set(at, [...(before.get(at) ?? []), label]);
    }
    return [...before].map(([at, labels]) => {
      const pieces = joined(labels.map((label) => ({ label, pieces: definitionPieces(label, 'copied') })));
      if (at < text.length) return { from: at, to: at, insert: [...pieces, { text: '\n\n' }] };
      const gap = text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
      return { from: at, to: at, insert: [{ text: gap }, ...pieces, { text: '\n' }] };
    });
  }
}

/** Definitions one after another, each read for itself. */
function joined(definitions: readonly { label: Label; pieces: Piece[] }[]): Piece[] {
  const sorted = definitions.toSorted(
    (a, b) => Number(a.label.kind === 'footnote') - Number(b.label.kind === 'footnote'),
  );
  return sorted.flatMap(({ label, pieces }, at) => {
    const last = sorted[at - 1];
    if (last === undefined) return pieces;
    const isClose = last.label.kind === label.kind && pieces.length === 1 && last.pieces.length === 1;
    return [{ text: isClose ? '\n' : '\n\n' }, ...pieces];
  });
}

/** A definition's lines, with one of the blank lines around them where there are two. */
function cutOf(text: string, { from, to }: Label): Cut {
  let start = lineStart(text, from);
  let end = lineEnd(text, to);
  const blankBefore = start === 0 || text.slice(0, start).endsWith('\n\n');
  if (end < text.length) end += 1;
  if (blankBefore && text[end] === '\n') end += 1;
  else if (end >= text.length && start > 1 && blankBefore) start -= 1;
  return { from: start, to: end, insert: [] };
}

/** Cuts without a stretch that two of them have. */
function mergedCuts(cuts: readonly Cut[]): Cut[] {
  const found: Cut[] = [];
  for (const cut of cuts.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last !== undefined && cut.from < last.to)
      found[found.length - 1] = { ...last, to: Math.max(last.to, cut.to) };
    else found.push(cut);
  }
  return found;
}
