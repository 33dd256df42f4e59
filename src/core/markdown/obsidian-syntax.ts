import { tags } from '@lezer/highlight';
import type { MarkdownConfig } from '@lezer/markdown';

const HASH = 35;
const PERCENT = 37;
const CARET = 94;
const EQUALS = 61;

const TAG = /^#((?:[\p{L}\p{M}\p{N}_/-]|\p{Extended_Pictographic}|\u200d|\ufe0f)+)/u;
const LONGEST_TAG = 200;

/** `#tag` and `#nested/tag`: letters, digits, `_ - /`, emoji; at least one character that is no digit (`#1984` is none). */
const tagSyntax: MarkdownConfig = {
  defineNodes: [{ name: 'Tag', style: tags.labelName }],
  parseInline: [
    {
      name: 'Tag',
      parse(context, next, pos) {
        if (next !== HASH) return -1;
        if (pos > context.offset && !/\s/.test(context.slice(pos - 1, pos))) return -1;
        const found = TAG.exec(context.slice(pos, Math.min(context.end, pos + LONGEST_TAG)));
        const name = found?.[1]?.replace(/\/+$/, '');
        if (name === undefined || !/[^\d/]/.test(name)) return -1;
        return context.addElement(context.elt('Tag', pos, pos + 1 + name.length));
      },
    },
  ],
};

/** `%%comment%%` within a paragraph, and a block between two lines that begin with `%%`. */
const commentSyntax: MarkdownConfig = {
  defineNodes: [
    { name: 'NoteComment', style: tags.comment },
    { name: 'NoteCommentBlock', block: true, style: tags.comment },
  ],
  parseInline: [
    {
      name: 'NoteComment',
      before: 'Emphasis',
      parse(context, next, pos) {
        if (next !== PERCENT || context.char(pos + 1) !== PERCENT) return -1;
        const close = context.text.indexOf('%%', pos + 2 - context.offset);
        if (close < 0) return -1;
        return context.addElement(context.elt('NoteComment', pos, close + context.offset + 2));
      },
    },
  ],
  parseBlock: [
    {
      name: 'NoteCommentBlock',
      before: 'FencedCode',
      endLeaf: (_context, line) => line.text.startsWith('%%', line.pos),
      parse(context, line) {
        if (!/^%%(?!.*%%)/.test(line.text.slice(line.pos))) return false;
        const from = context.lineStart + line.pos;
        while (context.nextLine()) {
          if (line.text.includes('%%')) {
            const to = context.lineStart + line.text.length;
            context.nextLine();
            context.addElement(context.elt('NoteCommentBlock', from, to));
            return true;
          }
        }
        context.addElement(context.elt('NoteCommentBlock', from, context.prevLineEnd()));
        return true;
      },
    },
  ],
};

/** ` ^id` at the end of a line: Latin letters, digits and dashes. */
const blockIdSyntax: MarkdownConfig = {
  defineNodes: [{ name: 'BlockId', style: tags.comment }],
  parseInline: [
    {
      name: 'BlockId',
      parse(context, next, pos) {
        if (next !== CARET) return -1;
        if (pos > context.offset && !/\s/.test(context.slice(pos - 1, pos))) return -1;
        const found = /^\^[A-Za-z0-9-]+(?=[ \t]*(?:\n|$))/.exec(
          context.slice(pos, Math.min(context.end, pos + LONGEST_TAG)),
        );
        if (found === null) return -1;
        return context.addElement(context.elt('BlockId', pos, pos + found[0].length));
      },
    },
  ],
};

const markDelimiter = { resolve: 'Marked', mark: 'MarkedMark' };

/** `==marked==` text. */
const markedSyntax: MarkdownConfig = {
  defineNodes: [
    { name: 'Marked', style: tags.emphasis },
    { name: 'MarkedMark', style: tags.processingInstruction },
  ],
  parseInline: [
    {
      name: 'Marked',
      after: 'Emphasis',
      parse(context, next, pos) {
        if (next !== EQUALS || context.char(pos + 1) !== EQUALS || context.char(pos + 2) === EQUALS)
          return -1;
        const before = pos === context.offset ? ' ' : context.slice(pos - 1, pos);
        const after = context.slice(pos + 2, pos + 3);
        const opens = after !== '' && !/\s/.test(after);
        const closes = !/\s/.test(before);
        return opens || closes ? context.addDelimiter(markDelimiter, pos, pos + 2, opens, closes) : -1;
      },
    },
  ],
};

/** `[^label]` in the text and `[^label]: …` at the start of a line. */
const footnoteSyntax: MarkdownConfig = {
  defineNodes: [{ name: 'FootnoteReference', style: tags.link }],
  parseInline: [
    {
      name: 'FootnoteReference',
      before: 'Link',
      parse(context, next, pos) {
        if (next !== 91 || context.char(pos + 1) !== CARET) return -1;
        const found = /^\[\^[^\s[\]]{1,200}\]/.exec(context.slice(pos, Math.min(context.end, pos + 204)));
        if (found === null) return -1;
        return context.addElement(context.elt('FootnoteReference', pos, pos + found[0].length));
      },
    },
  ],
};

/** Obsidian's additions inside paragraphs: tags, comments, block ids, `==marks==` and footnote references. */
export const obsidianSyntax: MarkdownConfig[] = [
  tagSyntax,
  commentSyntax,
  blockIdSyntax,
  markedSyntax,
  footnoteSyntax,
];
