import { Text } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween, differences, splitsPair } from '../../src/core/text/diff.ts';
import { mergeTexts } from '../../src/core/text/merge.ts';

const text = fc
  .array(fc.constantFrom('a', 'the fox ', 'é', '😀', '😁', '\n', '\n\n', '日本', '\u2028', 'x'), {
    maxLength: 30,
  })
  .map((parts) => parts.join(''));

describe('differences', () => {
  it('take whole words out and put whole words in, whatever letters those share', () => {
    const word = fc.constantFrom('u31of6', 'o213of6', 'Anna', 'Bert', 'Annabel', 'of', 'naïve', 'native');
    const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
    const isWithin = (text: string, at: number) =>
      /\p{L}|\d/u.test(text[at - 1] ?? ' ') && /\p{L}|\d/u.test(text[at] ?? ' ');
    fc.assert(
      fc.property(line, line, (before, after) => {
        let shift = 0;
        for (const { from, to, insert } of differences(before, after)) {
          for (const at of [from, to]) expect(isWithin(before, at)).toBe(false);
          for (const at of [from + shift, from + shift + insert.length])
            expect(isWithin(after, at)).toBe(false);
          shift += insert.length - (to - from);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('make one text of the other, and split no pair of surrogates', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(
          changesBetween(before, after)
            .apply(Text.of(before.split('\n')))
            .toString(),
        ).toBe(after);
        for (const { from, to, insert } of differences(before, after)) {
          expect(splitsPair(before, from) || splitsPair(before, to)).toBe(false);
          expect(insert.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe('merging', () => {
  const cases: [
    name: string,
    base: string,
    mine: string,
    theirs: string,
    merged: string,
    overlaps: number,
  ][] = [
    ['takes over what only they changed', 'a\nb\nc\n', 'a\nb\nc\n', 'a\nB\nc\n', 'a\nB\nc\n', 0],
    ['keeps changes far apart', 'a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nC\n', 'A\nb\nC\n', 0],
    ['keeps changes of neighbouring lines', 'a\nb\nc\n', 'A\nb\nc\n', 'a\nB\nc\n', 'A\nB\nc\n', 0],
    ['knows the same change of both', 'a\nb\n', 'a\nB\n', 'a\nB\n', 'a\nB\n', 0],
    ['keeps both appended lines', 'a\n', 'a\nmine\n', 'a\ntheirs\n', 'a\nmine\ntheirs\n', 0],
    [
      'keeps both appended lines apart without a last line break',
      'a\n',
      'a\nmine',
      'a\ntheirs',
      'a\nmine\ntheirs',
      0,
    ],
    [
      'keeps both appended lines where the last had no break',
      'a',
      'a\nmine',
      'a\ntheirs',
      'a\nmine\ntheirs',
      0,
    ],
    ['keeps both in a note that was empty', '', 'mine', 'theirs', 'mine\ntheirs', 0],
    ['lets a line end be typed at while a line is added below', 'a', 'a b', 'a\nc', 'a b\nc', 0],
    [
      'shows both where the same word was changed',
      'one two three\n',
      'one 2 three\n',
      'one zwei three\n',
      'one 2 three\n',
      1,
    ],
    [
      'shows both where one deleted what the other changed',
      'a\nkeep\nb\n',
      'a\nkept!\nb\n',
      'a\nb\n',
      'a\nkept!\nb\n',
      1,
    ],
    ['shows both where both typed into one line’s middle', 'ab\n', 'aXb\n', 'aYb\n', 'aXb\n', 1],
  ];
  it.each(cases)('%s', (_, base, mine, theirs, merged, overlaps) => {
    const result = mergeTexts(base, mine, theirs);
    expect(result.text).toBe(merged);
    expect(result.overlaps).toHaveLength(overlaps);
  });

  it('gives whole lines of both sides', () => {
    const [overlap] = mergeTexts('x\none two three\ny', 'x\none 2 three\ny', 'x\none zwei three\ny').overlaps;
    expect(overlap).toEqual({ from: 2, to: 13, mine: 'one 2 three', theirs: 'one zwei three' });
  });

  it('loses no line of either side: each is in the merged text, in an overlap, or was in the base and changed by the other', () => {
    const lines = fc.array(fc.constantFrom('', 'one', 'two', 'three four', 'five', 'six seven'), {
      maxLength: 8,
    });
    const stamp = (own: string[], name: string, at: number) => [
      ...own.slice(0, at),
      `${name} wrote this`,
      ...own.slice(at),
    ];
    fc.assert(
      fc.property(lines, fc.nat(8), fc.nat(8), fc.nat(8), fc.nat(8), (base, m, t, cutMine, cutTheirs) => {
        const without = (own: string[], at: number) => own.filter((_, index) => index !== at);
        const mine = stamp(without(base, cutMine), 'I', m).join('\n');
        const theirs = stamp(without(base, cutTheirs), 'They', t).join('\n');
        const { text: merged, overlaps } = mergeTexts(base.join('\n'), mine, theirs);
        const survivors = [merged, ...overlaps.map(({ theirs: kept }) => kept)].join('\n').split('\n');
        expect(survivors).toContain('I wrote this');
        expect(survivors).toContain('They wrote this');
      }),
      { numRuns: 5000 },
    );
  });

  it('gives the other side whole where one side did nothing', () => {
    fc.assert(
      fc.property(text, text, (base, changed) => {
        expect(mergeTexts(base, base, changed)).toEqual({ text: changed, overlaps: [] });
        expect(mergeTexts(base, changed, base)).toEqual({ text: changed, overlaps: [] });
        expect(mergeTexts(base, changed, changed)).toEqual({ text: changed, overlaps: [] });
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps all of mine, and marks overlaps where they are', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const { text: merged, overlaps } = mergeTexts(base, mine, theirs);
        for (const { from, to, mine: shown } of overlaps) expect(merged.slice(from, to)).toBe(shown);
      }),
      { numRuns: 3000 },
    );
  });
});
