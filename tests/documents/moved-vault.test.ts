import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { Typist, writeNote } from '../support/typist.ts';
import { type AppAt, openAt } from './open-at.ts';
import { startApp } from './start-app.ts';

const apps: AppAt[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function open(folder: string, data: string): Promise<AppAt> {
  const app = await openAt(folder, data);
  apps.push(app);
  return app;
}
const end = async () => apps.pop()?.close();

/** A folder in which a vault may be renamed. */
function place(files: Record<string, string>) {
  const around = makeVault();
  const at = (name: string) => join(around.folder, name);
  for (const [path, text] of Object.entries(files)) around.write(`notes/${path}`, text);
  return { around, at, data: makeVault().folder };
}

/** Types into a note what gets into no file, and is killed. */
async function leaveUnsaved(around: TestVault, folder: string, data: string): Promise<void> {
  const app = await startApp(folder, data);
  await app.client.call('find.visited', { path: 'a.md' });
  const typist = await Typist.open(app.client, 'a.md');
  rmSync(join(folder, 'a.md'));
  mkdirSync(join(folder, 'a.md'));
  typist.type(0, '<unsaved> ');
  await typist.push();
  const [id = ''] = readdirSync(join(data, 'vaults'));
  await eventually(() => existsSync(join(data, 'vaults', id, 'recents.json')), 'it is known what was opened');
  await app.kill();
  rmSync(join(folder, 'a.md'), { recursive: true });
  around.write('notes/a.md', 'a\n');
}

async function textsInHistory(app: AppAt, path: string): Promise<string[]> {
  const { moments } = await app.client.call('history.moments', { path });
  const texts = [];
  for (const { document, version, kept } of moments)
    texts.push((await app.client.call('history.text', { document, version, kept })).text);
  return texts;
}

describe('a vault', () => {
  it('C17: that is renamed after a crash finds its unsaved text and its history again', async () => {
    const { around, at, data } = place({ 'a.md': 'a\n' });
    await leaveUnsaved(around, at('notes'), data);
    renameSync(at('notes'), at('moved'));
    const app = await open(at('moved'), data);
    await eventually(() => around.read('moved/a.md') === '<unsaved> a\n', 'the text is back');
    expect(await textsInHistory(app, 'a.md')).toContain('a\n');
    expect(readdirSync(join(data, 'vaults')).length).toBe(1);
    await end();
    renameSync(at('moved'), at('notes'));
    expect(await textsInHistory(await open(at('notes'), data), 'a.md')).toContain('<unsaved> a\n');
  });

  it('C17: that is renamed while it is open is gone on with under its new name', async () => {
    const { around, at, data } = place({ 'a.md': 'a\n' });
    const app = await open(at('notes'), data);
    await writeNote(app.client, 'a.md', 'a\nmore\n');
    renameSync(at('notes'), at('moved'));
    await app.client.call('app.openFolder', { folder: at('moved') });
    expect(await textsInHistory(app, 'a.md')).toEqual(['a\nmore\n', 'a\n']);
    await writeNote(app.client, 'a.md', 'after\n');
    expect(around.read('moved/a.md')).toBe('after\n');
  });

  it('C17: and its copy have a journal each, also at the same time', async () => {
    const { around, at, data } = place({ 'a.md': 'a\n' });
    const first = await open(at('notes'), data);
    await first.client.call('find.visited', { path: 'a.md' });
    await writeNote(first.client, 'a.md', 'first\n');
    cpSync(at('notes'), at('copy'), { recursive: true });
    const second = await open(at('copy'), data);
    await writeNote(second.client, 'a.md', 'second\n');
    expect(around.read('notes/a.md')).toBe('first\n');
    expect(around.read('copy/a.md')).toBe('second\n');
    expect(await textsInHistory(second, 'a.md')).not.toContain('a\n');
    await end();
    await end();
    // The copy takes the place of the first, which lies elsewhere now: each keeps its own.
    renameSync(at('notes'), at('elsewhere'));
    renameSync(at('copy'), at('notes'));
    expect(await textsInHistory(await open(at('notes'), data), 'a.md')).toEqual(['second\n', 'first\n']);
    expect(await textsInHistory(await open(at('elsewhere'), data), 'a.md')).toEqual(['first\n', 'a\n']);
  });

  it('C17: of other notes at the path of one that was deleted gets nothing of it', async () => {
    const { around, at, data } = place({ 'a.md': 'a\n', 'b.md': 'b\n' });
    await leaveUnsaved(around, at('notes'), data);
    rmSync(at('notes'), { recursive: true });
    around.write('notes/other.md', 'other\n');
    const app = await open(at('notes'), data);
    expect((await app.client.call('history.deleted', {})).notes).toEqual([]);
    await writeNote(app.client, 'other.md', 'mine\n');
    expect(around.list().filter((path) => path.endsWith('.md'))).toEqual(['notes/other.md']);
  });

  it('C17: that is copied back to its path goes on with its history', async () => {
    const { at, data } = place({ 'a.md': 'a\n' });
    const app = await open(at('notes'), data);
    await app.client.call('find.visited', { path: 'a.md' });
    await writeNote(app.client, 'a.md', 'a\nmore\n');
    await end();
    cpSync(at('notes'), at('backup'), { recursive: true });
    rmSync(at('notes'), { recursive: true });
    cpSync(at('backup'), at('notes'), { recursive: true });
    expect(await textsInHistory(await open(at('notes'), data), 'a.md')).toEqual(['a\nmore\n', 'a\n']);
  });

  it('C17: whose place only was known is known by more from its next start on', async () => {
    const { at, data } = place({ 'a.md': 'a\n' });
    const app = await open(at('notes'), data);
    await writeNote(app.client, 'a.md', 'a\nmore\n');
    await end();
    const [id = ''] = readdirSync(join(data, 'vaults'));
    rmSync(join(data, 'vaults', id, 'vault.json'));
    await open(at('notes'), data);
    await end();
    renameSync(at('notes'), at('moved'));
    expect(await textsInHistory(await open(at('moved'), data), 'a.md')).toEqual(['a\nmore\n', 'a\n']);
  });
});
