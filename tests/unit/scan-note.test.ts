import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrontmatter } from '../../src/core/markdown/frontmatter.ts';
import { noteParser } from '../../src/core/markdown/grammar.ts';
import { scanNote } from '../../src/core/markdown/scan-note.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';
import { noteName } from '../../src/core/paths/note-path.ts';
import { readLineEnds } from '../../src/core/text/line-ends.ts';

const RUNS = 20_000;

const PROPERTIES = [
  ...[
    '',
    '',
    '---\ntags: [a]\n---\n',
    '---\nurl: https://p.q\n---\n',
    "---\nup: '[[It''s]]' # [[c]]\n---\n",
    '---\n---\n',
    '---\n',
  ],
  '---\n[[\n---',
];
/** What begins a line, and what stands in it, that is scanned. */
const PLAIN_STARTS = [
  ...[
    '',
    '',
    '',
    '> ',
    '> ',
    '> ',
    '>\n',
    '# ',
    '## ',
    '#',
    '#tag ',
    '### a\n',
    '2024 ',
    '-> ',
    '+x ',
    '**b',
    '_c',
    '`d',
  ],
  ...[
    '```\n',
    '```js {x}\n',
    '````\n',
    '---\n',
    '***\n',
    '[[a]]',
    '[a](b) ',
    '> [!quote] ',
    '> [!note]- T\n> ',
    '^id\n',
  ],
  ...['\n', '\n', '\n', '!', '&', '\\', '@x ', '```\n```\n', '```a\n> b\n```\n', '> a\n\n'],
];
const PLAIN_WORDS = [
  ...[
    'a',
    'word ',
    'the end. ',
    ' ',
    '学习 ',
    '🌙',
    'é',
    '\u00a0',
    '\u2028',
    'x_y',
    '50% ',
    '$5 ',
    'a < b ',
    '**b**',
    '*',
    '==',
    '~~',
  ],
  ...[
    '[[a]]',
    '[[b#c|d]]',
    '![[e.png|10]]',
    '[[#^f]]',
    '[[@key|k]]',
    '[[a|]]',
    '[[|b]]',
    '[[a]]]',
    '[t]',
    '[@key, p. 3]',
    '[^1]',
  ],
  ...[
    '[h.](https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/x.y)',
    '[t](u.md#h)',
    '[a b](c&amp;d)',
    '[w.](www.x.y)',
    '[m](mailto:a@b.c)',
  ],
  ...[
    'https://a.b/c?d=e',
    'https://a_b.c',
    '(https://a.b/c)',
    ' www.a.b.',
    'xhttps://a.b',
    'https://',
    'https://a.b/c&amp;',
  ],
  ...[
    'https://a.b/))',
    'http://a.b:80/',
    'https://a.b/[c]',
    'https://a.b\n',
    'www.',
    ' @key',
    '`c`',
    '`',
    '``d`',
    '\\[',
    '\\`',
    '\\!',
  ],
  ...[
    '#tag',
    ' #t/u/ ',
    ' #1',
    ' #👍🏽',
    '#',
    ' ^id',
    '^',
    '\\#t',
    '\\',
    '&amp;',
    '!',
    '(',
    ')',
    '.',
    ' # \n',
    '---',
    ' |',
  ],
  ...['\n', '\n', '\n', '\n\n', '\n> ', '\n> \n', '\n>\n'],
];
/** What is not, or seldom. */
const STARTS = [
  ...[
    '- ',
    '1. ',
    '3) ',
    ' ',
    '  ',
    '    ',
    '\t',
    '> > ',
    '> - ',
    '>\t',
    '>x',
    '[x] ',
    '[^1] ',
    '[^1]: ',
    '[r]: u\n',
    '[!note] ',
  ],
  ...[
    '| a |\n',
    '| a | b |\n|---|---|\n',
    '~~~\n',
    '%%\n',
    '$$\n',
    '<div>\n',
    '===\n',
    '--\n',
    '- - -\n',
    '###### ',
    '####### ',
    '#\t',
  ],
];
const WORDS = [
  ...[
    '$',
    '%%',
    '<b>',
    '[[',
    ']]',
    '[',
    ']',
    ']](',
    '[[ ]]',
    '[t](u "v")',
    '[t](<u v>)',
    '[t][r]',
    '![i](j.png)',
    '[#x](y)',
  ],
  ...[
    '[a\nb](c)',
    '[*a*](b)',
    '[](c)',
    '[d]()',
    'a@b.co',
    '@',
    'mailto:a@b.cc',
    '^[n]',
    '[^a b]',
    '#\n',
    '- ',
    '```',
    '<https://x.y>',
  ],
  ...['https://a.b/>', '\t', '  \n', '\\|', '[[a\\|b]]', '[[a\nb]]', '&#91;', '[[#a[b]]', '![[', '!['],
];

const notes = fc
  .tuple(fc.boolean(), fc.constantFrom(...PROPERTIES), fc.nat({ max: 9 }))
  .chain(([isPlain, yaml, lines]) => {
    const starts = fc.constantFrom(...PLAIN_STARTS, ...(isPlain ? [] : STARTS));
    const words = fc.array(fc.constantFrom(...PLAIN_WORDS, ...(isPlain ? [] : WORDS)), { maxLength: 4 });
    return fc
      .array(fc.tuple(starts, words, fc.constantFrom('\n', '\n\n', '')), { maxLength: lines })
      .map((all) => yaml + all.map(([start, inside, end]) => start + inside.join('') + end).join(''));
  });
const isScanned = (text: string) => scanNote(text, readFrontmatter(text).bodyFrom, null) !== null;

/** What is known of a note whose text is not parsed is what the grammar says. */
function expectSame(name: string, text: string): void {
  expect(understandNote(name, text)).toEqual(understandNote(name, text, noteParser.parse(text)));
}

describe('a note that is scanned means what the grammar says', () => {
  it('whatever its text', () => {
    let scanned = 0;
    fc.assert(
      fc.property(fc.constantFrom('n', '@key'), notes, (name, text) => {
        if (isScanned(text)) scanned += 1;
        expectSame(name, text);
      }),
      { numRuns: RUNS },
    );
    // Otherwise nothing was held equal here.
    expect(scanned).toBeGreaterThan(RUNS / 4);
  });

  it('of every fixture', () => {
    const root = join(import.meta.dirname, '..', '..');
    for (const folder of [join(root, 'resources', 'sample-vault'), join(root, 'tests', 'fixtures')]) {
      const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      const found = paths.filter((path) => path.endsWith('.md'));
      expect(found.length).toBeGreaterThan(0);
      for (const path of found) {
        const { text } = readLineEnds(readFileSync(join(folder, path), 'utf8'));
        expectSame(noteName(path), text);
        // Line by line, too: of a long note some part is written otherwise.
        for (const line of text.split('\n')) expectSame('n', line);
      }
    }
  });

  it('where a ramble is written plainly, which is scanned', () => {
    const ramble = `---
tags: [p/learning/inbox]
up: "[[+ Learning MoC]]"
---
# What I read

-> [[The new note]] and #garden, see https://example.org/a_b.

> They learn. [h.](https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/example.org/)
and more

My reply, with [[@chan2019|Chan]] and \`code\`. ^mine

> [!quote] Somebody
> says so

\`\`\`query
tag:a
\`\`\`
`;
    expect(isScanned(ramble)).toBe(true);
    expectSame('2024-05-01 - The Evening Ramble', ramble);
    expect(understandNote('n', ramble)).toMatchObject({
      links: [
        { target: '+ Learning MoC' },
        { target: 'The new note' },
        { target: '@chan2019', alias: 'Chan' },
      ],
      tags: ['p/learning/inbox', 'garden'],
      blocks: [{ id: 'mine', line: 12 }],
      fences: [{ language: 'query', line: 17 }],
      highlights: [
        { line: 9, endLine: 10 },
        { line: 14, endLine: 15 },
      ],
    });
  });
});
