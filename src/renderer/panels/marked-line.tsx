import type { ShownLine } from '../../contract/shapes.ts';
import { shortLine } from './short-line.ts';

/** A line of a note with its marked stretches, cut to what is around the first of them. Text, never HTML. */
export function MarkedLine({ line }: { line: ShownLine }) {
  return shortLine(line).map((part) =>
    part.marked ? <mark key={part.at}>{part.text}</mark> : <span key={part.at}>{part.text}</span>,
  );
}
