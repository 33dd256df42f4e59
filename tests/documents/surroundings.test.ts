import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src/backend/app.ts';
import { createClient } from '../../src/contract/client.ts';
import { cleanUp, eventually, makeVault, openApp, type TestApp, type TestVault } from '../support/app.ts';
import { inspectionOf } from '../support/inspection.ts';
import { WORKERS } from '../support/modules.ts';
import { Typist } from '../support/typist.ts';
import { startApp } from './start-app.ts';

type Listener = Parameters<typeof import('@parcel/watcher').subscribe>[1];
/** The system's watching: it may fail at once, or say nothing more but what the test has it say. */
const watching = vi.hoisted(() => ({ fails: false, isMute: false, listener: null as Listener | null }));
vi.mock('@parcel/watcher', async (original) => {
  const watcher = await original<typeof import('@parcel/watcher')>();
  return {
    ...watcher,
    subscribe: (...[folder, listener, options]: Parameters<typeof watcher.subscribe>) => {
      watching.listener = listener;
      if (watching.fails) return Promise.reject(new Error('inotify watch limit reached'));
      return watcher.subscribe(folder, (...event) => !watching.isMute && listener(...event), options);
    },
  };
});

const apps: TestApp[] = [];
afterEach(async () => {
  watching.fails = false;
  watching.isMute = false;
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function on(vault: TestVault, now?: string) {
  const app = await openApp(vault, now);
  apps.push(app);
  return app;
}

describe('the evening', () => {
  it('C58: what is being typed at the end of an evening stays in it; the next one opens beside it', async () => {
    const vault = makeVault({});
    let now = new Date('2021-02-10T03:59:50');
    const dataFolder = makeVault().folder;
    const app = createApp({
      door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
      dataFolder,
      sampleFolder: dataFolder,
      workers: WORKERS,
      version: 'test',
      clock: () => now,
    });
    await app.openFolder(vault.folder);
    const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
    const { path, template } = await client.call('journal.tonight', {});
    const typist = await Typist.open(client, path, template);
    typist.type(typist.text.length, 'before the end, ');
    await typist.push();
    now = new Date('2021-02-10T04:00:10');
    typist.type(typist.text.length, 'and after it');
    await typist.save();
    const next = await client.call('journal.tonight', {});
    expect(next.path).not.toBe(path);
    expect(vault.read(path)).toContain('before the end, and after it');
    const other = await Typist.open(client, next.path, next.template);
    other.type(other.text.length, 'a new evening');
    await other.save();
    expect(vault.read(next.path)).toContain('a new evening');
    expect(vault.read(path)).not.toContain('a new evening');
    await app.close();
  });

  it('C61: rambles stay rambles when the name pattern or the folder is changed', async () => {
    const vault = makeVault({ '2021-02-08 - The Evening Ramble.md': 'Monday.\n', 'a.md': 'x\n' });
    const { client, settled } = await on(vault);
    await client.call('settings.change', {
      patch: { journal: { folder: 'Journal', namePattern: 'YYYY-MM-DD' } },
    });
    await settled();
    const { path, template } = await client.call('journal.tonight', {});
    expect(path).toBe('Journal/2021-02-09.md');
    const typist = await Typist.open(client, path, template);
    typist.type(typist.text.length, 'Tuesday.\n');
    await typist.save();
    await settled();
    await eventually(async () => {
      const { rambles } = await client.call('journal.rambles', {});
      return rambles.map(({ day }) => day).join() === '2021-02-09,2021-02-08';
    }, 'both are rambles');
  });

  it('a day without words leaves no file and no trace in the history', async () => {
    const vault = makeVault({});
    const { client } = await on(vault);
    const { path, template } = await client.call('journal.tonight', {});
    const typist = await Typist.open(client, path, template);
    expect(typist.note.state).toEqual({ kind: 'unwritten' });
    await client.call('notes.flush', { document: typist.note.document });
    expect(vault.list()).toEqual([]);
    expect(await client.call('history.deleted', {})).toEqual({ notes: [] });
  });
});

it('C20: a temporary file that a kill left is never a note, and goes', async () => {
  const vault = makeVault({
    'a.md': 'x\n',
    '.ramble-0123abcd.tmp': 'half',
    'in/.ramble-0123abce.tmp': 'half',
  });
  const old = new Date(Date.now() - 120_000);
  for (const name of ['.ramble-0123abcd.tmp', 'in/.ramble-0123abce.tmp'])
    utimesSync(join(vault.folder, name), old, old);
  const { client, settled } = await on(vault);
  await settled();
  const { notes } = await inspectionOf(client);
  expect(notes.map(({ path }) => path)).toEqual(['a.md']);
  expect(vault.list()).toEqual(['a.md', 'in']);
});

// It is tried again where the machine was busy with something else for a second.
it('C33: where nothing can be watched, changes are found within five seconds, and it is said', {
  retry: 2,
}, async () => {
  watching.fails = true;
  const vault = makeVault({ 'a.md': 'one\n' });
  const { client } = await on(vault);
  const typist = await Typist.open(client, 'a.md');
  await eventually(async () => {
    const { vault: state } = await client.call('app.state', {});
    return state?.problems.some(({ code, message }) => code === 'watch' && message.includes('inotify'));
  }, 'it is said');
  const begun = performance.now();
  vault.write('a.md', 'one\ntwo\n');
  await eventually(() => typist.text === 'one\ntwo\n', 'it is found');
  expect(performance.now() - begun).toBeLessThan(6000);
});

it.each([
  // What the system says when its queue of events is full.
  [
    'its queue of events overflows',
    'Events were dropped by the FSEvents client. File system must be re-scanned.',
  ],
  ['it dies while the app runs', 'Error reading from inotify: Bad file descriptor'],
  // Linux drops what its queue has no room for, and the watcher does not say so.
  ['more events come at once than the queue may hold', null],
])('C33: where %s, all changes are found within five seconds', async (_, message) => {
  const isDead = message?.includes('inotify') ?? false;
  const vault = makeVault({ 'a.md': 'one\n', 'b.md': '[[a]]\n' });
  const { client, settled } = await on(vault);
  const typist = await Typist.open(client, 'a.md');
  await settled();
  await eventually(() => watching.listener !== null, 'it is watched');
  watching.isMute = true;
  vault.write('a.md', 'one\ntwo\n');
  for (let count = 0; count < 300; count += 1) vault.write(`new/${count}.md`, '[[b]]\n');
  const begun = performance.now();
  const many = Array.from({ length: 4000 }, (_event, at) => {
    return { type: 'update' as const, path: join(vault.folder, `gone/${at}.md`) };
  });
  watching.listener?.(message === null ? null : new Error(message), message === null ? many : []);
  await eventually(() => typist.text === 'one\ntwo\n', 'an open note follows');
  await eventually(async () => (await inspectionOf(client)).notes.length === 302, 'the index has the others');
  // The machine that this runs on may be slow; a full minute is what it takes where nobody says anything.
  expect(performance.now() - begun).toBeLessThan(10_000);
  const { vault: state } = await client.call('app.state', {});
  const said = state?.problems.some(
    ({ code, message: told }) => code === 'watch' && told.includes('inotify'),
  );
  expect(said).toBe(isDead);
});

it.runIf(process.getuid?.() === 0)(
  'C66: a folder that cannot be read any more is said, and not taken for deleted',
  async () => {
    const vault = makeVault({ 'a.md': 'one\n', 'in/b.md': 'two\n' });
    const data = makeVault().folder;
    for (const folder of [vault.folder, data]) chmodSync(folder, 0o777);
    // The administrator may read everything.
    const app = await startApp(vault.folder, data, {
      under: ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'],
    });
    try {
      const inspect = () => inspectionOf(app.client);
      const paths = async () =>
        (await inspect()).notes
          .map(({ path }) => path)
          .sort()
          .join();
      await eventually(async () => (await paths()) === 'a.md,in/b.md', 'both are read');
      chmodSync(join(vault.folder, 'in'), 0);
      vault.write('c.md', 'three\n');
      await app.client.call('find.acceptMissing', {});
      await eventually(
        async () => (await inspect()).problems.some(({ path }) => path === 'in'),
        'it is said',
        30_000,
      );
      expect(await paths()).toBe('a.md,c.md,in/b.md');
      await expect(app.client.call('notes.open', { path: 'in/b.md' })).rejects.toMatchObject({ code: 'io' });
      expect(await app.client.call('history.deleted', {})).toEqual({ notes: [] });
    } finally {
      chmodSync(join(vault.folder, 'in'), 0o755);
      await app.close();
    }
  },
);

it('C66: the root of the system is refused, and what is open goes on', async () => {
  const vault = makeVault({ 'a.md': 'one\n', 'in/b.md': 'two\n' });
  const { client, settled } = await on(vault);
  await settled();
  await expect(client.call('app.openFolder', { folder: '/' })).rejects.toMatchObject({ code: 'bad-folder' });
  writeFileSync(join(vault.folder, 'a.md'), 'still here\n');
  await eventually(
    async () => (await client.call('notes.open', { path: 'a.md' })).text === 'still here\n',
    'it goes on',
  );
});
