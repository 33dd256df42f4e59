import type { SyntaxNode } from '@lezer/common';
import { headingLevel } from '../markdown/plain-text.ts';
import type { Cut, Piece } from './draft.ts';
import type { Reading } from './reading.ts';
import type { Place } from './request.ts';
import { bodyStart, lineStart, sectionsOf } from './section.ts';

/** What puts text into a note at a place, blank lines around it; `null` where there is no such place. */
export function insertionAt(reading: Reading, place: Place, pieces: readonly Piece[]): Cut | null {
  const { text } = reading;
  switch (place.at) {
    case 'instead':
      return { ...place.range, insert: pieces };
    case 'bottom':
      return between(text, text.length, pieces);
    case 'top':
      return between(text, topOf(reading), pieces);
    case 'under': {
      const section = sectionsOf(text).find(({ from }) => from === lineStart(text, place.heading));
      return section === undefined ? null : between(text, section.to, pieces);
    }
  }
}

function between(text: string, at: number, pieces: readonly Piece[]): Cut {
  const before = text.slice(Math.max(0, at - 2), at);
  const isEnd = at >= text.length;
  const after = text.slice(at, at + 2);
  const isStart = at === 0 || (before.endsWith('\n') && bodyStart(text) === at);
  const gap = isStart || before === '\n\n' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const rest = isEnd
    ? '\n'
    : after === '\n\n' || after === '\n'
      ? ''
      : after.startsWith('\n')
        ? '\n'
        : '\n\n';
  return { from: at, to: at, insert: [{ text: gap }, ...pieces, { text: rest }] };
}

/** Behind the properties, the title, the line of parent maps, and the id that one of these has. */
function topOf({ tree, text }: Reading): number {
  let at = bodyStart(text);
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    if (node.to <= at || node.name === 'Frontmatter') continue;
    const own = text.slice(node.from, node.to);
    const isHead = headingLevel(node.name) === 1 || /^\+ \[\[[^\n]*$/.test(own) || isBlockId(node, own);
    if (!isHead || (isBlockId(node, own) && at === bodyStart(text))) break;
    at = node.to;
    // Two titles are a title and a section.
    if (headingLevel(node.name) === 1 && headingLevel(node.nextSibling?.name ?? '') === 1) break;
  }
  return at;
}

const isBlockId = (node: SyntaxNode, own: string) =>
  node.name === 'Paragraph' && /^\^[A-Za-z0-9-]+[ \t]*$/.test(own);
