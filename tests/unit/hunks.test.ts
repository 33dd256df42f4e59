import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hunksBetween } from '../../src/core/text/hunks.ts';

const text = fc
  .array(fc.constantFrom('a', 'the fox ', '\n', '\n\n', 'x\ny\n', '日本', '😀'), { maxLength: 25 })
  .map((parts) => parts.join(''));

it('hunks make one text of the other, do not overlap, and begin at lines', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      let made = '';
      let read = 0;
      for (const hunk of hunksBetween(before, after)) {
        expect(hunk.from).toBeGreaterThanOrEqual(read);
        expect(hunk.from === 0 || before[hunk.from - 1] === '\n').toBe(true);
        expect(before.slice(hunk.from, hunk.to)).toBe(hunk.before);
        made += before.slice(read, hunk.from) + hunk.after;
        read = hunk.to;
      }
      expect(made + before.slice(read)).toBe(after);
    }),
    { numRuns: 5000 },
  );
});

it('a line that went, came or changed is one hunk', () => {
  expect(hunksBetween('a\nb\nc\n', 'a\nc\n')).toEqual([{ from: 2, to: 4, before: 'b\n', after: '' }]);
  expect(hunksBetween('a\nb\nc\n', 'a\nB\nc\n')).toEqual([{ from: 2, to: 3, before: 'b', after: 'B' }]);
});
