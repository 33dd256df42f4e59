import type { ShownLine } from '../../contract/shapes.ts';
import { readableLine } from './readable-line.ts';

const AROUND = 90;

/** A line as it reads in a list, in marked and unmarked parts, cut to what is around the first mark. */
export function shortLine(line: ShownLine): { text: string; marked: boolean; at: number }[] {
  const { text, marks } = readableLine(line);
  const first = marks[0]?.from ?? 0;
  const from = first > AROUND ? text.lastIndexOf(' ', first - AROUND / 2) + 1 : 0;
  const to = Math.min(text.length, from + 3 * AROUND);
  const parts: { text: string; marked: boolean; at: number }[] = [];
  let at = from;
  if (from > 0) parts.push({ text: '…', marked: false, at: -1 });
  for (const mark of marks) {
    if (mark.from < at || mark.from >= to) continue;
    if (mark.from > at) parts.push({ text: text.slice(at, mark.from), marked: false, at });
    at = Math.min(mark.to, to);
    parts.push({ text: text.slice(mark.from, at), marked: true, at: mark.from });
  }
  if (at < to) parts.push({ text: text.slice(at, to), marked: false, at });
  if (to < text.length) parts.push({ text: '…', marked: false, at: to });
  return parts;
}
