import type { SyntaxNode } from '@lezer/common';
import { headingLevel } from '../markdown/plain-text.ts';
import type { TextChange } from '../text/text-change.ts';
import type { Piece } from './draft.ts';
import type { Reading } from './reading.ts';
import { lineEnd, lineStart, type Range } from './section.ts';

const LIST_LEAD = /^([ \t]*)([-*+]|\d{1,9}[.)])[ \t]+/;

/** The heading that a moved stretch begins with. */
export interface LeadingHeading {
  level: number;
  from: number;
  /** A link or a footnote may be in it. */
  hasLink: boolean;
  /** Its text as it is typed, on one line. */
  text: readonly Piece[];
  /** Where what stands under it begins. */
  restFrom: number;
}

/** A stretch of a note as it arrives elsewhere: what moves, without what stood around it. */
export function movedPieces({ path, text }: Reading, range: Range, changes: readonly TextChange[]): Piece[] {
  const pieces: Piece[] = [];
  let at = range.from;
  const upTo = (offset: number) => pieces.push({ of: path, from: at, to: offset, way: 'moves' });
  for (const { from, to, insert } of changes.toSorted((a, b) => a.from - b.from)) {
    if (from < at || to > range.to) continue;
    upTo(from);
    pieces.push({ text: insert });
    at = to;
  }
  upTo(Math.min(range.to, text.length));
  return pieces;
}

/** What is left out of a stretch so that it stands alone: the indentation of what stood within a list. */
export function outdent(reading: Reading, range: Range): TextChange[] {
  const { text } = reading;
  const start = lineStart(text, range.from);
  const lines = linesIn(text, range);
  const leaf = leafAround(reading, range);
  if (start !== range.from || leaf !== null) {
    if (start === range.from || leaf === null || !isContained(leaf)) return [];
    return lines.slice(1).flatMap((from): TextChange[] => {
      const indent = /^[ \t]*/.exec(text.slice(from, Math.min(range.to, lineEnd(text, from))))?.[0] ?? '';
      return indent === '' ? [] : [{ from, to: from + indent.length, insert: '' }];
    });
  }
  const indent = indentOf(reading, range);
  const isNested = (from: number) => {
    const line = text.slice(from, Math.min(range.to, lineEnd(text, from)));
    return line.trim() === '' || line.startsWith(indent);
  };
  if (indent === '' || !lines.every(isNested)) return [];
  return lines.flatMap((from): TextChange[] => {
    const length = Math.min(indent.length, lineEnd(text, from) - from, range.to - from);
    return length === 0 ? [] : [{ from, to: from + length, insert: '' }];
  });
}

/** The headings of a stretch with fewer `#`, so that one of level `from` is of level 1. */
export function lifted({ tree, text }: Reading, range: Range, from: number): TextChange[] {
  const changes: TextChange[] = [];
  if (from <= 1) return changes;
  tree.iterate({
    ...range,
    enter(node) {
      const level = headingLevel(node.name);
      if (level === null || node.from < range.from || node.to > range.to) return;
      const marks = node.node.getChildren('HeaderMark');
      const fewer = Math.min(level, from) - 1;
      if (fewer === 0 || node.node.parent?.name !== 'Document') return;
      const [mark] = marks;
      if (mark === undefined) return;
      if (!node.name.startsWith('Setext'))
        changes.push({ from: mark.from + 1, to: mark.from + 1 + Math.min(fewer, level - 1), insert: '' });
      else
        changes.push({
          from: mark.from,
          to: mark.to,
          insert: '='.repeat(text.slice(mark.from, mark.to).trimEnd().length),
        });
    },
  });
  return changes;
}

/** The headings of a stretch some levels deeper, as far as there are levels for all of them. */
export function lowered({ tree, text }: Reading, range: Range, levels: number): TextChange[] {
  const headings: { node: SyntaxNode; level: number }[] = [];
  tree.iterate({
    ...range,
    enter({ name, node, from }) {
      const level = headingLevel(name);
      if (level !== null && from >= range.from && node.parent?.name === 'Document')
        headings.push({ node, level });
    },
  });
  const most = Math.min(levels, ...headings.map(({ level }) => 6 - level));
  if (most <= 0) return [];
  return headings.flatMap(({ node, level }): TextChange[] => {
    if (!node.name.startsWith('Setext'))
      return [{ from: node.from + 1, to: node.from + 1, insert: '#'.repeat(most) }];
    return underlinedDeeper(text, node, level + most);
  });
}

/** An underlined heading at a deeper level: underlined otherwise where there is such a line, else with `#`, which takes one line only. */
function underlinedDeeper(text: string, node: SyntaxNode, level: number): TextChange[] {
  const mark = node.getChild('HeaderMark');
  if (mark === null) return [];
  if (level === 2) return [{ from: mark.from, to: mark.to, insert: '-'.repeat(mark.to - mark.from) }];
  const words = text.slice(node.from, mark.from).trimEnd();
  // A `#` at the end would be taken for the heading's own.
  if (words.includes('\n') || /(?:^|[ \t])#+$/.test(words)) return [];
  return [
    { from: node.from, to: node.from, insert: `${'#'.repeat(level)} ` },
    { from: node.from + words.length, to: mark.to, insert: '' },
  ];
}

/** The heading at the very front of a stretch; `null` where there is none, or an empty one. */
export function leadingHeading({ path, tree, text, headings }: Reading, range: Range): LeadingHeading | null {
  const own = headings.find(({ from }) => from >= range.from);
  if (own === undefined || own.to > range.to || text.slice(range.from, own.from).trim() !== '') return null;
  const node = tree.resolve(own.from, 1);
  const heading = outerHeading(node);
  const level = heading === null ? null : headingLevel(heading.name);
  if (heading === null || level === null || heading.parent?.name !== 'Document') return null;
  const raw = text.slice(own.from, own.to);
  const isSetext = heading.name.startsWith('Setext');
  const lead = isSetext ? 0 : (/^#{1,6}[ \t]*/.exec(raw)?.[0].length ?? 0);
  const inline = isSetext ? raw.slice(0, raw.lastIndexOf('\n')) : raw.replace(/[ \t]+#+[ \t]*$/, '');
  const words = [...inline.slice(lead).matchAll(/[^\n]+/g)].flatMap((line): Piece[] => {
    const shown = line[0].trim();
    const from = own.from + lead + line.index + line[0].indexOf(shown);
    return shown === '' ? [] : [{ text: ' ' }, { of: path, from, to: from + shown.length, way: 'moves' }];
  });
  // What a line's end means would be lost on one line.
  if (words.length === 0 || /(?:\^[A-Za-z0-9-]+[ \t]*|\\)\n/.test(inline)) return null;
  const gap = /^\n+/.exec(text.slice(own.to, range.to))?.[0].length ?? 0;
  return { level, from: own.from, hasLink: raw.includes('['), text: words.slice(1), restFrom: own.to + gap };
}

function outerHeading(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent)
    if (headingLevel(at.name) !== null) return at;
  return null;
}

/** The paragraph or the like that holds all of a stretch and more. */
function leafAround({ tree }: Reading, range: Range): SyntaxNode | null {
  let node: SyntaxNode | null = tree.resolveInner(range.from, 1);
  for (; node !== null; node = node.parent)
    if (node.name === 'Paragraph' || node.name === 'Task' || headingLevel(node.name) !== null) break;
  return node !== null && node.from < range.from && range.to <= node.to ? node : null;
}

function isContained(node: SyntaxNode): boolean {
  return node.parent !== null && node.parent.name !== 'Document';
}

/** The indentation that all of a stretch may lose. */
function indentOf({ tree, text }: Reading, range: Range): string {
  const first = text.slice(range.from, lineEnd(text, range.from));
  const indent = /^[ \t]*/.exec(first)?.[0] ?? '';
  if (indent === '' || LIST_LEAD.test(first)) return indent;
  let inItem = false;
  let isCode = false;
  for (
    let node: SyntaxNode | null = tree.resolveInner(range.from + indent.length, 1);
    node !== null;
    node = node.parent
  ) {
    if (node.name === 'CodeBlock') isCode = true;
    if (node.name === 'ListItem' || node.name === 'FootnoteDefinition') inItem = true;
  }
  if (!inItem) return '';
  return isCode ? indent.slice(0, Math.max(0, indent.length - 4)) : indent;
}

function linesIn(text: string, range: Range): number[] {
  const lines = [range.from];
  for (let at = text.indexOf('\n', range.from); at >= 0 && at + 1 < range.to; at = text.indexOf('\n', at + 1))
    lines.push(at + 1);
  return lines;
}
