import type { SyntaxNode } from '@lezer/common';
import { headingKey } from '../links/link-target.ts';
import { frontmatterEnd } from '../markdown/frontmatter-syntax.ts';
import { headingLevel, headingText } from '../markdown/plain-text.ts';
import { quickNoteParser } from '../markdown/quick-note-parser.ts';

export interface Range {
  /** UTF-16 offsets, `to` exclusive. */
  from: number;
  to: number;
}

export interface Section extends Range {
  level: number;
  /** The heading as it reads. */
  heading: string;
  /** Where the heading's own lines end. */
  headingTo: number;
}

/**
 * The sections of a note at its top level, in order: from a heading to the last line with words before the next heading of the same
 * or a higher level. Headings within quotes, lists and code are none.
 */
export function sectionsOf(text: string): Section[] {
  const headings: { node: SyntaxNode; level: number }[] = [];
  const top = quickNoteParser.parse(text).topNode;
  for (let node = top.firstChild; node !== null; node = node.nextSibling) {
    const level = headingLevel(node.name);
    if (level !== null) headings.push({ node, level });
  }
  return headings.map(({ node, level }, index) => {
    const next = headings.slice(index + 1).find((other) => other.level <= level);
    const from = lineStart(text, node.from);
    const end = next === undefined ? text.length : lineStart(text, next.node.from);
    return {
      level,
      heading: headingText(node, text),
      headingTo: node.to,
      from,
      to: Math.max(node.to, from + text.slice(from, end).trimEnd().length),
    };
  });
}

/**
 * What the section around `offset` is: the innermost section, or, under the heading that only repeats the note's name (the title of
 * a ramble), the text up to the first real section. `null` where there is no heading above, and nothing there to take.
 */
export function sectionAround(text: string, offset: number, noteName: string): Range | null {
  const sections = sectionsOf(text);
  const around = sections.findLast((section) => section.from <= offset);
  const first = sections[0];
  if (around !== undefined && !(around === first && repeatsName(around.heading, noteName))) {
    return offset <= around.to || isInTail(text, around.to, offset)
      ? { from: around.from, to: around.to }
      : null;
  }
  const start = around === undefined ? bodyStart(text) : around.headingTo;
  const next = sections.find((section) => section.from > offset);
  return trimmed(text, start, next?.from ?? text.length);
}

/** The section whose heading reads as `heading` (as a link to it would match), or the first of several. */
export function sectionCalled(text: string, heading: string): Section | null {
  const raw = heading.replace(/^#+\s+/, '');
  const keys = new Set([headingKey(raw), headingKey(plainHeading(raw))]);
  return sectionsOf(text).find((section) => keys.has(headingKey(section.heading))) ?? null;
}

/** Where the body begins: after the frontmatter and its line end. */
export function bodyStart(text: string): number {
  const end = frontmatterEnd(text);
  return end === null ? 0 : Math.min(text.length, end + 1);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

function plainHeading(raw: string): string {
  const node = quickNoteParser.parse(`# ${raw}`).topNode.firstChild;
  return node === null ? raw : headingText(node, `# ${raw}`);
}

const repeatsName = (heading: string, noteName: string) =>
  heading !== '' && ` ${headingKey(noteName)} `.includes(` ${headingKey(heading)} `);

function isInTail(text: string, from: number, to: number): boolean {
  return text.slice(from, to).trim() === '';
}

/** The stretch without blank lines around it; `null` where nothing is left. */
function trimmed(text: string, from: number, to: number): Range | null {
  const stretch = text.slice(from, to);
  const content = stretch.trim();
  if (content === '') return null;
  const start = lineStart(text, from + stretch.indexOf(content));
  return { from: Math.max(from, start), to: from + stretch.trimEnd().length };
}
