import { noteParser } from '../markdown/grammar.ts';
import { headingLevel, headingText } from '../markdown/plain-text.ts';
import { lineEnd, lineStart, type Range } from './section.ts';

export interface ExtractOptions {
  /** The title as the user gave it. */
  title: string;
  /** The new note's file name without `.md`; differs from the title where that is no safe name. */
  name: string;
  /** What stands in a wikilink to the new note. */
  link: string;
  /** What stands in a wikilink back to the source. */
  sourceLink: string;
  /** Without `#`. */
  tags: readonly string[];
  /** What stands in a wikilink to each parent map. */
  parents: readonly string[];
  leave: 'link' | 'embed' | 'nothing';
}

export interface ExtractPlan {
  /** The whole text of the new note. */
  newText: string;
  /** What is added at the end of an existing note instead. */
  appendText: string;
  /** The one change to the source. */
  change: Range & { insert: string };
  /** Where the cursor goes in the changed source. */
  cursor: number;
}

/**
 * Pulls `range` (grown already: see {@link growSelection} and {@link sectionAround}) out of `text` to a note of its own: what the new
 * note says, and what stays behind. Pure; the moved text is never changed but for the indentation that a nested list loses.
 */
export function planExtract(text: string, range: Range, options: ExtractOptions): ExtractPlan {
  const moved = dedent(text, range);
  const { heading, rest } = splitHeading(moved);
  const head = [
    frontmatter(options),
    options.parents.length === 0 ? '' : `+ ${options.parents.map((parent) => `[[${parent}]]`).join(' | ')}\n`,
    `# ${heading ?? options.title}\n`,
    `from [[${options.sourceLink}]]\n`,
  ];
  const body = rest === '' ? '' : `${rest}\n`;
  const change = { from: range.from, to: range.to, insert: leftBehind(text, range, options) };
  if (options.leave === 'nothing' && isWholeLines(text, range)) {
    if (text[range.to] === '\n') change.to += 1;
    else if (range.from > 0) change.from -= 1;
  }
  return {
    newText: [...head, body].filter((part) => part !== '').join('\n'),
    appendText: heading === null ? `${moved}\n` : `## ${heading}\n${rest === '' ? '' : `\n${rest}\n`}`,
    change,
    cursor: change.from + change.insert.length,
  };
}

/** Puts a plan's change into the source. */
export function applyChange(text: string, change: ExtractPlan['change']): string {
  return text.slice(0, change.from) + change.insert + text.slice(change.to);
}

/** A title for what is in `range`: its heading, or its first words. */
export function proposeTitle(text: string, range: Range): string {
  const moved = text.slice(range.from, range.to);
  const first = noteParser.parse(moved).topNode.firstChild;
  if (first !== null && headingLevel(first.name) !== null) return headingText(first, moved);
  const line = moved.split('\n').find((candidate) => /[\p{L}\p{N}]/u.test(candidate)) ?? '';
  const words = line.replace(/^[\s>*+-]*(?:\d+[.)]\s+)?(?:\[.\]\s+)?/, '');
  const block = noteParser.parse(words).topNode.firstChild;
  const plain = block === null ? words : headingText(block, words);
  if (plain.length <= 80) return plain.replace(/[.,;:]+$/, '');
  return plain
    .slice(0, plain.lastIndexOf(' ', 80) + 1 || 80)
    .trim()
    .replace(/[.,;:]+$/, '');
}

function frontmatter({ tags, title, name }: ExtractOptions): string {
  const lines: string[] = [];
  if (title !== name) lines.push(`aliases: [${JSON.stringify(title)}]`);
  if (tags.length > 0) lines.push(`tags: [${tags.map((tag) => JSON.stringify(tag)).join(', ')}]`);
  return lines.length === 0 ? '' : `---\n${lines.join('\n')}\n---\n`;
}

/** The moved text's own heading (its inline text as typed) and what follows it. */
function splitHeading(moved: string): { heading: string | null; rest: string } {
  const first = noteParser.parse(moved).topNode.firstChild;
  const level = first === null ? null : headingLevel(first.name);
  if (first === null || level === null || first.from !== 0) return { heading: null, rest: moved };
  const raw = moved.slice(0, first.to);
  const heading = first.name.startsWith('Setext')
    ? raw.slice(0, raw.lastIndexOf('\n')).replace(/\s+/g, ' ').trim()
    : raw.replace(/^\s*#{1,6}\s*/, '').replace(/\s+#+\s*$/, '');
  if (heading === '') return { heading: null, rest: moved };
  return { heading, rest: moved.slice(first.to).replace(/^\n+/, '') };
}

function isWholeLines(text: string, range: Range): boolean {
  return range.from === lineStart(text, range.from) && range.to === lineEnd(text, range.to);
}

/** The link that stays, within the quotation or list that goes on around it. */
function leftBehind(text: string, range: Range, { leave, link, title, name }: ExtractOptions): string {
  if (leave === 'nothing') return '';
  const shown =
    title === name
      ? link
      : `${link}|${title
          .replace(/[[\]|]+/g, ' ')
          .replace(/\s+/g, ' ')
          .trim()}`;
  if (leave === 'embed')
    return isWholeLines(text, range) ? `${leadOf(text, range)}![[${link}]]` : `![[${link}]]`;
  return isWholeLines(text, range) ? `${leadOf(text, range)}-> [[${shown}]]` : `[[${shown}]]`;
}

const LIST_LEAD = /^([ \t]*)([-*+]|\d{1,9}[.)])[ \t]+/;
const QUOTE_LEAD = /^(?:[ \t]*>[ \t]?)+/;

function leadOf(text: string, range: Range): string {
  const first = text.slice(range.from, lineEnd(text, range.from));
  const before = range.from === 0 ? '' : text.slice(lineStart(text, range.from - 1), range.from - 1);
  const after = range.to >= text.length ? '' : text.slice(range.to + 1, lineEnd(text, range.to + 1));
  const quote = QUOTE_LEAD.exec(first)?.[0];
  if (quote !== undefined) return QUOTE_LEAD.test(before) || QUOTE_LEAD.test(after) ? quote : '';
  const item = LIST_LEAD.exec(first);
  if (item === null) return '';
  const goesOn = LIST_LEAD.test(before) || LIST_LEAD.test(after) || item[1] !== '';
  return goesOn ? item[0] : '';
}

/** The moved text; items of a nested list come out as a list of their own, their depth below the first one kept. */
function dedent(text: string, range: Range): string {
  const moved = text.slice(range.from, range.to);
  const indent = LIST_LEAD.exec(moved)?.[1] ?? '';
  if (indent === '' || range.from !== lineStart(text, range.from)) return moved;
  const lines = moved.split('\n');
  if (!lines.every((line) => line.trim() === '' || line.startsWith(indent))) return moved;
  return lines.map((line) => (line.trim() === '' ? line : line.slice(indent.length))).join('\n');
}
