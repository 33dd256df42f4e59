import { Lines } from '../markdown/lines.ts';
import { applyChanges, type TextChange } from '../text/text-change.ts';

/** A line that changes, from 1. */
export interface ChangedLine {
  line: number;
  before: string;
  after: string;
}

/** The lines of a text that changes make others of. No change may reach over the end of a line. */
export function shownChanges(text: string, changes: readonly TextChange[]): ChangedLine[] {
  const lines = new Lines(text);
  return [...Map.groupBy(changes, ({ from }) => lines.numberAt(from))].map(([line, onLine]) => {
    const before = lines.lineText(line);
    const start = lines.startOf(line);
    const within = onLine.map(({ from, to, insert }) => ({ from: from - start, to: to - start, insert }));
    return { line, before, after: applyChanges(before, within) };
  });
}
