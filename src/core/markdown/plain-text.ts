import type { SyntaxNode } from '@lezer/common';
import { readEscape } from './escapes.ts';

const MARKUP = /Mark$|^(URL|LinkTitle|WikilinkPipe|BlockId|CodeInfo|NoteComment|HTMLTag)$/;

/**
 * What the inline content of `node` reads as, without markup: `**a** [[b|c]] [d](e)` is `a c d`. `text` is the whole note.
 */
export function plainText(node: SyntaxNode, text: string): string {
  let plain = '';
  let at = node.from;
  const hasAlias = node.getChild('WikilinkAlias') !== null;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    plain += text.slice(at, child.from);
    at = child.to;
    if (MARKUP.test(child.name) && !(child.name === 'URL' && node.name !== 'Link' && node.name !== 'Image'))
      continue;
    if (child.name === 'WikilinkTarget') {
      if (!hasAlias) plain += text.slice(child.from, child.to).replace(/#\^?/g, ' > ').replace(/^ > /, '');
      continue;
    }
    plain +=
      child.firstChild === null
        ? withoutEscape(text.slice(child.from, child.to), child.name)
        : plainText(child, text);
  }
  return plain + text.slice(at, node.to);
}

function withoutEscape(text: string, name: string): string {
  return name === 'Escape' || name === 'Entity' ? readEscape(text) : text;
}

/** The text of a heading node (ATX or setext) as it reads, on one line. */
export function headingText(node: SyntaxNode, text: string): string {
  return plainText(node, text).replace(/\s+/g, ' ').trim();
}

/** Where the text of a heading node stands: without its `#`, underline, and block id. Offsets are UTF-16 code units; empty where there is none. */
export function headingRange(node: SyntaxNode, text: string): { from: number; to: number } {
  const marks = node.getChildren('HeaderMark');
  const isSetext = node.name.startsWith('Setext');
  const start = isSetext ? node.from : (marks[0]?.to ?? node.from);
  const stop = (isSetext ? marks[0] : marks[1])?.from ?? node.to;
  const id = node.getChild('BlockId');
  const inside = text.slice(start, id === null ? stop : Math.min(stop, id.from));
  const lead = inside.length - inside.trimStart().length;
  const length = inside.trim().length;
  const from = start + (length === 0 ? 0 : lead);
  return { from, to: from + length };
}

const LEVELS: ReadonlyMap<string, number> = new Map(
  ['ATX', 'Setext'].flatMap((style) =>
    [1, 2, 3, 4, 5, 6].map((level): [string, number] => [`${style}Heading${level}`, level]),
  ),
);

/** The level (1 to 6) of a heading node's name, or `null` for any other node. */
export function headingLevel(name: string): number | null {
  return LEVELS.get(name) ?? null;
}
