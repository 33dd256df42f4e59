import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLineEnds, writeLineEnds } from '../../src/core/text/line-ends.ts';

const raw = fc
  .array(fc.constantFrom('a', 'bc', ' ', '\n', '\r\n', '\r', '\u2028', '\t'), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('line ends', () => {
  it('come back as they were when nothing was edited', () => {
    fc.assert(
      fc.property(raw, (bytes) => {
        const lined = readLineEnds(bytes);
        expect(lined.text).not.toContain('\r');
        expect(writeLineEnds(lined, lined.text)).toBe(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('keep every untouched line when one line is edited', () => {
    fc.assert(
      fc.property(raw, fc.nat(), (bytes, pick) => {
        const lined = readLineEnds(bytes);
        const lines = lined.text.split('\n');
        const at = pick % lines.length;
        const edited = lines.map((line, index) => (index === at ? `${line}X` : line)).join('\n');
        const expected = bytes
          .split(/(\r\n|\r|\n)/)
          .map((part, index) => (index === at * 2 ? `${part}X` : part))
          .join('');
        expect(writeLineEnds(lined, edited)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('of a new line are those of its neighbour', () => {
    expect(writeLineEnds(readLineEnds('a\r\nb\r\n'), 'a\nnew\nb\n')).toBe('a\r\nnew\r\nb\r\n');
    expect(writeLineEnds(readLineEnds('a\r\nb'), 'a\nb\nc')).toBe('a\r\nb\r\nc');
    expect(writeLineEnds(readLineEnds('a\nb\r\nc\n'), 'a\nb\nnew\nc\n')).toBe('a\nb\r\nnew\r\nc\n');
  });
});
