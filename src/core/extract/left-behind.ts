import { type Cut, cutPieces, Draft } from './draft.ts';
import { Reading } from './reading.ts';
import { lineEnd, lineStart, type Range } from './section.ts';
import { brokenConstruct } from './shape.ts';

const LIST_LEAD = /^([ \t]*)([-*+]|\d{1,9}[.)])[ \t]+/;
const QUOTE_LEAD = /^(?:[ \t]*>[ \t]?)+/;

/** What takes the place of a stretch; `words` is how much of it stands before the cursor. */
export interface LeftBehind extends Cut {
  words: number;
}

/** Whether a stretch begins and ends with its lines. */
export function isWholeLines(text: string, range: Range): boolean {
  return range.from === lineStart(text, range.from) && range.to === lineEnd(text, range.to);
}

/**
 * What takes the place of a stretch: the wording, within the quotation or list that goes on around it, with blank lines where what stands
 * before or after it would be read as one with it. Where nothing is left, a whole line goes with its line end.
 */
export function leaveBehind(reading: Reading, range: Range, wording: string): LeftBehind {
  const { text } = reading;
  if (!isWholeLines(text, range)) return { ...range, insert: [{ text: wording }], words: wording.length };
  const lead = wording === '' ? '' : leadOf(text, range);
  const blank = /^[ \t>]+$/.test(lead) ? `${lead.trimEnd()}\n` : '\n';
  const cuts =
    wording === ''
      ? emptyCuts(text, range)
      : [...wordedCuts(range, lead + wording, blank), ...wordedCuts(range, wording, '\n')];
  return cuts.find((cut) => !merges(reading, cut)) ?? (cuts[0] as LeftBehind);
}

function wordedCuts(range: Range, words: string, blank: string): LeftBehind[] {
  const gap = `\n${blank.slice(0, -1)}`;
  return ['', blank].flatMap((before) =>
    ['', gap].map((after) => ({
      ...range,
      insert: [{ text: before + words + after }],
      words: before.length + words.length,
    })),
  );
}

function emptyCuts(text: string, { from, to }: Range): LeftBehind[] {
  const whole = text[to] === '\n' ? { from, to: to + 1 } : from > 0 ? { from: from - 1, to } : { from, to };
  return [
    { ...whole, insert: [], words: 0 },
    { ...whole, insert: [{ text: '\n' }], words: 0 },
  ];
}

/** Whether what stays would be read otherwise with that cut. */
function merges(reading: Reading, cut: Cut): boolean {
  const { path, text } = reading;
  const draft = new Draft(path, cutPieces(path, text.length, [cut]), new Map([[path, text]]));
  return brokenConstruct([reading], [{ draft, reading: new Reading(path, draft.text) }]) !== null;
}

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
