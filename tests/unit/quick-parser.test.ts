import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noteParser } from '../../src/core/markdown/grammar.ts';
import { quicken } from '../../src/core/markdown/quick-parser.ts';

const quick = quicken(noteParser);

const pieces = fc.constantFrom(
  ...['[[a]]', '![[b|c]]', '[t](u)', '[t]', '](', '<b>', '<https://x.y>', 'https://a.b/c', 'www.a.b', 'http'],
  ...[
    'a@b.co',
    'mailto:x@y.zz',
    'xmpp:a@b.cc/d',
    '.@',
    '@',
    '#tag',
    '#',
    '%%',
    '`',
    '``',
    '**',
    '*',
    '_',
    '~~',
  ],
  ...[
    '==',
    '=',
    '$',
    '$$',
    '^id',
    '^[n]',
    '[^1]',
    '[^1]: ',
    '[!note] ',
    '&amp;',
    '&',
    '\\',
    '\\*',
    '!',
    '  \n',
  ],
  ...[
    '\n',
    '\n\n',
    ' ',
    '   ',
    'a',
    'word',
    '1',
    '- ',
    '- [ ] ',
    '> ',
    '# ',
    '1. ',
    '    ',
    '\t',
    '---\n',
    '```\n',
  ],
  ...[
    '| a | b |\n|---|---|\n',
    '|',
    '学习',
    '🌙',
    'é',
    '<!-- c -->',
    '<div>',
    ']',
    '[',
    ')',
    '(',
    '=\n',
    '-\n',
  ],
);

describe('the quick parser', () => {
  it('makes the same tree as the grammar, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(quick.parse(text).toString()).toBe(noteParser.parse(text).toString());
        expect(rangesOf(quick, text)).toEqual(rangesOf(noteParser, text));
      }),
      { numRuns: 3000 },
    );
  });

  it('makes the same tree of the seed', () => {
    const seed = readFileSync(new URL('../fixtures/seed-note.md', import.meta.url), 'utf8');
    expect(rangesOf(quick, seed)).toEqual(rangesOf(noteParser, seed));
  });
});

function rangesOf(parser: typeof noteParser, text: string): string[] {
  const ranges: string[] = [];
  parser.parse(text).iterate({
    enter({ name, from, to }) {
      ranges.push(`${name} ${from} ${to}`);
    },
  });
  return ranges;
}
