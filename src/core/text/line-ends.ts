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
 * Puts line ends back on `text`, an edited form of `before.text`: lines outside the edited stretch keep their own; lines within it
 * take those of their neighbours.
 */
export function writeLineEnds(before: Lined, text: string): string {
  const { ends } = before;
  if (ends === null) return text;
  const oldLines = before.text.split('\n');
  const newLines = text.split('\n');
  const shared = Math.min(oldLines.length, newLines.length);
  let head = 0;
  while (head < shared && oldLines[head] === newLines[head]) head += 1;
  let tail = 0;
  while (tail < shared - head && oldLines.at(-1 - tail) === newLines.at(-1 - tail)) tail += 1;
  const shift = newLines.length - oldLines.length;
  const firstOfTail = newLines.length - tail;
  const neighbour = ends[Math.min(Math.max(0, head - 1), ends.length - 1)] ?? '\n';
  let raw = '';
  newLines.forEach((line, index) => {
    raw += line;
    if (index === newLines.length - 1) return;
    const own =
      index < head || shift === 0 ? ends[index] : index >= firstOfTail ? ends[index - shift] : undefined;
    raw += own ?? neighbour;
  });
  return raw;
}
