import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import type { Client } from '../../src/contract/client.ts';
import type { Params, Result } from '../../src/contract/contract.ts';
import type { NotePath, VaultPath } from '../../src/core/paths/note-path.ts';
import { cleanUp, eventually, makeVault, openApp, type TestApp, type TestVault } from '../support/app.ts';
import { inspectionOf } from '../support/inspection.ts';
import { Typist } from '../support/typist.ts';
import { authorityOver } from './authority-over.ts';
import { type StartedApp, startApp } from './start-app.ts';

const apps: (TestApp | StartedApp)[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  for (const folder of dataFolders.splice(0)) rmSync(folder, { recursive: true, force: true });
  cleanUp();
});

const dataFolders: string[] = [];
function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  dataFolders.push(folder);
  return folder;
}

type What = Params<'rename.plan'>['what'];

async function open(
  files: Record<string, string>,
): Promise<{ vault: TestVault; client: Client; app: TestApp }> {
  const vault = makeVault(files);
  const app = await openApp(vault);
  apps.push(app);
  return { vault, client: app.client, app };
}

async function rename(client: Client, what: What, leaveStrays = false): Promise<Result<'rename.run'>> {
  const { plan } = await client.call('rename.plan', { what });
  return client.call('rename.run', { what, plan, leaveStrays });
}

/** Every file of a vault and what it holds. */
function contents(vault: TestVault): Record<string, string> {
  const files = vault.list().filter((path) => !path.startsWith('.') && /\.\w+$/.test(path));
  return Object.fromEntries(files.map((path) => [path, vault.bytes(path).toString('latin1')]));
}

const FILES = {
  'f/Old.md': '# Old\r\n\r\n[[#Old]] [[Other]] [x](./Other.md)\r\nend',
  'f/Other.md': 'see [[Old]]\n',
  'a.md':
    '\ufeff---\r\nup: "[[Old]]"\r\n---\r\n| a |\r\n| - |\r\n| [[Old\\|x]] |\r\n\n![[f/Old#Old|100]] %% [[old]] %%  \n[m](f/Old.md "t")',
  'plain.md': 'Old and [[Elsewhere]]\n',
};

describe('while the notes are not all read', () => {
  it('nothing is renamed, and it is said why: the links of the others are not known', async () => {
    const COUNT = 4000;
    const vault = makeVault({
      'Old.md': 'old',
      ...Object.fromEntries(Array.from({ length: COUNT }, (_, at) => [`n/${at}.md`, `see [[Old]] ${at}\n`])),
    });
    const app = await openApp(vault);
    apps.push(app);
    const { client } = app;
    await client.call('find.pauseReading', { paused: true });
    const what: What = { kind: 'note', path: 'Old.md', to: 'New.md' };
    const refused = { code: 'conflict', message: expect.stringMatching(/paused/) };
    await expect(client.call('rename.plan', { what })).rejects.toMatchObject(refused);
    await expect(
      client.call('rename.run', { what, plan: '0'.repeat(32), leaveStrays: true }),
    ).rejects.toMatchObject(refused);
    expect(existsSync(join(vault.folder, 'Old.md'))).toBe(true);
    await client.call('find.pauseReading', { paused: false });
    await app.settled();
    const { notes } = await client.call('rename.plan', { what });
    expect(notes).toHaveLength(COUNT);
  });
});

describe('links to a heading that holds what gets another name', () => {
  it.each<[What, Record<string, string>, Record<string, string>]>([
    [
      { kind: 'tag', tag: 'foo', to: 'bar' },
      { 'N.md': '# See #foo things\n', 'M.md': '[[N#See foo things]] [x](N.md#See%20foo%20things) #foo' },
      { 'N.md': '# See #bar things\n', 'M.md': '[[N#See bar things]] [x](N.md#See%20bar%20things) #bar' },
    ],
    [
      { kind: 'note', path: 'Old.md' as NotePath, to: 'New.md' },
      { 'Old.md': 'x', 'N.md': 'About [[Old]]\n=====\n\n[[#About Old|here]]' },
      { 'New.md': 'x', 'N.md': 'About [[New]]\n=====\n\n[[#About New|here]]' },
    ],
    [
      { kind: 'folder', folder: 'a', to: 'c' },
      { 'a/Old.md': 'x', 'b/Old.md': 'y', 'N.md': '# About [[a/Old]]\n', 'M.md': '[[N#About a/Old]]' },
      { 'c/Old.md': 'x', 'b/Old.md': 'y', 'N.md': '# About [[c/Old]]\n', 'M.md': '[[N#About c/Old]]' },
    ],
    [
      { kind: 'heading', path: 'N.md' as NotePath, line: 1, to: 'Beta' },
      { 'N.md': '## Alpha\n\n## On [[#Alpha]]\n\n[[#On Alpha]] [[#Alpha]]' },
      { 'N.md': '## Beta\n\n## On [[#Beta]]\n\n[[#On Beta]] [[#Beta]]' },
    ],
    [
      { kind: 'block', path: 'N.md' as NotePath, id: 'aa', to: 'bb' },
      { 'N.md': 'para ^aa\n\n## On [[#^aa]]\n', 'M.md': '[[N#On aa]]' },
      { 'N.md': 'para ^bb\n\n## On [[#^bb]]\n', 'M.md': '[[N#On bb]]' },
    ],
  ])('follow it: %j', async (what, before, after) => {
    const { vault, client, app } = await open(before);
    const { change } = await rename(client, what);
    expect(contents(vault)).toEqual(after);
    await app.settled();
    for (const { path, links } of (await inspectionOf(client)).notes)
      expect(
        links.map(({ fragmentResolved }) => fragmentResolved),
        path,
      ).not.toContain(false);
    await client.call('history.takeBack', { change });
    expect(contents(vault)).toEqual(before);
  });
});

it('C44: a note that has a second name by a link is changed once', async () => {
  const vault = makeVault({ 'Old.md': 'old', 'a.md': 'see [[Old]] and [[Old]]\n' });
  symlinkSync('a.md', join(vault.folder, 'link.md'));
  const app = await openApp(vault);
  apps.push(app);
  await app.settled();
  await rename(app.client, { kind: 'note', path: 'Old.md', to: 'New.md' });
  expect(vault.read('a.md')).toBe('see [[New]] and [[New]]\n');
  expect(vault.list().filter((path) => path.endsWith('.md'))).toEqual(['New.md', 'a.md', 'link.md']);
});

it('a link in a note that can only be looked at is told, and nothing is renamed unless it is to be left', async () => {
  const latin = Buffer.from('caf\xe9 [[Old]]\n', 'latin1');
  const wide = Buffer.from('\ufeffsee [[Old|x]]\n', 'utf16le');
  const vault = makeVault({ 'Old.md': 'old', 'latin.md': latin, 'wide.md': wide });
  const app = await openApp(vault);
  apps.push(app);
  await app.settled();
  const what: What = { kind: 'note', path: 'Old.md', to: 'New.md' };
  const { strays } = await app.client.call('rename.plan', { what });
  expect(strays).toMatchObject([
    { path: 'latin.md', line: 1, reason: expect.stringContaining('not UTF-8') },
    { path: 'wide.md', line: 1, reason: expect.stringContaining('UTF-16') },
  ]);
  await expect(rename(app.client, what)).rejects.toMatchObject({ code: 'conflict', data: { strays: 2 } });
  await rename(app.client, what, true);
  expect(vault.bytes('latin.md')).toEqual(latin);
  expect(vault.bytes('wide.md')).toEqual(wide);
});

describe('a note that is renamed', () => {
  it('takes every link with it, changes no other byte, and is one undo', async () => {
    const { vault, client } = await open(FILES);
    const before = contents(vault);
    const what: What = { kind: 'note', path: 'f/Old.md', to: 'g/New one.md' };
    const plan = await client.call('rename.plan', { what });
    expect(plan.notes.map(({ path, lines }) => [path, lines.length])).toEqual([
      ['a.md', 5 - 1],
      ['f/Old.md', 1],
      ['f/Other.md', 1],
    ]);
    expect(plan.moves).toEqual([{ from: 'f/Old.md', to: 'g/New one.md' }]);
    expect(contents(vault)).toEqual(before);
    const { change } = await client.call('rename.run', { what, plan: plan.plan, leaveStrays: false });
    expect(existsSync(join(vault.folder, 'f/Old.md'))).toBe(false);
    expect(vault.read('g/New one.md')).toBe('# Old\r\n\r\n[[#Old]] [[Other]] [x](../f/Other.md)\r\nend');
    expect(vault.read('f/Other.md')).toBe('see [[New one]]\n');
    expect(vault.read('a.md')).toBe(
      FILES['a.md']
        .replaceAll('[[Old', '[[New one')
        .replace('f/Old#', 'g/New one#')
        .replace('[[old', '[[New one')
        .replace('f/Old.md', 'g/New%20one.md'),
    );
    const after = contents(vault);
    let next = change;
    for (let round = 0; round < 2; round += 1) {
      next = (await client.call('history.takeBack', { change: next })).change;
      expect(contents(vault)).toEqual(before);
      next = (await client.call('history.takeBack', { change: next })).change;
      expect(contents(vault)).toEqual(after);
    }
  });

  it('goes on in the windows that have it open, with what is typed meanwhile', async () => {
    const { vault, client } = await open(FILES);
    const typist = await Typist.open(client, 'f/Old.md');
    const other = await Typist.open(client, 'f/Other.md');
    typist.type(0, 'typed ');
    await typist.push();
    const { change } = await rename(client, { kind: 'note', path: 'f/Old.md', to: 'f/New.md' });
    typist.type(0, 'later ');
    await typist.save();
    expect(vault.read('f/New.md')).toMatch(/^later typed # Old/);
    other.type(0, 'mine ');
    await other.save();
    expect(vault.read('f/Other.md')).toBe('mine see [[New]]\n');
    await client.call('history.takeBack', { change });
    expect(vault.read('f/Other.md')).toBe('mine see [[Old]]\n');
    expect(vault.read('f/Old.md')).toMatch(/^later typed # Old/);
    expect(existsSync(join(vault.folder, 'f/New.md'))).toBe(false);
  });

  it('may change its letter case only', async () => {
    const { vault, client } = await open({ 'old.md': 'x', 'a.md': '[[old]] [[OLD]]' });
    await rename(client, { kind: 'note', path: 'old.md', to: 'Old.md' });
    expect(
      readdirSync(vault.folder)
        .filter((name) => name.endsWith('.md'))
        .sort(),
    ).toEqual(['Old.md', 'a.md']);
    expect(vault.read('a.md')).toBe('[[Old]] [[OLD]]');
  });

  it('may lie in a folder that changes its letter case only', async () => {
    const { vault, client } = await open({
      'f/Old.md': 'x',
      'f/deep/b.md': '',
      'a.md': '[[f/Old]] [b](f/deep/b.md)',
    });
    await rename(client, { kind: 'folder', folder: 'f', to: 'F' });
    expect(
      readdirSync(vault.folder)
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['F', 'a.md']);
    expect(vault.read('F/Old.md')).toBe('x');
    // Letter case does not count, so both lead there as they are.
    expect(vault.read('a.md')).toBe('[[f/Old]] [b](f/deep/b.md)');
  });

  it('is refused a name that is taken or cannot be one, and where something changed since the plan', async () => {
    const { vault, client } = await open(FILES);
    const before = contents(vault);
    const plan = (to: string) => client.call('rename.plan', { what: { kind: 'note', path: 'f/Old.md', to } });
    await expect(plan('a.md')).rejects.toMatchObject({ code: 'exists' });
    await expect(plan('A.md')).rejects.toMatchObject({ code: 'exists' });
    // On many systems these would be one folder.
    await expect(plan('F/New.md')).rejects.toMatchObject({ code: 'exists', data: { path: 'f' } });
    await expect(plan('F/deep/New.md')).rejects.toMatchObject({ code: 'exists', data: { path: 'f' } });
    await expect(plan('g/deep/New.md')).resolves.toBeDefined();
    await expect(plan('f/x#y.md')).rejects.toMatchObject({
      code: 'bad-name',
      data: { suggestion: 'f/x y.md' },
    });
    await expect(plan('f/Old.md')).rejects.toMatchObject({ code: 'bad-name' });
    const what: What = { kind: 'note', path: 'f/Old.md', to: 'New.md' };
    const { plan: known } = await client.call('rename.plan', { what });
    const typist = await Typist.open(client, 'a.md');
    typist.type(typist.text.length, '.');
    await typist.save();
    const run = client.call('rename.run', { what, plan: known, leaveStrays: false });
    await expect(run).rejects.toMatchObject({ code: 'conflict' });
    expect(contents(vault)).toEqual({ ...before, 'a.md': `${before['a.md']}.` });
  });

  it('is not written where the text around it would make maths of it', async () => {
    const files = { 'Budget.md': 'x', 'M.md': 'Price is $5, see [[Budget]] now.\n' };
    const { vault, client } = await open(files);
    const what: What = { kind: 'note', path: 'Budget.md' as NotePath, to: 'In US$.md' };
    const { strays } = await client.call('rename.plan', { what });
    expect(strays).toMatchObject([{ path: 'M.md', line: 1, text: '[[Budget]]' }]);
    await expect(rename(client, what)).rejects.toMatchObject({ code: 'conflict' });
    expect(contents(vault)).toEqual(files);
  });

  it('says which links cannot follow, and renames nothing unless it is told to leave them', async () => {
    const { vault, client } = await open({ 'Old.md': 'x', 'a.md': '---\nup: [[Old]]\n---\n[[Old]]' });
    const what: What = { kind: 'note', path: 'Old.md', to: '@new.md' };
    const { strays, plan } = await client.call('rename.plan', { what });
    expect(strays).toEqual([
      { path: 'a.md', line: 2, text: '[[Old]]', reason: expect.stringContaining('quotes') },
    ]);
    const run = client.call('rename.run', { what, plan, leaveStrays: false });
    await expect(run).rejects.toMatchObject({ code: 'conflict', data: { strays: 1 } });
    expect(vault.read('Old.md')).toBe('x');
    await client.call('rename.run', { what, plan, leaveStrays: true });
    expect(vault.read('a.md')).toBe('---\nup: [[Old]]\n---\n[[@new]]');
  });
});

describe('a folder that is moved', () => {
  it('takes its notes, their history and every link along', async () => {
    const { vault, client } = await open({
      ...FILES,
      'f/pic.png': 'p',
      'f/deep/x.md': '[[f/Other]] ![](../pic.png)',
      'b.md': '[[f/deep/x]] ![[f/pic.png]] [[x]]',
    });
    const before = contents(vault);
    const typist = await Typist.open(client, 'f/Other.md');
    typist.type(0, 'typed ');
    await typist.save();
    const { change } = await rename(client, { kind: 'folder', folder: 'f', to: 'g/h' });
    expect(existsSync(join(vault.folder, 'f'))).toBe(false);
    expect(vault.read('b.md')).toBe('[[g/h/deep/x]] ![[g/h/pic.png]] [[x]]');
    expect(vault.read('g/h/deep/x.md')).toBe('[[g/h/Other]] ![](../pic.png)');
    typist.type(0, 'more ');
    await typist.save();
    expect(vault.read('g/h/Other.md')).toBe('more typed see [[Old]]\n');
    expect((await client.call('history.moments', { path: 'g/h/Other.md' })).moments.length).toBeGreaterThan(
      1,
    );
    await client.call('history.takeBack', { change });
    expect(contents(vault)).toEqual({ ...before, 'f/Other.md': 'more typed see [[Old]]\n' });
    const into: What = { kind: 'folder', folder: 'f', to: 'f/inner' };
    await expect(client.call('rename.plan', { what: into })).rejects.toMatchObject({ code: 'bad-name' });
  });

  it('C28: whoever asks meanwhile hears of the new path from the event first, with who moved it', async () => {
    const { client, app } = await open({
      ...FILES,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`n/${at}.md`, '[[f/Other]]\n'])),
    });
    const { document, version } = await client.call('notes.open', { path: 'f/Other.md' });
    let isMoving = true;
    const moving = rename(client, { kind: 'folder', folder: 'f', to: 'g/h' }).finally(() => {
      isMoving = false;
    });
    const early: string[] = [];
    while (isMoving) {
      const { path } = await client.call('notes.pull', { document, version });
      const isTold = app.events.some((one) => one.name === 'note.moved' && one.payload.document === document);
      if (!isTold && path !== 'f/Other.md') early.push(path);
      await pause(0);
    }
    await moving;
    expect(early).toEqual([]);
    expect(await client.call('notes.pull', { document, version })).toMatchObject({ path: 'g/h/Other.md' });
    expect(app.events).toContainEqual({
      name: 'note.moved',
      payload: { document, from: 'f/Other.md', to: 'g/h/Other.md', by: 'you' },
    });
  });
});

it('C28: a note that another program puts into a folder while that waits to be moved goes along, and that is told', async () => {
  const { folder } = makeVault({ 'f/x.md': 'x', 'a.md': 'a' });
  const real = await openVault(folder);
  let letGo = () => {};
  const held = new Promise<void>((done) => {
    letGo = done;
  });
  const vault: typeof real = {
    ...real,
    async writeAtomic(...save) {
      await held;
      return real.writeAtomic(...save);
    },
  };
  const told: unknown[] = [];
  const { documents, close } = authorityOver(vault, undefined, {
    emit: ({ name, payload }) => void (name === 'note.moved' && told.push(payload)),
  });
  const [saved, other] = [
    await documents.open('f/x.md' as NotePath),
    await documents.open('a.md' as NotePath),
  ];
  const changes = ChangeSet.of({ from: 1, insert: 'y' }, 1);
  await documents.push(saved.id, saved.version, 'w', [{ kind: 'typed', changes: changesToJson(changes) }]);
  const saving = documents.flush(saved);
  const moves = [{ from: 'f' as VaultPath, to: 'g' as VaultPath, isFolder: true }];
  const moving = documents.change('renamed', 'rename', [], { moves });
  await pause(50);
  renameSync(join(folder, 'a.md'), join(folder, 'f/a.md'));
  documents.moved('a.md' as NotePath, 'f/a.md' as NotePath);
  await eventually(() => other.path === 'f/a.md', 'the other program’s move is seen');
  letGo();
  await Promise.all([saving, moving]);
  expect(other.path).toBe('g/a.md');
  const document = other.id.toString(36);
  expect(told).toContainEqual({ document, from: 'a.md', to: 'f/a.md', by: 'another program' });
  expect(told).toContainEqual({ document, from: 'f/a.md', to: 'g/a.md', by: 'you' });
  await close();
});

describe('headings, blocks and tags', () => {
  it('searches that name a tag go along, in fences and saved, and come back', async () => {
    const { client, vault } = await open({
      'n.md': '#in/box\n',
      'q.md': 'x\n\n```query\ntag:in/box x\n```\n',
      'plain.md': '```\ntag:in/box\n```\n',
    });
    const saved = [
      { name: 'Waiting', query: 'tag:in/box before:2021' },
      { name: 'Other', query: 'in/box' },
    ];
    await client.call('settings.change', { patch: { searches: saved } });
    const what: What = { kind: 'tag', tag: 'in/box', to: 'later' };
    const plan = await client.call('rename.plan', { what });
    expect(plan.notes.map(({ path }) => path)).toEqual(['n.md', 'q.md']);
    expect(plan.searches).toEqual([
      { name: 'Waiting', before: 'tag:in/box before:2021', after: 'tag:later before:2021' },
    ]);
    const { change } = await client.call('rename.run', { what, plan: plan.plan, leaveStrays: false });
    const queries = async () =>
      (await client.call('settings.get', {})).values.searches.map(({ query }) => query);
    expect(await queries()).toEqual(['tag:later before:2021', 'in/box']);
    await eventually(() => vault.read('q.md').includes('tag:later x'), 'the fence is saved');
    expect(vault.read('plain.md')).toBe('```\ntag:in/box\n```\n');
    await client.call('history.takeBack', { change });
    expect(await queries()).toEqual(['tag:in/box before:2021', 'in/box']);
    await eventually(() => vault.read('q.md').includes('tag:in/box x'), 'the fence is as it was');
  });

  it('saved searches come back also after a new start, from the list of changes', async () => {
    const vault = makeVault({ 'n.md': '#in/box\n' });
    const data = dataFolder();
    const started = await startApp(vault.folder, data);
    apps.push(started);
    const query = async (client: Client) =>
      (await client.call('settings.get', {})).values.searches.map((search) => search.query);
    const searches = [{ name: 'Waiting', query: 'tag:in/box' }];
    await started.client.call('settings.change', { patch: { searches } });
    await rename(started.client, { kind: 'tag', tag: 'in/box', to: 'later' });
    expect(await query(started.client)).toEqual(['tag:later']);
    await started.close();
    apps.splice(apps.indexOf(started), 1);
    const again = await startApp(vault.folder, data);
    apps.push(again);
    const { changes } = await again.client.call('history.changes', { limit: 1 });
    const back = await again.client.call('history.takeBack', { change: changes[0]?.change ?? 0 });
    expect(await query(again.client)).toEqual(['tag:in/box']);
    expect(vault.read('n.md')).toBe('#in/box\n');
    await again.client.call('history.takeBack', { change: back.change });
    expect(await query(again.client)).toEqual(['tag:later']);
  });

  it('saved searches that could not be written, or that a crash came before, are written at the next start', async () => {
    const vault = await openVault(makeVault({ 'n.md': '#in/box\n' }).folder);
    const journal = join(dataFolder(), 'journal.db');
    const searches = [
      { name: 'Waiting', before: 'tag:in/box', after: 'tag:later' },
      { name: 'Waiting', before: 'tag:in/box x', after: 'tag:later x' },
    ];
    const first = authorityOver(vault, journal, { renameSearches: async () => false });
    const changes = ChangeSet.of({ from: 1, to: 7, insert: 'later' }, 8, '\n');
    const step = { path: 'n.md' as NotePath, change: () => changes };
    await first.documents.change('renamed', 'rename', [step], { searches });
    await first.close();
    const seen: unknown[][] = [];
    const renameSearches = async (some: readonly unknown[]) => {
      seen.push([...some]);
      return true;
    };
    for (let start = 0; start < 2; start += 1) {
      const { close } = authorityOver(vault, journal, { renameSearches });
      if (start === 0) await eventually(() => seen.length > 0, 'they are written');
      await close();
    }
    expect(seen).toEqual([searches.map((search) => expect.objectContaining(search))]);
  });

  it('take their links with them, and are one undo', async () => {
    const { vault, client } = await open({
      'n.md': '---\ntags: [In/box]\n---\n# One\n## Two\n[[#Two]] [[#One#Two]]\nwords ^id\n\n#in/box/x',
      'a.md': '[[n#Two|x]] [[n#One#Two]] [[n#^ID]] [y](n.md#Two) #in/boxes',
    });
    const before = contents(vault);
    const changes: number[] = [];
    for (const what of [
      { kind: 'heading', path: 'n.md', line: 5, to: 'Three *four*' },
      { kind: 'block', path: 'n.md', id: 'id', to: 'new-id' },
      { kind: 'tag', tag: 'in/box', to: 'later' },
    ] satisfies What[])
      changes.push((await rename(client, what)).change);
    expect(vault.read('n.md')).toBe(
      '---\ntags: [later]\n---\n# One\n## Three *four*\n[[#Three four]] [[#One#Three four]]\nwords ^new-id\n\n#later/x',
    );
    expect(vault.read('a.md')).toBe(
      '[[n#Three four|x]] [[n#One#Three four]] [[n#^new-id]] [y](n.md#Three%20four) #in/boxes',
    );
    for (const change of changes.reverse()) await client.call('history.takeBack', { change });
    expect(contents(vault)).toEqual(before);
  });
});

describe('a rename that is killed in the middle', () => {
  it('C04: has happened everywhere or nowhere when the app is back', async () => {
    const LINKS = 40;
    const seen = { before: 0, after: 0 };
    for (const [round, wait] of [0, 30, 60, 90, 130, 200, 300].entries()) {
      const files: Record<string, string> = { 'f/Old.md': `the note ${round}\n` };
      for (let at = 0; at < LINKS; at += 1) files[`n${at}.md`] = `${at} [[Old]] and [[f/Old|x]]\r\n`;
      const vault = makeVault(files);
      const data = makeVault().folder;
      const app = await startApp(vault.folder, data);
      const what: What = { kind: 'note', path: 'f/Old.md', to: 'g/New.md' };
      const { plan } = await app.client.call('rename.plan', { what });
      const done = app.client.call('rename.run', { what, plan, leaveStrays: false }).catch(() => null);
      await pause(wait);
      await app.kill();
      await done;
      const again = await startApp(vault.folder, data);
      apps.push(again);
      await again.client.call('notes.open', { path: 'n0.md' });
      const isAfter = (path: string) => !vault.read(path).includes('Old');
      const isWhole = () => {
        const there = existsSync(join(vault.folder, 'g/New.md'));
        if (there === existsSync(join(vault.folder, 'f/Old.md'))) return false;
        return Array.from({ length: LINKS }, (_, at) => `n${at}.md`).every((path) => isAfter(path) === there);
      };
      await eventually(isWhole, 'all or nothing');
      const there = existsSync(join(vault.folder, 'g/New.md'));
      seen[there ? 'after' : 'before'] += 1;
      expect(vault.read(there ? 'g/New.md' : 'f/Old.md')).toBe(`the note ${round}\n`);
      expect(vault.read('n7.md')).toBe(
        there ? '7 [[New]] and [[g/New|x]]\r\n' : '7 [[Old]] and [[f/Old|x]]\r\n',
      );
      expect(vault.list().filter((name) => name.endsWith('.md')).length).toBe(LINKS + 1);
      apps.splice(apps.indexOf(again), 1);
      await again.close();
    }
    expect(seen.after).toBeGreaterThan(0);
  });
});
