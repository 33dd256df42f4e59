import type { SyntaxNode } from '@lezer/common';

/**
 * Whether a `BlockId` of the grammar names a block that links can lead to: not within a table, and within a quote only at its very end.
 * `text` is the whole note.
 */
export function namesBlock(id: SyntaxNode, text: string): boolean {
  let quote: SyntaxNode | null = null;
  for (let around = id.parent; around !== null; around = around.parent) {
    if (around.name === 'TableCell') return false;
    if (around.name === 'Blockquote') quote = around;
  }
  return quote === null || /^[\s>]*$/.test(text.slice(id.to, quote.to));
}
