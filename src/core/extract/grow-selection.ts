import type { SyntaxNode } from '@lezer/common';
import { noteParser } from '../markdown/grammar.ts';
import { bodyStart, lineEnd, lineStart, type Range } from './section.ts';

/** Constructs that mean nothing in halves. */
const WHOLE = new Set([
  'FencedCode',
  'CodeBlock',
  'Table',
  'HTMLBlock',
  'CommentBlock',
  'NoteCommentBlock',
  'NoteComment',
  'LinkReference',
  'Wikilink',
  'Embed',
  'Link',
  'Image',
  'Autolink',
  'URL',
  'InlineCode',
  'Tag',
  'BlockId',
  'FootnoteReference',
  'HorizontalRule',
  'SetextHeading1',
  'SetextHeading2',
]);

/** What stands before the first word of a list item, a task or a quotation. */
const LEAD = /^[ \t]*(?:>[ \t]?|[-*+][ \t]+(?:\[.\][ \t]+)?|\d{1,9}[.)][ \t]+)*$/;

/**
 * The selection as it can be pulled out: within the body, without blank ends, and never through the middle of a table, a fence, a
 * link or a comment. Where it begins at the first word of a list item or quotation and takes the rest of that line, the mark goes
 * along. `null` where nothing is left.
 */
export function growSelection(text: string, selection: Range): Range | null {
  let from = Math.max(Math.min(selection.from, selection.to), bodyStart(text));
  let to = Math.min(Math.max(selection.from, selection.to), text.length);
  if (to <= from || text.slice(from, to).trim() === '') return null;
  from += text.slice(from, to).search(/\S/);
  to = from + text.slice(from, to).trimEnd().length;
  const tree = noteParser.parse(text);
  for (let grown = true; grown; ) {
    grown = false;
    for (const edge of [from, to]) {
      const whole = wholeAround(tree.resolveInner(edge, edge === from ? 1 : -1), edge);
      if (whole === null) continue;
      if (whole.from < from || whole.to > to) grown = true;
      from = Math.min(from, whole.from);
      to = Math.max(to, whole.to);
    }
  }
  const start = lineStart(text, from);
  if (LEAD.test(text.slice(start, from)) && (to >= lineEnd(text, from) || start === from)) from = start;
  return { from, to };
}

/** The outermost construct that `edge` would cut in two. */
function wholeAround(inner: SyntaxNode, edge: number): Range | null {
  let found: Range | null = null;
  for (let node: SyntaxNode | null = inner; node !== null; node = node.parent) {
    if (WHOLE.has(node.name) && node.from < edge && edge < node.to) found = { from: node.from, to: node.to };
  }
  return found;
}
