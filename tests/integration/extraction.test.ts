import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/contract/client.ts';
import type { Params } from '../../src/contract/contract.ts';
import type { Inspection } from '../../src/contract/inspect.ts';
import { sectionsOf } from '../../src/core/extract/section.ts';
import { cleanUp, makeVault, openApp, type TestApp, type TestVault } from '../support/app.ts';
import { extraction } from '../support/extract-what.ts';
import { inspectionOf } from '../support/inspection.ts';
import { Typist, writeNote } from '../support/typist.ts';

const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function on(vault: TestVault, clock?: () => Date): Promise<TestApp> {
  const app = await openApp(vault, clock);
  apps.push(app);
  await app.settled();
  return app;
}

type What = Params<'extract.run'>['what'];
const run = (client: Client, what: What, leaveStrays = false) =>
  client.call('extract.run', { what, plan: null, leaveStrays });

/** The stretch from the first `from` up to the end of the last `to`, pulled out under a title. */
async function cut(client: Client, path: string, from: string, to: string, title: string) {
  const { text, version } = await client.call('notes.open', { path });
  return { path, version, title, range: { from: text.indexOf(from), to: text.lastIndexOf(to) + to.length } };
}

it('an extraction makes what its plan showed, the time in it too', async () => {
  const vault = makeVault({ 'r.md': '# R\n\n## Lamp\n\nOil.\n', 'T.md': '{{time:HH:mm:ss}}\n\n{{content}}' });
  let now = new Date('2021-02-09T21:00:00');
  const { client } = await on(vault, () => now);
  const lamp = extraction(await cut(client, 'r.md', '## Lamp', 'Oil.', 'Lamp'));
  const what = { ...lamp, form: { ...lamp.form, template: 'T' } };
  const { plan, makes } = await client.call('extract.plan', { what });
  now = new Date('2021-02-09T21:04:09');
  await client.call('extract.run', { what, plan, leaveStrays: false });
  expect(makes).toEqual([{ path: 'Lamp.md', text: expect.stringContaining('21:00:00') }]);
  expect(vault.read('Lamp.md')).toBe(makes[0]?.text);
});

describe('an extraction with links to what moves', () => {
  const files = {
    'r.md': '# R\n\n## Lamp\n\nOil. ^oil\n\n### Wick\n\nx[^1]\n\n## Other\n\n[[#Lamp]]\n\n[^1]: a note\n',
    'deep/b.md':
      '---\nup: "[[r#Lamp]]"\n---\nSee [[r#Lamp#Wick|the wick]], ![[r#^oil]] and [x](../r.md#Other).\n',
    'c.md': 'Only [[r]].\n',
  };

  it('rewrites them everywhere, shows each line first, and one step takes all of it back', async () => {
    const vault = makeVault(files);
    const { client, settled } = await on(vault);
    const what = extraction(await cut(client, 'r.md', '## Lamp', 'x[^1]', 'Lamp'));
    const plan = await client.call('extract.plan', { what });
    expect(plan.makes.map(({ path }) => path)).toEqual(['Lamp.md']);
    expect(plan.notes.map(({ path }) => path).sort()).toEqual(['deep/b.md', 'r.md']);
    expect(
      plan.notes.find(({ path }) => path === 'deep/b.md')?.hunks.map(({ line, after }) => [line, after]),
    ).toEqual([
      [2, 'up: "[[Lamp]]"'],
      [4, 'See [[Lamp#Lamp#Wick|the wick]], ![[Lamp#^oil]] and [x](../r.md#Other).'],
    ]);
    expect(plan.strays).toEqual([]);
    expect(vault.list()).toEqual(['c.md', 'deep', 'deep/b.md', 'r.md']);

    const outcome = await client.call('extract.run', { what, plan: plan.plan, leaveStrays: false });
    expect(outcome).toMatchObject({ paths: ['Lamp.md'], followed: 1 });
    expect(vault.read('r.md')).toBe('# R\n\n-> [[Lamp]]\n\n## Other\n\n[[Lamp]]\n');
    expect(vault.read('Lamp.md')).toBe(
      '# Lamp\n\nfrom [[r]]\n\nOil. ^oil\n\n### Wick\n\nx[^1]\n\n[^1]: a note\n',
    );
    expect(vault.read('c.md')).toBe(files['c.md']);
    await settled();
    const { notes } = await inspectionOf(client);
    for (const { links } of notes)
      for (const link of links) expect([link.resolved, link.fragmentResolved]).not.toContain(false);

    await client.call('history.takeBack', { change: outcome.change });
    for (const [path, text] of Object.entries(files)) expect(vault.read(path)).toBe(text);
    expect(existsSync(join(vault.folder, 'Lamp.md'))).toBe(false);
  });

  it('40: a plan is refused once one of its notes has changed, and nothing happens', async () => {
    const vault = makeVault(files);
    const { client } = await on(vault);
    const what = extraction(await cut(client, 'r.md', '## Lamp', 'x[^1]', 'Lamp'));
    const { plan } = await client.call('extract.plan', { what });
    await writeNote(client, 'deep/b.md', `${files['deep/b.md']}More [[r#Lamp]].\n`);
    await expect(client.call('extract.run', { what, plan, leaveStrays: false })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(vault.read('r.md')).toBe(files['r.md']);
    expect(existsSync(join(vault.folder, 'Lamp.md'))).toBe(false);
  });

  it('40: words typed elsewhere in the source meanwhile stay, and the stretch is found again', async () => {
    const vault = makeVault(files);
    const { client } = await on(vault);
    const what = extraction(await cut(client, 'r.md', '## Lamp', 'x[^1]', 'Lamp'));
    const typist = await Typist.open(client, 'r.md');
    typist.type(0, 'Before it all.\n\n');
    await typist.push();
    await run(client, what);
    expect(vault.read('r.md')).toBe('Before it all.\n\n# R\n\n-> [[Lamp]]\n\n## Other\n\n[[Lamp]]\n');
  });
});

describe('where it goes', () => {
  it('36: text of a note with CRLF goes into one with LF, each line ended as its neighbours are', async () => {
    const vault = makeVault({ 'r.md': 'a\r\n\r\nb\r\nc\r\n', 't.md': 'x\n\n## H\n\ny\n\n## I\n' });
    const { client } = await on(vault);
    const what = extraction(await cut(client, 'r.md', 'b', 'c', 'T'), {
      to: { kind: 'existing', path: 't.md', place: { at: 'under', line: 3 } },
    });
    await run(client, what);
    expect(vault.read('t.md')).toBe('x\n\n## H\n\ny\n\nb\nc\n\n## I\n');
    expect(vault.read('r.md')).toBe('a\r\n\r\n-> [[t]]\r\n');
    await run(client, extraction(await cut(client, 'r.md', 'a', 'a', 'N')));
    expect(vault.read('N.md')).toBe('# N\r\n\r\nfrom [[r]]\r\n\r\na\r\n');
  });

  it('32 33: the name of a note that is there is refused, whatever its case and form, with one that is free', async () => {
    const vault = makeVault({ 'r.md': 'some words\n', 'cafe\u0301.md': '' });
    const { client } = await on(vault);
    const what = extraction(await cut(client, 'r.md', 'some', 'words', 'CAF\u00c9'));
    const taken = { code: 'exists', data: { part: 0, path: 'cafe\u0301.md', suggestion: 'CAF\u00c9 2' } };
    await expect(client.call('extract.plan', { what })).rejects.toMatchObject(taken);
    await expect(run(client, what)).rejects.toMatchObject(taken);
    expect(vault.read('r.md')).toBe('some words\n');
  });

  it('every section of a level goes to a page of its own; links between them follow', async () => {
    const vault = makeVault({
      'r.md': '# R\n\n## A\n\n[[#B]]\n\n## B\n\n[[#A|first]]\n\n## B\n\nagain\n',
      'o.md': '[[r#B]]\n',
    });
    const { client } = await on(vault);
    const { text, version } = await client.call('notes.open', { path: 'r.md' });
    const proposal = await client.call('extract.propose', {
      path: 'r.md',
      text,
      selections: [{ from: 0, to: 0 }],
      split: 2,
    });
    expect(proposal.levels).toEqual([2]);
    expect(proposal.parts.map(({ title }) => title)).toEqual(['A', 'B', 'B 2']);
    const parts = proposal.parts.map(({ ranges, title }) => ({
      ranges,
      title,
      to: { kind: 'new' as const, folder: 'in' },
    }));
    await run(client, { kind: 'extract', path: 'r.md', version, how: 'split', parts, form: proposal.form });
    expect(vault.read('r.md')).toBe('# R\n\n-> [[A]]\n\n-> [[B]]\n\n-> [[B 2]]\n');
    expect(vault.read('in/A.md')).toContain('\n[[B]]\n');
    expect(vault.read('in/B.md')).toContain('\n[[A|first]]\n');
    expect(vault.read('o.md')).toBe('[[B]]\n');
  });

  it('several selections go to one note, in order', async () => {
    const vault = makeVault({ 'r.md': 'one\n\ntwo\n\nthree\n' });
    const { client } = await on(vault);
    const { text, version } = await client.call('notes.open', { path: 'r.md' });
    const proposal = await client.call('extract.propose', {
      path: 'r.md',
      text,
      selections: [
        { from: 10, to: 15 },
        { from: 0, to: 3 },
      ],
      split: null,
    });
    const parts = proposal.parts.map(({ ranges, title }) => ({
      ranges,
      title,
      to: { kind: 'new' as const, folder: '' },
    }));
    expect(parts).toHaveLength(1);
    await run(client, {
      kind: 'extract',
      path: 'r.md',
      version,
      how: 'selection',
      parts,
      form: proposal.form,
    });
    expect(vault.read('one.md')).toBe('# one\n\nfrom [[r]]\n\none\n\nthree\n');
    expect(vault.read('r.md')).toBe('-> [[one]]\n\ntwo\n\n-> [[one]]\n');
  });

  it('41: where one of the notes cannot be written, nothing is changed', async () => {
    const vault = makeVault({ 'r.md': 'some words\n', 't.md': 'x\n' });
    const { client } = await on(vault);
    const what = extraction(await cut(client, 'r.md', 'some', 'words', 'N'), {
      to: { kind: 'new', folder: 'a.md' },
    });
    mkdirSync(join(vault.folder, 'b'));
    vault.write('a.md', 'a file where the folder would be\n');
    await expect(run(client, what)).rejects.toThrow();
    expect(vault.read('r.md')).toBe('some words\n');
    expect(vault.list()).toEqual(['a.md', 'b', 'r.md', 't.md']);
  });
});

const filesOf = (vault: TestVault) => vault.list().filter((path) => path.includes('.'));

describe('by choice', () => {
  it('19: what only the moved text uses goes along, and comes back with it; what another note uses is not offered', async () => {
    const vault = makeVault({
      'a/r.md': 'x\n\n![](img/one.png) ![[two.png]]\n\ny\n',
      'o.md': '![[two.png]]\n',
      'a/img/one.png': 'not quite a picture',
      'a/two.png': 'another',
    });
    const { client } = await on(vault);
    const from = await cut(client, 'a/r.md', '![]', ']]', 'New');
    const what = (takeFiles: boolean) => extraction(from, { takeFiles, to: { kind: 'new', folder: 'b' } });
    const offered = await client.call('extract.plan', { what: what(false) });
    const file = { from: 'a/img/one.png', to: 'b/img/one.png' };
    expect(offered.files).toEqual([{ ...file, goes: false }]);
    const { plan, files } = await client.call('extract.plan', { what: what(true) });
    expect(files).toEqual([{ ...file, goes: true }]);
    const { change } = await client.call('extract.run', { what: what(true), plan, leaveStrays: false });
    expect(filesOf(vault)).toEqual(['a/r.md', 'a/two.png', 'b/New.md', 'b/img/one.png', 'o.md']);
    expect(vault.read('b/New.md')).toContain('![](img/one.png) ![[two.png]]');
    expect(vault.read('b/img/one.png')).toBe('not quite a picture');
    // The next goes like the last without a dialog: files only where somebody has seen that they do.
    const { text } = await client.call('notes.open', { path: 'a/r.md' });
    const next = { path: 'a/r.md', text, selections: [{ from: 0, to: 0 }], split: null };
    expect((await client.call('extract.propose', next)).form.takeFiles).toBe(false);
    await client.call('history.takeBack', { change });
    expect(vault.read('a/img/one.png')).toBe('not quite a picture');
    expect(vault.read('a/r.md')).toBe('x\n\n![](img/one.png) ![[two.png]]\n\ny\n');
  });

  it('19: where a file is in the way by then, nothing is changed', async () => {
    const vault = makeVault({ 'a/r.md': 'x\n\n![[one.png]]\n', 'a/one.png': 'mine' });
    const { client } = await on(vault);
    const from = await cut(client, 'a/r.md', '![[', ']]', 'New');
    const what = extraction(from, { takeFiles: true, to: { kind: 'new', folder: 'b' } });
    const { plan } = await client.call('extract.plan', { what });
    mkdirSync(join(vault.folder, 'b'));
    vault.write('b/one.png', 'theirs');
    await expect(client.call('extract.run', { what, plan, leaveStrays: false })).rejects.toMatchObject({
      code: expect.stringMatching(/exists|conflict/),
    });
    expect(filesOf(vault)).toEqual(['a/one.png', 'a/r.md', 'b/one.png']);
    expect(vault.read('a/r.md')).toBe('x\n\n![[one.png]]\n');
  });

  it('37: the properties that the selection reaches into are proposed whole, and copied', async () => {
    const text = '---\nfirst: 1\nup: "[[N]]"\n---\nwords\n';
    const vault = makeVault({ 'r.md': text, 'N.md': '' });
    const { client } = await on(vault);
    const { version } = await client.call('notes.open', { path: 'r.md' });
    const propose = (from: number) =>
      client.call('extract.propose', {
        path: 'r.md',
        text,
        selections: [{ from, to: text.length }],
        split: null,
      });
    expect((await propose(text.indexOf('words'))).properties).toEqual([]);
    const { parts, properties } = await propose(text.indexOf('[[N'));
    expect(properties.map(({ from, to }) => text.slice(from, to))).toEqual(['up: "[[N]]"\n']);
    const range = parts[0]?.ranges[0] ?? { from: 0, to: 0 };
    const plain = extraction({ path: 'r.md', version, title: 'New', range });
    await run(client, { ...plain, properties });
    expect(vault.read('New.md')).toBe('---\nup: "[[N]]"\n---\n\n# New\n\nfrom [[r]]\n\nwords\n');
    expect(vault.read('r.md')).toBe('---\nfirst: 1\nup: "[[N]]"\n---\n-> [[New]]\n');
  });
});

describe('folding back', () => {
  it('merges a note into another; links to it and to its parts lead to where they are then; one step takes it back', async () => {
    const files = {
      'r.md': '# R\n\n-> [[N]]\n\nlast\n',
      'N.md': '# N\n\nfrom [[r]]\n\n## Part\n\ntext ^id\n',
      'o.md': '[[N]] [[N#Part]] ![[N#^id]]\n',
    };
    const vault = makeVault(files);
    const { client, settled } = await on(vault);
    const what: What = { kind: 'fold-back', path: 'N.md', line: null, into: 'r.md', place: { at: 'bottom' } };
    const { change } = await run(client, what);
    expect(existsSync(join(vault.folder, 'N.md'))).toBe(false);
    expect(vault.read('r.md')).toContain('text ^id');
    await settled();
    const { notes } = await inspectionOf(client);
    for (const { links } of notes)
      for (const link of links)
        expect([link.resolved, link.fragmentResolved]).toEqual(['r.md', link.fragmentResolved]);
    const other = notes.find(({ path }) => path === 'o.md');
    expect(other?.links.map(({ fragmentResolved }) => fragmentResolved)).not.toContain(false);
    await client.call('history.takeBack', { change });
    for (const [path, text] of Object.entries(files)) expect(vault.read(path)).toBe(text);
  });
});

describe('what other programs are set to is the default', () => {
  it('Note Composer and Note Refactor: what stays, the folder, names, templates', async () => {
    const vault = makeVault({
      'r.md': 'some words\n',
      '.obsidian/note-composer.json': '{"replacementText":"embed","template":"Tpl"}',
      '.obsidian/plugins/note-refactor-obsidian/data.json': JSON.stringify({
        fileNamePrefix: '{{date:YYYY}} ',
        newFileLocation: 2,
        customFolder: 'pulled',
        noteLinkTemplate: 'see [[{{new_note_link}}]]',
        refactoredNoteTemplate: 5,
        normalizeHeaderLevels: true,
      }),
    });
    const { client } = await on(vault);
    const { values, fromObsidian } = await client.call('settings.get', {});
    expect(values.extract).toMatchObject({
      folder: 'pulled',
      namePrefix: '{{date:YYYY}} ',
      leave: { wording: 'see [[{{new_note_link}}]]' },
      template: 'Tpl',
      templateText: '',
      liftHeadings: true,
    });
    expect(fromObsidian).toContain('extract.folder');
    vault.write('Tpl.md', 'by {{fromTitle}}\n\n{{content}}\n');
    const { text, version } = await client.call('notes.open', { path: 'r.md' });
    const { form, folder, parts } = await client.call('extract.propose', {
      path: 'r.md',
      text,
      selections: [{ from: 0, to: 10 }],
      split: null,
    });
    await run(client, {
      kind: 'extract',
      path: 'r.md',
      version,
      how: 'selection',
      parts: parts.map(({ ranges }) => ({ ranges, title: 'T', to: { kind: 'new', folder } })),
      form,
    });
    expect(vault.read('pulled/2021 T.md')).toContain('by r\n\nsome words\n');
    expect(vault.read('r.md')).toBe('see [[2021 T|T]]\n');
  });

  it('the keys that Obsidian has for it, whole or not at all, and none that types something', async () => {
    const vault = makeVault({
      'r.md': '',
      '.obsidian/hotkeys.json': JSON.stringify({
        'note-composer:split-file': [
          { modifiers: ['Shift', 'Mod'], key: 'X' },
          { modifiers: [], key: 'x' },
          { modifiers: ['Shift'], key: 'Y' },
          { modifiers: [], key: 'F7' },
          { modifiers: 'Alt', key: 'Z' },
        ],
        'note-composer:merge-file': [{ modifiers: ['Alt'], key: 'M' }],
        'note-refactor-obsidian:app:extract-selection-first-line': [
          { modifiers: ['Mod', 'Shift'], key: 'X' },
        ],
        'note-refactor-obsidian:app:extract-selection-content-only': 5,
        'editor:fold-all': [{ modifiers: ['Mod'], key: 'K' }],
      }),
    });
    const { client } = await on(vault);
    expect((await client.call('settings.keys', {})).keys).toEqual([
      { command: 'extract', key: 'Mod+Shift+X' },
      { command: 'extract', key: 'F7' },
      { command: 'fold-back', key: 'Alt+M' },
    ]);
    vault.write('.obsidian/hotkeys.json', '[');
    expect((await client.call('settings.keys', {})).keys).toEqual([]);
  });

  it('the last choices come again, for each way of coming to it', async () => {
    const vault = makeVault({ 'r.md': '## A\n\nx\n\n## B\n\ny\n' });
    const { client } = await on(vault);
    await run(
      client,
      extraction(await cut(client, 'r.md', '## A', 'x', 'A'), { tags: ['t'], leave: 'embed' }),
    );
    const { text } = await client.call('notes.open', { path: 'r.md' });
    const propose = (selection: { from: number; to: number }) =>
      client.call('extract.propose', { path: 'r.md', text, selections: [selection], split: null });
    const at = text.indexOf('y');
    expect((await propose({ from: at, to: at })).form).toMatchObject({ tags: ['t'], leave: 'embed' });
    expect((await propose({ from: at, to: at + 1 })).form).toMatchObject({ tags: [], leave: 'link' });
  });
});

it('every section of every ramble of the sample vault can be pulled out, one after another, and no link breaks', async () => {
  const vault = makeVault();
  cpSync(join(import.meta.dirname, '../../resources/sample-vault'), vault.folder, { recursive: true });
  const { client, settled } = await on(vault);
  let before = brokenIn(await inspectionOf(client));
  const { rambles } = await client.call('journal.rambles', {});
  let count = 0;
  for (const { path } of rambles) {
    for (;;) {
      const { text, version } = await client.call('notes.open', { path });
      const [section] = sectionsOf(text).filter(({ level }) => level > 1);
      if (section === undefined) break;
      const selection = { from: section.from, to: section.to };
      const proposal = await client.call('extract.propose', {
        path,
        text,
        selections: [selection],
        split: null,
      });
      const parts = proposal.parts.map(({ ranges, title }) => ({
        ranges,
        title: `${title} (${count})`,
        to: { kind: 'new' as const, folder: 'Pulled' },
      }));
      count += 1;
      const what: What = { kind: 'extract', path, version, how: 'section', parts, form: proposal.form };
      const { strays } = await client.call('extract.plan', { what });
      expect(strays, `${path}: ${section.heading}`).toEqual([]);
      await run(client, what);
      await settled();
      const after = brokenIn(await inspectionOf(client));
      expect(after, `${path}: ${section.heading}`).toEqual(before);
      before = after;
    }
  }
  expect(count).toBeGreaterThan(5);
  expect(readdirSync(join(vault.folder, 'Pulled')).length).toBe(count);
  expect(readFileSync(join(vault.folder, String(rambles[0]?.path)), 'utf8')).toContain('[[');
});

/** What leads nowhere, by what it names: links to notes that are not there, headings and blocks that are not, footnotes without text. */
function brokenIn({ notes }: Inspection): string[] {
  return notes
    .flatMap(({ links, footnotes }) => [
      ...links
        .filter(({ resolved, fragmentResolved }) => resolved === null || fragmentResolved === false)
        .map(({ target, heading, block }) => JSON.stringify([target, heading, block])),
      ...footnotes.references
        .filter(({ label }) => !footnotes.definitions.some((definition) => definition.label === label))
        .map(({ label }) => `[^${label}]`),
    ])
    .sort();
}
