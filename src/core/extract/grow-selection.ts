import type { SyntaxNode } from '@lezer/common';
import { headingLevel } from '../markdown/plain-text.ts';
import { fitsAlone } from './fits-alone.ts';
import { withBlockIds } from './own-block-id.ts';
import { Reading } from './reading.ts';
import { bodyStart, lineEnd, lineStart, type Range } from './section.ts';

/** Constructs that mean nothing in halves. */
const WHOLE = new Set([
  ...['FencedCode', 'CodeBlock', 'Table', 'HTMLBlock', 'CommentBlock', 'ProcessingInstructionBlock'],
  ...['NoteCommentBlock', 'MathBlock', 'LinkReference', 'HorizontalRule', 'SetextHeading1', 'SetextHeading2'],
  ...[
    'Wikilink',
    'Embed',
    'Link',
    'Image',
    'Autolink',
    'URL',
    'InlineCode',
    'Math',
    'NoteComment',
    'Comment',
  ],
  ...[
    'Tag',
    'BlockId',
    'FootnoteReference',
    'FootnoteLabel',
    'InlineFootnote',
    'HTMLTag',
    'Escape',
    'Entity',
  ],
  ...[
    'HardBreak',
    'TaskMarker',
    'ListMark',
    'QuoteMark',
    'HeaderMark',
    'CalloutType',
    'ProcessingInstruction',
  ],
]);
/** Constructs of which words may be taken out, but not one end. */
const PAIRED = new Set(['Emphasis', 'StrongEmphasis', 'Strikethrough', 'Marked']);
const LEAVES = new Set(['Paragraph', 'Task']);
const CONTAINERS = new Set(['ListItem', 'BulletList', 'OrderedList', 'Blockquote', 'FootnoteDefinition']);

/** What stands before the first word of a list item, a task or a quotation. */
const LEAD = /^[ \t]*(?:>[ \t]?|[-*+][ \t]+(?:\[.\][ \t]+)?|\d{1,9}[.)][ \t]+)*$/;
const LEADS = /^[ \t]*(?:>[ \t]?|[-*+][ \t]+(?:\[.\][ \t]+)?|\d{1,9}[.)][ \t]+)*/;

/**
 * The selection as it can be pulled out: within the body, without blank ends, and never through the middle of a table, a fence, a
 * link, a comment, a callout or a pair of marks; with a list item what is nested in it, with a block its id. Where it begins at the first
 * word of a list item or quotation and takes the rest of its lines, the mark goes along. `null` where nothing is left.
 */
export function growSelection(text: string, selection: Range): Range | null {
  const start = Math.max(Math.min(selection.from, selection.to), bodyStart(text));
  const end = Math.min(Math.max(selection.from, selection.to), text.length);
  if (end <= start || text.slice(start, end).trim() === '') return null;
  const reading = new Reading('', text);
  let range: Range | null = settle(reading, trimmed(text, { from: start, to: end }));
  for (let found = range; range !== null; found = range) {
    if (fitsAlone(reading, range)) return range;
    range = widen(reading, range);
    if (range === null) return found;
    range = settle(reading, range);
    if (range.from === found.from && range.to === found.to) return found;
  }
  return range;
}

function trimmed(text: string, { from, to }: Range): Range {
  const words = text.slice(from, to);
  return { from: from + words.search(/\S/), to: from + words.trimEnd().length };
}

/** Grows a stretch until nothing is cut by its ends. */
function settle(reading: Reading, range: Range): Range {
  for (let now = range; ; ) {
    const grown = [withWholes, withLeaves, withQuotedLines, withBlockIds, withMarks, withItems].reduce(
      (grow, rule) => rule(reading, grow),
      now,
    );
    if (grown.from === now.from && grown.to === now.to) return now;
    now = grown;
  }
}

/** With the outermost constructs that an end would cut in two. */
function withWholes({ tree, text }: Reading, { from, to }: Range): Range {
  let grown = { from, to };
  for (const edge of [from, to]) {
    for (
      let node: SyntaxNode | null = tree.resolveInner(edge, edge === from ? 1 : -1);
      node !== null;
      node = node.parent
    ) {
      const cuts = node.from < edge && edge < node.to;
      const isCut = WHOLE.has(node.name) || isCallout(node, text);
      const isHalved = (PAIRED.has(node.name) || isHeading(node)) && (from < node.from || node.to < to);
      if (cuts && (isCut || isHalved)) grown = union(grown, node);
    }
  }
  return grown;
}

/** To the end of the paragraph where more than it is selected and its other half would be left in something else. */
function withLeaves({ tree }: Reading, { from, to }: Range): Range {
  const first = leafAt(tree.resolveInner(from, 1));
  const last = leafAt(tree.resolveInner(to, -1));
  if (last === null || last.to <= to || (first !== null && first.from === last.from)) return { from, to };
  const isCutTwice = first !== null && first.from < from;
  return isCutTwice || last.parent?.name !== 'Document' ? { from, to: last.to } : { from, to };
}

/** With whole lines of a quotation where it is more than one: each has its mark. */
function withQuotedLines({ tree, text }: Reading, { from, to }: Range): Range {
  if (lineEnd(text, from) >= to) return { from, to };
  return {
    from: isQuoted(tree.resolveInner(from, 1)) ? lineStart(text, from) : from,
    to: isQuoted(tree.resolveInner(to, -1)) ? lineEnd(text, to) : to,
  };
}

/** With the mark of a list item or quotation that a stretch of whole lines begins in; without it where only some of its words are taken. */
function withMarks({ tree, text }: Reading, { from, to }: Range): Range {
  const start = lineStart(text, from);
  if (to === lineEnd(text, to)) {
    const own = text.slice(start, from);
    const first = leafAt(tree.resolveInner(from, 1));
    // The indentation of a line within a paragraph means nothing there, and would elsewhere.
    const isWithin = own.trim() === '' && first !== null && first.from < from;
    const takesLead = LEAD.test(own) && to >= lineEnd(text, from) && !isWithin;
    return takesLead ? { from: start, to } : { from, to };
  }
  const lead = start === from ? (LEADS.exec(text.slice(from, lineEnd(text, from)))?.[0].length ?? 0) : 0;
  const leaf = leafAt(tree.resolveInner(from + lead, 1));
  return lead > 0 && from + lead < to && leaf !== null && to < leaf.to
    ? { from: from + lead, to }
    : { from, to };
}

/** With what is nested in a list item or stands in a footnote of which the mark and the first lines are taken. */
function withItems({ tree }: Reading, range: Range): Range {
  let grown = range;
  tree.iterate({
    ...range,
    enter({ name, node, from, to }) {
      if (name !== 'ListItem' && name !== 'FootnoteDefinition') return;
      if (from < range.from || to <= range.to) return;
      const first = node.firstChild?.nextSibling;
      if (first == null || first.to <= range.to) grown = union(grown, { from, to });
    },
  });
  return grown;
}

/** The next wider stretch: of whole paragraphs, then of what they stand in. */
function widen({ tree, text }: Reading, { from, to }: Range): Range | null {
  let grown = { from, to };
  const [first, last] = [tree.resolveInner(from, 1), tree.resolveInner(to, -1)];
  for (const node of [leafAt(first), leafAt(last)]) if (node !== null) grown = union(grown, node);
  if (grown.from < from || grown.to > to) return grown;
  if (from > lineStart(text, from) || to < lineEnd(text, to))
    return { from: lineStart(text, from), to: lineEnd(text, to) };
  const around = [first, last].flatMap((inner) => {
    for (let node: SyntaxNode | null = inner; node !== null; node = node.parent)
      if (CONTAINERS.has(node.name) && (node.from < from || node.to > to)) return [node];
    return [];
  });
  const [smallest] = around.sort((a, b) => a.to - a.from - (b.to - b.from));
  if (smallest === undefined) return null;
  grown = union(grown, smallest);
  return grown.from < from || grown.to > to ? grown : null;
}

const union = (one: Range, { from, to }: Range): Range => ({
  from: Math.min(one.from, from),
  to: Math.max(one.to, to),
});

const isHeading = ({ name }: SyntaxNode) => headingLevel(name) !== null;

function leafAt(inner: SyntaxNode): SyntaxNode | null {
  for (let node: SyntaxNode | null = inner; node !== null; node = node.parent)
    if (LEAVES.has(node.name) || isHeading(node)) return node;
  return null;
}

function isQuoted(inner: SyntaxNode): boolean {
  for (let node: SyntaxNode | null = inner; node !== null; node = node.parent)
    if (node.name === 'Blockquote') return true;
  return false;
}

function isCallout(node: SyntaxNode, text: string): boolean {
  if (node.name !== 'Blockquote') return false;
  const first = node.getChild('Paragraph');
  return first !== null && /^\[![^[\]\n]+\]/.test(text.slice(first.from, first.to));
}
