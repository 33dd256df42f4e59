import type { SyntaxNode } from '@lezer/common';
import type { Reading } from './reading.ts';
import type { Range } from './section.ts';

/**
 * A stretch with the ids of the blocks that are in it: at a line's end, or on a line of its own after a list, a quotation or a table.
 * Where only the end of a block is taken, its id stays with the rest.
 */
export function withBlockIds(reading: Reading, range: Range): Range {
  const { blockIds, text, tree } = reading;
  let { from, to } = range;
  for (const id of blockIds) {
    const leaf = tree.resolveInner(id.from, 1).parent;
    if (leaf === null || leaf.from >= to + 1 + text.slice(to).search(/\S|$/) || id.to < from) continue;
    const isTaken = id.from >= from && id.to <= to;
    const isAlone = text.slice(leaf.from, leaf.to).trim() === text.slice(id.from, id.to);
    if (isAlone) {
      const named = leaf.prevSibling;
      if (named === null) continue;
      if (isTaken && named.to > from && named.from < from) from = named.from;
      else if (isTaken && leaf.from >= from && named.to <= from) from = named.from;
      else if (!isTaken && from <= named.from && isEndOf(text, to, named)) to = id.to;
    } else if (isTaken && leaf.from < from) {
      const kept = text.slice(from, id.from).trimEnd().length;
      if (id.to === to && kept > 0) to = from + kept;
      else from = leaf.from;
    } else if (
      !isTaken &&
      from <= leaf.from &&
      to > leaf.from &&
      text.slice(to, id.from).trim() === '' &&
      to <= id.from
    )
      to = id.to;
  }
  return { from, to };
}

const isEndOf = (text: string, to: number, { from, to: end }: SyntaxNode) =>
  to > from && (to >= end || text.slice(to, end).trim() === '');
