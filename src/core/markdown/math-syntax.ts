import type { Input, PartialParse } from '@lezer/common';
import { tags } from '@lezer/highlight';
import type { BlockContext, InlineContext, MarkdownConfig } from '@lezer/markdown';
import { endWithin, isWithin } from './within-block.ts';

const DOLLAR = 36;
const LONGEST_BLOCK = 20_000;

/** `$x$` within a paragraph: no space inside next to a dollar, no digit after it (`$5 and $6` is money); or `$$x$$`. */
export function inlineMath(context: InlineContext, start: number): number {
  const { text, offset } = context;
  const at = start - offset;
  if (text.charCodeAt(at + 1) === DOLLAR) {
    const close = text.indexOf('$$', at + 2);
    return close <= at + 2 ? -1 : context.addElement(context.elt('Math', start, offset + close + 2));
  }
  inline.lastIndex = at;
  const found = inline.exec(text);
  return found === null ? -1 : context.addElement(context.elt('Math', start, start + found[0].length));
}

const inline = /\$(?![\s$])(?:[^$\\\n]|\\[^\n]){0,2000}(?<!\s)\$(?!\d)/y;

/** What each parse reads: a block parser sees one line, and must know whether the closing `$$` comes. */
const inputOf = new WeakMap<PartialParse, Input>();

function closesAhead(context: BlockContext, from: number): boolean {
  const input = inputOf.get(context);
  if (input === undefined) return false;
  const ahead = input.read(from, Math.min(input.length, from + LONGEST_BLOCK));
  const close = ahead.indexOf('$$');
  return close >= 0 && !/\n[ \t]*\n/.test(ahead.slice(0, close));
}

/** Maths: `$…$` and `$$…$$` in a paragraph, and lines from one that begins with `$$` to the next `$$`, without a blank line. */
export const mathSyntax: MarkdownConfig = {
  defineNodes: [
    { name: 'Math', style: tags.special(tags.string) },
    { name: 'MathBlock', block: true, style: tags.special(tags.string) },
  ],
  wrap(parse, input) {
    inputOf.set(parse, input);
    return parse;
  },
  parseBlock: [
    {
      name: 'MathBlock',
      before: 'FencedCode',
      parse(context, line) {
        if (!line.text.startsWith('$$', line.pos) || line.text.includes('$$', line.pos + 2)) return false;
        const from = context.lineStart + line.pos;
        if (!closesAhead(context, from + 2)) return false;
        while (context.nextLine() && isWithin(context, line)) {
          const close = line.text.indexOf('$$', line.basePos);
          if (close < 0) continue;
          context.addElement(context.elt('MathBlock', from, context.lineStart + close + 2));
          return endWithin(context, line, close + 2);
        }
        context.addElement(context.elt('MathBlock', from, context.prevLineEnd()));
        return true;
      },
    },
  ],
};
