import type { Input, PartialParse } from '@lezer/common';
import { tags } from '@lezer/highlight';
import type { BlockContext, MarkdownConfig } from '@lezer/markdown';

const LONGEST_FRONTMATTER = 256 * 1024;

/**
 * Where the frontmatter of `text` ends (the offset after its closing `---`, line end not included), or `null` where there is none:
 * it must begin on the very first line and be closed, as Obsidian reads it.
 */
export function frontmatterEnd(text: string): number | null {
  if (!/^---[ \t]*\n/.test(text)) return null;
  const closing = /\n---[ \t]*(?=\n|$)/g;
  closing.lastIndex = 3;
  const found = closing.exec(text);
  return found === null ? null : found.index + found[0].length;
}

/** The lines of a note's properties as they stand there, without the fences; `''` where it has none. */
export function frontmatterLines(text: string): string {
  const end = frontmatterEnd(text);
  return end === null ? '' : text.slice(text.indexOf('\n') + 1, text.lastIndexOf('\n', end - 1)).trimEnd();
}

/** Each parse's own frontmatter end: a block parser sees only lines, and needs to know whether a closing one comes. */
const endOf = new WeakMap<PartialParse, number>();

function noteEnd(parse: PartialParse, input: Input): PartialParse {
  if (input.length >= 7 && input.read(0, 3) === '---') {
    const end = frontmatterEnd(input.read(0, Math.min(input.length, LONGEST_FRONTMATTER)));
    if (end !== null) endOf.set(parse, end);
  }
  return parse;
}

/** Frontmatter as one block, `Frontmatter(FrontmatterMark, FrontmatterText, FrontmatterMark)`. */
export const frontmatterSyntax: MarkdownConfig = {
  defineNodes: [
    { name: 'Frontmatter', block: true },
    { name: 'FrontmatterMark', style: tags.processingInstruction },
    { name: 'FrontmatterText', style: tags.meta },
  ],
  wrap: (parse, input) => noteEnd(parse, input),
  parseBlock: [
    {
      name: 'Frontmatter',
      before: 'HorizontalRule',
      parse(context: BlockContext) {
        if (context.lineStart !== 0) return false;
        const end = endOf.get(context);
        if (end === undefined) return false;
        let opening = 0;
        let closing = 0;
        for (;;) {
          const start = context.lineStart;
          if (!context.nextLine()) {
            closing = start;
            break;
          }
          if (opening === 0) opening = context.prevLineEnd();
          if (context.prevLineEnd() >= end) {
            closing = start;
            break;
          }
        }
        context.addElement(
          context.elt('Frontmatter', 0, end, [
            context.elt('FrontmatterMark', 0, opening),
            ...(closing > opening + 1 ? [context.elt('FrontmatterText', opening + 1, closing - 1)] : []),
            context.elt('FrontmatterMark', closing, end),
          ]),
        );
        return true;
      },
    },
  ],
};
