import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault, openApp, type TestApp } from '../support/app.ts';

const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

const many = (count: number, folder = 'in') =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/${at}.md`, `Text ${at}.\n`]));

async function open(files: Record<string, string>) {
  const vault = makeVault(files);
  const app = await openApp(vault);
  apps.push(app);
  await app.settled();
  const state = async () => {
    const { vault: now } = await app.client.call('app.state', {});
    const missing = now?.problems.find(({ code }) => code === 'missing');
    return { notes: now?.notes, missing: missing?.message };
  };
  return { vault, app, state };
}

describe('C18: notes that vanish all at once', () => {
  it('stay known, and are asked about; they come back by themselves', async () => {
    const { vault, app, state } = await open({ ...many(60), 'a.md': 'A [[7]].\n' });
    renameSync(join(vault.folder, 'in'), join(vault.folder, '..', `${Date.now()}-away`));
    await eventually(async () => (await state()).missing, 'it is said that they are missing');
    expect((await state()).missing).toContain('60 notes');
    expect((await state()).notes).toBe(61);
    const { targets } = await app.client.call('links.resolve', { from: 'a.md', targets: ['7'] });
    expect(targets[0]?.path).toBe('in/7.md');
    for (const [path, text] of Object.entries(many(60))) vault.write(path, text);
    await eventually(async () => (await state()).missing === undefined, 'all is well again');
    expect((await state()).notes).toBe(61);
  });

  it('go when the user says so', async () => {
    const { vault, app, state } = await open(many(30));
    rmSync(join(vault.folder, 'in'), { recursive: true });
    await eventually(async () => (await state()).missing, 'it is said that they are missing');
    await app.client.call('find.acceptMissing', {});
    await eventually(async () => (await state()).notes === 0, 'they are let go');
    expect((await state()).missing).toBeUndefined();
  });

  it('a folder that is renamed, and a few notes that are deleted, are no such thing', async () => {
    const { vault, state } = await open({ ...many(60), ...many(40, 'out') });
    renameSync(join(vault.folder, 'in'), join(vault.folder, 'moved'));
    for (let at = 0; at < 4; at += 1) rmSync(join(vault.folder, 'out', `${at}.md`));
    await eventually(async () => (await state()).notes === 96, 'four are gone');
    expect((await state()).missing).toBeUndefined();
  });
});

it('C17: when the whole folder goes, nothing is forgotten and it is not made again', async () => {
  const { vault, app, state } = await open(many(20));
  renameSync(vault.folder, `${vault.folder}-away`);
  await app.settled();
  expect((await state()).notes).toBe(20);
  mkdirSync(vault.folder);
  await app.settled();
  expect((await state()).notes).toBe(20);
  rmSync(vault.folder, { recursive: true });
  renameSync(`${vault.folder}-away`, vault.folder);
  expect(vault.list()).toContain('in/7.md');
});
