import type { ChangeSet } from '@codemirror/state';

/** A note's text with LF only, and what each line ended in, so that bytes nobody edited stay what they were. */
export interface Lined {
  text: string;
  /** The end of each line but the last: `\n`, `\r\n` or `\r`. `null` where every one is LF. */
  ends: readonly string[] | null;
}

/** Takes the line ends off `raw`. */
export function readLineEnds(raw: string): Lined {
  if (!raw.includes('\r')) return { text: raw, ends: null };
  const ends: string[] = [];
  const text = raw.replace(/\r\n|\r|\n/g, (end) => {
    ends.push(end);
    return '\n';
  });
  return { text, ends };
}

/**
 * Puts line ends back on `text`, which is `before.text` with `changes` made to it: a line break outside the changes keeps its own
 * end; one within them takes its own where the same lines are there again, otherwise its neighbour's.
 */
export function writeLineEnds(before: Lined, changes: ChangeSet, text: string): string {
  const { ends } = before;
  if (ends === null) return text;
  const kept: (string | undefined)[] = [];
  let read = 0;
  const take = (count: number) => {
    for (let index = 0; index < count; index += 1) kept.push(ends[read + index]);
    read += count;
  };
  let at = 0;
  changes.iterChanges((fromA, toA, fromB, toB) => {
    take(countBreaks(before.text, at, fromA));
    at = toA;
    const old = before.text.slice(fromA, toA).split('\n');
    kept.push(
      ...endsWithin(old, text.slice(fromB, toB).split('\n'), ends.slice(read, read + old.length - 1)),
    );
    read += old.length - 1;
  });
  take(countBreaks(before.text, at, before.text.length));

  let last = kept.find((end) => end !== undefined) ?? ends[0] ?? '\n';
  let next = 0;
  let lineFrom = 0;
  return text.replace(/\n/g, (_, at: number) => {
    const own = kept[next] ?? last;
    // After a lone CR with nothing on its line, an LF would make one CRLF of two breaks.
    last = own === '\n' && last === '\r' && next > 0 && at === lineFrom ? '\r\n' : own;
    lineFrom = at + 1;
    next += 1;
    return last;
  });
}

/** The ends for the breaks between `lines`, which took the place of `old`; `undefined` where the neighbour decides. */
function endsWithin(old: string[], lines: string[], ends: readonly string[]): (string | undefined)[] {
  const shift = lines.length - old.length;
  const shared = Math.min(old.length, lines.length);
  let head = 0;
  while (head < shared && old[head] === lines[head]) head += 1;
  let tail = 0;
  while (tail < shared - head && old.at(-1 - tail) === lines.at(-1 - tail)) tail += 1;
  return lines.slice(1).map((_, index) => {
    if (index < head || shift === 0) return ends[index];
    return index >= lines.length - tail ? ends[index - shift] : undefined;
  });
}

function countBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
