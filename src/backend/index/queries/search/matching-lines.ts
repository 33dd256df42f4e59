import type { ShownLine, TextRange } from '../../../../contract/shapes.ts';
import { TAG_SIGN } from '../../../../core/markdown/tag-name.ts';
import { nameKey } from '../../../../core/paths/note-path.ts';
import { type FoundWord, foldText, wordsOf } from '../../fold.ts';
import { showLine } from '../note-lines.ts';
import type { RegexGuard } from './guarded-regex.ts';
import { linesOf, type NoteParts, type PartLine } from './note-parts.ts';
import type { Plan } from './plan.ts';

const MAX_LINES = 3;
const TAG = new RegExp(`(?<![^\\s>])#((?:${TAG_SIGN})+)`, 'gu');
/** A line of properties that tags may stand in, and one there. */
const TAGS_PROPERTY = /^(?:tags?\s*:|\s*-\s)/i;
const PROPERTY_TAG = new RegExp(`(?<![^\\s,["'])#?((?:${TAG_SIGN})+)`, 'gu');
const HEADING_SIGN = /^ {0,3}#{1,6}[ \t]+/;

type LinePart = Extract<Plan, { kind: 'words' | 'regex' | 'tag' }>;

/** The lines that show the most of the search, in the order of the note, and how many more there are. */
export function matchingLines(
  note: { text: string; parts: NoteParts },
  plan: Plan,
  guard: RegexGuard,
): { lines: ShownLine[]; more: number } {
  const parts = partsOf(plan);
  const found: { line: number; text: string; marks: TextRange[]; parts: number }[] = [];
  if (parts.length > 0) {
    let number = 0;
    for (const line of linesOf(note.text, note.parts)) {
      number += 1;
      if (line.text === '') continue;
      const { marks, matched } = marksIn(line, parts, guard);
      if (matched > 0) found.push({ line: number, text: line.text, marks, parts: matched });
    }
  }
  const lines = found
    .sort((a, b) => b.parts - a.parts || a.line - b.line)
    .slice(0, MAX_LINES)
    .sort((a, b) => a.line - b.line)
    .map(({ line, text: shown, marks }) => showLine(line, shown, marks));
  return { lines, more: found.length - lines.length };
}

/** What of a search a line can show. */
function partsOf(plan: Plan): LinePart[] {
  if (plan.kind === 'all' || plan.kind === 'any') return plan.parts.flatMap(partsOf);
  if (plan.kind === 'words' || plan.kind === 'tag') return [plan];
  return plan.kind === 'regex' && !['tag', 'path', 'file'].includes(plan.where ?? '') ? [plan] : [];
}

function marksIn(
  { text: line, isProperty, isIn }: PartLine,
  parts: readonly LinePart[],
  guard: RegexGuard,
): { marks: TextRange[]; matched: number } {
  const folded = foldText(line);
  let words: FoundWord[] | null = null;
  const marks: TextRange[] = [];
  let matched = 0;
  for (const part of parts) {
    const before = marks.length;
    if (part.kind === 'tag') marks.push(...tagMarks(line, isProperty, part));
    else if (part.kind === 'regex') {
      if (isIn(part.where)) marks.push(...regexMarks(line, part, guard));
    } else if (isIn(part.scope) && part.words.every((word) => folded.includes(word))) {
      words ??= [...wordsOf(line)];
      wordMarks(words, part, marks);
    }
    if (marks.length > before) matched += 1;
  }
  return { marks: joined(marks), matched };
}

function wordMarks(words: FoundWord[], part: Plan & { kind: 'words' }, marks: TextRange[]): void {
  const last = part.words.length - 1;
  for (let at = 0; at + last < words.length; at += 1) {
    const fits = part.words.every((word, offset) => {
      const here = words[at + offset]?.key ?? '';
      return here === word || (part.open && offset === last && here.startsWith(word));
    });
    const from = words[at]?.from;
    const to = words[at + last]?.to;
    if (fits && from !== undefined && to !== undefined) marks.push({ from, to });
  }
}

/** A heading is looked at as it reads, without its sign. */
function regexMarks(
  line: string,
  { where, pattern }: Plan & { kind: 'regex' },
  guard: RegexGuard,
): TextRange[] {
  const sign = where === 'heading' ? (HEADING_SIGN.exec(line)?.[0].length ?? 0) : 0;
  return guard.marks(pattern, line.slice(sign)).map(({ from, to }) => ({ from: from + sign, to: to + sign }));
}

function tagMarks(line: string, isProperty: boolean, { key, open }: Plan & { kind: 'tag' }): TextRange[] {
  if (isProperty ? !TAGS_PROPERTY.test(line) : !line.includes('#')) return [];
  return [...line.matchAll(isProperty ? PROPERTY_TAG : TAG)]
    .filter(({ 1: tag = '' }) => {
      const here = nameKey(tag);
      return here === key || here.startsWith(open ? key : `${key}/`);
    })
    .map(({ index, 0: tag }) => ({ from: index, to: index + tag.length }));
}

/** Sorted, and none over another. */
function joined(marks: TextRange[]): TextRange[] {
  const result: TextRange[] = [];
  for (const mark of marks.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && mark.from <= last.to) last.to = Math.max(last.to, mark.to);
    else result.push({ ...mark });
  }
  return result;
}
