/** A stretch of lines that two texts do not share; `to` exclusive. */
export interface DifferingBlock {
  oldFrom: number;
  oldTo: number;
  newFrom: number;
  newTo: number;
}

/** The stretches in which two lists of lines differ, by their longest common subsequence. */
export function differingLines(before: string[], after: string[]): DifferingBlock[] {
  const common = commonLengths(before, after);
  const width = after.length + 1;
  const blocks: DifferingBlock[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const block = { oldFrom: i, oldTo: i, newFrom: j, newTo: j };
    while ((i < before.length || j < after.length) && !(i < before.length && before[i] === after[j])) {
      const withoutOld = common[(i + 1) * width + j] ?? 0;
      const withoutNew = common[i * width + j + 1] ?? 0;
      if (j >= after.length || (i < before.length && withoutOld >= withoutNew)) i += 1;
      else j += 1;
    }
    if (i > block.oldFrom || j > block.newFrom) blocks.push({ ...block, oldTo: i, newTo: j });
    while (i < before.length && j < after.length && before[i] === after[j]) {
      i += 1;
      j += 1;
    }
  }
  return blocks;
}

/** At `i * (after.length + 1) + j`: how many lines `before` from `i` and `after` from `j` have in common, in order. */
function commonLengths(before: string[], after: string[]): Uint16Array {
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        before[i] === after[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  return common;
}

/** The lines of a text, each with its line end. */
export const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Where the first line begins that holds nothing before `offset`. */
export function lineAfter(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
