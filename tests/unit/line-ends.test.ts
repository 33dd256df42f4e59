import { ChangeSet } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../src/core/text/diff.ts';
import { readLineEnds, writeLineEnds } from '../../src/core/text/line-ends.ts';

const raw = fc
  .array(fc.constantFrom('a', 'bc', ' ', '\n', '\r\n', '\r', '\u2028', '\t'), { maxLength: 40 })
  .map((parts) => parts.join(''));

const edited = (before: string, text: string) => {
  const lined = readLineEnds(before);
  return writeLineEnds(lined, changesBetween(lined.text, text), text);
};

describe('line ends', () => {
  it('come back as they were when nothing was edited', () => {
    fc.assert(
      fc.property(raw, (bytes) => {
        const lined = readLineEnds(bytes);
        expect(lined.text).not.toContain('\r');
        expect(writeLineEnds(lined, ChangeSet.empty(lined.text.length), lined.text)).toBe(bytes);
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
        const from = lines.slice(0, at + 1).join('\n').length;
        const changes = ChangeSet.of({ from, insert: 'X' }, lined.text.length);
        const text = lines.map((line, index) => (index === at ? `${line}X` : line)).join('\n');
        const expected = bytes
          .split(/(\r\n|\r|\n)/)
          .map((part, index) => (index === at * 2 ? `${part}X` : part))
          .join('');
        expect(writeLineEnds(lined, changes, text)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('outside any change are what they were, byte for byte', () => {
    fc.assert(
      fc.property(
        raw,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('', 'x', '\n', 'x\ny\n'),
        (bytes, one, other, insert) => {
          const lined = readLineEnds(bytes);
          const [from, to] = [one, other].map((at) => at % (lined.text.length + 1)).sort((a, b) => a - b) as [
            number,
            number,
          ];
          const text = lined.text.slice(0, from) + insert + lined.text.slice(to);
          const written = writeLineEnds(
            lined,
            ChangeSet.of({ from, to, insert }, lined.text.length, '\n'),
            text,
          );
          const widths = [...lined.text].map(() => 1);
          let at = 0;
          const ends = [...(lined.ends ?? [])];
          [...lined.text].forEach((character, index) => {
            if (character === '\n') widths[index] = (ends[at++] ?? '\n').length;
          });
          const rawAt = (offset: number) => widths.slice(0, offset).reduce((sum, width) => sum + width, 0);
          expect(written.startsWith(bytes.slice(0, rawAt(from)))).toBe(true);
          expect(written.endsWith(bytes.slice(rawAt(to)))).toBe(true);
          expect(readLineEnds(written).text).toBe(text);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('of a new line are those of its neighbour', () => {
    expect(edited('a\r\nb\r\n', 'a\nnew\nb\n')).toBe('a\r\nnew\r\nb\r\n');
    expect(edited('a\r\nb', 'a\nb\nc')).toBe('a\r\nb\r\nc');
    expect(edited('a\nb\r\nc\n', 'a\nb\nnew\nc\n')).toBe('a\nb\r\nnew\r\nc\n');
  });

  it('come back when a break is taken out and put in again', () => {
    const lined = readLineEnds('a\r\nb\nc\rd');
    const out = ChangeSet.of({ from: 3, to: 4 }, lined.text.length);
    const back = ChangeSet.of({ from: 3, insert: '\n' }, out.newLength, '\n');
    expect(writeLineEnds(lined, out.compose(back), lined.text)).toBe('a\r\nb\nc\rd');
  });
});
