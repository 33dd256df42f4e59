import { differingLines, lineAfter, splitLines } from './differing-lines.ts';

/** One replacement in a text: UTF-16 offsets, `to` exclusive. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** The smallest single replacement that makes `after` out of `before`; `null` where they are equal. Surrogate pairs stay whole. */
export function minimalChange(before: string, after: string): TextChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  const most = shorter - start;
  while (
    end < most &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end += 1;
  }
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end -= 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff;

/** The most lines on either side that are compared one by one; above it a single replacement has to do. */
const LARGEST_MIDDLE = 400;

/**
 * The changes that make `after` out of `before`. What is equal at both ends stays; a middle that is not too large is compared by lines,
 * so that a cursor between two changed places keeps its place.
 */
export function minimalChanges(before: string, after: string): TextChange[] {
  const whole = minimalChange(before, after);
  if (whole === null) return [];
  const from = before.lastIndexOf('\n', whole.from - 1) + 1;
  const tail = before.length - lineAfter(before, whole.to);
  const oldLines = splitLines(before.slice(from, before.length - tail));
  const newLines = splitLines(after.slice(from, after.length - tail));
  if (Math.max(oldLines.length, newLines.length) > LARGEST_MIDDLE) return [whole];
  const offsets = [from];
  for (const line of oldLines) offsets.push((offsets.at(-1) ?? from) + line.length);
  return differingLines(oldLines, newLines).flatMap((block) => {
    const removed = oldLines.slice(block.oldFrom, block.oldTo).join('');
    const change = minimalChange(removed, newLines.slice(block.newFrom, block.newTo).join(''));
    const start = offsets[block.oldFrom] ?? from;
    return change === null ? [] : [{ ...change, from: start + change.from, to: start + change.to }];
  });
}
