import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import { cleanUp, makeVault, openApp, type TestApp, type TestVault } from '../support/app.ts';
import { extraction } from '../support/extract-what.ts';
import { Typist } from '../support/typist.ts';
import { type AppAt, journalFolder, openAt } from './open-at.ts';

const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

const BEFORE = 'begin\r\n\r\ntake this\r\n\r\nend';

/** A ramble of which a part has just been pulled out to `New.md`. */
async function extracted() {
  const vault = makeVault({ 'a.md': BEFORE });
  const app = await openApp(vault);
  apps.push(app);
  const { client } = app;
  const { version, text } = await client.call('notes.open', { path: 'a.md' });
  const from = text.indexOf('take');
  const { change } = await client.call('extract.run', {
    what: extraction({ path: 'a.md', version, range: { from, to: from + 9 }, title: 'New' }),
    plan: null,
    leaveStrays: false,
  });
  expect(vault.read('a.md')).toBe('begin\r\n\r\n-> [[New]]\r\n\r\nend');
  return { vault, client, change };
}

describe('an extraction taken back', () => {
  it('C64: gives the ramble every byte again and puts the page in the trash; done again, it is as it was', async () => {
    const { vault, client, change } = await extracted();
    const [left, page] = [vault.read('a.md'), vault.read('New.md')];
    let next = change;
    for (let round = 0; round < 3; round += 1) {
      next = (await client.call('history.takeBack', { change: next })).change;
      expect(vault.read('a.md')).toBe(BEFORE);
      expect(existsSync(join(vault.folder, 'New.md'))).toBe(false);
      expect((await client.call('history.deleted', {})).notes.map(({ path }) => path)).toContain('New.md');
      next = (await client.call('history.takeBack', { change: next })).change;
      expect(vault.read('a.md')).toBe(left);
      expect(vault.read('New.md')).toBe(page);
    }
  });

  it('C64: keeps what was written in the ramble since, and a page that somebody went on with', async () => {
    const { vault, client, change } = await extracted();
    const ramble = await Typist.open(client, 'a.md');
    ramble.type(0, 'earlier ');
    ramble.type(ramble.text.length, '\nlater');
    await ramble.save();
    const page = await Typist.open(client, 'New.md');
    page.type(page.text.length, 'gone on with\n');
    await page.save();
    const { left } = await client.call('history.takeBack', { change });
    expect(left).toEqual([{ path: 'New.md', reason: expect.stringContaining('went on') }]);
    expect(vault.read('a.md')).toBe('earlier begin\r\n\r\ntake this\r\n\r\nend\r\nlater');
    expect(vault.read('New.md')).toBe(page.text.replaceAll('\n', '\r\n'));
  });

  it('C64: leaves what was changed again since, says so, and keeps the page then', async () => {
    const { vault, client, change } = await extracted();
    const ramble = await Typist.open(client, 'a.md');
    const at = ramble.text.indexOf('New]]');
    ramble.type(at, 'The ', at);
    await ramble.save();
    const { left } = await client.call('history.takeBack', { change });
    expect(left).toEqual([
      { path: 'a.md', reason: expect.stringContaining('changed again') },
      { path: 'New.md', reason: expect.stringContaining('not back') },
    ]);
    expect(vault.read('a.md')).toBe('begin\r\n\r\n-> [[The New]]\r\n\r\nend');
    expect(vault.read('New.md')).toContain('take this');
  });

  it('C64: is not taken back twice', async () => {
    const { vault, client, change } = await extracted();
    const { change: next } = await client.call('history.takeBack', { change });
    await expect(client.call('history.takeBack', { change })).rejects.toMatchObject({ code: 'conflict' });
    expect(vault.read('a.md')).toBe(BEFORE);
    await client.call('history.takeBack', { change: next });
    expect(vault.read('a.md')).toContain('[[New]]');
  });

  it('says so where it cannot be', async () => {
    const { client } = await extracted();
    await expect(client.call('history.takeBack', { change: 999 })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('history'),
    });
  });
});

describe('after the app was started again', () => {
  const MIXED = '\ufeff# Day\r\n\r\nbegin\r\n\r\n## Part\n\none\rtwo\r\nthree\n\n## Next\r\nend';

  async function start(vault: TestVault, data: string): Promise<AppAt> {
    const app = await openAt(vault.folder, data);
    open.push(app);
    return app;
  }
  const open: AppAt[] = [];
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });
  const end = async () => open.pop()?.close();

  /** Every file but the trash, to the byte. */
  const files = (vault: TestVault) =>
    Object.fromEntries(
      vault
        .list()
        .filter((path) => path.endsWith('.md') && !path.startsWith('.trash'))
        .map((path) => [path, vault.read(path)]),
    );

  it('42, C64: an extraction is taken back to the byte, and done again after one more', async () => {
    const vault = makeVault({ 'a.md': MIXED, 'b.md': 'see [[a]]\n' });
    const data = makeVault().folder;
    const before = files(vault);
    const first = await start(vault, data);
    const { version, text } = await first.client.call('notes.open', { path: 'a.md' });
    const range = { from: text.indexOf('## Part'), to: text.indexOf('\n\n## Next') };
    const to = { kind: 'new' as const, folder: 'sub' };
    const { change } = await first.client.call('extract.run', {
      what: extraction({ path: 'a.md', version, range, title: 'Part' }, { to }),
      plan: null,
      leaveStrays: false,
    });
    const after = files(vault);
    expect(Object.keys(after)).toContain('sub/Part.md');
    const { moments } = await first.client.call('history.moments', { path: 'a.md' });
    expect(moments[0]).toMatchObject({ by: 'extraction', change });
    const made = await first.client.call('history.moments', { path: 'sub/Part.md' });
    expect(made.moments[0]).toMatchObject({ by: 'extraction', change });
    await end();

    let next = change;
    for (let round = 0; round < 2; round += 1) {
      const again = await start(vault, data);
      const { changes } = await again.client.call('history.changes', { limit: 10 });
      expect(changes[0]).toMatchObject({ change: next, takenBackBy: null });
      const back = await again.client.call('history.takeBack', { change: next });
      expect(back.left).toEqual([]);
      expect(files(vault)).toEqual(before);
      await end();
      const later = await start(vault, data);
      expect(files(vault)).toEqual(before);
      next = (await later.client.call('history.takeBack', { change: back.change })).change;
      expect(files(vault)).toEqual(after);
      await end();
    }
  });

  it('C64: a rename is taken back in every note, and keeps what was written since', async () => {
    const vault = makeVault({ 'Old.md': 'o\n', 'a.md': 'a [[Old]]\r\n', 'b.md': '[[Old]] b', 'c.md': 'c\n' });
    const data = makeVault().folder;
    const first = await start(vault, data);
    const what = { kind: 'note' as const, path: 'Old.md', to: 'sub/New.md' };
    const { plan } = await first.client.call('rename.plan', { what });
    const { change } = await first.client.call('rename.run', { what, plan, leaveStrays: false });
    expect(vault.read('a.md')).toBe('a [[New]]\r\n');
    await end();
    vault.write('a.md', 'more\na [[New]]\r\n');
    vault.write('b.md', '[[Newer]] b');
    const again = await start(vault, data);
    const { changes } = await again.client.call('history.changes', { limit: 10 });
    expect(changes).toMatchObject([
      { change, by: 'a rename', notes: 2, moves: [{ from: 'Old.md', to: 'sub/New.md' }], made: [] },
    ]);
    const { left } = await again.client.call('history.takeBack', { change });
    expect(left).toEqual([{ path: 'b.md', reason: expect.any(String) }]);
    expect(files(vault)).toEqual({
      'Old.md': 'o\n',
      'a.md': 'more\na [[Old]]\r\n',
      'b.md': '[[Newer]] b',
      'c.md': 'c\n',
    });
  });

  it('C56: a journal from before there were such changes is gone on with', async () => {
    const vault = makeVault({ 'a.md': BEFORE });
    const data = makeVault().folder;
    await start(vault, data);
    await open[0]?.client.call('notes.open', { path: 'a.md' });
    await end();
    const db = new (await loadSqlite())(join(journalFolder(data), 'journal.db'));
    db.exec('DROP TABLE change_part; DROP TABLE change_trash; DROP TABLE change');
    db.close();
    const { client, vaultState } = await start(vault, data);
    expect(await client.call('history.changes', { limit: 10 })).toEqual({ changes: [] });
    const { moments } = await client.call('history.moments', { path: 'a.md' });
    expect(moments).toMatchObject([{ change: null }]);
    expect((await vaultState()).problems).toEqual([]);
  });
});
