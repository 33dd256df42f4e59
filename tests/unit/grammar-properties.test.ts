import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser, Strikethrough } from '@lezer/markdown';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrontmatter } from '../../src/core/markdown/frontmatter.ts';
import { noteParser } from '../../src/core/markdown/grammar.ts';
import { markSyntax } from '../../src/core/markdown/mark-syntax.ts';
import { quicken } from '../../src/core/markdown/quick-parser.ts';
import { scanNote } from '../../src/core/markdown/scan-note.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';
import { readLineEnds } from '../../src/core/text/line-ends.ts';
import { costOf } from '../support/cost-of.ts';

const quick = quicken(noteParser);

/** Every construct of a note, whole and in halves, in many scripts. */
const PIECES = [
  ...[
    '[[a]]',
    '[[',
    ']]',
    '![[b.png|100x80]]',
    '[[c#d|e]]',
    '[[#^f]]',
    '[t](u.md)',
    '[t][r]',
    '[r]: u.md\n',
    '](',
    '[',
    ']',
  ],
  ...[
    '[h.](https://hyp.is/BQtb71KJx941vfDBrAOB_H/x.y)',
    '[@key]',
    '<https://x.y>',
    'https://a.b/c',
    'www.a.b',
    'a@b.co',
  ],
  ...[
    '#tag',
    '#👍🏽',
    '#1',
    '%%',
    '%%a%%',
    '\n%%\n',
    '$$',
    '\n$$\n',
    '$x$',
    '==m==',
    '==',
    '**b**',
    '*',
    '_',
    '~~',
    '`c`',
    '`',
  ],
  ...[
    ' ^id',
    '\n\n^id\n\n',
    '^[n]',
    '[^1]',
    '\n[^1]: ',
    '[!note] ',
    '&amp;',
    '\\*',
    '<b>',
    '<!-- c -->',
    '<div>\n',
  ],
  ...[
    '\n',
    '\n\n',
    ' ',
    '    ',
    '\t',
    '- ',
    '- [ ] ',
    '> ',
    '# ',
    '1. ',
    '---\n',
    '===\n',
    '```query\n',
    '```\n',
    '| a | b |\n|---|---|\n',
    '|',
  ],
  ...['a', 'word', '学习', '🌙', '👨‍👩‍👧', 'é', '\u0000', '\u2028', '\ud800', 'e\u0301', 'שלום'],
];
const notes = fc
  .record({
    yaml: fc.option(
      fc.constantFrom("up: '[[It''s]]' # c", 'tags: [a, b]', 'aliases: A, B\nx: "[[Y\\u0041]]"', ': :\n[['),
      { nil: undefined },
    ),
    parts: fc.array(fc.constantFrom(...PIECES), { maxLength: 50 }),
  })
  .map(({ yaml, parts }) => (yaml === undefined ? '' : `---\n${yaml}\n---\n`) + parts.join(''));

interface Range {
  name: string;
  from: number;
  to: number;
}

function rangesOf(parser: typeof noteParser, text: string): Range[] {
  const ranges: Range[] = [];
  parser.parse(text).iterate({
    enter({ name, from, to }) {
      ranges.push({ name, from, to });
    },
  });
  return ranges;
}

describe('every node', () => {
  it('is the stretch of the file’s own bytes that it names, with any line ends, BOM and script', () => {
    fc.assert(
      fc.property(notes, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), (written, lineEnd, bom) => {
        // Half a character has no bytes of its own.
        const source = written.toWellFormed().replaceAll('\n', lineEnd);
        const bytes = Buffer.from((bom ? '\ufeff' : '') + source);
        const raw = bytes.toString('utf8', bom ? 3 : 0);
        const { text } = readLineEnds(raw);
        const inFile: number[] = [];
        for (let at = 0, in_ = 0; at <= text.length; at += 1) {
          inFile.push(in_);
          in_ += raw.startsWith('\r\n', in_) && text[at] === '\n' ? 2 : 1;
        }
        const byteAt = (at: number) => (bom ? 3 : 0) + Buffer.byteLength(raw.slice(0, inFile[at]));
        for (const { name, from, to } of rangesOf(quick, text)) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(text.length);
          const [here, there] = [byteAt(from), byteAt(to)];
          const found = bytes.subarray(here, there).toString();
          expect(readLineEnds(found).text, name).toBe(text.slice(from, to));
        }
        for (const link of understandNote('n', text).links) {
          expect(text.slice(link.from, link.to)).toMatch(/^!?\[/);
          expect(link.from).toBeLessThanOrEqual(link.targetFrom);
          expect(link.targetTo).toBeLessThanOrEqual(link.to);
          expect(text.slice(0, link.from).split('\n').length).toBe(link.line);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('lies within its parent, after those before it', () => {
    fc.assert(
      fc.property(notes, (text) => {
        const open: Range[] = [];
        quick.parse(text).iterate({
          enter({ name, from, to }) {
            const parent = open.at(-1);
            if (parent !== undefined)
              expect(from >= parent.from && to <= parent.to, `${name} in ${parent.name}`).toBe(true);
            open.push({ name, from, to });
          },
          leave() {
            open.pop();
          },
        });
      }),
      { numRuns: 600 },
    );
  });
});

describe('the quick parser makes the grammar’s tree', () => {
  it('of random notes of every construct', () => {
    fc.assert(
      fc.property(notes, (text) => {
        expect(rangesOf(quick, text)).toEqual(rangesOf(noteParser, text));
      }),
      { numRuns: 1500 },
    );
  });

  it('of emphasis as Lezer’s own', () => {
    const own = parser.configure([Strikethrough]);
    const linear = parser.configure([Strikethrough, markSyntax]);
    const signs = fc.array(
      fc.constantFrom('*', '**', '***', '_', '__', '~~', 'a', ' ', '.', '[', '](x)', '\n'),
    );
    fc.assert(
      fc.property(signs, (pieces) => {
        const text = pieces.join('');
        expect(rangesOf(linear, text)).toEqual(rangesOf(own, text));
      }),
      { numRuns: 5000 },
    );
  });

  it('of the sample vault', () => {
    const folder = join(import.meta.dirname, '..', '..', 'resources', 'sample-vault');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.md'),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const path of files) {
      const { text } = readLineEnds(readFileSync(join(folder, path), 'utf8'));
      expect(rangesOf(quick, text), path).toEqual(rangesOf(noteParser, text));
    }
  });
});

describe('a note of eight times the length takes about eight times the time', () => {
  const LENGTH = 12_000;
  const CLOSES = ['', ']]', ')', '%%', '$$', '**', '>', '-->'];
  const TRIES = 5;
  /** Sixty-four where it grows with the square; memory and chance make something more of eight. */
  const TOO_MUCH = 24;
  /** Too quick to measure is quick enough. */
  const NOTHING_MS = 30;
  const LEAST_MS = 3;

  /** Of the dearer of the two ways to read it. What is not scanned to its end is parsed all the same. */
  function costOfNote(text: string): number {
    const cost = costOf(() => understandNote('n', text));
    if (scanNote(text, readFrontmatter(text).bodyFrom, null) === null) return cost;
    return Math.max(
      cost,
      costOf(() => understandNote('n', text, quick.parse(text))),
    );
  }

  function expectLinear(make: (length: number) => string): void {
    const [small, large] = [make(LENGTH), make(8 * LENGTH)];
    let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let tried = 0; tried < TRIES; tried += 1) {
      long = Math.min(long, costOfNote(large));
      if (long < NOTHING_MS) return;
      short = Math.min(short, Math.max(LEAST_MS, costOfNote(small)));
      if (long / short < TOO_MUCH) return;
    }
    expect(
      long / short,
      `${short.toFixed(1)} and ${long.toFixed(1)} ms of ${JSON.stringify(small.slice(-20))}`,
    ).toBeLessThan(TOO_MUCH);
  }

  const repeated = (piece: string, close: string, length: number) =>
    piece.repeat(Math.ceil(length / piece.length)) + close;

  const constructs = [
    ...PIECES.filter((piece) => piece.trim() !== ''),
    ...[
      '[[a|',
      '%%[[a|',
      '[a](http://x) ',
      'http://x.yz ',
      '[a] ',
      '[a](b (',
      '[a](b "',
      '[a](<',
      '![',
      '[![',
      '- > ',
    ],
    ...[
      '1. ',
      '^[',
      '[!a] ',
      '\n- a',
      '\n# a\n',
      '\n> a\n',
      '\n> a [h.](https://x.y)\n\nr\n',
      '\n- > a\n',
      '<a b="',
    ],
    ...['`` ` ', '&', 'a:', '_a ', '**a ', '*a*'],
  ];

  it.each(constructs.map((piece) => [piece]))('%j', (piece) => {
    for (const close of CLOSES) expectLinear((length) => repeated(piece, close, length));
  });

  // At the length of the others some of these once took too little time for their growth to be seen.
  it.each([
    ['images', '![', '](x)'],
    ['emphasis', '*a ', ' a*'],
    ['strong emphasis', '**', '**'],
    ['emphasis and images', '_![**a ', ' a**](x)_'],
    ['marks', '==a ', ' a=='],
    ['inline footnotes', '^[', ']'],
  ])('%s within each other cost as much as beside each other', (_what, open, close) => {
    const count = 4000;
    const nested = `${open.repeat(count)}a${close.repeat(count)}`;
    const flat = `${open}a${close} `.repeat(count);
    const cheapest = (text: string) => Math.min(...Array.from({ length: TRIES }, () => costOfNote(text)));
    expect(cheapest(nested) / Math.max(LEAST_MS, cheapest(flat))).toBeLessThan(TOO_MUCH / 2);
  });

  it('a flood of brackets that is closed', () => expectLinear((length) => repeated('[', ']]', 4 * length)));

  it.each([
    ['properties', (length: number) => `---\n${repeated('[[a|', '', length)}\n---\n`],
    ['properties, quoted', (length: number) => `---\nx: "${repeated('[[a|', ']]', length)}"\n---\n`],
    ['properties, many', (length: number) => `---\n${repeated("- '[[a]]' # c\n", '', length)}---\n`],
    ['a property, escaped', (length: number) => `---\nx: "${repeated('\\"', '', length)}"\n---\n`],
  ])('%s', (_what, make) => expectLinear(make));
});
