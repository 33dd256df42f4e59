import { tags } from '@lezer/highlight';
import type { InlineContext, MarkdownConfig } from '@lezer/markdown';

const LONGEST_LABEL = 200;
const DEFINITION = new RegExp(`^\\[\\^[^\\s[\\]]{1,${LONGEST_LABEL}}\\]:[ \\t]*`);
const REFERENCE = new RegExp(`\\[\\^[^\\s[\\]]{1,${LONGEST_LABEL}}\\]`, 'y');
const OPEN = 91;
const CLOSE = 93;
const BACKSLASH = 92;
const CARET = 94;
const LONGEST_INLINE = 10_000;

/** `[^label]`. */
export function footnoteReference(context: InlineContext, start: number): number {
  REFERENCE.lastIndex = start - context.offset;
  const found = REFERENCE.exec(context.text);
  if (found === null) return -1;
  return context.addElement(context.elt('FootnoteReference', start, start + found[0].length));
}

/** `^[a footnote where it stands]`, with what is in it. */
export function inlineFootnote(context: InlineContext, start: number): number {
  if (context.char(start + 1) !== OPEN) return -1;
  let depth = 0;
  const last = Math.min(context.end, start + LONGEST_INLINE);
  for (let at = start + 1; at < last; at += 1) {
    const next = context.char(at);
    if (next === BACKSLASH) at += 1;
    // One within another is none of Obsidian’s, and would be read again at every depth.
    else if (next === CARET && context.char(at + 1) === OPEN) return -1;
    else if (next === OPEN) depth += 1;
    else if (next === CLOSE) depth -= 1;
    if (depth > 0) continue;
    const inside = context.parser.parseInline(context.slice(start + 2, at), start + 2);
    return context.addElement(
      context.elt('InlineFootnote', start, at + 1, [
        context.elt('FootnoteMark', start, start + 2),
        ...inside,
        context.elt('FootnoteMark', at, at + 1),
      ]),
    );
  }
  return -1;
}

/** Footnote definitions: `[^label]: text`, with the paragraphs, lists and fences under it that are indented by four. */
export const footnoteSyntax: MarkdownConfig = {
  defineNodes: [
    { name: 'FootnoteReference', style: tags.link },
    { name: 'InlineFootnote' },
    { name: 'FootnoteMark', style: tags.processingInstruction },
    { name: 'FootnoteLabel', style: tags.link },
    {
      name: 'FootnoteDefinition',
      block: true,
      composite(_context, line) {
        if (line.next < 0) return true;
        if (line.indent < line.baseIndent + 4) return false;
        line.moveBaseColumn(line.baseIndent + 4);
        return true;
      },
    },
  ],
  parseBlock: [
    {
      name: 'FootnoteDefinition',
      before: 'LinkReference',
      endLeaf: (_context, line) =>
        line.indent < line.baseIndent + 4 && DEFINITION.test(line.text.slice(line.pos)),
      parse(context, line) {
        if (line.indent >= line.baseIndent + 4) return false;
        const found = DEFINITION.exec(line.text.slice(line.pos));
        if (found === null) return false;
        const from = context.lineStart + line.pos;
        context.startComposite('FootnoteDefinition', line.pos);
        context.addElement(context.elt('FootnoteLabel', from, from + found[0].trimEnd().length));
        line.moveBase(line.pos + found[0].length);
        return null;
      },
    },
  ],
};
