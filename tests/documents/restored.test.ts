import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { type AppAt, openAt } from './open-at.ts';
import { startApp } from './start-app.ts';

const apps: AppAt[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function typeAndPush(typist: Typist, words: string[]): Promise<void> {
  for (const word of words) {
    typist.type(typist.text.length, `${word} `);
    await typist.push();
  }
}

async function restoredAt(vault: string, data: string): Promise<{ app: AppAt; restored: unknown }> {
  const app = await openAt(vault, data);
  apps.push(app);
  const restored = await eventually(
    async () => (await app.vaultState()).restored,
    'what was restored is told',
  );
  return { app, restored };
}

describe('C01: what was restored after a crash', () => {
  it('C01: is the edits that were in no file, also where another program’s change was merged with them', async () => {
    const vault = makeVault({ 'a.md': 'one\ntwo\nthree\n' });
    const data = makeVault().folder;
    const app = await startApp(vault.folder, data);
    const typist = await Typist.open(app.client, 'a.md');
    await typeAndPush(
      typist,
      Array.from({ length: 20 }, (_, at) => `saved${at}`),
    );
    await typist.save();
    const file = join(vault.folder, 'a.md');
    chmodSync(file, 0o444);
    await typeAndPush(typist, ['kept1', 'kept2', 'kept3']);
    vault.write('a.md', `theirs\n${vault.read('a.md')}`);
    await eventually(() => typist.text.startsWith('theirs\n'), 'their change is merged');
    await typeAndPush(typist, ['kept4']);
    await app.kill();
    chmodSync(file, 0o644);

    const { app: again, restored } = await restoredAt(vault.folder, data);
    expect(restored).toEqual({ edits: 4, notes: 1 });
    await eventually(() => vault.read('a.md') === typist.text, 'it is in the file');
    await again.client.call('history.seenRestored', {});
    expect((await again.vaultState()).restored).toBeNull();
    expect(again.events.at(-1)).toMatchObject({ name: 'vault.progressed', payload: { restored: null } });
  });

  it('C01: is counted where a note was opened, and saved, before all was looked through', async () => {
    const vault = makeVault({ 'a.md': 'one\n', 'b.md': 'two\n' });
    const data = makeVault().folder;
    const app = await startApp(vault.folder, data);
    for (const name of ['a.md', 'b.md']) {
      const typist = await Typist.open(app.client, name);
      chmodSync(join(vault.folder, name), 0o444);
      await typeAndPush(typist, ['kept1', 'kept2']);
    }
    await app.kill();
    for (const name of ['a.md', 'b.md']) chmodSync(join(vault.folder, name), 0o644);
    const again = await openAt(vault.folder, data);
    apps.push(again);
    const { document } = await again.client.call('notes.open', { path: 'b.md' });
    await again.client.call('notes.flush', { document });
    const restored = await eventually(async () => (await again.vaultState()).restored, 'it is told');
    expect(restored).toEqual({ edits: 4, notes: 2 });
  });
});
