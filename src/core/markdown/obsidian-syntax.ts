import { tags } from '@lezer/highlight';
import type { InlineContext, MarkdownConfig } from '@lezer/markdown';
import { footnoteReference, inlineFootnote } from './footnote-syntax.ts';
import { inlineMath } from './math-syntax.ts';
import { TAG_SIGN } from './tag-name.ts';
import { wikilink } from './wikilink-syntax.ts';
import { endWithin, isWithin } from './within-block.ts';

const HASH = 35;
const DOLLAR = 36;
const PERCENT = 37;
const CARET = 94;
const EQUALS = 61;
const OPEN_BRACKET = 91;
const BANG = 33;

const TAG = new RegExp(`^#((?:${TAG_SIGN})+)`, 'u');
const LONGEST_NAME = 200;
const markDelimiter = { resolve: 'Marked', mark: 'MarkedMark' };

/** `#tag` and `#nested/tag`; at least one character that is no digit (`#1984` is none). */
function tag(context: InlineContext, pos: number): number {
  if (!isAfterSpace(context, pos)) return -1;
  const found = TAG.exec(context.slice(pos, Math.min(context.end, pos + LONGEST_NAME)));
  const name = found?.[1]?.replace(/\/+$/, '');
  if (name === undefined || !/[^\d/]/.test(name)) return -1;
  return context.addElement(context.elt('Tag', pos, pos + 1 + name.length));
}

/** `%%comment%%` within a paragraph. */
function comment(context: InlineContext, pos: number): number {
  if (context.char(pos + 1) !== PERCENT) return -1;
  const close = context.text.indexOf('%%', pos + 2 - context.offset);
  if (close < 0) return -1;
  return context.addElement(context.elt('NoteComment', pos, close + context.offset + 2));
}

/** ` ^id` at the end of a paragraph, list item or heading, or alone: Latin letters, digits and dashes. See also `namesBlock`. */
function blockId(context: InlineContext, pos: number): number {
  if (!isAfterSpace(context, pos)) return -1;
  const rest = context.slice(pos, Math.min(context.end, pos + LONGEST_NAME));
  const found = /^\^[A-Za-z0-9-]+(?=\s*$)/.exec(rest);
  if (found === null) return -1;
  return context.addElement(context.elt('BlockId', pos, pos + found[0].length));
}

/** `==marked==` text. */
function marked(context: InlineContext, pos: number): number {
  if (context.char(pos + 1) !== EQUALS || context.char(pos + 2) === EQUALS) return -1;
  const after = context.slice(pos + 2, pos + 3);
  const opens = after !== '' && !/\s/.test(after);
  const closes = !isAfterSpace(context, pos);
  return opens || closes ? context.addDelimiter(markDelimiter, pos, pos + 2, opens, closes) : -1;
}

/** `[!note]` with which a callout begins, folded (`-`) or unfolded (`+`). Whether a quote stands around it is for the reader to see. */
function calloutType(context: InlineContext, pos: number): number {
  if (pos !== context.offset) return -1;
  const found = /^\[![^[\]\n|]{1,60}(?:\|[^[\]\n]{0,60})?\][+-]?(?=\s|$)/.exec(
    context.slice(pos, Math.min(context.end, pos + LONGEST_NAME)),
  );
  return found === null ? -1 : context.addElement(context.elt('CalloutType', pos, pos + found[0].length));
}

function isAfterSpace(context: InlineContext, pos: number): boolean {
  return pos === context.offset || /\s/.test(context.slice(pos - 1, pos));
}

/**
 * Obsidian's additions to a paragraph: wikilinks and embeds, tags, comments, block ids, `==marks==`, callouts, footnotes and maths; and the
 * comment block between two lines that begin with `%%`. One inline parser for all of them: every character is offered to each.
 */
export const obsidianSyntax: MarkdownConfig = {
  defineNodes: [
    { name: 'Wikilink' },
    { name: 'Embed' },
    { name: 'WikilinkMark', style: tags.processingInstruction },
    { name: 'WikilinkTarget', style: tags.link },
    { name: 'WikilinkPipe', style: tags.processingInstruction },
    { name: 'WikilinkAlias', style: tags.link },
    { name: 'EmbedSize' },
    { name: 'Tag', style: tags.labelName },
    { name: 'NoteComment', style: tags.comment },
    { name: 'NoteCommentBlock', block: true, style: tags.comment },
    { name: 'BlockId', style: tags.comment },
    { name: 'Marked', style: tags.emphasis },
    { name: 'MarkedMark', style: tags.processingInstruction },
    { name: 'CalloutType', style: tags.labelName },
  ],
  parseInline: [
    {
      name: 'Obsidian',
      before: 'Link',
      parse(context, next, pos) {
        switch (next) {
          case OPEN_BRACKET: {
            const second = context.char(pos + 1);
            if (second === OPEN_BRACKET) return wikilink(context, pos, 'Wikilink');
            if (second === BANG) return calloutType(context, pos);
            return second === CARET ? footnoteReference(context, pos) : -1;
          }
          case BANG:
            return context.char(pos + 1) === OPEN_BRACKET && context.char(pos + 2) === OPEN_BRACKET
              ? wikilink(context, pos, 'Embed')
              : -1;
          case HASH:
            return tag(context, pos);
          case PERCENT:
            return comment(context, pos);
          case CARET:
            return context.char(pos + 1) === OPEN_BRACKET
              ? inlineFootnote(context, pos)
              : blockId(context, pos);
          case DOLLAR:
            return inlineMath(context, pos);
          case EQUALS:
            return marked(context, pos);
          default:
            return -1;
        }
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
        while (context.nextLine() && isWithin(context, line)) {
          const close = line.text.indexOf('%%', line.basePos);
          if (close < 0) continue;
          context.addElement(context.elt('NoteCommentBlock', from, context.lineStart + close + 2));
          return endWithin(context, line, close + 2);
        }
        context.addElement(context.elt('NoteCommentBlock', from, context.prevLineEnd()));
        return true;
      },
    },
  ],
};
