import { describe, expect, it } from 'vitest';
import { growSelection } from '../../src/core/extract/grow-selection.ts';
import { partsByHeading } from '../../src/core/extract/parts-by-heading.ts';
import { planExtraction } from '../../src/core/extract/plan-extraction.ts';
import { planFoldBack } from '../../src/core/extract/plan-fold-back.ts';
import type { Place } from '../../src/core/extract/request.ts';
import {
  applyPlan,
  extractIn,
  lookUp,
  marked,
  plainForm,
  planIn,
  type Vault,
} from '../support/extraction.ts';

const NOW = new Date(2021, 1, 9, 22, 5);

function split(vault: Vault, level: number): Vault {
  const text = vault['Src.md'] ?? '';
  const plan = planExtraction({
    source: { path: 'Src.md', text },
    parts: partsByHeading(text, level).map(({ range, title }) => ({
      ranges: [range],
      title,
      destination: { kind: 'new', path: `${title}.md` },
    })),
    leave: 'link',
    form: plainForm,
    properties: [],
    ownFiles: new Set(),
    takeFiles: false,
    linking: Object.entries(vault).map(([path, noteText]) => ({ path, text: noteText })),
    candidates: lookUp(Object.keys(vault)),
    day: NOW,
    now: NOW,
  });
  if (!plan.ok) throw new Error(plan.reason);
  expect(plan.strays).toEqual([]);
  return applyPlan(vault, plan);
}

describe('a note split by its headings', () => {
  it.each([
    [
      '28: what begins with # in a fence is no heading',
      '## A\n\n```\n## no\n```\n\n## B\n\ny\n',
      2,
      ['A', 'B'],
    ],
    ['29: a line that starts with a space goes on', '# A\n x\n y\n\n# B\n', 1, ['A', 'B']],
    ['30: a section ends at a higher heading', '### A\n\nx\n\n# B\n\ny\n', 3, ['A']],
    ['31: setext headings are headings', 'A\n===\n\nx\n\nB\n===\n\ny\n', 1, ['A', 'B']],
  ])('%s', (_name, text, level, titles) => {
    expect(partsByHeading(text, level).map(({ title }) => title)).toEqual(titles);
  });

  it('the same link within the note is written for the part it stands in', () => {
    const after = split(
      { 'Src.md': '## One\n\nSee [[#Two]].\n\n## Two\n\nSee [[#Two]].\n\n## Three\n\nSee [[#Two]].\n' },
      2,
    );
    expect(['One.md', 'Two.md', 'Three.md'].map((path) => /See (.*)\./.exec(after[path] ?? '')?.[1])).toEqual(
      ['[[Two]]', '[[#Two]]', '[[Two]]'],
    );
  });

  it('links between the parts follow, a footnote that both use is in both', () => {
    expect(
      split(
        {
          'Src.md': '## A\n\n[[#B]] x[^1]\n\n## B\n\n[[#A]] y[^1]\n\n# C\n\n[^1]: n\n',
          'O.md': '[[Src#B]]\n',
        },
        2,
      ),
    ).toEqual({
      'Src.md': '-> [[A]]\n\n-> [[B]]\n\n# C\n',
      'A.md': '# A\n\nfrom [[Src]]\n\n[[B]] x[^1]\n\n[^1]: n\n',
      'B.md': '# B\n\nfrom [[Src]]\n\n[[A]] y[^1]\n\n[^1]: n\n',
      'O.md': '[[B]]\n',
    });
  });
});

function fold(vault: Vault, path: string, into: string, place: Place, lower = 0, section = false): Vault {
  const { text, selections } = marked(vault[path] ?? '');
  const whole = { ...vault, [path]: text };
  const plan = planFoldBack({
    note: { path, text },
    section: section ? (selections[0] ?? null) : null,
    target: { path: into, text: vault[into] ?? '' },
    place,
    lower,
    linking: Object.entries(whole).map(([name, noteText]) => ({ path: name, text: noteText })),
    candidates: lookUp(Object.keys(whole)),
    now: NOW,
  });
  if (!plan.ok) throw new Error(plan.reason);
  expect(plan.strays).toEqual([]);
  return applyPlan(whole, plan);
}

describe('an embed that is left behind', () => {
  it.each([
    ['⟦## H\n\nx⟧\n', '# T\n', '![[T#H]]\n'],
    // The first of a name is what the name alone means.
    ['⟦## H\n\nx⟧\n', '# A\n\n## H\n\n# B\n', '![[T#B#H]]\n'],
    ['⟦## H\n\nx⟧\n', '# A\n\n## H\n', '![[T]]\n'],
    ['⟦words alone⟧\n', '# T\n', '![[T]]\n'],
  ])('shows what was pulled out, and not all of the note it went to: %j', (source, target, left) => {
    const { vault, plan } = planIn(
      { 'Src.md': source, 'T.md': target },
      { to: 'T.md', leave: 'embed', title: 'T' },
    );
    if (!plan.ok) throw new Error(plan.reason);
    expect(applyPlan(vault, plan)['Src.md']).toBe(left);
  });
});

describe('fold back', () => {
  it.each([
    ['---\nauthor: Sofia\ntags: [a]\n---\n\nx\n', 'author: Sofia\ntags: [a]'],
    ['---\nauthor: Sofia\n---', 'author: Sofia'],
    ['---\n---\nx\n', ''],
    ['x\n', ''],
  ])('says which properties no other note gets: %j', (text, properties) => {
    const vault = { 'N.md': text, 'T.md': 't\n' };
    const plan = planFoldBack({
      note: { path: 'N.md', text },
      section: null,
      target: { path: 'T.md', text: 't\n' },
      place: { at: 'bottom' },
      lower: 0,
      linking: [],
      candidates: lookUp(Object.keys(vault)),
      now: NOW,
    });
    expect(plan).toMatchObject({ ok: true, trashes: [{ path: 'N.md', properties }] });
  });

  it('puts a note where its link stands, its headings deeper, and links lead to where its text is', () => {
    expect(
      fold(
        {
          'a/New.md':
            '---\ntags: [x]\n---\n# H\n\nfrom [[Src]]\n\n[i](img.md) x ^id\n\n## S\n\ny[^1]\n\n[^1]: mine\n',
          'a/img.md': '',
          'Src.md': 'a[^1]\n\n-> [[New]]\n\nb\n\n[^1]: own\n',
          'O.md': '[[New]] [[New|n]] ![[New#S]] [[a/New#^id]]\n',
        },
        'a/New.md',
        'Src.md',
        { at: 'instead', range: { from: 7, to: 17 } },
        1,
      ),
    ).toEqual({
      'a/img.md': '',
      'Src.md': 'a[^1]\n\n## H\n\n[i](a/img.md) x ^id\n\n### S\n\ny[^2]\n\n[^2]: mine\n\nb\n\n[^1]: own\n',
      'O.md': '[[Src#H]] [[Src#H|n]] ![[Src#S]] [[Src#^id]]\n',
    });
  });

  it.each([
    ['One\n===\n\nx\n', 1, 'One\n---\n\nx\n'],
    ['One\n===\n\nTwo\n---\n\n# Three\n', 1, 'One\n---\n\n### Two\n\n## Three\n'],
    ['One *and*\n===\n', 2, '### One *and*\n'],
    ['Two\nlines\n===\n\n## H\n', 1, 'Two\nlines\n---\n\n### H\n'],
    ['Two\nlines\n---\n\n# H\n', 1, 'Two\nlines\n---\n\n## H\n'],
    ['One #\n===\n', 2, 'One #\n===\n'],
  ])('headings that are underlined are deeper, too: %j', (text, lower, expected) => {
    expect(fold({ 'N.md': text, 'T.md': 't\n' }, 'N.md', 'T.md', { at: 'bottom' }, lower)).toEqual({
      'T.md': `t\n\n${expected}`,
    });
  });

  it('a note without a heading is the other note from then on', () => {
    expect(
      fold({ 'N.md': 'x\n', 'T.md': 't\n', 'O.md': '[[N]]\n' }, 'N.md', 'T.md', { at: 'bottom' }),
    ).toEqual({
      'T.md': 't\n\nx\n',
      'O.md': '[[T]]\n',
    });
  });

  it('a section of a note goes alone', () => {
    expect(
      fold(
        { 'N.md': 'x\n\n⟦## H\n\ny⟧\n', 'T.md': 't\n', 'O.md': '[[N#H]] [[N]]\n' },
        'N.md',
        'T.md',
        { at: 'top' },
        0,
        true,
      ),
    ).toEqual({ 'N.md': 'x\n\n', 'T.md': '## H\n\ny\n\nt\n', 'O.md': '[[T#H]] [[N]]\n' });
  });
});

describe('what is told or refused', () => {
  it('a link that nothing can say is a stray, and stays as it is', () => {
    const { vault, plan } = planIn(
      {
        'Src.md': '⟦## ###\n\n## H\n\nx⟧\n',
        'O.md': '---\nup: [[Src#H]]\n---\n[[Src#H]]\n',
      },
      { to: 'N: #w.md' },
    );
    if (!plan.ok) throw new Error(plan.reason);
    expect(plan.strays.map(({ path, line, text }) => [path, line, text])).toEqual([
      ['O.md', 2, '[[Src#H]]'],
      ['O.md', 4, '[[Src#H]]'],
    ]);
    expect(applyPlan(vault, plan)['O.md']).toBe(vault['O.md']);
  });

  it('text that an open fence would swallow is refused', () => {
    const { plan } = planIn({ 'Src.md': '⟦> x\n> y⟧\n', 'T.md': '```\nopen\n' }, { to: 'T.md' });
    expect(plan).toMatchObject({ ok: false });
  });

  it('a text is not moved into itself', () => {
    const text = '## A\n\nx\n\n### B\n\ny\n\n# C\n';
    const { plan } = planIn(
      { 'Src.md': `⟦${text.slice(0, 19)}⟧${text.slice(19)}` },
      { to: 'Src.md', place: { at: 'under', heading: text.indexOf('### B') - 10 } },
    );
    expect(plan).toMatchObject({ ok: false });
  });

  it('the cursor goes behind what was left, links before it counted', () => {
    const { vault, plan } = planIn(
      { 'Src.md': '[[#H]] a\n\n⟦## H\n\nx⟧\n\nb\n' },
      { to: 'A longer name.md' },
    );
    if (!plan.ok) throw new Error(plan.reason);
    expect(applyPlan(vault, plan)['Src.md']?.slice(0, plan.cursor)).toBe(
      '[[A longer name]] a\n\n-> [[A longer name]]',
    );
  });
});

describe('found by random vaults', () => {
  it('the second line of a paragraph is no code where it begins the new note', () => {
    const text = 'a\n    code b\nc\n';
    const from = text.indexOf('code');
    expect(growSelection(text, { from, to: text.length })).toEqual({ from, to: text.length - 1 });
    expect(extractIn({ 'Src.md': 'a\n    ⟦code b\nc⟧\n' })['New.md']).toBe(
      '# New\n\nfrom [[Src]]\n\ncode b\nc\n',
    );
  });

  it('a link in a comment within a table follows its block', () => {
    const row = (link: string) => `| a |\n| - |\n| %% [[${link}\\|x]] %% |\n`;
    expect(extractIn({ 'Src.md': '⟦x ^id⟧\n', 'O.md': row('Src#^id') })['O.md']).toBe(row('New#^id'));
  });

  it('text that would become code where it arrives is refused, however it was selected', () => {
    const text = 'a\n    code b\n';
    const plan = planExtraction({
      source: { path: 'Src.md', text },
      parts: [{ ranges: [{ from: 2, to: 12 }], destination: { kind: 'new', path: 'New.md' }, title: 'New' }],
      leave: 'link',
      form: plainForm,
      properties: [],
      ownFiles: new Set(),
      takeFiles: false,
      linking: [],
      candidates: lookUp(['Src.md']),
      day: NOW,
      now: NOW,
    });
    expect(plan).toMatchObject({ ok: false });
  });
});
