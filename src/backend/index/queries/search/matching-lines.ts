import type { ShownLine, TextRange } from '../../../../contract/shapes.ts';
import { TAG_SIGN } from '../../../../core/markdown/tag-name.ts';
import { nameKey } from '../../../../core/paths/note-path.ts';
import { type FoundWord, foldText, wordsOf } from '../../fold.ts';
import { showLine } from '../note-lines.ts';
import type { RegexGuard } from './guarded-regex.ts';
import { linesOf, type NoteParts, type PartLine } from './note-parts.ts';
import type { Plan } from './plan.ts';

const MAX_LINES = 3;
/** Over how many lines a phrase may go, those without words counted too. */
const MOST_WRAPPED = 20;
const TAG = new RegExp(`(?<![^\\s>])#((?:${TAG_SIGN})+)`, 'gu');
/** A line of properties that tags may stand in, and one there. */
const TAGS_PROPERTY = /^(?:tags?\s*:|\s*-\s)/i;
const PROPERTY_TAG = new RegExp(`(?<![^\\s,["'])#?((?:${TAG_SIGN})+)`, 'gu');
const HEADING_SIGN = /^ {0,3}#{1,6}[ \t]+/;

type LinePart = Extract<Plan, { kind: 'words' | 'regex' | 'tag' }>;
type WordsPart = Extract<Plan, { kind: 'words' }>;

/** The lines that show the most of the search, in the order of the note, and how many more there are. */
export function matchingLines(
  note: { text: string; parts: NoteParts },
  plan: Plan,
  guard: RegexGuard,
): { lines: ShownLine[]; more: number } {
  const parts = partsOf(plan);
  const lines = parts.length === 0 ? [] : [...linesOf(note.text, note.parts)];
  const found = new Map<number, Map<LinePart, TextRange[]>>();
  const add = (at: number, part: LinePart, marks: readonly TextRange[]) => {
    const inLine = found.get(at) ?? new Map<LinePart, TextRange[]>();
    found.set(at, inLine.set(part, [...(inLine.get(part) ?? []), ...marks]));
  };
  const whole = new Set<LinePart>();
  for (const [at, line] of lines.entries())
    for (const [part, marks] of marksIn(line, parts, guard)) {
      add(at, part, marks);
      whole.add(part);
    }
  for (const part of parts)
    if (part.kind === 'words' && part.words.length > 1 && !whole.has(part))
      for (const { at, mark } of wrappedMarks(lines, part)) add(at, part, [mark]);
  const shown = [...found]
    .sort(([one, { size }], [other, { size: otherSize }]) => otherSize - size || one - other)
    .slice(0, MAX_LINES)
    .sort(([one], [other]) => one - other)
    .map(([at, marks]) => showLine(at + 1, lines[at]?.text ?? '', joined([...marks.values()].flat())));
  return { lines: shown, more: found.size - shown.length };
}

/** What of a search a line can show. */
function partsOf(plan: Plan): LinePart[] {
  if (plan.kind === 'all' || plan.kind === 'any') return plan.parts.flatMap(partsOf);
  if (plan.kind === 'words' || plan.kind === 'tag') return [plan];
  return plan.kind === 'regex' && !['tag', 'path', 'file'].includes(plan.where ?? '') ? [plan] : [];
}

/** What of a line shows each part of a search; those that nothing shows are left out. */
function* marksIn(
  { text: line, isProperty, isIn }: PartLine,
  parts: readonly LinePart[],
  guard: RegexGuard,
): Generator<[LinePart, TextRange[]]> {
  if (line === '') return;
  const folded = foldText(line);
  let words: FoundWord[] | null = null;
  for (const part of parts) {
    let marks: TextRange[] = [];
    if (part.kind === 'tag') marks = tagMarks(line, isProperty, part);
    else if (part.kind === 'regex') {
      if (isIn(part.where)) marks = regexMarks(line, part, guard);
    } else if (isIn(part.scope) && part.words.every((word) => folded.includes(word))) {
      words ??= [...wordsOf(line)];
      marks = wordMarks(words, part);
    }
    if (marks.length > 0) yield [part, marks];
  }
}

function wordMarks(words: readonly FoundWord[], part: WordsPart): TextRange[] {
  return words.flatMap(({ from }, at) => {
    const here = words.slice(at, at + part.words.length);
    const end = here.at(-1);
    return end !== undefined && here.length === part.words.length && fits(here, part, 0)
      ? [{ from, to: end.to }]
      : [];
  });
}

/** Whether words are those of a phrase from its word `first` on; where it is open its last word may go on. */
function fits(words: readonly FoundWord[], part: WordsPart, first: number): boolean {
  return words.every(({ key }, at) => {
    const wanted = part.words[first + at] ?? '';
    return key === wanted || (part.open && first + at === part.words.length - 1 && key.startsWith(wanted));
  });
}

/** Where a phrase stands that goes on, as the index reads it, in the lines after the one that it begins in. */
function* wrappedMarks(
  lines: readonly PartLine[],
  part: WordsPart,
): Generator<{ at: number; mark: TextRange }> {
  const [first = ''] = part.words;
  const looked = lines.flatMap(({ text, isIn }, at) => (isIn(part.scope) ? [{ at, text }] : []));
  for (const [step, { text }] of looked.entries()) {
    if (!foldText(text).includes(first)) continue;
    const { length } = [...wordsOf(text)];
    for (let from = Math.max(0, length - part.words.length + 1); from < length; from += 1)
      yield* wrappedFrom(looked.slice(step, step + MOST_WRAPPED), from, part);
  }
}

/** The marks of a phrase that begins with a word of the first line, counted from 0, and goes on over them; else none. */
function wrappedFrom(looked: readonly { at: number; text: string }[], from: number, part: WordsPart) {
  const marks: { at: number; mark: TextRange }[] = [];
  let done = 0;
  for (const [step, { at, text }] of looked.entries()) {
    const words = [...wordsOf(text)].slice(step === 0 ? from : 0).slice(0, part.words.length - done);
    const [begin, end] = [words[0], words.at(-1)];
    if (!fits(words, part, done)) return [];
    if (begin !== undefined && end !== undefined) marks.push({ at, mark: { from: begin.from, to: end.to } });
    done += words.length;
    if (done === part.words.length) return marks;
  }
  return [];
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
