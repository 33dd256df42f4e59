import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/backend/app.ts';
import { openRecents } from '../../src/backend/recents.ts';
import { createSettings } from '../../src/backend/services/settings.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { cleanUp, makeVault, openApp } from '../support/app.ts';
import { WORKERS } from '../support/modules.ts';

afterEach(cleanUp);

function appWith(dataFolder: string) {
  return createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder,
    sampleFolder: dataFolder,
    workers: WORKERS,
    version: 'test',
  });
}

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

describe('a file of the app’s own', () => {
  it('C62: that cannot be understood is set aside, not written over, and so is the next one', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const dataFolder = makeVault().folder;
    const file = join(dataFolder, 'app.json');
    const damaged = ['{"lastFolder": "/some', '["of another shape"]'];
    for (const content of damaged) {
      writeFileSync(file, content);
      const app = appWith(dataFolder);
      await app.openLastFolder();
      await app.openFolder(vault.folder);
      await app.close();
      expect(json(file)).toHaveProperty('lastFolder');
    }
    const aside = readdirSync(dataFolder).filter((name) => name.startsWith('app.json.unread'));
    expect(aside.map((name) => readFileSync(join(dataFolder, name), 'utf8')).sort()).toEqual(damaged.sort());
  });

  it('C62: that the system does not let it read is not written over either', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const dataFolder = makeVault().folder;
    // As good as a file without permission, and the administrator cannot read it either.
    mkdirSync(join(dataFolder, 'app.json'));
    writeFileSync(join(dataFolder, 'app.json', 'kept'), '');
    const app = appWith(dataFolder);
    await app.openLastFolder();
    await app.openFolder(vault.folder);
    await app.close();
    expect(json(join(dataFolder, 'app.json'))).toHaveProperty('lastFolder');
    expect(readdirSync(join(dataFolder, 'app.json.unread'))).toEqual(['kept']);
  });

  it('C62: of a version to come keeps what this one does not know', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const dataFolder = makeVault().folder;
    const file = join(dataFolder, 'app.json');
    writeFileSync(file, JSON.stringify({ lastFolder: null, theme: 'candle', lamp: 'low' }));
    const app = appWith(dataFolder);
    await app.openFolder(vault.folder);
    await app.close();
    expect(json(file)).toMatchObject({ lastFolder: vault.folder, theme: 'candle', lamp: 'low' });
  });

  it('C62: is not written by an app that ends before it was read', async () => {
    const dataFolder = makeVault().folder;
    const file = join(dataFolder, 'app.json');
    writeFileSync(file, '{"lastFolder":null,"theme":"dusk","lamp":"low"}');
    const app = appWith(dataFolder);
    void app.openLastFolder().catch(() => undefined);
    await app.close();
    expect(readFileSync(file, 'utf8')).toBe('{"lastFolder":null,"theme":"dusk","lamp":"low"}');

    const recent = { path: 'a.md', lastVisited: 1, count: 1 };
    writeFileSync(join(dataFolder, 'recents.json'), JSON.stringify([recent]));
    const recents = await openRecents(dataFolder, () => new Date());
    await recents.close();
    expect(readFileSync(join(dataFolder, 'recents.json'), 'utf8')).toBe(JSON.stringify([recent]));
    const again = await openRecents(dataFolder, () => new Date());
    again.visit('b.md' as NotePath);
    await again.close();
    expect(json(join(dataFolder, 'recents.json'))).toHaveLength(2);
  });
});

it('two settings that are changed at once are both kept', async () => {
  const vault = makeVault();
  const settings = createSettings(vault.folder);
  const searches = [{ name: 'x', query: 'tag:inbox' }];
  await Promise.all([
    settings.change({ searches }),
    settings.change({ journal: { folder: 'Journal' } }),
    settings.change(({ searches: [first] }) => ({ searches: [{ name: 'y', query: first?.query ?? '' }] })),
  ]);
  expect(json(join(vault.folder, '.ramble/settings.json'))).toEqual({
    searches: [{ name: 'y', query: 'tag:inbox' }],
    journal: { folder: 'Journal' },
  });
});

it('settings of Obsidian that are damaged are told of, and no more once they are mended', async () => {
  const vault = makeVault({
    '.obsidian/daily-notes.json': '{"folder": "Journal',
    '.obsidian/hotkeys.json': '{}',
    '.obsidian/app.json': '[1]',
  });
  const { client, close } = await openApp(vault);
  const told = async () => {
    await client.call('settings.get', {});
    await client.call('settings.keys', {});
    const { vault: state } = await client.call('app.state', {});
    return state?.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  expect(await told()).toEqual([
    '.obsidian/daily-notes.json: It cannot be read (it is not JSON), so what it says is not followed.',
  ]);
  vault.write('.obsidian/hotkeys.json', 'x');
  expect(await told()).toHaveLength(2);
  vault.write('.obsidian/daily-notes.json', '{"folder": "Journal"}');
  vault.write('.obsidian/hotkeys.json', '{}');
  expect(await told()).toEqual([]);
  await close();
});

it('C62: settings of a version to come, in the vault’s own file, are left as they are, and it is said', async () => {
  const theirs = JSON.stringify({ journal: { folder: 'In', moon: 'full' } });
  const vault = makeVault({ '.ramble/settings.json': theirs });
  const settings = createSettings(vault.folder);
  expect((await settings.get()).problem).toMatch(
    /settings\.json was not used, and is left as it is \(journal: .*moon/,
  );
  await expect(settings.change({ journal: { folder: 'Journal' } })).rejects.toMatchObject({
    code: 'read-only',
  });
  expect(vault.read('.ramble/settings.json')).toBe(theirs);
});
