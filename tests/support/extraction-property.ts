import { deepStrictEqual as deepEqual, strictEqual as equal } from 'node:assert';
import fc from 'fast-check';
import { selectedProperties } from '../../src/core/extract/carried-properties.ts';
import { growSelection } from '../../src/core/extract/grow-selection.ts';
import { planExtraction } from '../../src/core/extract/plan-extraction.ts';
import { planFoldBack } from '../../src/core/extract/plan-fold-back.ts';
import { createReader, readAnew } from '../../src/core/extract/reading.ts';
import type { ExtractionPlan, ExtractionRequest } from '../../src/core/extract/request.ts';
import type { Range } from '../../src/core/extract/section.ts';
import { noteName } from '../../src/core/paths/note-path.ts';
import { applyChanges } from '../../src/core/text/text-change.ts';
import { applyPlan, lookUp, ownFilesOf, plainForm, type Vault } from './extraction.ts';
import { constructsIn, definedWords, meaningsIn, treeOf, wordsOf } from './extraction-oracle.ts';
import { FILES, placeIn, type Situation, situations } from './extraction-vaults.ts';

/** Words are what is followed: none is selected in half, or without the reference that it stands behind. */
function outsideWord(text: string, offset: number): number {
  const isInside = /[\w\]]$/.test(text.slice(0, offset));
  return isInside ? offset + (/^\w*/.exec(text.slice(offset))?.[0].length ?? 0) : offset;
}

function grow(text: string, selection: Range): Range | null {
  const range = growSelection(text, selection);
  const word = range === null ? null : /^Lw\d+/.exec(text.slice(range.to));
  return range === null || word === null
    ? range
    : grow(text, { from: range.from, to: range.to + word[0].length });
}

function requestOf({
  vault,
  source,
  selections,
  to,
  place,
  leave,
  lift,
  template,
  split,
  takesFiles,
  copiesProperties,
}: Situation): ExtractionRequest | null {
  const text = vault[source] ?? '';
  const ranges: Range[] = [];
  for (const [from, end] of selections.toSorted((a, b) => a[0] - b[0])) {
    const range = grow(text, { from: outsideWord(text, from), to: outsideWord(text, end) });
    if (range !== null && range.from >= (ranges.at(-1)?.to ?? 0)) ranges.push(range);
  }
  if (ranges.length === 0) return null;
  const there = vault[to];
  return {
    source: { path: source, text },
    parts:
      split && there === undefined
        ? ranges.map((range, at) => {
            const path = at === 0 ? to : `Part ${at}.md`;
            return { ranges: [range], title: noteName(path), destination: { kind: 'new', path } };
          })
        : [
            {
              ranges,
              title: noteName(to),
              destination:
                there === undefined
                  ? { kind: 'new', path: to }
                  : { kind: 'existing', path: to, text: there, place: placeIn(there, place) },
            },
          ],
    leave,
    form: { ...plainForm, liftHeadings: lift, template },
    properties: copiesProperties ? selectedProperties(text, [{ from: 0, to: text.length }]) : [],
    ownFiles: ownFilesOf(vault, source, FILES, reader.read),
    takeFiles: takesFiles,
    linking: Object.entries(vault).map(([path, noteText]) => ({ path, text: noteText })),
    candidates: lookUp([...Object.keys(vault), ...FILES]),
    day: new Date(2021, 1, 9),
    now: new Date(2021, 1, 9),
    read: reader.read,
  };
}

/** Whether the words by which the oracle knows a heading, a block or a footnote are cut from it: then it would see what is not so. */
function partsItsWords(text: string, ranges: readonly Range[]): boolean {
  return ranges.some(({ from, to }) => {
    if (/^[ \t]*\^/.test(text.slice(to))) return true;
    // Part of a list whose id stays with the rest.
    if (/^[^\n]*(?:\n[ \t]*- [^\n]*)*\n\n\^x1/.test(text.slice(to))) return true;
    let cuts = false;
    treeOf(text).iterate({
      from,
      to,
      enter(node) {
        if (/Heading\d$/.test(node.name) && node.from <= from && to <= node.to)
          cuts ||= node.from < from || to < node.to;
        if (node.name !== 'FootnoteDefinition' || node.from >= from) return;
        // A footnote is known by its first word.
        const first = node.from + (/^\[[^\]]*\]:\s*/.exec(text.slice(node.from, node.to))?.[0].length ?? 0);
        cuts ||= from <= first && first < to;
      },
    });
    return cuts;
  });
}

/** The words of what the plan says will not follow; of a bare reference, the words that stand behind it. */
function strayed(before: Vault, plan: ExtractionPlan): Set<string> {
  return new Set(
    plan.strays.flatMap(({ path, line, text }) => {
      const words = wordsOf(text);
      if (words.length > 0) return words;
      const [, ...after] = (before[path]?.split('\n')[line - 1] ?? '').split(text);
      return after.flatMap((rest) => /^Lw\d+/.exec(rest)?.[0] ?? []);
    }),
  );
}

/** The files where they are after a plan. */
function filesAfter({ files: told }: ExtractionPlan, files: readonly string[]): string[] {
  const gone = new Map(told.flatMap(({ from, to, goes }): [string, string][] => (goes ? [[from, to]] : [])));
  return files.map((path) => gone.get(path) ?? path);
}

/** Every link of before that is not told as a stray reaches the same. */
function sameMeaning(
  before: Vault,
  after: Vault,
  plan: ExtractionPlan,
  titled: readonly string[],
  files = FILES,
): void {
  const strays = strayed(before, plan);
  const moved = filesAfter(plan, files);
  const [was, is] = [meaningsIn(before, files, titled), meaningsIn(after, moved, titled)];
  const whereItWas = new Map(moved.map((path, at) => [path, files[at]]));
  const asItWas = (meaning: string) =>
    meaning.replace(/(?<=\bfile ).*$/, (path) => whereItWas.get(path) ?? path);
  const wrong = [...was].filter(([word, meanings]) => {
    if (strays.has(word)) return false;
    const now = is.get(word)?.map(asItWas);
    return now === undefined || now.some((meaning) => !meanings.includes(meaning));
  });
  deepEqual(
    wrong.map(([word, meanings]) => [word, meanings, is.get(word)]),
    [],
  );
}

function property(situation: Situation): void {
  reader.forget();
  const request = requestOf(situation);
  fc.pre(request !== null);
  const { vault, source, to, template } = situation;
  const text = vault[source] ?? '';
  const { parts } = request;
  const ranges = parts.flatMap((part) => part.ranges);
  fc.pre(!partsItsWords(text, ranges));
  const plan = planExtraction(request);
  counts.planned += 1;
  if (counts.planned % PLANNED_TWICE === 0) deepEqual(planExtraction({ ...request, read: readAnew }), plan);
  if (!plan.ok) {
    counts.refused += 1;
    return;
  }
  counts.strays += plan.strays.length;
  const done = applyPlan(vault, plan);
  const after = { ...done, [source]: withoutEmbed(done[source] ?? '', text) };

  // Conservation: every word is there once, in order; what was selected in the target, the rest where it was.
  const defined = definedWords(vault);
  const isWithin = (at: number, some: readonly Range[]) =>
    some.some((range) => range.from <= at && at < range.to);
  const isSelected = (at: number) => isWithin(at, ranges);
  for (const [path, noteText] of Object.entries(vault)) {
    const stays = placedWords(noteText);
    const kept = stays.filter(
      ([word, at]) => !defined.has(word) && (path !== source || path === to || !isSelected(at)),
    );
    const now = wordsOf(after[path] ?? '');
    const known = new Set(kept.map(([word]) => word));
    const there = now.filter((word) => known.has(word));
    if (path !== source || path !== to)
      deepEqual(
        there,
        kept.map(([word]) => word),
      );
    else deepEqual(there.toSorted(), kept.map(([word]) => word).toSorted());
    if (path !== source) continue;
    for (const { ranges: own, destination } of parts) {
      const moved = stays
        .filter(([word, at]) => !defined.has(word) && isWithin(at, own))
        .map(([word]) => word);
      const arrived = new Set(moved);
      deepEqual(
        wordsOf(after[destination.path] ?? '').filter((word) => arrived.has(word)),
        moved,
      );
      if (path !== destination.path)
        deepEqual(
          now.filter((word) => arrived.has(word)),
          [],
        );
    }
  }
  const all = Object.values(after).flatMap(wordsOf);
  deepEqual(new Set(all), new Set(Object.values(vault).flatMap(wordsOf)));

  // Meaning, and shape.
  counts.links += meaningsIn(vault, FILES).size;
  const made = parts.flatMap(({ destination: { kind, path } }) => (kind === 'new' ? [path] : []));
  sameMeaning(vault, after, plan, template === null ? made : []);
  deepEqual(constructsIn(after), constructsIn(vault));

  // Undo: the inverse changes give the same bytes.
  for (const { path, changes } of plan.changes) {
    let shift = 0;
    const back = changes.map(({ from, to: end, insert }) => {
      const at = from + shift;
      shift += insert.length - (end - from);
      return { from: at, to: at + insert.length, insert: (vault[path] ?? '').slice(from, end) };
    });
    equal(applyChanges(done[path] ?? '', back), vault[path]);
  }
  counts.taken += Number(plan.files.some(({ goes }) => goes));
  if (made.length === 1 && template === null) foldedBack(situation, done, filesAfter(plan, FILES));
}

/** A text without the embed that was left in it: it names a heading by its words, which are elsewhere. */
function withoutEmbed(text: string, before: string): string {
  return text.replace(/!\[\[[^\]|]*#[^\]|]*\]\]/g, (embed) => (before.includes(embed) ? embed : ''));
}

/** Folding the new note back gives the same meaning. */
function foldedBack({ vault, source, to }: Situation, after: Vault, files: string[]): void {
  const text = after[source] ?? '';
  const fold = planFoldBack({
    note: { path: to, text: after[to] ?? '' },
    section: null,
    target: { path: source, text },
    place: { at: 'bottom' },
    lower: 0,
    linking: Object.entries(after).map(([path, noteText]) => ({ path, text: noteText })),
    candidates: lookUp([...Object.keys(after), ...files]),
    now: new Date(2021, 1, 9),
    read: reader.read,
  });
  if (!fold.ok) {
    counts.refusedFolds += 1;
    return;
  }
  counts.folded += 1;
  const folded = applyPlan(after, fold);
  equal(folded[to], undefined);
  sameMeaning(after, folded, fold, [to], files);
  deepEqual(new Set(Object.values(folded).flatMap(wordsOf)), new Set(Object.values(vault).flatMap(wordsOf)));
}

function placedWords(text: string): [word: string, at: number][] {
  return [...text.matchAll(/(?<![\p{L}\d])L?w\d+(?!\d)/gu)].map((found) => [found[0], found.index]);
}

/** What random extractions came to. */
export interface Extractions {
  planned: number;
  refused: number;
  strays: number;
  links: number;
  folded: number;
  refusedFolds: number;
  /** Those that took files along. */
  taken: number;
}

/** A plan from notes that are read anew is the same: seen in one case of so many, as planning is what takes the time. */
const PLANNED_TWICE = 8;

let counts: Extractions;
const reader = createReader();

/**
 * Extracts from random vaults made from every construct of the grammar: every word, every meaning and every construct must be kept, and
 * the extraction must come back by undo and by folding back. Throws, with the smallest vault that shows it, where one does not.
 */
export function extractAtRandom({ runs, seed }: { runs: number; seed: number }): Extractions {
  counts = { planned: 0, refused: 0, strays: 0, links: 0, folded: 0, refusedFolds: 0, taken: 0 };
  fc.assert(fc.property(situations, property), { numRuns: runs, seed });
  return counts;
}
