import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/contract/client.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { extraction } from '../support/extract-what.ts';
import { makeDisk, mayMount, type SmallDisk } from '../support/tmpfs.ts';
import { Typist } from '../support/typist.ts';
import { lockJournal } from './lock-journal.ts';
import { type AppAt, openAt } from './open-at.ts';

const apps: AppAt[] = [];
const disks: SmallDisk[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  for (const disk of disks.splice(0)) disk.unmount();
  cleanUp();
});

const FILES = { 'a.md': 'see [[b]]\n\n# Part\n\ntake this\n', 'b.md': 'b\n', 'c.md': 'c [[b]]\n' };

async function open(vault: string, data: string): Promise<AppAt> {
  const app = await openAt(vault, data);
  apps.push(app);
  return app;
}

/** Opens the app on it once, so that there is a journal. */
async function begun(vault: string, data: string): Promise<void> {
  const app = await open(vault, data);
  await app.client.call('notes.open', { path: 'a.md' });
  await apps.pop()?.close();
}

async function rename(client: Client) {
  const what = { kind: 'note' as const, path: 'b.md', to: 'renamed.md' };
  const { plan } = await client.call('rename.plan', { what });
  return client.call('rename.run', { what, plan, leaveStrays: false });
}

async function extract(client: Client, what = 'take this') {
  const { version, text } = await client.call('notes.open', { path: 'a.md' });
  const from = text.indexOf(what);
  return client.call('extract.run', {
    what: extraction({ path: 'a.md', version, range: { from, to: from + what.length }, title: 'New' }),
    plan: null,
    leaveStrays: false,
  });
}

/** Nothing of several notes is done, it is said why, and everything else goes on. */
async function expectRefused(
  client: Client,
  reason: RegExp,
  read: (path: string) => string,
  list: () => string[],
) {
  const before = list();
  for (const several of [rename, extract]) {
    const message = expect.stringMatching(reason);
    await expect(several(client)).rejects.toMatchObject({ code: 'io', message });
    await expect(several(client)).rejects.toMatchObject({
      message: expect.stringMatching(/^Nothing was changed/),
    });
  }
  for (const [path, text] of Object.entries(FILES)) {
    expect(read(path)).toBe(text);
    expect((await client.call('notes.open', { path })).text).toBe(text);
  }
  // A note that was not open yet; and one file by itself is whole in any case.
  expect((await client.call('notes.open', { path: 'other.md' })).text).toBe('other\n');
  await client.call('notes.create', { path: 'made.md', text: 'made\n' });
  expect(read('made.md')).toBe('made\n');
  const typist = await Typist.open(client, 'other.md');
  typist.type(0, 'typed ');
  await typist.save();
  expect(read('other.md')).toBe('typed other\n');
  expect(list().filter((path) => path !== 'made.md')).toEqual(before);
}

/** All of it is done now. */
async function expectDone(client: Client, read: (path: string) => string) {
  await eventually(
    () =>
      rename(client)
        .then(() => true)
        .catch(() => false),
    'it can be renamed',
  );
  await extract(client);
  expect(read('c.md')).toBe('c [[renamed]]\n');
  expect(read('a.md')).toBe('see [[renamed]]\n\n# Part\n\n-> [[New]]\n');
  expect(read('New.md')).toContain('take this');
}

describe('a change of several notes', () => {
  it('C56: is refused in words while another program holds the journal from the start, and freezes nothing', async () => {
    const vault = makeVault({ ...FILES, 'other.md': 'other\n' });
    const data = makeVault().folder;
    await begun(vault.folder, data);
    const { release } = await lockJournal(data, 120_000, 'alone');
    const { client } = await open(vault.folder, data);
    await expectRefused(client, /another program/, vault.read, vault.list);
    await release();
    await expectDone(client, vault.read);
  });

  it('C56: is refused in words while another program holds the journal, and nothing is changed', async () => {
    const vault = makeVault({ ...FILES, 'other.md': 'other\n' });
    const data = makeVault().folder;
    const { client } = await open(vault.folder, data);
    await client.call('notes.open', { path: 'a.md' });
    const { release } = await lockJournal(data, 120_000);
    await expectRefused(client, /another program/, vault.read, vault.list);
    await release();
    await expectDone(client, vault.read);
  });
});

describe.runIf(mayMount())('a change of several notes, where the app’s own folder', () => {
  function disk(kilobytes: number): SmallDisk {
    const made = makeDisk(kilobytes);
    if (made === null) throw new Error('nothing can be mounted');
    disks.push(made);
    return made;
  }

  it('C12: is full: it is refused in words, and can be done once there is space', async () => {
    // As much as the journal’s log has no room for, however it is packed.
    const much = randomBytes(200_000).toString('hex');
    const before = `begin\n\n${much}\n\nend\n`;
    const vault = makeVault({ 'a.md': before });
    const data = disk(4096);
    const app = await open(vault.folder, data.folder);
    await app.client.call('notes.open', { path: 'a.md' });
    await eventually(async () => (await app.vaultState()).indexing === null, 'the folder is read');
    data.fill();
    await expect(extract(app.client, much)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(/^Nothing was changed.*disk is full/),
    });
    expect(vault.read('a.md')).toBe(before);
    expect((await app.client.call('notes.open', { path: 'a.md' })).text).toBe(before);
    expect(vault.list()).toEqual(['a.md']);
    // One file by itself is whole in any case.
    const typist = await Typist.open(app.client, 'a.md');
    typist.type(0, `${much.slice(1000)}\n\n`);
    await typist.save();
    expect(vault.read('a.md')).toBe(typist.text);
    await eventually(() => isTold(app), 'it is told that the history is not kept');
    data.free();
    await extract(app.client, much);
    expect(vault.read('New.md')).toContain(much);
    typist.type(0, 'more ');
    await typist.save();
    await eventually(async () => !(await isTold(app)), 'all is said to be well');
  });
});

const isTold = async (app: AppAt) => (await app.vaultState()).problems.some(({ code }) => code === 'journal');
