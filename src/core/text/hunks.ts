import { differences } from './diff.ts';
import type { TextChange } from './text-change.ts';

/** Whole lines of one text and what stands in their place in another. Offsets are UTF-16 code units of the first. */
export interface Hunk {
  from: number;
  to: number;
  before: string;
  after: string;
}

/** Where two texts differ, by whole lines, for showing and for taking single changes over. Replacing each `from`–`to` gives `after`. */
export function hunksBetween(before: string, after: string): Hunk[] {
  return hunksOf(before, differences(before, after));
}

/** The same for changes that are known, in order. */
export function hunksOf(before: string, changes: readonly TextChange[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (const { from, to, insert } of changes) {
    const start = lineStart(before, from);
    const wholeLines =
      to > start && before[to - 1] === '\n' && (insert === '' ? start === from : insert.endsWith('\n'));
    const end = wholeLines ? to : lineEnd(before, to);
    const last = hunks.at(-1);
    if (last !== undefined && start < last.to) {
      const known = last.after.length - (last.to - from);
      const tail = from < last.to ? last.after.slice(0, known) : last.after + before.slice(last.to, from);
      last.after = tail + insert + before.slice(to, Math.max(end, last.to));
      last.to = Math.max(end, last.to);
      last.before = before.slice(last.from, last.to);
    } else {
      const changed = before.slice(start, from) + insert + before.slice(to, end);
      hunks.push({ from: start, to: end, before: before.slice(start, end), after: changed });
    }
  }
  return hunks;
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
