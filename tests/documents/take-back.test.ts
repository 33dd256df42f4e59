import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, makeVault, openApp, type TestApp } from '../support/app.ts';
import { Typist } from '../support/typist.ts';

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
    path: 'a.md',
    version,
    range: { from, to: from + 9 },
    title: 'New',
    folder: '',
    tags: [],
    parents: [],
    leave: 'link',
    existing: 'refuse',
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
      next = (await client.call('extract.takeBack', { change: next })).change;
      expect(vault.read('a.md')).toBe(BEFORE);
      expect(existsSync(join(vault.folder, 'New.md'))).toBe(false);
      expect((await client.call('history.deleted', {})).notes.map(({ path }) => path)).toContain('New.md');
      next = (await client.call('extract.takeBack', { change: next })).change;
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
    const { left } = await client.call('extract.takeBack', { change });
    expect(left).toEqual(['New.md']);
    expect(vault.read('a.md')).toBe('earlier begin\r\n\r\ntake this\r\n\r\nend\r\nlater');
    expect(vault.read('New.md')).toBe(page.text);
  });

  it('says so where it cannot be', async () => {
    const { client } = await extracted();
    await expect(client.call('extract.takeBack', { change: 999 })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('history'),
    });
  });
});
