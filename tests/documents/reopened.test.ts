import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { type AppAt, journalFolder, openAt } from './open-at.ts';

const apps: AppAt[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function open(vault: TestVault, data: string): Promise<AppAt> {
  const app = await openAt(vault.folder, data);
  apps.push(app);
  return app;
}

async function close(app: AppAt): Promise<void> {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
}

const note = (app: AppAt, path = 'a.md') => app.client.call('notes.open', { path });

async function saved(vault: TestVault, app: AppAt, document: string): Promise<string> {
  await app.client.call('notes.flush', { document });
  return vault.read('a.md');
}

/** Leaves of the past what the journal keeps longest: the last text. */
async function thinOutEverything(data: string): Promise<void> {
  const Sqlite = await loadSqlite();
  const db = new Sqlite(join(journalFolder(data), 'journal.db'));
  db.exec('DELETE FROM edit; UPDATE overlap SET version = 0');
  db.close();
}

/** A note with an overlap that nobody has settled: mine is `mine two`, theirs `theirs two`. */
async function overlapped(vault: TestVault, app: AppAt): Promise<Typist> {
  const typist = await Typist.open(app.client, 'a.md');
  typist.become('one\nmine two\nthree\nfour\n');
  await typist.push();
  vault.write('a.md', 'one\ntheirs two\nthree\nfour\n');
  await eventually(async () => (await note(app)).overlaps.length === 1, 'the overlap is shown');
  await typist.save();
  return typist;
}

describe('C23: an overlap that is not settled', () => {
  const begun = () => makeVault({ 'a.md': 'one\ntwo\nthree\nfour\n' });

  it('C23: is at the same text after a change by another program and a restart; theirs takes the place of it only', async () => {
    const [vault, data] = [begun(), makeVault().folder];
    const app = await open(vault, data);
    const typist = await overlapped(vault, app);
    vault.write('a.md', `a line on top, by another program\n${vault.read('a.md')}`);
    await eventually(() => typist.text.startsWith('a line on top'), 'the line is taken in');
    await close(app);

    const again = await open(vault, data);
    const { document, overlaps, text } = await note(again);
    expect(text).toBe('a line on top, by another program\none\nmine two\nthree\nfour\n');
    expect(overlaps).toMatchObject([{ mine: 'mine two', theirs: 'theirs two' }]);
    const overlap = overlaps[0]?.id as number;
    await again.client.call('notes.settle', { document, overlap, keep: 'theirs' });
    expect(await saved(vault, again, document)).toBe(
      'a line on top, by another program\none\ntheirs two\nthree\nfour\n',
    );
  });

  it('C23: is at the same text after so many edits that the past is kept in parts', async () => {
    const [vault, data] = [begun(), makeVault().folder];
    const app = await open(vault, data);
    const typist = await overlapped(vault, app);
    for (let count = 0; count < 1100; count += 1) {
      typist.type(count, 'x');
      if (count % 100 === 0) await typist.push();
    }
    await typist.save();
    await close(app);
    const again = await open(vault, data);
    expect((await note(again)).overlaps).toMatchObject([{ mine: 'mine two', theirs: 'theirs two' }]);
  });

  it('C23: both kept are lines of their own, also where the end of mine has met the next line', async () => {
    const [vault, data] = [begun(), makeVault().folder];
    const app = await open(vault, data);
    const typist = await overlapped(vault, app);
    // The line break after it goes.
    const end = typist.text.indexOf('mine two') + 'mine two'.length;
    typist.type(end, '', end + 1);
    await typist.push();
    const { document, overlaps } = await note(app);
    await app.client.call('notes.settle', { document, overlap: overlaps[0]?.id as number, keep: 'both' });
    expect(await saved(vault, app, document)).toBe('one\nmine twothree\ntheirs two\nfour\n');
  });

  it('C23: where nobody can tell any more where it is, theirs is added and nothing else is touched', async () => {
    const [vault, data] = [begun(), makeVault().folder];
    const app = await open(vault, data);
    await overlapped(vault, app);
    await close(app);
    await thinOutEverything(data);
    const again = await open(vault, data);
    const { document, overlaps, text } = await note(again);
    expect(overlaps).toMatchObject([{ mine: '', theirs: 'theirs two' }]);
    await again.client.call('notes.settle', { document, overlap: overlaps[0]?.id as number, keep: 'theirs' });
    expect(await saved(vault, again, document)).toBe(`${text}theirs two`);
  });
});
