import { quickNoteParser } from './quick-note-parser.ts';

/** What is no prose: links, code, addresses, tags and whatever else means something by its letters. */
const MARKUP = new Set([
  ...[
    'Frontmatter',
    'Wikilink',
    'Embed',
    'Link',
    'Image',
    'URL',
    'Autolink',
    'LinkReference',
    'Tag',
    'BlockId',
  ],
  ...['InlineCode', 'FencedCode', 'CodeBlock', 'HTMLBlock', 'HTMLTag', 'CommentBlock', 'Comment', 'Entity'],
  ...[
    'NoteComment',
    'NoteCommentBlock',
    'Math',
    'MathBlock',
    'FootnoteReference',
    'FootnoteLabel',
    'CalloutType',
  ],
]);

/** The stretches of a note (UTF-16 offsets, in order) in which a name is no prose and must not become a link. */
export function notProse(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  quickNoteParser.parse(text).iterate({
    enter({ name, from, to }) {
      if (!MARKUP.has(name)) return true;
      found.push({ from, to });
      return false;
    },
  });
  return found;
}

/** Whether what stands at `offset` (UTF-16) of a note is in a table, where a `|` would end its cell. */
export function isInTable(text: string, offset: number): boolean {
  let node = quickNoteParser.parse(text).resolveInner(offset, 1);
  for (;;) {
    if (node.name === 'Table') return true;
    if (node.parent === null) return false;
    node = node.parent;
  }
}
