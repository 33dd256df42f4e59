import type { MarkdownConfig } from '@lezer/markdown';

/** Deeper than anybody writes; each level of a line costs as much as all above it. */
const DEEPEST = 100;

/** Lists and quotes within lists and quotes, as deep as makes sense: what follows on the line is text. */
export const nestingSyntax: MarkdownConfig = {
  parseBlock: [
    {
      name: 'DeepestText',
      before: 'IndentedCode',
      parse(context, line) {
        if (context.depth < DEEPEST || line.next < 0) return false;
        const from = context.lineStart + line.pos;
        const inside = context.parser.parseInline(line.text.slice(line.pos), from);
        const paragraph = context.elt('Paragraph', from, context.lineStart + line.text.length, inside);
        context.nextLine();
        context.addElement(paragraph);
        return true;
      },
    },
  ],
};
