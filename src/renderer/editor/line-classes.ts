import { syntaxTree } from '@codemirror/language';
import type { EditorState, Range } from '@codemirror/state';
import { Decoration } from '@codemirror/view';
import type { SyntaxNode } from '@lezer/common';
import { headingLevel } from '../../core/markdown/plain-text.ts';

const PLAIN_LINES: Record<string, string> = {
  FencedCode: 'cm-fence',
  CodeBlock: 'cm-fence',
  HTMLBlock: 'cm-fence',
  Table: 'cm-table-line',
  Frontmatter: 'cm-frontmatter',
  NoteCommentBlock: 'cm-aside',
  CommentBlock: 'cm-aside',
  HorizontalRule: 'cm-rule',
};

/** The classes of the lines between two offsets: headings, quotations and the replies beneath them, lists, fences, tables. */
export function lineClasses(state: EditorState, from: number, to: number): Range<Decoration>[] {
  const found: Range<Decoration>[] = [];
  const add = (start: number, end: number, name: string, edges = false) => {
    const first = state.doc.lineAt(start).number;
    const last = state.doc.lineAt(end).number;
    for (let number = first; number <= last; number += 1) {
      const line = state.doc.line(number);
      if (line.to < from || line.from > to) continue;
      const edge = edges
        ? `${number === first ? ` ${name}-first` : ''}${number === last ? ` ${name}-last` : ''}`
        : '';
      found.push(Decoration.line({ class: `${name}${edge}` }).range(line.from));
    }
  };
  syntaxTree(state).iterate({
    from,
    to,
    enter(node) {
      const level = headingLevel(node.name);
      if (level !== null) add(node.from, node.to, `cm-heading cm-heading-${level}`);
      const plain = PLAIN_LINES[node.name];
      if (plain !== undefined) {
        add(node.from, node.to, plain, true);
        return false;
      }
      if (node.name === 'Blockquote') {
        const outer = node.node.parent?.name !== 'Blockquote';
        if (outer) add(node.from, node.to, 'cm-quote', true);
      } else if (node.name === 'ListItem') {
        const line = state.doc.lineAt(node.from);
        found.push(
          Decoration.line({ class: `cm-item cm-item-${Math.min(6, listDepth(node.node))}` }).range(line.from),
        );
      }
      if (node.node.parent?.name === 'Document' && isReply(node.node)) add(node.from, node.to, 'cm-reply');
      return undefined;
    },
  });
  for (let at = from; at <= to; ) {
    const line = state.doc.lineAt(at);
    if (line.length === 0) found.push(Decoration.line({ class: 'cm-blank' }).range(line.from));
    at = line.to + 1;
  }
  return found;
}

function listDepth(item: SyntaxNode): number {
  let depth = 0;
  for (let node: SyntaxNode | null = item; node !== null; node = node.parent)
    if (node.name === 'ListItem') depth += 1;
  return depth;
}

/** How many blocks a reply may have before one has clearly gone on to other things. */
const LONGEST_REPLY = 6;

/**
 * Whether a block of the note is the user's reply to a quotation: a paragraph or list directly beneath one, up to the next quotation,
 * heading or rule.
 */
export function isReply(block: SyntaxNode): boolean {
  if (block.name !== 'Paragraph' && block.name !== 'BulletList' && block.name !== 'OrderedList') return false;
  let before = block.prevSibling;
  for (let steps = 0; before !== null && steps < LONGEST_REPLY; steps += 1, before = before.prevSibling) {
    if (before.name === 'Blockquote') return true;
    if (!['Paragraph', 'BulletList', 'OrderedList'].includes(before.name)) return false;
  }
  return false;
}
