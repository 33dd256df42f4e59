import { decode, encode, linkSpots, type Writing } from '../links/link-spot.ts';
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
    const sign = signLength(note.text.slice(fragment.from, fragment.to), writing);
    return sign === null
      ? []
      : [{ from: fragment.from + sign, to: fragment.to, insert: encode(to, writing) }];
  });
}

/** How many characters the `^` before an id takes as it is written: `^`, `%5E`, `\^`, `&#94;`, `\u005e`. */
function signLength(raw: string, writing: Writing): number | null {
  for (let length = 1; length <= raw.length; length += 1)
    if (decode(raw.slice(0, length), writing) === '^') return length;
  return null;
}

const isSameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
