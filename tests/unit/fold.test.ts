import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, hasWordBeginning, spaceOut, wordsOf } from '../../src/backend/index/fold.ts';

describe('a word that begins so', () => {
  const texts = fc
    .array(
      fc.constantFrom(
        'a',
        'b',
        'é',
        'ß',
        'ж',
        '7',
        ' ',
        '-',
        '’',
        '.',
        '学',
        'か',
        '𠮷',
        '𝒜',
        '🌙',
        'e\u0301',
      ),
      {
        maxLength: 12,
      },
    )
    .map((parts) => foldText(parts.join('')));

  it('is one of the text’s words by its beginning', () => {
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        const words = [...wordsOf(text)].map(({ key }) => key);
        const letters = [...wordsOf(other)].map(({ key }) => key);
        for (const start of [...letters, ...words, ...words.map((word) => [...word][0] ?? '')])
          expect(hasWordBeginning(text, start), `${start} in ${text}`).toBe(
            words.some((word) => word.startsWith(start)),
          );
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['2015-03-01 - the evening', '2015-03', true],
    ['学习笔记', '习笔', true],
    ['relearn', 'learn', false],
    ['“learn', 'learn', true],
  ])('%s: %s', (text, start, begins) => expect(hasWordBeginning(text, start)).toBe(begins));
});

it('each pictograph is a word of its own to the full text', () => {
  const signs = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code)).filter(
    (sign) => sign > '\u218f' && /\p{Extended_Pictographic}/u.test(sign),
  );
  expect(signs.length).toBeGreaterThan(2500);
  const words = new Set(signs.map((sign) => spaceOut(sign)));
  expect(words.size).toBe(signs.length);
  for (const word of words) expect(word).toMatch(/^ [\ue000-\uf8ff] $/u);
});

it('the words of a text of ASCII are those of any other', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      expect([...wordsOf(text)]).toEqual([...wordsOf(`${text} é`)].slice(0, -1));
    }),
  );
});
