import { Lines } from '../markdown/lines.ts';
import { applyChanges, type TextChange } from '../text/text-change.ts';

/** A line that changes, from 1; lines, where a change reaches over the end of one. */
export interface ChangedLine {
  line: number;
  before: string;
  after: string;
}

/** The lines of a text that changes make others of. */
export function shownChanges(text: string, changes: readonly TextChange[]): ChangedLine[] {
  const lines = new Lines(text);
  return [...Map.groupBy(changes, ({ from }) => lines.numberAt(from))].map(([line, onLine]) => {
    const start = lines.startOf(line);
    const last = lines.numberAt(Math.max(...onLine.map(({ to }) => to)));
    const before = text.slice(start, lines.endOf(last));
    const within = onLine.map(({ from, to, insert }) => ({ from: from - start, to: to - start, insert }));
    return { line, before, after: applyChanges(before, within) };
  });
}
