import { appendFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import { afterEach, expect, it } from 'vitest';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { openAuthority } from '../faults/authority.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { makeDisk, mayMount } from '../support/tmpfs.ts';
import { Typist } from '../support/typist.ts';
import { type AppAt, openAt } from './open-at.ts';
import { startApp } from './start-app.ts';

const apps: AppAt[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function open(vault: string, data = makeVault().folder): Promise<AppAt> {
  const app = await openAt(vault, data);
  apps.push(app);
  return app;
}

const stateOf = async (app: AppAt) => (await app.client.call('notes.open', { path: 'a.md' })).state;

it('C15: a write-protected note can be written again as soon as its file can, and the other way round', async () => {
  const vault = makeVault({ 'a.md': 'one\n' });
  const file = join(vault.folder, 'a.md');
  chmodSync(file, 0o444);
  const app = await open(vault.folder);
  const typist = await Typist.open(app.client, 'a.md');
  expect(typist.note.readOnly).toMatch(/write-protected/);
  chmodSync(file, 0o644);
  await eventually(async () => (await stateOf(app)).kind === 'saved', 'it can be written');
  typist.type(4, 'two\n');
  await typist.save();
  expect(vault.read('a.md')).toBe('one\ntwo\n');
  chmodSync(file, 0o444);
  await eventually(
    async () => (await stateOf(app)).kind === 'read-only',
    'it is said before anything is typed',
  );
});

it('C15: what was typed in the moment in which a note was write-protected is kept, said, and written later', async () => {
  const vault = makeVault({ 'a.md': 'one\n' });
  const app = await open(vault.folder);
  const typist = await Typist.open(app.client, 'a.md');
  chmodSync(join(vault.folder, 'a.md'), 0o444);
  await eventually(async () => (await stateOf(app)).kind === 'read-only', 'it is said');
  typist.type(4, 'two\n');
  await typist.push();
  await eventually(async () => (await stateOf(app)).kind === 'failed', 'it is said not to be saved');
  chmodSync(join(vault.folder, 'a.md'), 0o644);
  await eventually(() => vault.read('a.md') === 'one\ntwo\n', 'it is written');
  await eventually(async () => (await stateOf(app)).kind === 'saved', 'that is said');
});

it('C15: where nothing tells of it, what was typed in a write-protected note is written all the same when it can be', async () => {
  const vault = makeVault({ 'a.md': 'one\n' });
  const file = join(vault.folder, 'a.md');
  const folders = { vault: vault.folder, data: makeVault().folder };
  const before = await openAuthority(folders);
  const { id } = await before.documents.open('a.md' as NotePath);
  chmodSync(file, 0o444);
  await before.documents.push(id, 0, 'w', [
    { kind: 'typed', changes: changesToJson(ChangeSet.of({ from: 4, insert: 'two\n' }, 4)) },
  ]);
  await before.close();
  const authority = await openAuthority(folders);
  try {
    const document = await authority.documents.open('a.md' as NotePath);
    expect(document.state).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/write-protected/),
    });
    chmodSync(file, 0o644);
    await eventually(() => vault.read('a.md') === 'one\ntwo\n', 'it is written');
  } finally {
    await authority.close();
  }
});

it('C15: what a crash left unsaved in a note that is write-protected now is said not to be saved, and is written when it can be', async () => {
  const [vault, data] = [makeVault({ 'a.md': 'one\n' }), makeVault().folder];
  const before = await startApp(vault.folder, data);
  const writer = await Typist.open(before.client, 'a.md');
  writer.type(4, 'two\n');
  await writer.push();
  await before.kill();
  chmodSync(join(vault.folder, 'a.md'), 0o444);
  const app = await open(vault.folder, data);
  const typist = await Typist.open(app.client, 'a.md');
  expect(typist.text).toBe('one\ntwo\n');
  await eventually(async () => (await stateOf(app)).kind === 'failed', 'it is said');
  expect(await stateOf(app)).toMatchObject({ reason: expect.stringMatching(/write-protected/) });
  // It is kept as safely as any other text, so there is no reason to stop.
  typist.type(typist.text.length, 'three\n');
  await typist.push();
  expect(vault.read('a.md')).toBe('one\n');
  chmodSync(join(vault.folder, 'a.md'), 0o644);
  await eventually(() => vault.read('a.md') === 'one\ntwo\nthree\n', 'it is written');
  await eventually(async () => (await stateOf(app)).kind === 'saved', 'that is said');
});

it.runIf(mayMount())(
  'C11: a change by another program does not make a failed save look well: only a save that worked does',
  async () => {
    const disk = makeDisk(1024);
    if (disk === null) throw new Error('nothing can be mounted');
    try {
      const app = await open(disk.folder);
      const typist = await Typist.open(app.client, 'a.md', 'begin\n');
      typist.type(6, 'saved\n');
      await typist.save();
      disk.fill();
      typist.type(0, 'x'.repeat(30_000));
      await typist.push();
      await eventually(async () => (await stateOf(app)).kind === 'failed', 'it is said');
      const from = app.events.length;
      // Within the block that the file has already.
      appendFileSync(join(disk.folder, 'a.md'), 'theirs\n');
      await eventually(() => typist.text.endsWith('theirs\n'), 'it is merged');
      await pause(500);
      const states = app.events
        .slice(from)
        .flatMap((event) => (event.name === 'note.state' ? [event.payload.state.kind] : []));
      expect(new Set(states)).toEqual(new Set(['failed']));
      disk.free();
      await eventually(async () => (await stateOf(app)).kind === 'saved', 'it is saved in the end');
      await app.close();
    } finally {
      disk.unmount();
    }
  },
);
