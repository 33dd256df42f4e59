import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findHeading, hasBlock } from '../../src/core/links/resolve-fragment.ts';
import { readHighlight } from '../../src/core/markdown/highlights.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';

const of = (text: string, name = 'n') => understandNote(name, text);
const highlightsOf = (text: string, name?: string) =>
  of(text, name).highlights.map((highlight) => ({
    ...readHighlight(text, highlight),
    source: highlight.source,
    lines: [highlight.line, highlight.endLine],
  }));
const targets = (text: string) => of(text).links.map(({ target }) => target);

describe('footnotes', () => {
  it('are references and definitions, these with their paragraphs, lists and links', () => {
    const text = [
      'One[^1] and [^long-label], [^1] again, ^[inline [[A]]].',
      '',
      '[^1]: First, lazily',
      'going on.',
      '',
      '    Its second paragraph, [[B]] #tag',
      '',
      '    - a list',
      '[^long-label]: https://x.y/z',
      '',
      'Outside. [^ no]: [^]: `[^code]`',
    ].join('\n');
    const { footnotes, tags } = of(text);
    expect(footnotes.references).toEqual([
      { label: '1', line: 1 },
      { label: 'long-label', line: 1 },
      { label: '1', line: 1 },
    ]);
    expect(footnotes.definitions).toEqual([
      { label: '1', line: 3 },
      { label: 'long-label', line: 9 },
    ]);
    expect(targets(text)).toEqual(['A', 'B']);
    expect(tags).toEqual(['tag']);
  });
});

describe('maths', () => {
  it.each([
    ['$#no$ and $[[no]]$', []],
    ['$$\n[[no]]\n- [[no]]\n$$\n[[yes]]', ['yes']],
    ['$5 [[yes]] and $6', ['yes']],
    ['$$ open [[yes]]\n\n$$ [[yes]]', ['yes', 'yes']],
    ['\\$[[yes]]$', ['yes']],
  ])('hides what is in it: %j', (text, links) => {
    expect(targets(text)).toEqual(links);
    expect(of(text).tags).toEqual([]);
  });
});

describe('tasks, addresses and fences', () => {
  it('are listed with their line', () => {
    const { tasks, urls, fences } = of(
      [
        '- [ ] one',
        '- [x] two',
        '  1. [-] three',
        '- [xx] none',
        '',
        '[a](https://b.c "t") <https://d.e> www.f.g/h https://i.j, x@y.zz [n](N.md) `https://code`',
        '',
        '```dataview',
        'https://fenced',
        '```',
        '~~~',
        '~~~',
        '> ```query {x}',
        '> ```',
      ].join('\n'),
    );
    expect(tasks).toEqual([
      { state: ' ', line: 1 },
      { state: 'x', line: 2 },
      { state: '-', line: 3 },
    ]);
    expect(urls.map(({ url }) => url)).toEqual(['https://b.c', 'https://d.e', 'www.f.g/h', 'https://i.j']);
    expect(fences).toEqual([
      { language: 'dataview', line: 8 },
      { language: '', line: 11 },
      { language: 'query', line: 13 },
    ]);
  });
});

describe('a task', () => {
  it.each(['- [ ]\n  foo', '- [ ]\nfoo', '> - [ ]\n> foo', '- [ ]'])(
    'whose first line is empty: %j',
    (text) => {
      expect(of(text).tasks).toEqual([{ state: ' ', line: 1 }]);
    },
  );
});

describe('where a link leads without a scheme', () => {
  it('is a path, whatever it begins with; bare it is an address', () => {
    const { urls, links } = of('[a](www.b.c) www.d.e [f](https://www.g.h)');
    expect(urls.map(({ url }) => url)).toEqual(['www.d.e', 'https://www.g.h']);
    expect(links.map(({ target }) => target)).toEqual(['www.b.c']);
  });
});

describe('a comment', () => {
  it('has no properties, and all its links', () => {
    const text = '%%\n---\nup: "[[X]]"\n---\n[[Y]]\n%%\n\na %%[[Z]]%%';
    expect(
      of(text).links.map(({ target, place, from, to }) => [target, place, text.slice(from, to)]),
    ).toEqual([
      ['X', 'comment', '[[X]]'],
      ['Y', 'comment', '[[Y]]'],
      ['Z', 'comment', '[[Z]]'],
    ]);
  });
});

describe('highlights', () => {
  it('of the seed: every quotation, with its annotation or the page, and the reply', () => {
    const seed = readFileSync(new URL('../fixtures/seed-note.md', import.meta.url), 'utf8');
    const found = highlightsOf(seed);
    expect(found).toHaveLength(19);
    expect(found.filter(({ source }) => source?.startsWith('https://hyp.is/') === true)).toHaveLength(8);
    expect(found.every(({ source }) => source !== null)).toBe(true);
    expect(found[1]).toEqual({
      quote:
        'Many companies view L&D as a service provider for employees instead of a strategic partner for growth',
      source: expect.stringMatching(/^https:\/\/360learning\.com\/blog\//),
      reply: expect.stringMatching(/^I've talked about this before .* off the shelf\.$/),
      lines: [18, 18],
    });
    for (const { quote } of found) expect(quote).not.toMatch(/hyp\.is|^>/);
  });

  it.each([
    [
      '> a\n> - b\n>   > c [^1]\n\nmine\n\n- too\n\n# H\n\n[^1]: https://x.y',
      'a\n- b\n  > c',
      'https://x.y',
      'mine\n\n- too',
    ],
    ['> said [[@key|K]]', 'said', '@key', null],
    ['> see [this](https://x.y) there', 'see [this](https://x.y) there', null, null],
    ['> end [src](https://x.y).', 'end', 'https://x.y', null],
    ['> a\nlazy', 'a\nlazy', null, null],
    ['- > in a list\n  > more\n\n  reply', 'in a list\nmore', null, 'reply'],
    ['---\nurl: https://page.org\n---\n> a', 'a', 'https://page.org', null],
    ['> [!quote] Who\n> what', 'what', null, null],
    ['> a\n\n^id\n\nmine', 'a', null, 'mine'],
    ['> a\n\n^id', 'a', null, null],
    ['- > a\n\n  ^id\n\n  r', 'a', null, 'r'],
    ['> a\n\nr ^id', 'a', null, 'r ^id'],
    ['> a\n3 > 2 holds', 'a\n3 > 2 holds', null, null],
    ['1. > a\n   > > b', 'a\n> b', null, null],
    ['[^1]: > a\n    > b', 'a\nb', null, null],
    ['> a [h.][H  x]\n\n[h x]: https://hyp.is/ID/x.y', 'a', 'https://hyp.is/ID/x.y', null],
    ['> a [h.]\n\n[h.]: <https://hyp.is/ID/x.y>', 'a', 'https://hyp.is/ID/x.y', null],
    ['> a [^1]\n\n[^1]: [[@key|Key]], p. 3, https://x.y', 'a', '@key', null],
    ['> a [^1]\n\n[^1]: see [@key, p. 3]', 'a', '@key', null],
    ['> a [^1]\n\n[^1]: https://x.y after [[Note]], [[@key]]', 'a', 'https://x.y', null],
  ])('%j', (text, quote, source, reply) => {
    expect(highlightsOf(text)[0]).toMatchObject({ quote, source, reply });
  });

  it('a callout is none; a citekey note is its own source', () => {
    expect(highlightsOf('> [!note] Mind\n> this')).toEqual([]);
    expect(highlightsOf('> a', '@chan2019')[0]?.source).toBe('@chan2019');
  });
});

describe('headings', () => {
  it.each([
    ['A\nB\n---', 'A B', 'A\nB'],
    ['A ^id\n===', 'A', 'A'],
  ])('underlined: %j', (text, reads, written) => {
    expect(of(text).headings).toMatchObject([{ text: reads, written }]);
  });

  it('are none in a quote, a callout, a list or a footnote: nothing leads to one there', () => {
    const text = '> # A\n\n> [!note]\n> # B\n\n- # C\n\n[^1]: # D\n\n> E\n> ===\n\n# F';
    expect(of(text).headings.map((heading) => heading.text)).toEqual(['F']);
  });
});

describe('fragments', () => {
  const headings = [
    { level: 1, key: 'a' },
    { level: 2, key: 'b' },
    { level: 1, key: 'c' },
    { level: 3, key: 'b' },
    { level: 2, key: 'c basics' },
  ].map(({ level, key }) => ({ level, key, writtenKey: key }));

  it.each([
    ['A', 0],
    ['b', 1],
    ['A#B', 1],
    ['C#B', 3],
    ['B#C', -1],
    ['A#C', -1],
    ['nowhere', -1],
    ['A!', 0],
    ['#A##B#', 1],
    ['C# basics', 4],
    ['#', -1],
  ])('%s is heading %i', (fragment, at) => {
    expect(findHeading(fragment, headings)).toBe(at);
  });

  it('blocks are found whatever their case', () => {
    expect(hasBlock('ID-1', ['id-1'])).toBe(true);
    expect(hasBlock('x', [])).toBe(false);
  });
});
