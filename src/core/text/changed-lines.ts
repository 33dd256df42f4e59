import { type Change, diff } from '@codemirror/merge';

/** How long the smallest answer is looked for before a coarser one is taken, milliseconds. */
const PATIENCE_MS = 300;
/** Every line is one code unit of what is compared, halves of surrogate pairs left out. */
const MOST_LINES = 0xd800;
/** Above so much comparing, it is not found out which line was made of which. */
const MOST_COMPARED = 2_000_000;
/** How much of the shorter of two lines must begin and end the other for one to have been made of the other. */
const ALIKE = 0.5;

/** A stretch of one text and what stands in its place in another. Offsets are UTF-16 code units. */
export type Stretch = Pick<Change, 'fromA' | 'toA' | 'fromB' | 'toB'>;

/** The lines of a text, each with the break that ends it. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** The stretches of whole lines in which two texts differ. */
export function changedLines(before: string, after: string): Stretch[] {
  const [linesA, linesB] = [splitLines(before), splitLines(after)];
  const shortest = Math.min(linesA.length, linesB.length);
  let head = 0;
  while (head < shortest && linesA[head] === linesB[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && linesA.at(-1 - tail) === linesB.at(-1 - tail)) tail += 1;

  const names = new Map<string, string>();
  const nameOf = (line: string) => {
    const name = names.get(line) ?? String.fromCharCode(names.size);
    names.set(line, name);
    return name;
  };
  const [startsA, startsB] = [startsOf(linesA), startsOf(linesB)];
  const [middleA, middleB] = [linesA, linesB].map((lines) => lines.slice(head, lines.length - tail));
  const [lettersA = '', lettersB = ''] = [middleA, middleB].map((lines = []) => lines.map(nameOf).join(''));
  const changes =
    names.size > MOST_LINES
      ? [{ fromA: 0, toA: lettersA.length, fromB: 0, toB: lettersB.length }]
      : diff(lettersA, lettersB, { scanLimit: 5000, timeout: PATIENCE_MS });
  return changes.map(({ fromA, toA, fromB, toB }) => ({
    fromA: startsA[head + fromA] as number,
    toA: startsA[head + toA] as number,
    fromB: startsB[head + fromB] as number,
    toB: startsB[head + toB] as number,
  }));
}

function startsOf(lines: readonly string[]): number[] {
  const starts = [0];
  let at = 0;
  for (const line of lines) {
    at += line.length;
    starts.push(at);
  }
  return starts;
}

/** Which lines of `after` were made of which of `before`, in order; `null` where there are too many to tell. */
export function pairLines(before: readonly string[], after: readonly string[]): [number, number][] | null {
  const [rows, columns] = [before.length, after.length];
  const length = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length, 0);
  if (rows * length(after) + columns * length(before) > MOST_COMPARED) return null;
  // The best that can be had of the lines from here on.
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  const at = (row: number, column: number) => best[row]?.[column] ?? 0;
  const gain = (row: number, column: number) => likeness(before[row] as string, after[column] as string);
  for (let row = rows - 1; row >= 0; row -= 1)
    for (let column = columns - 1; column >= 0; column -= 1)
      (best[row] as Float64Array)[column] = Math.max(
        at(row + 1, column),
        at(row, column + 1),
        at(row + 1, column + 1) + gain(row, column),
      );
  const pairs: [number, number][] = [];
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (at(row, column) === at(row + 1, column)) row += 1;
    else if (at(row, column) === at(row, column + 1)) column += 1;
    else pairs.push([row++, column++]);
  }
  return pairs;
}

/** From 0 (unlike) to 1: how much of the shorter line begins and ends the other. */
function likeness(lineA: string, lineB: string): number {
  const [one, other] = [lineA.replace(/\n$/, ''), lineB.replace(/\n$/, '')];
  const shortest = Math.min(one.length, other.length);
  let head = 0;
  while (head < shortest && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const like = (head + tail) / Math.max(1, shortest);
  return like < ALIKE ? 0 : like;
}
