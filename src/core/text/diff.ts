import { presentableDiff } from '@codemirror/merge';
import { ChangeSet } from '@codemirror/state';

/** How long a diff looks for the smallest answer before it takes a coarser one, milliseconds. */
const PATIENCE_MS = 300;

/** A stretch of `before` and what stands in its place in `after`. Offsets are UTF-16 code units. */
export interface Difference {
  from: number;
  to: number;
  insert: string;
}

/** Where two texts differ, in order, along words and lines where it can be; no surrogate pair is split. */
export function differences(before: string, after: string): Difference[] {
  if (before === after) return [];
  return presentableDiff(before, after, { scanLimit: 1000, timeout: PATIENCE_MS }).map(
    ({ fromA, toA, fromB, toB }) => {
      const low = splitsPair(before, fromA) || splitsPair(after, fromB) ? 1 : 0;
      const high = splitsPair(before, toA) || splitsPair(after, toB) ? 1 : 0;
      return { from: fromA - low, to: toA + high, insert: after.slice(fromB - low, toB + high) };
    },
  );
}

/** The changes that make `after` of `before`. */
export function changesBetween(before: string, after: string): ChangeSet {
  return ChangeSet.of(differences(before, after), before.length, '\n');
}

/** Whether a position lies between the halves of a surrogate pair. */
export function splitsPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) && at > 0;
}
