import type { CheckedParams, Result } from '../../../contract/contract.ts';
import { RambleError } from '../../../contract/errors.ts';
import type { ExtractKind, ExtractProposal } from '../../../contract/extract.ts';
import { selectedProperties } from '../../../core/extract/carried-properties.ts';
import { excerptOf } from '../../../core/extract/excerpt.ts';
import { growSelection } from '../../../core/extract/grow-selection.ts';
import { partsByHeading } from '../../../core/extract/parts-by-heading.ts';
import { proposeTitle } from '../../../core/extract/propose-title.ts';
import { type Range, sectionAround, sectionsOf } from '../../../core/extract/section.ts';
import { formatDate } from '../../../core/journal/date-tokens.ts';
import { countWords } from '../../../core/markdown/count-words.ts';
import { nameKey, noteName } from '../../../core/paths/note-path.ts';
import { safeNoteName } from '../../../core/paths/safe-name.ts';
import type { SettingsService } from '../settings.ts';
import type { LastChoices } from './last-choices.ts';

const EXCERPT_LENGTH = 240;
/** The title of what has no words to take one from. */
const UNTITLED = 'YYYY-MM-DD HHmm';

export interface ProposeParts {
  settings: SettingsService;
  choices: LastChoices;
  clock: () => Date;
}

/** What an extraction from here would be, as the dialog shows it first. Throws `nothing-to-extract`. */
export async function proposeExtract(
  { settings, choices, clock }: ProposeParts,
  { path, text, selections, split }: CheckedParams<'extract.propose'>,
): Promise<Result<'extract.propose'>> {
  const { extract } = (await settings.get()).values;
  const { how, parts } = whatIsMeant(text, noteName(path), selections, split);
  const [first] = parts[0] ?? [];
  if (first === undefined) {
    throw new RambleError(
      'nothing-to-extract',
      split === null
        ? 'There is nothing to pull out here: select some text, or put the cursor in a section.'
        : `“${noteName(path)}” has no sections of level ${split}.`,
    );
  }
  const last = choices.of(how);
  const untitled = formatDate(clock(), UNTITLED);
  const titles = apart(parts.map(([range]) => proposeTitle(text, range as Range, untitled)));
  return {
    how,
    parts: parts.map((ranges, at) => ({
      ranges,
      title: titles[at] ?? untitled,
      words: ranges.reduce((sum, { from, to }) => sum + countWords(text.slice(from, to)), 0),
    })),
    properties: split === null ? selectedProperties(text, selections) : [],
    folder: last?.folder ?? extract.folder,
    form: last?.form ?? {
      tags: extract.tags,
      parents: [],
      leave: extract.leave,
      template: extract.template,
      liftHeadings: extract.liftHeadings,
      takeFiles: false,
    },
    levels: levelsOf(text),
    excerpt: excerptOf(text.slice(first.from, first.to), EXCERPT_LENGTH),
  };
}

function whatIsMeant(
  text: string,
  name: string,
  selections: readonly Range[],
  split: number | null,
): { how: ExtractKind; parts: Range[][] } {
  if (split !== null) return { how: 'split', parts: partsByHeading(text, split).map(({ range }) => [range]) };
  const bounded = selections.map(({ from, to }) => ({
    from: Math.min(from, text.length),
    to: Math.min(to, text.length),
  }));
  const isCursor = bounded.every(({ from, to }) => from === to);
  const found = bounded
    .map((range) =>
      range.from === range.to ? sectionAround(text, range.from, name) : growSelection(text, range),
    )
    .filter((range) => range !== null)
    .toSorted((a, b) => a.from - b.from || b.to - a.to);
  const ranges: Range[] = [];
  for (const range of found) {
    const before = ranges.at(-1);
    // Two selections that grew to the same construct are one.
    if (before === undefined || range.from >= before.to) ranges.push(range);
    else before.to = Math.max(before.to, range.to);
  }
  return { how: isCursor ? 'section' : 'selection', parts: ranges.length === 0 ? [] : [ranges] };
}

/** The levels of which a note has several sections. */
function levelsOf(text: string): ExtractProposal['levels'] {
  const counts = new Map<number, number>();
  for (const { level } of sectionsOf(text)) counts.set(level, (counts.get(level) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([level]) => level)
    .sort();
}

/** Titles of which no two make the same file name. */
function apart(titles: readonly string[]): string[] {
  const taken = new Set<string>();
  return titles.map((title) => {
    let free = title;
    for (let count = 2; taken.has(nameKey(safeNoteName(free))); count += 1) free = `${title} ${count}`;
    taken.add(nameKey(safeNoteName(free)));
    return free;
  });
}
