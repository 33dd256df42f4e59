import { presentableDiff } from '@codemirror/merge';
import { ChangeSet } from '@codemirror/state';
import { changedLines, pairLines, type Stretch, splitLines } from './changed-lines.ts';

/** How long a diff looks for the smallest answer before it takes a coarser one, milliseconds. */
const PATIENCE_MS = 300;

/** A stretch of `before` and what stands in its place in `after`. Offsets are UTF-16 code units. */
export interface Difference {
  from: number;
  to: number;
  insert: string;
}

/**
 * Where two texts differ, in order, no surrogate pair split: by lines first, then by words within a line that was made of another.
 * Letters that two lines share by chance did not stay: they would go with the line they came from when somebody else takes that out,
 * and leave the new one in pieces.
 */
export function differences(before: string, after: string): Difference[] {
  if (before === after) return [];
  const found = changedLines(before, after).flatMap((lines) => withinLines(before, after, lines));
  return joinTouching(found).map(({ fromA, toA, fromB, toB }) => {
    const low = splitsPair(before, fromA) || splitsPair(after, fromB) ? 1 : 0;
    const high = splitsPair(before, toA) || splitsPair(after, toB) ? 1 : 0;
    return { from: fromA - low, to: toA + high, insert: after.slice(fromB - low, toB + high) };
  });
}

/** The changes that make `after` of `before`. */
export function changesBetween(before: string, after: string): ChangeSet {
  return ChangeSet.of(differences(before, after), before.length, '\n');
}

/** Whether a position lies between the halves of a surrogate pair. */
export function splitsPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) && at > 0;
}

/** What changed in a stretch of whole lines. */
function withinLines(before: string, after: string, { fromA, toA, fromB, toB }: Stretch): Stretch[] {
  const [a, b] = [before.slice(fromA, toA), after.slice(fromB, toB)];
  if (a === '' || b === '') return [{ fromA, toA, fromB, toB }];
  const [linesA, linesB] = [splitLines(a), splitLines(b)];
  const pairs = isWrappedAnew(a, b) ? null : pairLines(linesA, linesB);
  if (pairs === null) return byWords(a, b, fromA, fromB);
  const found: Stretch[] = [];
  let [row, column, atA, atB] = [0, 0, fromA, fromB];
  for (const [nextRow, nextColumn] of [...pairs, [linesA.length, linesB.length] as const]) {
    const [outs, ins] = [linesA.slice(row, nextRow), linesB.slice(column, nextColumn)];
    if (outs.length === ins.length) {
      for (const [index, out] of outs.entries()) {
        const line = ins[index] as string;
        found.push(...withinLine(out, line, atA, atB));
        atA += out.length;
        atB += line.length;
      }
    } else {
      const [out, line] = [outs.join(''), ins.join('')];
      found.push(whole(out, line, atA, atB));
      atA += out.length;
      atB += line.length;
    }
    const [one, other] = [linesA[nextRow] ?? '', linesB[nextColumn] ?? ''];
    found.push(...withinLine(one, other, atA, atB));
    [row, column, atA, atB] = [nextRow + 1, nextColumn + 1, atA + one.length, atB + other.length];
  }
  return found;
}

/** What changed in a line; all of it where more was taken out than stayed. */
function withinLine(a: string, b: string, atA: number, atB: number): Stretch[] {
  const found = byWords(a, b, atA, atB);
  const removed = found.reduce((sum, { fromA, toA }) => sum + toA - fromA, 0);
  const added = found.reduce((sum, { fromB, toB }) => sum + toB - fromB, 0);
  return added > 0 && removed > a.length - removed ? [whole(a, b, atA, atB)] : found;
}

function byWords(a: string, b: string, atA: number, atB: number): Stretch[] {
  if (a === b) return [];
  const found = presentableDiff(a, b, { scanLimit: 1000, timeout: PATIENCE_MS });
  return joinTouching(found.map((stretch) => wholeWords(a, b, stretch))).map(
    ({ fromA, toA, fromB, toB }) => ({
      fromA: atA + fromA,
      toA: atA + toA,
      fromB: atB + fromB,
      toB: atB + toB,
    }),
  );
}

/** A stretch that begins or ends within a word, grown to all of it. */
function wholeWords(a: string, b: string, { fromA, toA, fromB, toB }: Stretch): Stretch {
  let [before, after] = [0, 0];
  const isInWord = (text: string, at: number) => isOfWord(text[at - 1]) && isOfWord(text[at]);
  while (
    before < LONGEST_WORD &&
    fromA - before > 0 &&
    fromB - before > 0 &&
    (isInWord(a, fromA - before) || isInWord(b, fromB - before))
  )
    before += 1;
  while (
    after < LONGEST_WORD &&
    toA + after < a.length &&
    toB + after < b.length &&
    (isInWord(a, toA + after) || isInWord(b, toB + after))
  )
    after += 1;
  return { fromA: fromA - before, toA: toA + after, fromB: fromB - before, toB: toB + after };
}

/** What has no end for longer is no word. */
const LONGEST_WORD = 100;
const WORD = /[\p{L}\p{M}\p{N}_]/u;
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Whether a character is of a word that spaces set apart. */
const isOfWord = (character: string | undefined) =>
  character !== undefined && WORD.test(character) && !WITHOUT_SPACES.test(character);

/** All of `a` for all of `b`, but for the break that ends both. */
function whole(a: string, b: string, atA: number, atB: number): Stretch {
  const tail = a.endsWith('\n') && b.endsWith('\n') ? 1 : 0;
  return { fromA: atA, toA: atA + a.length - tail, fromB: atB, toB: atB + b.length - tail };
}

function joinTouching(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const last = joined.at(-1);
    if (last !== undefined && last.toA >= stretch.fromA && last.toB >= stretch.fromB)
      joined[joined.length - 1] = {
        ...last,
        toA: Math.max(last.toA, stretch.toA),
        toB: Math.max(last.toB, stretch.toB),
      };
    else joined.push(stretch);
  }
  return joined;
}

/** Whether the words are the same and only the lines they stand on are others. */
function isWrappedAnew(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
}
