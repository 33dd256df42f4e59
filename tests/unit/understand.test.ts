import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { understandNote } from '../../src/core/markdown/understand.ts';
import { costOf } from '../support/cost-of.ts';

const seedName = '2021-02-09 - Our Roadmap for Becoming a Strategic CLO';
const seed = readFileSync(new URL('../fixtures/seed-note.md', import.meta.url), 'utf8');

describe('the seed note', () => {
  const facts = understandNote(seedName, seed);

  it('has its tags, title and headings', () => {
    expect(facts.title).toBe(seedName);
    expect(facts.tags).toEqual(['p/learning-ecosystem/inbox']);
    expect(facts.headings[0]).toMatchObject({
      level: 1,
      text: 'Notes for Our Roadmap for Becoming a Strategic',
      line: 7,
    });
    expect(facts.headings.map((heading) => heading.level)).toEqual([
      1, 2, 3, 3, 2, 4, 4, 4, 2, 3, 4, 4, 4, 4, 4, 2,
    ]);
  });

  it('links to its maps, its source and the ramble', () => {
    expect(
      facts.links
        .filter((link) => link.kind === 'wikilink')
        .map((link) => [link.target, link.alias, link.line]),
    ).toEqual([
      ['+ Building Not A Robot MoC', null, 5],
      ['+ Learning & Development MoC', null, 5],
      ['+ L&D Careers MOC', null, 5],
      ['@chanOurRoadmapBecoming', 'Our Roadmap for Becoming a Strategic', 7],
      ['2021-02-09 - The Evening Ramble', null, 9],
    ]);
  });
});

describe('understanding', () => {
  const of = (text: string, name = 'n') => understandNote(name, text);

  it.each([
    ['#tag and #nested/tag-x, #1984, a#b, `#code`, https://x.y/#z', ['tag', 'nested/tag-x']],
    ['---\ntags: [a, "b/c"]\n---\n#A #日本', ['a', 'b/c', '日本']],
    ['---\ntags: one, two three\ntag: "#four"\n---\n', ['one', 'two', 'three', 'four']],
    ['---\ntags:\n  - x\n  - 1984\n---\n', ['x']],
    ['```\n#no\n```\n\n%% #no %%', []],
  ])('tags of %j', (text, tags) => {
    expect(of(text).tags).toEqual(tags);
  });

  it('titles: a citekey note goes by its title, alias or heading', () => {
    expect(of('---\ntitle: "Slow Libraries"\n---\n', '@m2019').title).toBe('Slow Libraries');
    expect(of('---\naliases: [Slow]\n---\n# H', '@m2019').title).toBe('Slow');
    expect(of('# A *b* [[c|d]]', '@m2019').title).toBe('A b d');
    expect(of('# Other', 'Name').title).toBe('Name');
  });

  it('links of every kind', () => {
    const text =
      'a [[N#A#B|x]] ![[p.png|100]] [t](some%20note.md#H) [w](https://x.y) [[#Self]] [[n#^id]] [[n#^my_id]]\n\n`[[no]]`\n\n%%[[hidden]]%%\n\n| a |\n| - |\n| [[T\\|al]] |';
    expect(
      of(text).links.map(({ kind, target, heading, block, alias, line, place }) => [
        kind,
        target,
        heading,
        block,
        alias,
        line,
        place,
      ]),
    ).toEqual([
      ['wikilink', 'N', 'A#B', null, 'x', 1, 'body'],
      ['embed', 'p.png', null, null, '100', 1, 'body'],
      ['markdown', 'some note.md', 'H', null, 't', 1, 'body'],
      ['wikilink', '', 'Self', null, null, 1, 'body'],
      ['wikilink', 'n', null, 'id', null, 1, 'body'],
      ['wikilink', 'n', null, 'my_id', null, 1, 'body'],
      ['wikilink', 'hidden', null, null, null, 5, 'comment'],
      ['wikilink', 'T', null, null, 'al', 9, 'body'],
    ]);
  });

  it('links in properties count, and say where they are', () => {
    expect(of('---\nup: "[[Map]]"\n---\n').links).toMatchObject([
      { target: 'Map', place: 'frontmatter', line: 2, from: 9, to: 16 },
    ]);
  });

  it('each link’s range is its own text', () => {
    const text = seed;
    for (const link of of(text).links) {
      expect(text.slice(link.from, link.to)).toMatch(/^(!?\[\[.*\]\]|!?\[.*\]\(.*\))$/s);
    }
  });

  it('blocks: an id ends a paragraph or an item', () => {
    expect(of('a ^no\nb\n\n- c ^two-2\n\nx^no y ^no z').blocks).toEqual([{ id: 'two-2', line: 4 }]);
  });

  it('setext headings, and none in fences or unclosed frontmatter', () => {
    expect(of('A\n===\n\n```\n# no\n```\n').headings.map((heading) => heading.text)).toEqual(['A']);
    expect(of('---\ntags: [x]\n\n# H\n').tags).toEqual([]);
  });

  it('words: CJK by character, apostrophes within, frontmatter not counted', () => {
    expect(of('---\ntags: [a]\n---\nIt’s a well-kept day. 日本').words).toBe(6);
  });

  it('never throws, and stays linear on hostile text (row B24)', () => {
    for (const bomb of [
      '[',
      '[[',
      '>',
      '*a **',
      '`',
      '<!--',
      '$',
      '%%',
      '#',
      '![[',
      '==',
      '- ',
      '[^',
      '^a ',
    ]) {
      expect(
        costOf(() => of(bomb.repeat(100_000 / bomb.length))),
        bomb,
      ).toBeLessThan(5000);
    }
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '[[',
            ']]',
            '|',
            '#',
            '^',
            '---\n',
            '\n',
            '> ',
            '- ',
            '%%',
            '`',
            '==',
            'a',
            ' ',
            '![',
            '](',
            ')',
            '\t',
            '[^1]',
            'tags: [x]\n',
          ),
          { maxLength: 60 },
        ),
        (parts) => {
          of(parts.join(''));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('an alias bomb or a poisoned key in YAML does no harm (row B23)', () => {
    of(
      `---\na: &a [x,x]\n${'bcdefghij'
        .split('')
        .map((letter, index) => `${letter}: &${letter} [${`*${'abcdefghij'[index]},`.repeat(9)}x]`)
        .join('\n')}\n---\n`,
    );
    of('---\n__proto__:\n  polluted: true\nconstructor: x\n---\n');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
