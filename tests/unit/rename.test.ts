import { describe, expect, it } from 'vitest';
import { candidatesAfter, fileKey } from '../../src/core/links/moved-paths.ts';
import type { Candidates } from '../../src/core/links/resolve.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';
import { noteName } from '../../src/core/paths/note-path.ts';
import { followBlock, renameBlockIn } from '../../src/core/rename/follow-block.ts';
import { followHeading, headingTextAt } from '../../src/core/rename/follow-heading.ts';
import { followMoves } from '../../src/core/rename/follow-moves.ts';
import { keepLinks } from '../../src/core/rename/keep-links.ts';
import { renameInFences, renameInQuery } from '../../src/core/rename/rename-in-queries.ts';
import { renameTagIn } from '../../src/core/rename/rename-tag.ts';
import { shownChanges } from '../../src/core/rename/shown-changes.ts';
import { applyChanges } from '../../src/core/text/text-change.ts';

function lookUp(paths: readonly string[]): Candidates {
  const byKey = Map.groupBy([...paths].sort(), fileKey);
  return (key) => byKey.get(key) ?? [];
}

/** The text of a note after files have moved. */
const moved = (...how: Parameters<typeof movedWith>): string => movedWith(...how).text;

/** That, and the links that stay as they are. */
function movedWith(path: string, text: string, vault: string[], moves: Record<string, string>) {
  const before = lookUp([path, ...vault]);
  const map = new Map(Object.entries(moves));
  const facts = understandNote(noteName(path), text);
  const followed = followMoves({ path, text, facts }, map, before, candidatesAfter(before, map));
  const { changes, strays } = keepLinks(path, text, followed);
  return { text: applyChanges(text, changes), strays: strays.map((stray) => stray.text) };
}

describe('a link to a note that gets another name', () => {
  it.each([
    ['a name', '[[Old]]', '[[New]]'],
    ['with heading, alias and spaces', '[[ Old #A#B | Old ]]', '[[ New #A#B | Old ]]'],
    ['with a block', '![[Old#^id]]', '![[New#^id]]'],
    ['an embed with a size', '![[Old|100x80]]', '![[New|100x80]]'],
    ['in another letter case', '[[OLD]]', '[[New]]'],
    ['with .md', '[[Old.md]]', '[[New.md]]'],
    ['with its folder', '[[f/Old]]', '[[f/New]]'],
    ['from the root', '[[/f/Old]]', '[[/f/New]]'],
    ['relative', '[[../f/Old]]', '[[../f/New]]'],
    ['in a table', '| a |\n| - |\n| [[Old\\|x]] |', '| a |\n| - |\n| [[New\\|x]] |'],
    ['in a comment', '%%\n[[Old]]\n%%', '%%\n[[New]]\n%%'],
    ['in a property', '---\nup: "[[Old]]"\n---\n', '---\nup: "[[New]]"\n---\n'],
    ['Markdown', '[Old](Old.md#A%20b "Old")', '[Old](New.md#A%20b "Old")'],
    ['Markdown, relative', '[x](../f/Old.md)', '[x](../f/New.md)'],
    ['by a label', '[t][r]\n\n[r]: ../f/Old.md#A "x"', '[t][r]\n\n[r]: ../f/New.md#A "x"'],
    ['Markdown in a comment', '%%[x](../f/Old.md)%%', '%%[x](../f/New.md)%%'],
    ['none in a comment of the properties', '---\n# "[[Old]]"\n---\n', '---\n# "[[Old]]"\n---\n'],
    ['a picture of a note', '![x](Old)', '![x](New)'],
    ['none in code', '`[[Old]]`\n\n```\n[[Old]]\n```', '`[[Old]]`\n\n```\n[[Old]]\n```'],
    ['none in prose', 'Old [[Older]] [x](https://x.org/Old.md)', 'Old [[Older]] [x](https://x.org/Old.md)'],
  ])('%s', (_what, text, after) => {
    expect(moved('x/n.md', text, ['f/Old.md', 'Older.md'], { 'f/Old.md': 'f/New.md' })).toBe(after);
  });

  it('is escaped as its place asks', () => {
    const to = { 'Old.md': "It's (50%).md" };
    expect(moved('n.md', '[x](Old.md)', ['Old.md'], to)).toBe("[x](It's%20%2850%25%29.md)");
    expect(moved('n.md', '[x](<Old.md>)', ['Old.md'], to)).toBe("[x](<It's (50%25).md>)");
    const head = (link: string) => `---\nup: ${link}\n---\n`;
    expect(moved('n.md', head("'[[Old]]'"), ['Old.md'], to)).toBe(head("'[[It''s (50%)]]'"));
  });

  it('is known by what its escapes mean', () => {
    const head = (link: string) => `---\nup: ${link}\n---\n`;
    const to = (from: string) => ({ [from]: 'New.md' });
    expect(moved('n.md', head("'[[It''s]]'"), ["It's.md"], to("It's.md"))).toBe(head("'[[New]]'"));
    expect(moved('n.md', head('"[[A\\u0021|x]]"'), ['A!.md'], to('A!.md'))).toBe(head('"[[New|x]]"'));
    expect(moved('n.md', '[t](C%23%20notes.md#A)', ['C# notes.md', 'c.md'], to('C# notes.md'))).toBe(
      '[t](New.md#A)',
    );
    expect(moved('n.md', '[t](A&amp;B%5C.md) [t](f\\(x\\).md)', ['f(x).md'], to('f(x).md'))).toBe(
      '[t](A&amp;B%5C.md) [t](New.md)',
    );
    const odd = { 'Old.md': 'C# &amp; (x).md' };
    expect(moved('n.md', '[t](Old.md#A)', ['Old.md'], odd)).toBe('[t](C%23%20%26amp;%20%28x%29.md#A)');
    expect(moved('n.md', '[t](<Old.md#A>)', ['Old.md'], odd)).toBe('[t](<C%23 %26amp; (x).md#A>)');
  });

  it('stays where properties could not be read any more', () => {
    const text = '---\nup: [[Old]]\n---\n';
    expect(moved('n.md', text, ['Old.md'], { 'Old.md': '@new.md' })).toBe(text);
  });

  it('in properties stays only where it would be another value itself', () => {
    const head = (...lines: string[]) => `---\n${lines.join('\n')}\n---\n`;
    const found = (name: string, ...lines: string[]) =>
      movedWith('n.md', head(...lines), ['Old.md'], { 'Old.md': `${name}.md` });
    expect(found('@smith2020', 'up: "[[Old]]"', 'rel: [[Old]]')).toEqual({
      text: head('up: "[[@smith2020]]"', 'rel: [[Old]]'),
      strays: ['[[Old]]'],
    });
    for (const name of ['Smith, John', '!bang', '&amp', '{x}', '*star'])
      expect(found(name, 'up: [[Old]]', 'n: 1')).toEqual({
        text: head('up: [[Old]]', 'n: 1'),
        strays: ['[[Old]]'],
      });
    expect(found('Next', 'up: [[Old]]').text).toBe(head('up: [[Next]]'));
  });

  it.each([
    ['$5, see [[Old]] now.', '$5, see [[Old]] now.', 'US$', ['[[Old]]']],
    ['a `tick, [[Old]] and [[Other]]', 'a `tick, [[Old]] and [[Other]]', 'Bud`get', ['[[Old]]']],
    ['see [[Old]] now.', 'see [[US$]] now.', 'US$', []],
    ['[[Old]] and [[Old]]', '[[US$]] and [[US$]]', 'US$', []],
    ['$5 [x](Old.md) [y](<Old.md>)', '$5 [x](US%24.md) [y](<US%24.md>)', 'US$', []],
    ['` [x](Old.md) [y](<Old.md>)', '` [x](a%60b.md) [y](<a%60b.md>)', 'a`b', []],
    ['| [m](Old.md) | z |\n| - | - |', '| [m](a%7Cb.md) | z |\n| - | - |', 'a|b', []],
  ])('is not written where the text around it would make none of it: %s', (text, after, name, strays) => {
    expect(movedWith('n.md', text, ['Old.md', 'Other.md'], { 'Old.md': `${name}.md` })).toEqual({
      text: after,
      strays,
    });
  });

  it('gets the whole path where another note has the new name', () => {
    expect(moved('n.md', '[[Old]]', ['a/Old.md', 'b/New.md'], { 'a/Old.md': 'a/New.md' })).toBe('[[a/New]]');
  });

  it('follows a name that only changes its letter case, where it was written as the name', () => {
    expect(moved('n.md', '[[old]] [[OLD|x]]', ['old.md'], { 'old.md': 'Old.md' })).toBe('[[Old]] [[OLD|x]]');
  });
});

describe('a link that did not mean what moves', () => {
  it('keeps its meaning where the moved note would take it', () => {
    const vault = ['a/Note.md', 'bbb/Note.md'];
    expect(moved('n.md', '[[Note]]', vault, { 'bbb/Note.md': 'Note.md' })).toBe('[[a/Note]]');
    expect(moved('n.md', '[[Note]]', ['a/Note.md', 'Other.md'], { 'Other.md': 'Note.md' })).toBe(
      '[[a/Note]]',
    );
  });
  it('of the note that moves itself is kept', () => {
    const vault = ['a/Note.md', 'b/Note.md', 'a/pic.png'];
    const text = '[[Note]] [x](./pic.png) ![[pic.png]]';
    expect(moved('a/n.md', text, vault, { 'a/n.md': 'b/n.md' })).toBe(
      '[[a/Note]] [x](../a/pic.png) ![[pic.png]]',
    );
  });
  it('stays as it is where nothing changes for it', () => {
    const text = '[[gone]] [[#A]] [[b/Note]]';
    expect(moved('a/n.md', text, ['a/Note.md', 'b/Note.md'], { 'a/Note.md': 'a/Other.md' })).toBe(text);
  });
});

/** A note after the heading on a line (from 0) has another text, links in it included. */
function reheaded(text: string, line: number, to: string, linking = text): string {
  const from = text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0);
  const range = headingTextAt(text, from);
  if (range === null) throw new Error('no heading');
  const facts = understandNote('n', text);
  const after = applyChanges(text, [{ ...range, insert: to }]);
  const index = facts.headings.findIndex((heading) => heading.line === line + 1);
  const rename = { path: 'n.md', before: facts.headings, after: understandNote('n', after).headings, index };
  const isItself = linking === text;
  const path = isItself ? 'n.md' : 'other.md';
  const found = followHeading(
    { path, text: linking, facts: understandNote('x', linking) },
    rename,
    lookUp(['n.md', 'other.md']),
  );
  expect(found.strays).toEqual([]);
  const own = isItself ? [...found.changes, { ...range, insert: to }] : found.changes;
  return applyChanges(
    linking,
    own.sort((a, b) => a.from - b.from),
  );
}

describe('a heading that gets another text', () => {
  it.each([
    ['## Old ##\n\n[[#Old]] [[#old|x]]', 0, 'New: it', '## New: it ##\n\n[[#New it]] [[#New it|x]]'],
    ['Old\n===\n[[#Old]]', 0, 'New', 'New\n===\n[[#New]]'],
    ['# Old\n[[#Old]]', 0, 'On _Walden_', '# On _Walden_\n[[#On _Walden_]]'],
    ['# On _Walden_\n[[#On Walden]] [[#On _Walden_]]', 0, 'New', '# New\n[[#New]] [[#New]]'],
    ['# Old ^id\n[[#^id]]', 0, 'New', '# New ^id\n[[#^id]]'],
    ['# A\n## Old\n[[#A#Old]] [x](#A#Old)', 1, 'B c', '# A\n## B c\n[[#A#B c]] [x](#A#B%20c)'],
    // The later one had to be named by the heading it stands under; the earlier takes its name.
    ['# A\n## X\n# B\n## Y\n[[#Y]] [[#X]]', 1, 'Y', '# A\n## Y\n# B\n## Y\n[[#B#Y]] [[#Y]]'],
    ['# **Old** and\n[[#Old and]]', 0, 'New', '# New\n[[#New]]'],
  ])('%j', (text, line, to, after) => expect(reheaded(text, line, to)).toBe(after));

  it('is followed from other notes', () => {
    const linking = '[[n#Old]] [[other#Old]] [a](n.md#Old%20) ![[n#OLD|x]]';
    expect(reheaded('# Old\n', 0, 'New one', linking)).toBe(
      '[[n#New one]] [[other#Old]] [a](n.md#New%20one) ![[n#New one|x]]',
    );
  });
});

describe('a block that gets another id', () => {
  it('is followed, whatever the letter case', () => {
    const text = 'words ^Old-1\n\n[[#^old-1]] [[n#^Old-1|x]] [y](n.md#%5Eold-1) [[n#Old-1]]';
    const change = renameBlockIn(text, 'old-1', 'new');
    if (change === null) throw new Error('no block');
    const facts = understandNote('n', text);
    const links = followBlock(
      { path: 'n.md', text, facts },
      { path: 'n.md', id: 'old-1', to: 'new' },
      lookUp(['n.md']),
    );
    expect(applyChanges(text, [change, ...links])).toBe(
      'words ^new\n\n[[#^new]] [[n#^new|x]] [y](n.md#%5Enew) [[n#Old-1]]',
    );
  });

  it('is followed however its sign is written', () => {
    const links = String.raw`[x](n.md#\^old) [y](n.md#&#94;old) [z](<n.md#\^old>)`;
    const property = String.raw`up: "[[n#\u005eold]]"`;
    const text = `---\n${property}\n---\n${links}`;
    const facts = understandNote('o', text);
    const changes = followBlock(
      { path: 'o.md', text, facts },
      { path: 'n.md', id: 'old', to: 'new' },
      lookUp(['n.md']),
    );
    expect(applyChanges(text, changes)).toBe(text.replaceAll('old', 'new'));
  });
});

describe('a tag that gets another name', () => {
  it('is changed in body and properties, nested ones too, and nowhere else', () => {
    const text =
      '---\ntags: ["#In/Box", in/boxes, "in/box/x"]\ntag: in/box, b\ntitle: in/box\n---\n#in/box #IN/BOX/y in/box `#in/box`\n';
    expect(applyChanges(text, renameTagIn(text, 'in/box', 'later'))).toBe(
      '---\ntags: ["#later", in/boxes, "later/x"]\ntag: later, b\ntitle: in/box\n---\n#later #later/y in/box `#in/box`\n',
    );
  });

  it('that YAML would take for something else is quoted', () => {
    const text = '---\ntags: [old, b, old/x, "old"]\ntag: old\n---\n#old\n';
    for (const name of ['null', 'true', '1e3'])
      expect(applyChanges(text, renameTagIn(text, 'old', name))).toBe(
        `---\ntags: ["${name}", b, ${name}/x, "${name}"]\ntag: "${name}"\n---\n#${name}\n`,
      );
  });
});

it('the lines that change are shown, all of a heading that goes over two', () => {
  const text = 'a\nfirst\nsecond\n===\nsee [[#first second]]';
  const from = text.indexOf('first');
  const link = text.indexOf('#') + 1;
  expect(
    shownChanges(text, [
      { from, to: from + 'first\nsecond'.length, insert: 'One' },
      { from: link, to: link + 'first second'.length, insert: 'One' },
    ]),
  ).toEqual([
    { line: 2, before: 'first\nsecond', after: 'One' },
    { line: 5, before: 'see [[#first second]]', after: 'see [[#One]]' },
  ]);
});

describe('searches that name what gets another name', () => {
  const tag = { field: 'tag' as const, from: 'in/box', to: 'later' };
  it.each([
    ['tag:in/box', 'tag:later'],
    ['tag:#IN/box/x -tag:"in/box" in/box', 'tag:#later/x -tag:"later" in/box'],
    ['tag:(in/box OR in/boxes) path:in/box', 'tag:(later OR in/boxes) path:in/box'],
    ['tag:in/box*', 'tag:in/box*'],
    ['tag:/in.box/ (', 'tag:/in.box/ ('],
  ])('%s', (before, after) => {
    expect(renameInQuery(before, tag)).toBe(after);
  });

  it('by a folder', () => {
    const folder = { field: 'path' as const, from: 'Reading notes', to: 'Read (old)' };
    expect(renameInQuery('path:"Reading notes/" file:"reading notes"', folder)).toBe(
      'path:"Read (old)/" file:"reading notes"',
    );
    expect(renameInQuery('path:a', { ...folder, from: 'a' })).toBe('path:"Read (old)"');
    expect(renameInQuery('path:"My Reading notes"', folder)).toBe('path:"My Reading notes"');
  });

  it('in fences, in callouts too, and nowhere else', () => {
    const text =
      'tag:in/box\n\n```query\nmine:x\ntag:in/box\n```\n\n> ```query\n> a OR\n> tag:in/box/y\n> ```\n\n```\ntag:in/box\n```\n';
    expect(applyChanges(text, renameInFences(text, tag))).toBe(
      'tag:in/box\n\n```query\nmine:x\ntag:later\n```\n\n> ```query\n> a OR\n> tag:later/y\n> ```\n\n```\ntag:in/box\n```\n',
    );
  });
});
