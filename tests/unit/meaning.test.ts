import { describe, expect, it } from 'vitest';
import { findHeading, type HeadingPlace, headingPlace } from '../../src/core/links/resolve-fragment.ts';
import { noteParser } from '../../src/core/markdown/grammar.ts';
import { readHighlight } from '../../src/core/markdown/highlights.ts';
import { quickNoteParser } from '../../src/core/markdown/quick-note-parser.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';

const of = (text: string, name = 'n') => understandNote(name, text);
const linksOf = (text: string) =>
  of(text).links.map(({ target, heading, block, place }) => [target, heading ?? block, place]);
const targets = (text: string) => of(text).links.map(({ target }) => target);
const highlightsOf = (text: string) =>
  of(text).highlights.map((highlight) => ({ ...readHighlight(text, highlight), source: highlight.source }));

describe('the destination of a Markdown link', () => {
  it.each([
    ['[t](C%23%20notes.md)', 'C# notes.md', null],
    ['[t](C%23%20notes.md#A%20b)', 'C# notes.md', 'A b'],
    ['[t](<C%23 notes.md#A>)', 'C# notes.md', 'A'],
    ['[t](f\\(x\\).md)', 'f(x).md', null],
    ['[t](A&amp;B.md)', 'A&B.md', null],
    ['[t](A&#38;B.md#C&amp;D)', 'A&B.md', 'C&D'],
    ['[t](caf&eacute;.md)', 'café.md', null],
    ['[t](A&nosuch;B.md)', 'A&nosuch;B.md', null],
    ['[t](100%.md)', '100%.md', null],
    ['[t](n.md#%5Eid)', 'n.md', 'id'],
  ])('%s', (text, target, fragment) => {
    expect(linksOf(text)).toEqual([[target, fragment, 'body']]);
  });

  it('of a label is where a link by that label leads', () => {
    const text = 'see [t][r] and [r]\n\n[r]: Old%20one.md#A "Old"\n[w]: https://x.y\n';
    expect(linksOf(text)).toEqual([['Old one.md', 'A', 'body']]);
    const [link] = of(text).links;
    expect(link).toMatchObject({ kind: 'markdown', line: 3 });
    expect(text.slice(link?.targetFrom, link?.targetTo)).toBe('Old%20one.md#A');
    expect(of(text).urls).toEqual([{ url: 'https://x.y', line: 4 }]);
  });
});

describe('links in properties', () => {
  it.each([
    ["up: '[[It''s]]'", ["It's"]],
    ['up: "[[Say \\"x\\"]]"', ['Say "x"']],
    ['up: "[[a\\\\b]]"', ['a\\b']],
    ['up: "[[caf\\u00e9]]"', ['café']],
    ['# up: "[[Y]]"\nup: "[[X]]" # [[Z]]', ['X']],
    ['up: "# [[no comment]]"', ['no comment']],
    ['up: [[Plain]]\nother: "[[A|x]], [[B]]"', ['Plain', 'A', 'B']],
    ['up:\n  - "[[A]]"\n  # - "[[B]]"\n  - [[C]]', ['A', 'C']],
    ['note: |\n  # [[In a text]]', ['In a text']],
    ['up: "[[a]b]]"', ['a]b']],
    ['up: "[[ ]]" [[', []],
  ])('%s', (yaml, expected) => {
    const text = `---\n${yaml}\n---\n[[body]]\n`;
    const { links } = of(text);
    expect(links.map(({ target }) => target)).toEqual([...expected, 'body']);
    for (const { from, to } of links) expect(text.slice(from, to)).toMatch(/^\[\[.*\]\]$/);
  });
});

describe('links in comments', () => {
  it.each([
    ['%%[t](Note.md)%%', ['Note.md']],
    ['%%[[a]b]]%%', ['a]b']],
    ['%%`[[code]]` [[A]]%%', ['A']],
    ['%%\n```\n[[code]]\n```\n\n![x](p.png) ![[B|9]]\n%%', ['p.png', 'B']],
    ['%%[[a|[[b|x]]%%', ['b']],
    ['%% [[open]]', ['open']],
  ])('%j', (text, expected) => {
    const { links } = of(text);
    expect(links.map(({ target }) => target)).toEqual(expected);
    for (const { place, from, to } of links) {
      expect(place).toBe('comment');
      expect(text.slice(from, to)).toMatch(/^!?\[.*[\])]$/);
    }
  });
});

describe('where comments and maths end', () => {
  it.each([
    ['%%\nfoo\n%% [[A]] #t', ['A'], ['t']],
    ['$$\nx\n$$ [[A]] #t', ['A'], ['t']],
    ['> %%\n> [[hidden]]\n\n[[A]] #t', ['hidden', 'A'], ['t']],
    ['- %%\n  x\n\n[[A]] #t', ['A'], ['t']],
    ['> $$\n> x\nlazy $$\n\n[[A]] #t', ['A'], ['t']],
    ['%%\na\n%%\n[[A]] #t', ['A'], ['t']],
    ['%%\na\n%% %%b%% [[A]] #t', ['A'], ['t']],
  ])('%j', (text, links, tags) => {
    expect(targets(text)).toEqual(links);
    expect(of(text).tags).toEqual(tags);
  });
});

describe('headings', () => {
  const places = (text: string): HeadingPlace[] => of(text).headings.map(headingPlace);
  it.each([
    ['# Notes for [[@chan|Our Roadmap]]', 'Notes for @chan Our Roadmap'],
    ['# Notes for [[@chan|Our Roadmap]]', 'Notes for Our Roadmap'],
    ['## _it_ is', '_it_ is'],
    ['## _it_ is ^id', 'it is'],
    ['### See [x](http://y.z/q)', 'See x http y z q'],
    ['See [x](http://y.z/q)\n---', 'See x'],
    ['# &amp; x ##', '& x'],
  ])('%s is called %s', (text, fragment) => {
    expect(findHeading(fragment, places(text))).toBe(0);
  });

  it('read without entities', () => {
    expect(of('# &amp; x &mdash; y').headings[0]?.text).toBe('& x — y');
  });
});

describe('aliases in one text', () => {
  it.each([
    ['aliases: Slow, Library', ['Slow', 'Library']],
    ['alias: A, B', ['A', 'B']],
    ['aliases: ["Slow, Library", B]', ['Slow, Library', 'B']],
    ['aliases:\n  - Slow, Library', ['Slow, Library']],
  ])('%s', (yaml, aliases) => expect(of(`---\n${yaml}\n---\n`).aliases).toEqual(aliases));
});

describe('tags', () => {
  it.each([
    ['#👍🏽', ['👍🏽']],
    ['#🇩🇪 #→todo #€uro #a·b #👨‍👩‍👧 #1️⃣', ['🇩🇪', '→todo', '€uro', 'a·b', '👨‍👩‍👧', '1️⃣']],
    ['#a, #b. #c! #d’s #e—f #想法，今天', ['a', 'b', 'c', 'd', 'e', '想法']],
    ['[a #b](Foo.md) ![a #b](x.png) [*a #b*](https://x.y) [a #b][r]\n\n[r]: Foo.md', []],
    ['[no link #b] #c', ['b', 'c']],
  ])('%s', (text, tags) => expect(of(text).tags).toEqual(tags));
});

describe('block ids', () => {
  it.each([
    ['a ^x\nb', []],
    ['a\nb ^x', ['x']],
    ['- a ^x\n- b ^y', ['x', 'y']],
    ['- a ^x\n  b', []],
    ['| a ^x |\n| - |\n| b ^y |\n\n^z', ['z']],
    ['> a ^x\n>\n> b ^y', ['y']],
    ['> a\n\n^x', ['x']],
    ['> - a ^x\n> - b', []],
    ['# a ^x', ['x']],
  ])('%j', (text, ids) => expect(of(text).blocks.map(({ id }) => id)).toEqual(ids));
});

describe('highlights', () => {
  it.each([
    [
      '> a\n\nreply\n\n- > b\n\nr2',
      [
        ['a', null, 'reply'],
        ['b', null, 'r2'],
      ],
    ],
    [
      '- > a\n- mine\n- > b\n\n# H\n\nafter',
      [
        ['a', null, '- mine'],
        ['b', null, null],
      ],
    ],
    ['> a [^1]\n\nreply\n\n[^1]: https://x.y', [['a', 'https://x.y', 'reply']]],
    ['> a\n\nreply [t][r]\n\n[r]: n.md', [['a', null, 'reply [t][r]']]],
    ['> a [[Reading notes/@chan2021]]', [['a', '@chan2021', null]]],
    ['> a [@chan2021]', [['a', '@chan2021', null]]],
    ['> a [@chan2021, p. 3]', [['a', '@chan2021', null]]],
    ['> a <https://x.y/z>', [['a', 'https://x.y/z', null]]],
    ['> a ([Location](https://x.y))', [['a', 'https://x.y', null]]],
    [
      '> a [h.](https://hyp.is/BQtb71KJx941vfDBrAOB_H/x.y) ^block',
      [['a', 'https://hyp.is/BQtb71KJx941vfDBrAOB_H/x.y', null]],
    ],
    ['> a\n> b ^block', [['a\nb', null, null]]],
  ] as [string, [string, string | null, string | null][]][])('%j', (text, expected) => {
    expect(highlightsOf(text).map(({ quote, source, reply }) => [quote, source, reply])).toEqual(expected);
  });
});

it('the size of an embed and the id of an annotation are nodes of their own', () => {
  const text = '![[a.png|100x80]] ![[b|words]] [h.](https://hyp.is/BQtb71KJx941vfDBrAOB_H/x.y)';
  const found: string[] = [];
  noteParser.parse(text).iterate({
    enter({ name, from, to }) {
      if (name === 'EmbedSize' || name === 'AnnotationId') found.push(text.slice(from, to));
    },
  });
  expect(found).toEqual(['100x80', 'BQtb71KJx941vfDBrAOB_H']);
});

it.each([
  ['images', '![', '](x)', 'Image'],
  ['emphasis', '*a ', ' a*', 'Emphasis'],
  ['strong emphasis', '**', '**', 'StrongEmphasis'],
  ['strong emphasis with words', '__a ', ' a__', 'StrongEmphasis'],
  ['marked text', '==a ', ' a==', 'Marked'],
  ['text that is struck through', '~~a ', ' a~~', 'Strikethrough'],
])(
  '%s within each other are read a hundred deep; what is around them is text',
  (_what, open, close, node) => {
    for (const deep of [99, 100, 101, 20_000]) {
      const text = `${open.repeat(deep)}a${close.repeat(deep)} ${open}b${close}`;
      for (const parser of [noteParser, quickNoteParser]) {
        let found = 0;
        parser.parse(text).iterate({
          enter({ name }) {
            if (name === node) found += 1;
          },
        });
        expect(found).toBe(Math.min(deep, 100) + 1);
      }
    }
  },
);

it('what is within emphasis and images in turns is no deeper', () => {
  const deep = 20_000;
  const text = `${'**![_a '.repeat(deep)}a${' a_](x)**'.repeat(deep)}`;
  for (const parser of [noteParser, quickNoteParser]) {
    let [deepest, at] = [0, 0];
    parser.parse(text).iterate({
      enter() {
        at += 1;
        deepest = Math.max(deepest, at);
      },
      leave() {
        at -= 1;
      },
    });
    expect(deepest).toBeGreaterThan(50);
    expect(deepest).toBeLessThan(110);
  }
});

it.each([
  ['![alt|100](x.png)', ['100']],
  ['![alt *of* | 100x80 ](<x y.png> "title")', [' 100x80 ']],
  ['![|100][ref]\n\n[ref]: x.png', ['100']],
  ['| a |\n| - |\n| ![alt\\|100](x.png) |', ['100']],
  ['[![alt|100](x.png)](https://x.y)', ['100']],
  // A link has none, nor has text in brackets, or what ends otherwise.
  ['[alt|100](x.png)', []],
  ['![alt|100]', []],
  ['![100](x.png) ![alt|100 words](x.png) ![alt|x](x.png) ![`a|100`](x.png)', []],
])('the size of an image in Markdown stands behind its words: %j', (text, expected) => {
  const sizes = (parser: typeof noteParser) => {
    const found: string[] = [];
    parser.parse(text).iterate({
      enter: ({ name, from, to }) => void (name === 'EmbedSize' && found.push(text.slice(from, to))),
    });
    return found;
  };
  expect([sizes(noteParser), sizes(quickNoteParser)]).toEqual([expected, expected]);
});
