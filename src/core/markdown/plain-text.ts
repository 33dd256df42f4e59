import type { SyntaxNode } from '@lezer/common';

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
  return name === 'Escape' ? text.slice(1) : text;
}

/** The text of a heading node (ATX or setext) as it reads, on one line. */
export function headingText(node: SyntaxNode, text: string): string {
  return plainText(node, text).replace(/\s+/g, ' ').trim();
}

/** The level (1 to 6) of a heading node's name, or `null` for any other node. */
export function headingLevel(name: string): number | null {
  const found = /^(?:ATX|Setext)Heading(\d)$/.exec(name);
  return found === null ? null : Number(found[1]);
}

const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** How many words `text` has; each Han or kana character counts as one. */
export function countWords(text: string): number {
  let words = 0;
  for (const _ of text.matchAll(WORD)) words += 1;
  return words;
}
