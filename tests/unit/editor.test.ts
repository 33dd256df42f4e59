import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import { EditorState, Text } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseHalfPairs } from '../../src/backend/documents/edit.ts';
import { noteParser } from '../../src/core/markdown/grammar.ts';
import { headingAbove } from '../../src/renderer/editor/drawing.ts';
import { linkAt } from '../../src/renderer/editor/follow-links.ts';
import { inlineMarks } from '../../src/renderer/editor/inline-marks.ts';
import { isReply, lineClasses } from '../../src/renderer/editor/line-classes.ts';
import { linkInsertion } from '../../src/renderer/editor/link-completion.ts';
import { noteLanguage } from '../../src/renderer/editor/note-language.ts';
import { queryFences } from '../../src/renderer/editor/query-fences.ts';
import { sourceHost } from '../../src/renderer/editor/source-host.ts';
import { wholeCharacters } from '../../src/renderer/editor/whole-characters.ts';

function open(doc: string): EditorState {
  const state = EditorState.create({ doc, extensions: [noteLanguage()] });
  ensureSyntaxTree(state, doc.length, 5000);
  // A state keeps the tree that it began with, which on a busy machine ends early: the next one has the whole.
  return state.update({}).state;
}

it('the editor reads a note by the grammar of core, frontmatter included', () => {
  const text = '---\ntags: [a]\n---\n# H [[x|y]]\n\n> q ^id\n\n%%\nhidden\n%%\n\n| a |\n| - |\n| [[b]] |\n';
  expect(syntaxTree(open(text)).toString()).toBe(noteParser.parse(text).toString());
});

describe('links', () => {
  it.each([
    ['see [[No|te#H|x]] there', 'No'],
    ['see [[No|te#H|x]] there'.replace('|te', 'te'), 'Note#H'],
    ['[t](some%20note.md)', 'some note.md'],
    ['[t](<a b.md>)', 'a b.md'],
    ['<https://x.y/z>', 'https://x.y/z'],
    ['plain www.x.org text', 'https://www.x.org'],
    ['none here', null],
  ])('in %j leads to %j', (text, target) => {
    expect(linkAt(open(text), Math.max(0, text.search(/No|t\]|t\)|x\.y|x\.org|here/)))).toBe(target);
  });

  it('a suggestion swallows the brackets that are there', () => {
    const suggestion = { link: '@key', title: 'T', detail: '', alias: 'T' };
    expect(linkInsertion(suggestion, ']] after')).toEqual({ insert: '@key|T]]', swallow: 2 });
    expect(linkInsertion({ ...suggestion, alias: null }, 'after')).toEqual({ insert: '@key]]', swallow: 0 });
  });

  it.each([
    ['https://hyp.is/MYQ7gms-EeujW0chktmTpQ/360learning.com/blog/x/', '360learning.com'],
    ['https://www.Example.org/a?b', 'example.org'],
    ['javascript:alert(1)', null],
    ['https://localhost/x', null],
  ])('the source %j is said as %j', (address, host) => {
    expect(sourceHost(address)).toBe(host);
  });
});

it.each([
  ['```query\ntag:a\n```', ['tag:a'], [18]],
  ['x\n\n~~~ Query \n  a\n b  OR\tc \n~~~\ny', ['a b OR c'], [31]],
  ['```query\n```\n\n```query\nb\n```\n', ['', 'b'], [12, 28]],
  ['```query\nnot closed\n', [], []],
  ['```js\nquery\n```\n', [], []],
  ['```query extra\na\n```\n', [], []],
  ['> ```query\n> a\n> ```\n', ['a'], [20]],
  ['> [!note]\n> ```query\n> tag:a\n> ```\n', ['tag:a'], [34]],
  ['- a\n\n  ```query\n  b\n  ```\n', ['b'], [25]],
  ['---\na: b\n---\n```query\na\n```\n', ['a'], [27]],
])('the queries of %j', (text, queries, ends) => {
  const found = queryFences(open(text));
  expect(found.map(({ query }) => query)).toEqual(queries);
  expect(found.map(({ to }) => to)).toEqual(ends);
});

it('a reply is what stands under a quotation, up to a heading, a rule or other things', () => {
  const state = open('p\n\n> q\n\nreply\n\n- and\n\n# H\n\nno\n\n> q\n\n---\n\nno\n');
  const replies: string[] = [];
  for (let node = syntaxTree(state).topNode.firstChild; node !== null; node = node.nextSibling) {
    if (isReply(node)) replies.push(state.sliceDoc(node.from, node.to));
  }
  expect(replies).toEqual(['reply', '- and']);
});

it('a bracket that is no link keeps its brackets', () => {
  const state = open('> [!tip] The rule\n');
  const hidden = inlineMarks(state, 0, state.doc.length, { isActive: () => false, activeHeading: null })
    .filter((range) => range.value.spec.class === undefined && range.value.spec.widget === undefined)
    .map((range) => state.sliceDoc(range.from, range.to));
  expect(hidden).toEqual(['> ']);
});

it('the section of the cursor is the heading above it', () => {
  const state = open('p\n\n# A\n\nx\n\n## B\n\ny\n');
  expect(headingAbove(state, 0)).toBeNull();
  expect(headingAbove(state, 3)?.from).toBe(3);
  expect(headingAbove(state, 8)?.from).toBe(3);
  expect(headingAbove(state, 17)?.from).toBe(11);
});

it('drawing never throws on a stretch of any note, and leaves very long lines alone', () => {
  const piece = fc.constantFrom(
    '> q\n',
    '# h\n',
    '[[a|b]]',
    '![[p.png]]',
    '- [ ] t\n',
    '\n',
    '**b**',
    '`c`',
    '---\n',
    '[h.](https://hyp.is/x)',
    '| a |\n| - |\n',
    '12:30 ',
    '==m==',
    '%%c%%',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, active) => {
      const state = open(pieces.join(''));
      lineClasses(state, 0, state.doc.length);
      inlineMarks(state, 0, state.doc.length, { isActive: () => active, activeHeading: null });
    }),
    { numRuns: 300 },
  );
  const long = open(`${'[[a]] '.repeat(5000)}\n`);
  expect(inlineMarks(long, 0, long.doc.length, { isActive: () => false, activeHeading: null })).toEqual([]);
});

describe('half a character', () => {
  const begin = (doc: string) => EditorState.create({ doc, extensions: [wholeCharacters()] });
  /** The text after a change; `null` where the authority refuses it. */
  const handOver = (doc: string, change: { from: number; to?: number; insert?: string }) => {
    const { changes, newDoc } = begin(doc).update({ changes: change });
    try {
      refuseHalfPairs(Text.of(doc.split('\n')), changes);
      return newDoc.toString();
    } catch {
      return null;
    }
  };

  it('which an input method puts in the place of another is handed over as the whole one', () => {
    // From 😀 to 😁 only the second half is another.
    expect(handOver('a😀b', { from: 2, to: 3, insert: '\ude01' })).toBe('a😁b');
    // From 🄥 to 🔥 only the first.
    expect(handOver('x🄥', { from: 1, to: 2, insert: '\ud83d' })).toBe('x🔥');
  });

  it('is never handed over, whatever is put in or taken out, and every whole one stays', () => {
    const unit = fc.constantFrom('a', '\n', '\ud83d', '\ud83c', '\ude00', '\ude01', '\udf4d');
    const units = fc.array(unit, { maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(units, fc.nat(8), fc.nat(8), units, (text, a, b, insert) => {
        const doc = text.toWellFormed();
        const [from, to] = [Math.min(a, b, doc.length), Math.min(Math.max(a, b), doc.length)];
        const wanted = doc.slice(0, from) + insert + doc.slice(to);
        expect(handOver(doc, { from, to, insert })).toBe(wanted.toWellFormed());
      }),
      { numRuns: 3000 },
    );
  });
});
