import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import type { NoteDocument } from '../../src/backend/documents/document.ts';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { openAuthority } from '../faults/authority.ts';
import { createRandom } from '../faults/random.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { type StartedApp, startApp } from './start-app.ts';

const apps: StartedApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.kill();
  cleanUp();
});

async function start(vault: string, data: string): Promise<StartedApp> {
  const app = await startApp(vault, data);
  apps.push(app);
  return app;
}

describe('a file that is moved while the app is not running', () => {
  it('C28: takes along what was typed and is in no file yet; the window goes on there', async () => {
    const vault = makeVault({ 'a.md': 'one\n', 'b.md': 'two\n' });
    const data = makeVault().folder;
    const before = await start(vault.folder, data);
    const typist = await Typist.open(before.client, 'a.md');
    typist.type(0, 'typed ');
    await typist.push();
    // In the journal, and not in the file yet.
    await before.kill();
    expect(vault.read('a.md')).toBe('one\n');
    mkdirSync(join(vault.folder, 'in'));
    renameSync(join(vault.folder, 'a.md'), join(vault.folder, 'in', 'else.md'));

    const after = await start(vault.folder, data);
    await eventually(() => vault.read('in/else.md') === 'typed one\n', 'the text is in the moved file');
    typist.reconnect(after.client);
    typist.type(0, 'and ');
    await typist.save();
    expect(vault.read('in/else.md')).toBe('and typed one\n');
    await pause(500);
    expect(vault.list().filter((path) => path.endsWith('.md'))).toEqual(['b.md', 'in/else.md']);
    expect(
      (await after.client.call('history.moments', { path: 'in/else.md' })).moments.length,
    ).toBeGreaterThan(1);
  });

  it('C28: is found by a window that has nothing unsaved, too', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const data = makeVault().folder;
    const before = await start(vault.folder, data);
    const typist = await Typist.open(before.client, 'a.md');
    typist.type(0, 'saved ');
    await typist.save();
    await before.kill();
    renameSync(join(vault.folder, 'a.md'), join(vault.folder, 'else.md'));
    typist.type(0, 'later ');

    const after = await start(vault.folder, data);
    typist.reconnect(after.client);
    await typist.save();
    expect(vault.read('else.md')).toBe('later saved one\n');
    expect(vault.list()).toEqual(['else.md']);
  });

  it.each([
    ['saved', []],
    ['killed before the journal had that it was saved', ['saved']],
  ])(
    'C28: is one note to all who ask for it at once, by what windows call it and by where it is now: %s',
    async (_, unkept) => {
      const vault = makeVault({ 'a.md': 'one\n' });
      const folders = { vault: vault.folder, data: makeVault().folder };
      const before = await openAuthority(folders, undefined, ({ type }) => !unkept.includes(type));
      const { id } = await before.documents.open('a.md' as NotePath);
      await before.documents.push(id, 0, 'w', [
        { kind: 'typed', changes: changesToJson(ChangeSet.of({ from: 0, insert: 'saved ' }, 4)) },
      ]);
      await before.documents.flushAll();
      await before.close();
      const random = createRandom(28);
      for (let round = 0; round < 60; round += 1) {
        const [from, to] = round % 2 === 0 ? ['a.md', 'else.md'] : ['else.md', 'a.md'];
        renameSync(join(vault.folder, from), join(vault.folder, to));
        const { documents, close } = await openAuthority(folders);
        const soon = async (ask: () => Promise<NoteDocument>) => {
          await pause(random() * 12);
          return ask().catch(String);
        };
        const found = await Promise.all([
          soon(async () => (await documents.pull(id, 1)).document),
          soon(async () => (await documents.pull(id, 1)).document),
          soon(() => documents.open(to as NotePath)),
        ]);
        const told = found.map((one) => (typeof one === 'string' ? one : `${one.id} ${one.path}`));
        expect(told, `round ${round}`).toEqual(Array(3).fill(`${id} ${to}`));
        expect(new Set(found).size, `round ${round}`).toBe(1);
        await close();
      }
      expect(vault.list()).toEqual(['a.md']);
    },
  );
});

it.each([
  ['by the file that it is', true],
  ['by what it holds, where the system did not tell which file it is', false],
])('C28: a file that comes back elsewhere after it was nowhere is followed, %s', async (_, isKnown) => {
  const vault = makeVault({ 'a.md': 'one\n' });
  const away = makeVault();
  const authority = await openAuthority({ vault: vault.folder, data: makeVault().folder });
  const { documents, close } = authority;
  const document = await documents.open('a.md' as NotePath);
  if (!isKnown) document.disk.file = null;
  await documents.push(document.id, 0, 'w', [
    { kind: 'typed', changes: changesToJson(ChangeSet.of({ from: 4, insert: 'two\n' }, 4)) },
  ]);
  renameSync(join(vault.folder, 'a.md'), join(away.folder, 'a.md'));
  documents.compare();
  await eventually(() => document.state.kind === 'gone', 'it is said to be gone');
  mkdirSync(join(vault.folder, 'in'));
  renameSync(join(away.folder, 'a.md'), join(vault.folder, 'in', 'b.md'));
  documents.hint(['in/b.md']);
  await eventually(() => document.path === 'in/b.md', 'it is found');
  await eventually(() => vault.read('in/b.md') === 'one\ntwo\n', 'and written');
  await eventually(() => document.state.kind === 'saved', 'and said to be');
  await close();
});

it('C28: a note that is opened where the file of an open one has gone is that one, before anybody tells of it', async () => {
  const vault = makeVault({ 'a.md': 'one\n', 'copy.md': 'one\n' });
  const { documents, close } = await openAuthority({ vault: vault.folder, data: makeVault().folder });
  const document = await documents.open('a.md' as NotePath);
  expect(await documents.open('copy.md' as NotePath)).not.toBe(document);
  renameSync(join(vault.folder, 'a.md'), join(vault.folder, 'b.md'));
  await documents.push(document.id, 0, 'w', [
    { kind: 'typed', changes: changesToJson(ChangeSet.of({ from: 4, insert: 'two\n' }, 4)) },
  ]);
  expect(await documents.open('b.md' as NotePath)).toBe(document);
  expect(document.path).toBe('b.md');
  await documents.flush(document);
  expect([vault.read('b.md'), vault.list()]).toEqual(['one\ntwo\n', ['b.md', 'copy.md']]);
  await close();
});

it('C28: a file is followed that is told of by its new path only', async () => {
  const vault = makeVault({ 'a.md': 'one\n' });
  const { documents, close } = await openAuthority({ vault: vault.folder, data: makeVault().folder });
  const document = await documents.open('a.md' as NotePath);
  renameSync(join(vault.folder, 'a.md'), join(vault.folder, 'b.md'));
  documents.hint(['b.md']);
  await eventually(() => document.path === 'b.md', 'it is followed');
  await close();
});
