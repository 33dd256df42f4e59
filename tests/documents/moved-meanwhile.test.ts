import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
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

  it('C28: is one note to all who ask for it at once, by what windows call it and by where it is now', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const folders = { vault: vault.folder, data: makeVault().folder };
    const before = await openAuthority(folders);
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
      const soon = async <Value>(ask: () => Promise<Value>) => {
        await pause(random() * 12);
        return ask();
      };
      const found = await Promise.all([
        soon(async () => (await documents.pull(id, 1)).document),
        soon(async () => (await documents.pull(id, 1)).document),
        soon(() => documents.open(to as NotePath)),
      ]);
      expect(new Set(found.map((document) => `${document.id} ${document.path}`))).toEqual(
        new Set([`${id} ${to}`]),
      );
      expect(new Set(found).size, `round ${round}`).toBe(1);
      await close();
    }
    expect(vault.list()).toEqual(['a.md']);
  });
});
