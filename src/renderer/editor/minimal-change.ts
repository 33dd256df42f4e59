/** The one stretch in which two texts differ: replace `from`–`to` of the old by `insert`. `null` where they are equal. */
export function minimalChange(
  before: string,
  after: string,
): { from: number; to: number; insert: string } | null {
  if (before === after) return null;
  const shared = Math.min(before.length, after.length);
  let from = 0;
  while (from < shared && before.charCodeAt(from) === after.charCodeAt(from)) from += 1;
  // Never between the halves of a surrogate pair.
  if (from > 0 && isHigh(before.charCodeAt(from - 1))) from -= 1;
  let tail = 0;
  while (
    tail < shared - from &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail += 1;
  }
  if (tail > 0 && isLow(before.charCodeAt(before.length - tail))) tail -= 1;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff;
