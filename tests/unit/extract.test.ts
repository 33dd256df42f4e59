import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../src/core/extract/excerpt.ts';
import { growSelection } from '../../src/core/extract/grow-selection.ts';
import { planExtraction } from '../../src/core/extract/plan-extraction.ts';
import { proposeTitle } from '../../src/core/extract/propose-title.ts';
import { type Range, sectionAround, sectionCalled, sectionsOf } from '../../src/core/extract/section.ts';
import { noteParser } from '../../src/core/markdown/grammar.ts';
import { applyChanges } from '../../src/core/text/text-change.ts';

const RAMBLE = '2021-02-09 - The Evening Ramble';
interface Options {
  title: string;
  name: string;
  tags: string[];
  parents: string[];
  leave: 'link' | 'embed' | 'nothing';
}

function planned(text: string, range: Range, over: Partial<Options> = {}) {
  const { title, name, tags, parents, leave }: Options = {
    title: 'New',
    name: 'New',
    tags: [],
    parents: [],
    leave: 'link',
    ...over,
  };
  const plan = planExtraction({
    source: { path: `${RAMBLE}.md`, text },
    parts: [{ ranges: [range], destination: { kind: 'new', path: `${name}.md` }, title }],
    leave,
    form: { tags, parents, parentLine: null, template: null, liftHeadings: false },
    properties: [],
    ownFiles: new Set(),
    takeFiles: false,
    linking: [],
    candidates: () => [],
    day: new Date(2021, 1, 9),
    now: new Date(2021, 1, 9, 22, 5),
  });
  if (!plan.ok) throw new Error(plan.reason);
  const changes = plan.changes.find(({ path }) => path === `${RAMBLE}.md`)?.changes ?? [];
  return { source: applyChanges(text, changes), newText: plan.makes[0]?.text ?? '', cursor: plan.cursor };
}

/** A text with its selection between ⟦ and ⟧, or the cursor at ⟦⟧. */
function marked(text: string) {
  const from = text.indexOf('⟦');
  const to = text.indexOf('⟧') - 1;
  return { text: text.replace(/[⟦⟧]/g, ''), selection: { from, to } };
}

function extract(before: string, over: Partial<Options> = {}) {
  const { text, selection } = marked(before);
  const range =
    selection.from === selection.to
      ? sectionAround(text, selection.from, RAMBLE)
      : growSelection(text, selection);
  if (range === null) return null;
  const plan = planned(text, range, over);
  return { source: plan.source, target: plan.newText, plan };
}

const from = `from [[${RAMBLE}]]\n`;

describe('a section', () => {
  it('moves whole, its heading becomes the title, the link stays in its place', () => {
    const result = extract(
      '# The Evening Ramble\n\nhello\n\n## A [[B]]\n\n> q\n\nre⟦⟧ply\n\n### Deeper\n\nx\n\n## Next\n\nrest\n',
    );
    expect(result?.source).toBe('# The Evening Ramble\n\nhello\n\n-> [[New]]\n\n## Next\n\nrest\n');
    expect(result?.target).toBe(`# A [[B]]\n\n${from}\n> q\n\nreply\n\n### Deeper\n\nx\n`);
  });

  it('has tags in flow style and a line of parent maps', () => {
    const result = extract('## H\n\nte⟦⟧xt\n', {
      tags: ['p/learning-ecosystem/inbox', 'b'],
      parents: ['+ A MoC', '+ B MOC'],
    });
    expect(result?.target).toBe(
      `---\ntags: ["p/learning-ecosystem/inbox", "b"]\n---\n\n+ [[+ A MoC]] | [[+ B MOC]]\n\n# H\n\n${from}\ntext\n`,
    );
    expect(result?.source).toBe('-> [[New]]\n');
  });

  it.each([
    ['28: a heading in a fence is none', '## A\n\n```\n# no\n```\n\nx⟦⟧\n\n# B\n', '-> [[New]]\n\n# B\n'],
    ['30: an H3 ends at an H1', '### A\n\nx⟦⟧\n\n# B\n\ny\n', '-> [[New]]\n\n# B\n\ny\n'],
    ['31: setext headings are headings', 'A\n---\n\nx⟦⟧\n\nB\n===\n\ny\n', '-> [[New]]\n\nB\n===\n\ny\n'],
    ['29: a line that starts with a space goes on', '# A\n x⟦⟧\n y\n\n# B\n', '-> [[New]]\n\n# B\n'],
    [
      'under the ramble’s own title: the words up to the first section',
      '# The Evening Ramble\n\nx⟦⟧y\n\n## B\n\nz\n',
      '# The Evening Ramble\n\n-> [[New]]\n\n## B\n\nz\n',
    ],
    ['frontmatter stays', '---\ntags: [a]\n---\n## A\n\nx⟦⟧\n', '---\ntags: [a]\n---\n-> [[New]]\n'],
    ['without a last newline', '## A\n\nx⟦⟧', '-> [[New]]'],
  ])('%s', (_name, before, source) => {
    expect(extract(before)?.source).toBe(source);
  });

  it('is found by its heading, with or without markup', () => {
    const text = '# T\n\n## Our Roadmap: [[Chief Learning Officer]]\n\nx\n';
    expect(sectionCalled(text, 'Our Roadmap Chief Learning Officer')?.from).toBe(5);
    expect(sectionCalled(text, '## our roadmap: [[Chief Learning Officer]]')?.from).toBe(5);
    expect(sectionCalled(text, 'Other')).toBeNull();
  });

  it('is nothing where there is nothing', () => {
    expect(extract('⟦⟧')).toBeNull();
    expect(extract('---\na: b\n---\n⟦⟧\n')).toBeNull();
    expect(extract('# The Evening Ramble\n\n⟦⟧\n')).toBeNull();
  });
});

describe('a selection', () => {
  it.each([
    ['21: whole lines leave a line', 'a\n\n⟦b c\n⟧\nd\n', 'a\n\n-> [[New]]\n\nd\n', 'b c\n'],
    ['23: within a sentence the link goes inline', 'a ⟦b⟧ c\n', 'a [[New]] c\n', 'b\n'],
    [
      '23: from the first word of an item, the mark goes along',
      '- a\n- ⟦b⟧\n- c\n',
      '- a\n- -> [[New]]\n- c\n',
      '- b\n',
    ],
    [
      '22: a nested item is dedented, its children keep their depth',
      '- a\n⟦  - b\n    - c⟧\n- d\n',
      '- a\n  - -> [[New]]\n- d\n',
      '- b\n  - c\n',
    ],
    [
      '24: numbers stay as typed',
      '1. a\n⟦2. b\n3. c⟧\n4. d\n',
      '1. a\n2. -> [[New]]\n4. d\n',
      '2. b\n3. c\n',
    ],
    ['25: inside a quotation', '> a\n⟦> b⟧\n> c\n', '> a\n> -> [[New]]\n> c\n', '> b\n'],
    [
      'a whole quotation leaves a plain link',
      'x\n\n⟦> a\n> b⟧\n\nreply\n',
      'x\n\n-> [[New]]\n\nreply\n',
      '> a\n> b\n',
    ],
    [
      '26: part of a table grows to the table',
      'x\n\n| a | b |\n| - | - |\n| ⟦c⟧ | d |\n\ny\n',
      'x\n\n-> [[New]]\n\ny\n',
      '| a | b |\n| - | - |\n| c | d |\n',
    ],
    [
      '27: part of a fence grows to the fence',
      'x\n\n```\na\n⟦b⟧\n```\n\ny\n',
      'x\n\n-> [[New]]\n\ny\n',
      '```\na\nb\n```\n',
    ],
    [
      'part of a link grows to the link',
      'see ⟦the [[No⟧te|x]] now\n',
      'see [[New]] now\n',
      'the [[Note|x]]\n',
    ],
    ['37: frontmatter stays', '---\n⟦a: b\n---\ntext⟧\n', '---\na: b\n---\n-> [[New]]\n', 'text\n'],
    [
      '39: braces and dollars stay literal',
      '⟦{{title}} $1 $& <% x %>⟧\n',
      '-> [[New]]\n',
      '{{title}} $1 $& <% x %>\n',
    ],
  ])('%s', (_name, before, source, rest) => {
    const result = extract(before);
    expect(result?.source).toBe(source);
    expect(result?.target).toBe(`# New\n\n${from}\n${rest}`);
  });

  it('leaves an embed or nothing by choice', () => {
    expect(extract('a\n\n⟦b⟧\n\nc\n', { leave: 'embed' })?.source).toBe('a\n\n![[New]]\n\nc\n');
    expect(extract('a\n\n⟦b⟧\n\nc\n', { leave: 'nothing' })?.source).toBe('a\n\n\nc\n');
    expect(extract('a ⟦b⟧ c\n', { leave: 'nothing' })?.source).toBe('a  c\n');
  });

  it('34: a title that is no name stays as alias, heading and link text', () => {
    const result = extract('x ⟦y⟧\n', { title: 'What? A|B', name: 'What A B' });
    expect(result?.target).toBe(`---\naliases: ["What? A|B"]\n---\n\n# What? A|B\n\n${from}\ny\n`);
    expect(result?.source).toBe('x [[What A B|What? A B]]\n');
  });

  it('puts the cursor after what was left', () => {
    const result = extract('a\n\n⟦b⟧\n\nc\n');
    expect(result?.source.slice(0, result.plan.cursor)).toBe('a\n\n-> [[New]]');
  });
});

it.each([
  ['## A *b* [[c|d]] `e`', 'A b d e'],
  ['> "Quoted words. And more."', '"Quoted words. And more."'],
  ['- [ ] do it: now,', 'do it: now'],
  ['word '.repeat(40), 'word word word word word word word word word word word word word word word word'],
  ['***\n\n', ''],
])('a title for %j is %j', (text, title) => {
  expect(proposeTitle(text, { from: 0, to: text.length })).toBe(title);
});

const piece = fc.constantFrom(
  'plain words',
  '> a quote [h.](https://hyp.is/x)',
  '- item',
  '  - nested',
  '1. one',
  '## Heading',
  '### Deep [[x|y]]',
  '```js\n# code\n```',
  '| a | b |\n| - | - |\n| 1 | 2 |',
  '[[link|alias]] and #tag',
  '%% note\nhidden %%',
  '',
  '$1 {{title}} $&',
  'text ^block',
  '![[img.png]]',
  '🌙 日本 é',
  '    indented code',
  '---',
);
const notes = fc.array(piece, { minLength: 1, maxLength: 14 }).map((pieces) => `${pieces.join('\n')}\n`);

describe('conservation', () => {
  it('what is selected is in the new note once, in order; what is not stays where it was', () => {
    fc.assert(
      fc.property(notes, fc.nat(), fc.nat(), (text, a, b) => {
        const selection = { from: Math.min(a, b) % text.length, to: Math.max(a, b) % (text.length + 1) };
        const range = growSelection(text, selection);
        fc.pre(range !== null);
        const plan = planned(text, range);
        const bare = (part: string) => part.replace(/\s+/g, '');
        const body = plan.newText.slice(plan.newText.indexOf(from) + from.length);
        const heading = plan.newText.slice(2, plan.newText.indexOf('\n'));
        const moved = bare(text.slice(range.from, range.to));
        if (heading === 'New') expect(bare(body)).toBe(moved);
        else {
          const raw = text.slice(range.from, range.to);
          const headingTo = noteParser.parse(raw).topNode.firstChild?.to ?? 0;
          expect(bare(raw.slice(0, headingTo).replace(/^#{1,6}\s|\n\s*[=-]+\s*$|\s#+\s*$/g, ''))).toBe(
            bare(heading),
          );
          expect(bare(body)).toBe(bare(raw.slice(headingTo)));
        }
        const { source } = plan;
        expect(source.startsWith(text.slice(0, range.from))).toBe(true);
        expect(source.endsWith(text.slice(range.to))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('sections nest and never overlap otherwise', () => {
    fc.assert(
      fc.property(notes, (text) => {
        const sections = sectionsOf(text);
        for (const [index, section] of sections.entries()) {
          const next = sections[index + 1];
          if (next === undefined || next.from >= section.to) continue;
          expect(next.level).toBeGreaterThan(section.level);
          expect(next.to).toBeLessThanOrEqual(section.to);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the first words of a note', () => {
  it('are none of its properties, nor the heading at its front', () => {
    expect(excerptOf('---\ntitle: A\ntags: [b]\n---\n# Heading\n\nThe *first* words.\n', 80)).toBe(
      'The first words.',
    );
    expect(excerptOf('---\ntitle: A\n---\n', 80)).toBe('---\ntitle: A\n---');
  });
});
