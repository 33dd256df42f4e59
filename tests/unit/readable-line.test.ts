import { expect, it } from 'vitest';
import { readableLine } from '../../src/renderer/panels/readable-line.ts';

/** The line with its marks as ‹…›. */
function shown(text: string, ...words: string[]): string {
  const marks = words.map((word) => ({ from: text.indexOf(word), to: text.indexOf(word) + word.length }));
  const line = readableLine({ text, marks });
  return line.marks.reduceRight(
    (all, mark) => `${all.slice(0, mark.from)}‹${all.slice(mark.from, mark.to)}›${all.slice(mark.to)}`,
    line.text,
  );
}

it.each([
  ['> Slow reading is slow. [h.](https://hyp.is/x/slow/)', ['Slow', 'reading'], '‹Slow› ‹reading› is slow.'],
  ['see [[@key|The Title]] there', ['[[@key|The Title]]'], 'see ‹The Title› there'],
  ['a [[Note]] b', ['[[Note]]', 'b'], 'a ‹Note› ‹b›'],
  ['## A [x](https://y) z', ['z'], 'A x ‹z›'],
  ['x [h.](https://hyp.is/slow/)', ['slow'], 'x'],
  ['[[', [], '[['],
])('%j reads as %j', (text, words, expected) => {
  expect(shown(text, ...words)).toBe(expected);
});
