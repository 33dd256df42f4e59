import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import { revisionOf } from '../../src/backend/vault/revision.ts';
import { inspectionOfIndex } from '../support/inspection.ts';
import { type IndexedVault, indexed, openOver, searchFor } from './index-fixtures.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const paths = async ({ index }: IndexedVault) => (await index.listNotes()).map(({ path }) => path);
const revision = (text: string) => revisionOf(Buffer.from(text));

async function hinted(vault: IndexedVault, ...changed: string[]) {
  vault.index.hint(changed);
  await vault.index.settled();
}

// Both ways in must see the same.
describe.each<[string, (vault: IndexedVault, ...changed: string[]) => Promise<void>]>([
  ['a hint', hinted],
  ['a scan', (vault) => vault.index.scanNow()],
])('%s takes in', (_, look) => {
  test('a note that was added, changed and deleted', async () => {
    const vault = await indexed({ 'a.md': 'one' });
    expect(vault.changes).toEqual([]);
    fill(vault.root, { 'b.md': '[[a]] zebra' });
    await look(vault, 'b.md');
    expect((await vault.index.backlinks('a.md')).backlinks.map(({ path }) => path)).toEqual(['b.md']);
    fill(vault.root, { 'b.md': '#tag okapi' });
    await look(vault, 'b.md');
    expect((await vault.index.backlinks('a.md')).backlinks).toEqual([]);
    expect(await searchFor(vault.index, 'zebra', 5)).toEqual([]);
    expect(await searchFor(vault.index, 'okapi', 5)).toHaveLength(1);
    unlinkSync(join(vault.root, 'b.md'));
    await look(vault, 'b.md');
    expect(await paths(vault)).toEqual(['a.md']);
    expect(await vault.index.tags()).toEqual([]);
    expect(await vault.index.quick('b', 5)).toEqual([]);
    expect(vault.changes).toEqual([
      { path: 'b.md', revision: revision('[[a]] zebra') },
      { path: 'b.md', revision: revision('#tag okapi') },
      { path: 'b.md', revision: null },
    ]);
  });

  test('a renamed note: links follow their names', async () => {
    const vault = await indexed({ 'Old.md': 'text', 'b.md': '[[New]]' });
    expect((await vault.index.outgoing('b.md'))[0]?.resolved).toBeNull();
    renameSync(join(vault.root, 'Old.md'), join(vault.root, 'New.md'));
    await look(vault, 'Old.md', 'New.md');
    expect((await vault.index.outgoing('b.md'))[0]?.resolved).toBe('New.md');
    expect((await vault.index.quick('new', 5)).map(({ path }) => path)).toEqual(['New.md']);
    expect(vault.changes).toHaveLength(2);
  });

  test('whole folders that come, move and go', async () => {
    const vault = await indexed({ 'a.md': '' });
    fill(vault.root, { 'in/deep/b.md': '', 'in/c.md': '', 'in/p.png': '' });
    await look(vault, 'in');
    expect(await paths(vault)).toEqual(['a.md', 'in/c.md', 'in/deep/b.md']);
    expect((await vault.index.resolve('a.md', ['p.png']))[0]?.path).toBe('in/p.png');
    renameSync(join(vault.root, 'in'), join(vault.root, 'out'));
    await look(vault, 'in', 'out');
    expect(await paths(vault)).toEqual(['a.md', 'out/c.md', 'out/deep/b.md']);
    rmSync(join(vault.root, 'out'), { recursive: true });
    await look(vault, 'out');
    expect(await paths(vault)).toEqual(['a.md']);
    expect((await vault.index.resolve('a.md', ['p.png']))[0]?.path).toBeNull();
  });

  test('a note that became a folder, and a folder that became a link', async () => {
    const vault = await indexed({ 'x.md': 'text', 'real/n.md': 'n', 'folder/m.md': 'm' });
    unlinkSync(join(vault.root, 'x.md'));
    mkdirSync(join(vault.root, 'x.md'));
    rmSync(join(vault.root, 'folder'), { recursive: true });
    symlinkSync('real', join(vault.root, 'folder'));
    await look(vault, 'x.md', 'folder');
    expect(await paths(vault)).toEqual(['real/n.md']);
    expect(vault.summary.problems.map(({ path, code }) => [path, code])).toEqual([
      ['folder', 'link-to-folder'],
    ]);
  });

  test('a file whose times alone changed, without telling anybody', async () => {
    const vault = await indexed({ 'a.md': 'one' });
    utimesSync(join(vault.root, 'a.md'), new Date(0), new Date(0));
    await look(vault, 'a.md');
    expect(vault.changes).toEqual([]);
    expect(await paths(vault)).toEqual(['a.md']);
  });
});

test('a change behind a link is seen through the link', async () => {
  const vault = await indexed({ 'real.md': 'zebra' });
  symlinkSync('real.md', join(vault.root, 'link.md'));
  await hinted(vault, 'link.md');
  fill(vault.root, { 'real.md': 'okapi' });
  await hinted(vault, 'real.md');
  expect((await searchFor(vault.index, 'okapi', 5)).map(({ path }) => path).sort()).toEqual([
    'link.md',
    'real.md',
  ]);
});

test('a link that leads nowhere is looked at again when something comes or goes', async () => {
  const vault = await indexed({ 'a.md': '' });
  symlinkSync('later.md', join(vault.root, 'link.md'));
  await hinted(vault, 'link.md');
  expect(vault.summary.problems.map(({ code }) => code)).toEqual(['link-broken']);
  fill(vault.root, { 'later.md': 'zebra' });
  await hinted(vault, 'later.md');
  expect(vault.summary.problems).toEqual([]);
  expect(await paths(vault)).toEqual(['a.md', 'later.md', 'link.md']);
});

test('a hint cannot lead out of the vault or into what is hidden', async () => {
  const outside = temporaryFolder();
  fill(outside, { 'secret.md': 'secret' });
  const vault = await indexed({ 'a.md': '', '.obsidian/b.md': '', '.trash/c.md': '' });
  symlinkSync(outside, join(vault.root, 'link'));
  await hinted(
    vault,
    'link/secret.md',
    `../${outside.split('/').at(-1)}/secret.md`,
    '.obsidian/b.md',
    '.trash',
    '..',
    '',
  );
  expect(await paths(vault)).toEqual(['a.md']);
});

test('what cannot be used is listed with its reason, and its name is still found', async () => {
  const root = temporaryFolder();
  const outside = temporaryFolder();
  fill(outside, { 'out.md': 'secret' });
  fill(root, {
    'fine.md': 'fine',
    'Latin.md': Buffer.from('caf\xe9', 'latin1'),
    'Wide.md': Buffer.from('\ufeffhi', 'utf16le'),
  });
  execFileSync('mkfifo', [join(root, 'a.md')]);
  symlinkSync(join(outside, 'out.md'), join(root, 'out.md'));
  symlinkSync('.', join(root, 'loop'));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff]), Buffer.from('.md')]), '');
  const vault = openOver(root, join(temporaryFolder(), 'data'));
  await vault.index.settled();
  expect(vault.summary.problems.map(({ path, code }) => [path, code])).toEqual([
    ['Latin.md', 'not-utf8'],
    ['Wide.md', 'utf-16'],
    ['a.md', 'not-a-file'],
    ['bad\ufffd.md', 'name-not-utf8'],
    ['loop', 'link-to-folder'],
    ['out.md', 'link-outside'],
  ]);
  expect((await inspectionOfIndex(vault.index)).problems).toEqual(vault.summary.problems);
  expect(vault.summary.notes).toBe(3);
  expect((await vault.index.quick('latin', 5)).map(({ path }) => path)).toEqual(['Latin.md']);
  expect(await searchFor(vault.index, 'secret', 5)).toEqual([]);
  fill(root, { 'Latin.md': 'café' });
  await hinted(vault, 'Latin.md', 'bad\ufffd.md', '');
  expect(vault.summary.problems.map(({ path }) => path)).toEqual([
    'Wide.md',
    'a.md',
    'bad\ufffd.md',
    'loop',
    'out.md',
  ]);
  expect((await searchFor(vault.index, 'cafe', 5)).map(({ path }) => path)).toEqual(['Latin.md']);
});

test('a vault that is gone is unread, not empty', async () => {
  const parent = temporaryFolder();
  fill(parent, { 'vault/a.md': 'one' });
  const vault = openOver(join(parent, 'vault'), join(parent, 'data'));
  await vault.index.settled();
  renameSync(join(parent, 'vault'), join(parent, 'elsewhere'));
  await vault.index.scanNow();
  expect(await paths(vault)).toEqual(['a.md']);
  expect(vault.changes).toEqual([]);
  expect(vault.summary.problems).toMatchObject([{ path: '', code: 'unreadable' }]);
  renameSync(join(parent, 'elsewhere'), join(parent, 'vault'));
  await vault.index.scanNow();
  expect(vault.summary.problems).toEqual([]);
});

test('the next start reads only what changed, and says so', async () => {
  const root = temporaryFolder();
  const dataFolder = join(temporaryFolder(), 'data');
  fill(root, { 'a.md': 'one', 'b.md': 'two', 'c.md': 'three' });
  const first = openOver(root, dataFolder);
  await first.index.settled();
  expect(first.progress.at(0)).toMatchObject({ total: 3 });
  expect(first.progress.at(-1)).toBeNull();
  await first.index.close();
  fill(root, { 'b.md': 'new' });
  unlinkSync(join(root, 'c.md'));
  const second = openOver(root, dataFolder);
  await second.index.settled();
  expect(second.progress.at(0)).toMatchObject({ total: 2 });
  expect(second.changes).toEqual([
    { path: 'b.md', revision: revision('new') },
    { path: 'c.md', revision: null },
  ]);
  expect(second.summary.notes).toBe(2);
});

test('what another process took in first is told all the same', async () => {
  const root = temporaryFolder();
  const dataFolder = join(temporaryFolder(), 'data');
  fill(root, { 'a.md': 'one' });
  const window = openOver(root, dataFolder);
  // Of two that begin the index at once, one begins again, and then scans.
  await window.index.settled();
  const terminal = openOver(root, dataFolder);
  await terminal.index.settled();
  fill(root, { 'a.md': 'two', 'b.md': '' });
  await hinted(terminal, 'a.md', 'b.md');
  expect(window.changes).toEqual([]);
  await hinted(window, 'a.md');
  expect(window.changes).toEqual([{ path: 'a.md', revision: revision('two') }]);
  await window.index.scanNow();
  expect(window.changes.at(-1)).toEqual({ path: 'b.md', revision: revision('') });
});

test('after the end, a query fails instead of waiting', async () => {
  const vault = await indexed({ 'a.md': '' });
  await vault.index.close();
  await expect(vault.index.listNotes()).rejects.toMatchObject({ code: 'disconnected' });
  await expect(vault.index.settled()).rejects.toMatchObject({ code: 'disconnected' });
});

test('a scan can be held and gone on with; what is hinted meanwhile is found', async () => {
  const root = temporaryFolder();
  const COUNT = 4000;
  fill(root, Object.fromEntries(Array.from({ length: COUNT }, (_, at) => [`${at}.md`, `# note ${at}\n`])));
  const vault = openOver(root, join(temporaryFolder(), 'data'));
  await expect
    .poll(() => vault.progress.some((step) => step !== null && step.total > 0), {
      timeout: 20_000,
      interval: 5,
    })
    .toBe(true);
  vault.index.pause(true);
  // It is not whole, and whoever needs all of it has to know.
  await expect(vault.index.settled()).rejects.toMatchObject({ code: 'conflict', message: /paused/ });
  expect(vault.progress.at(-1)).toMatchObject({ paused: true, total: COUNT });
  const held = (await vault.index.listNotes()).length;
  expect(held).toBeLessThan(COUNT);
  fill(root, { 'new.md': 'zebra' });
  vault.index.hint(['new.md']);
  await expect(vault.index.settled()).rejects.toMatchObject({ code: 'conflict' });
  await expect(vault.index.scanNow()).rejects.toMatchObject({ code: 'conflict' });
  await expect(vault.index.acceptMissing()).rejects.toMatchObject({ code: 'conflict' });
  expect((await searchFor(vault.index, 'zebra', 5)).map(({ path }) => path)).toEqual(['new.md']);
  expect((await vault.index.listNotes()).length).toBe(held + 1);
  vault.index.pause(false);
  await vault.index.settled();
  expect((await vault.index.listNotes()).length).toBe(COUNT + 1);
  expect(vault.progress.at(-1)).toBe(null);
});

test('there is nothing to hold once all is read, and the next scan runs', async () => {
  const vault = await indexed({ 'a.md': '' });
  vault.index.pause(true);
  fill(vault.root, { 'b.md': '' });
  await vault.index.scanNow();
  expect(await paths(vault)).toEqual(['a.md', 'b.md']);
});

test('what is written beside the index is put into it at rest, as soon as nobody reads it any more', async () => {
  const vault = await indexed({ 'a.md': '' });
  const beside = () => statSync(`${vault.file}-wal`).size;
  const reader = new (await loadSqlite())(vault.file, { readonly: true });
  onTestFinished(() => void reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM notes').get();
  const words = Array.from({ length: 90_000 }, (_, at) => `word${at}`).join(' ');
  fill(vault.root, { 'b.md': words, 'c.md': words });
  await hinted(vault, 'b.md', 'c.md');
  await pause(4000);
  expect(beside()).toBeGreaterThan(1_000_000);
  reader.exec('COMMIT');
  await expect.poll(beside, { timeout: 8000 }).toBe(0);
});

test('who waits for the index waits for what was hinted when an earlier answer was on its way', async () => {
  const vault = await indexed({ 'a.md': 'text' });
  const added = Array.from({ length: 2000 }, (_, at) => `${at}.md`);
  // The thread that searches is there, so that it does not answer later than all is in.
  await searchFor(vault.index, 'text', 1);
  vault.index.hint(['a.md']);
  const earlier = vault.index.settled();
  // Nothing is received meanwhile.
  const answered = performance.now() + 500;
  while (performance.now() < answered);
  fill(vault.root, Object.fromEntries(added.map((path) => [path, 'okapi'])));
  vault.index.hint(added);
  const waiting = vault.index.settled();
  await earlier;
  await vault.index.settled();
  expect(await searchFor(vault.index, 'okapi', 3000)).toHaveLength(2000);
  await waiting;
});
