import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yamlProperties } from '../../src/core/markdown/frontmatter.ts';
import { plainProperties } from '../../src/core/markdown/plain-properties.ts';

const RUNS = 30_000;

const NAMES = ['title', 'tags', 'Tags', 'aliases', 'url', 'null', 'TRUE', 'a-b', 'x_1'];
const PLAIN = [
  ...[
    'word',
    'two words',
    'https://a.b/c?d=e#f',
    'C#',
    'a:b',
    '2024-05-01',
    '1.50',
    'true',
    'null',
    '~',
    'Null',
    '学习',
    '🌙',
    'p/a-b',
  ],
  ...[
    '"quoted: #x"',
    "'single'",
    '"a", b',
    'it’s',
    'a  b',
    '\u00a0x',
    'x\u2028y',
    '.5',
    '/x',
    '=',
    '<a>',
    '(b)',
    '$1',
    '^c',
    '+',
    '_',
  ],
];
const OTHER = [
  ...[
    'a: b',
    'a:',
    'a #b',
    '#a',
    '- a',
    '-a',
    '&a b',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a`',
    '? a',
    ': a',
    '{a: b}',
    '[a',
    'a]',
    ',',
  ],
  ...[
    "it's",
    "'a''b'",
    '"a\\n"',
    '"a',
    "'a",
    'a\tb',
    '"a" b',
    '[[x]]',
    '"[[x]]"',
    '---',
    '...',
    '',
    ' ',
    'a,',
    '"a":b',
  ],
];
const value = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...PLAIN) },
  { weight: 1, arbitrary: fc.constantFrom(...OTHER) },
);
const list = (separator: string, before: string, after: string) =>
  fc.array(value, { maxLength: 4 }).map((values) => before + values.join(separator) + after);
const written = fc.oneof(
  value.map((one) => ` ${one}`),
  list(', ', ' [', ']'),
  list(',', ' [ ', ' ] '),
  fc.constantFrom(
    '',
    ' ',
    '  ',
    ' [a, [b]]',
    '\n  folded',
    '\n',
    '\n# c',
    ' a\n  b',
    '\n- a\n  - b',
    '\n  - a\n- b',
    '\n-',
    '\n- ',
  ),
  fc
    .tuple(fc.constantFrom('\n- ', '\n  - ', '\n -  '), fc.array(value, { minLength: 1, maxLength: 3 }))
    .map(([dash, values]) => values.map((one) => dash + one).join('')),
);
const properties = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(':', ':', ':', ':', ' :', ''), written), {
    maxLength: 4,
  })
  .map((all) => all.map(([name, colon, rest]) => `${name}${colon}${rest}\n`).join(''));

describe('properties that are written plainly', () => {
  it('are what YAML says', () => {
    let plain = 0;
    fc.assert(
      fc.property(properties, (yaml) => {
        const found = plainProperties(yaml);
        if (found === null) return;
        plain += 1;
        expect(found).toEqual(yamlProperties(yaml));
      }),
      { numRuns: RUNS },
    );
    // Otherwise nothing was held equal here.
    expect(plain).toBeGreaterThan(RUNS / 10);
  });

  it('are read without YAML', () => {
    const yaml = 'title: The garden\naliases: [a, "b c"]\ntags:\n  - p/learning\n  - x\nurl: https://a.b/c\n';
    expect(plainProperties(yaml)?.get('tags')).toEqual({ values: ['p/learning', 'x'], isList: true });
  });
});
