import { encode, linkSpots } from '../links/link-spot.ts';
import { type Candidates, resolveLink } from '../links/resolve.ts';
import { namesBlock } from '../markdown/block-ids.ts';
import { noteParser } from '../markdown/grammar.ts';
import type { TextChange } from '../text/text-change.ts';
import type { LinkingNote } from './follow-moves.ts';

/** Whether a block can have that id: Latin letters, digits and dashes. */
export const isBlockId = (id: string) => /^[A-Za-z0-9-]+$/.test(id);

/** The change of the text in which a block has an id, the first where several have it; `null` where none has. */
export function renameBlockIn(text: string, id: string, to: string): TextChange | null {
  let change: TextChange | null = null;
  noteParser.parse(text).iterate({
    enter(node) {
      if (node.name !== 'BlockId' || change !== null || !namesBlock(node.node, text)) return;
      if (isSameId(text.slice(node.from + 1, node.to), id))
        change = { from: node.from + 1, to: node.to, insert: to };
    },
  });
  return change;
}

/** The changes of a note's links to the block of the note at `path`. */
export function followBlock(
  note: LinkingNote,
  { path, id, to }: { path: string; id: string; to: string },
  candidates: Candidates,
): TextChange[] {
  return linkSpots(note.text, note.facts).flatMap(({ link, fragment, target, writing }): TextChange[] => {
    if (fragment === null || link.block === null || !isSameId(link.block, id)) return [];
    if (resolveLink(target, note.path, candidates) !== path) return [];
    const sign = /^%5e/i.test(note.text.slice(fragment.from, fragment.to)) ? 3 : 1;
    return [{ from: fragment.from + sign, to: fragment.to, insert: encode(to, writing) }];
  });
}

const isSameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
