import type { ShownLine } from '../../contract/shapes.ts';
import { readableLine } from './readable-line.ts';

const AROUND = 90;

/** A line of a note with its marked stretches, cut to what is around the first of them. Text, never HTML. */
export function MarkedLine({ line }: { line: ShownLine }) {
  const { text, marks } = readableLine(line);
  const first = marks[0]?.from ?? 0;
  const from = first > AROUND ? text.lastIndexOf(' ', first - AROUND / 2) + 1 : 0;
  const to = Math.min(text.length, from + 3 * AROUND);
  const parts: { text: string; marked: boolean; at: number }[] = [];
  let at = from;
  for (const mark of marks) {
    if (mark.from < at || mark.from >= to) continue;
    parts.push({ text: text.slice(at, mark.from), marked: false, at });
    parts.push({ text: text.slice(mark.from, Math.min(mark.to, to)), marked: true, at: mark.from });
    at = Math.min(mark.to, to);
  }
  parts.push({ text: text.slice(at, to), marked: false, at });
  return (
    <>
      {from > 0 ? '…' : ''}
      {parts.map((part) =>
        part.marked ? <mark key={`m${part.at}`}>{part.text}</mark> : <span key={part.at}>{part.text}</span>,
      )}
      {to < text.length ? '…' : ''}
    </>
  );
}
