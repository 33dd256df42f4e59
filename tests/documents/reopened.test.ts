import { mkdirSync, renameSync, rmSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { type AppAt, journalFolder, openAt } from './open-at.ts';
import { startApp } from './start-app.ts';

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

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string; message: string }) => error,
  );

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

describe('C25: a note that is cut to nothing by another program, and written a moment later,', () => {
  const text = 'one\ntwo\nthree\n';

  it('C25: is not opened as empty: neither where it is known, nor where it is seen for the first time', async () => {
    const [vault, data] = [makeVault({ 'known.md': text, 'new.md': text }), makeVault().folder];
    const first = await open(vault, data);
    await note(first, 'known.md');
    await close(first);
    const app = await open(vault, data);
    for (const path of ['known.md', 'new.md']) {
      truncateSync(join(vault.folder, path), 0);
      const opening = Typist.open(app.client, path);
      await pause(400);
      vault.write(path, `${text}theirs\n`);
      const typist = await opening;
      expect(typist.note.text, path).not.toBe('');
      await eventually(() => typist.text === `${text}theirs\n`, path);
      typist.type(0, 'x');
      await typist.save();
      expect(vault.read(path)).toBe(`x${text}theirs\n`);
    }
  });

  it('C25: is not merged as empty with what a crash left unsaved', async () => {
    const [vault, data] = [makeVault({ 'a.md': text }), makeVault().folder];
    const app = await startApp(vault.folder, data);
    const typist = await Typist.open(app.client, 'a.md');
    typist.type(0, 'mine\n');
    await typist.push();
    await app.kill();
    truncateSync(join(vault.folder, 'a.md'), 0);
    const opening = open(vault, data);
    await pause(500);
    vault.write('a.md', `${text}theirs\n`);
    await opening;
    await eventually(() => vault.read('a.md') === `mine\n${text}theirs\n`, 'both are in the file');
  });

  it('C25: and one that is empty for good is opened as that', async () => {
    const [vault, data] = [makeVault({ 'a.md': '' }), makeVault().folder];
    const app = await open(vault, data);
    expect(await note(app)).toMatchObject({ text: '', state: { kind: 'saved' } });
  });
});

it('C02: an empty file, which a kill may leave where a note is being made, takes nothing away', async () => {
  const [vault, data] = [makeVault(), makeVault().folder];
  const app = await startApp(vault.folder, data);
  const typist = await Typist.open(app.client, 'a.md', 'begin\n');
  typist.type(6, 'words\n');
  await typist.push();
  await app.kill();
  expect(vault.list()).toEqual([]);
  vault.write('a.md', '');
  const again = await open(vault, data);
  await eventually(() => vault.read('a.md') === 'begin\nwords\n', 'it is made whole');
  expect((await note(again)).text).toBe('begin\nwords\n');
});

describe('C27: a clean note that another program deleted', () => {
  it('C27: is not there any more, whatever its window still asks; its evening begins as an evening does', async () => {
    const vault = makeVault({});
    const app = await open(vault, makeVault().folder);
    const tonight = await app.client.call('journal.tonight', {});
    const typist = await Typist.open(app.client, tonight.path, tonight.template);
    typist.type(typist.text.length, 'words\n');
    await typist.save();
    const { document } = typist.note;
    // A file that is made and deleted at once is no event.
    await pause(300);
    unlinkSync(join(vault.folder, tonight.path));
    await eventually(() => app.events.some(({ name }) => name === 'note.gone'), 'it is closed');
    expect(await refusal(app.client.call('notes.flush', { document }))).toMatchObject({
      code: 'out-of-step',
    });
    expect(await refusal(note(app, tonight.path))).toMatchObject({ code: 'not-found' });
    const anew = await app.client.call('notes.open', { path: tonight.path, begin: tonight.template });
    expect(anew).toMatchObject({ text: tonight.template, state: { kind: 'unwritten' } });
    expect(vault.list()).toEqual([]);
  });

  it('C27: goes on as the same note when it is brought back', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const app = await open(vault, makeVault().folder);
    const typist = await Typist.open(app.client, 'a.md');
    typist.type(4, 'two\n');
    await typist.save();
    const { document } = typist.note;
    // A file that is made and deleted at once is no event.
    await pause(300);
    unlinkSync(join(vault.folder, 'a.md'));
    await eventually(() => app.events.some(({ name }) => name === 'note.gone'), 'it is closed');
    await refusal(app.client.call('notes.flush', { document }));
    // A window that has it open as a note to begin.
    await app.client.call('notes.open', { path: 'a.md', begin: 'begin' });
    const { path } = await app.client.call('history.bringBack', { document });
    expect(await note(app, path)).toMatchObject({ path: 'a.md', document, text: 'one\ntwo\n' });
    const { moments } = await app.client.call('history.moments', { path });
    expect(new Set(moments.map((moment) => moment.document))).toEqual(new Set([document]));
  });
});

describe('C17: while the folder is away', () => {
  it('C17: no note is taken for deleted, and no other folder in its place is written in', async () => {
    const [vault, data] = [makeVault({ 'a.md': 'one\n', 'b.md': 'two\n' }), makeVault().folder];
    const first = await open(vault, data);
    await note(first);
    await note(first, 'b.md');
    await close(first);

    const app = await open(vault, data);
    const away = `${vault.folder}-away`;
    renameSync(vault.folder, away);
    try {
      for (const isEmptyFolder of [false, true]) {
        if (isEmptyFolder) mkdirSync(vault.folder);
        expect(await refusal(note(app))).toMatchObject({
          code: 'io',
          message: expect.stringMatching(/folder/),
        });
        expect(await refusal(app.client.call('history.deleted', {}))).toMatchObject({ code: 'io' });
        const begin = app.client.call('notes.create', { path: 'new.md', text: 'new\n' });
        expect(await refusal(begin)).toMatchObject({ code: 'io' });
      }
      expect(vault.list()).toEqual([]);
    } finally {
      rmSync(vault.folder, { recursive: true, force: true });
      renameSync(away, vault.folder);
    }
    expect((await note(app)).text).toBe('one\n');
    expect(await app.client.call('history.deleted', {})).toEqual({ notes: [] });
  });

  it('C17: what is being typed is kept, is said not to be saved, and is written when the folder is back', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const app = await open(vault, makeVault().folder);
    const typist = await Typist.open(app.client, 'a.md');
    const away = `${vault.folder}-away`;
    typist.type(4, 'before\n');
    await typist.push();
    renameSync(vault.folder, away);
    try {
      typist.type(typist.text.length, 'after\n');
      await typist.push();
      await eventually(async () => (await note(app)).state.kind === 'failed', 'it is said');
      expect((await note(app)).state).toMatchObject({ reason: expect.stringMatching(/folder/) });
      await pause(300);
      expect(() => vault.list()).toThrow(/ENOENT/);
    } finally {
      renameSync(away, vault.folder);
    }
    await eventually(() => vault.read('a.md') === 'one\nbefore\nafter\n', 'it is written');
    await eventually(async () => (await note(app)).state.kind === 'saved', 'that is said');
    expect(app.events.filter(({ name }) => name === 'note.gone')).toEqual([]);
  });
});

describe('C47: a note whose file is no text any more', () => {
  const latin = Buffer.from('caf\xe9 theirs\n', 'latin1');

  it('C47: is shown as the file is, and can be written again when the file can', async () => {
    const [vault, data] = [makeVault({ 'a.md': 'one\n' }), makeVault().folder];
    const first = await open(vault, data);
    await note(first);
    await close(first);
    vault.write('a.md', latin);
    const app = await open(vault, data);
    expect(await note(app)).toMatchObject({
      text: 'caf\ufffd theirs\n',
      state: { kind: 'read-only', reason: expect.stringMatching(/UTF-8/) },
    });
    vault.write('a.md', 'one\n');
    await eventually(async () => (await note(app)).state.kind === 'saved', 'it can be written again');
    const typist = await Typist.open(app.client, 'a.md');
    // Windows hear of it once it is in the journal.
    await eventually(() => typist.text === 'one\n', 'it is shown');
    typist.type(4, 'two\n');
    await typist.save();
    expect(vault.read('a.md')).toBe('one\ntwo\n');
  });

  it('C47: while it is open: the old bytes coming back make it what it was', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const app = await open(vault, makeVault().folder);
    const typist = await Typist.open(app.client, 'a.md');
    vault.write('a.md', latin);
    await eventually(async () => (await note(app)).state.kind === 'read-only', 'it is said');
    vault.write('a.md', 'one\n');
    await eventually(async () => (await note(app)).state.kind === 'saved', 'it can be written again');
    typist.type(4, 'two\n');
    await typist.save();
    expect(vault.read('a.md')).toBe('one\ntwo\n');
  });

  it('C47: keeps what a crash left unsaved, says so, and merges it when the file is text again', async () => {
    const [vault, data] = [makeVault({ 'a.md': 'one\ntwo\n' }), makeVault().folder];
    const app = await startApp(vault.folder, data);
    const typist = await Typist.open(app.client, 'a.md');
    typist.type(0, 'mine\n');
    await typist.push();
    await app.kill();
    vault.write('a.md', latin);
    const again = await open(vault, data);
    expect(await note(again)).toMatchObject({
      text: 'mine\none\ntwo\n',
      state: { kind: 'failed', reason: expect.stringMatching(/UTF-8/) },
    });
    await pause(500);
    expect(vault.bytes('a.md').equals(latin)).toBe(true);
    vault.write('a.md', 'one\ntwo theirs\n');
    await eventually(() => vault.read('a.md') === 'mine\none\ntwo theirs\n', 'both are in the file');
    await eventually(async () => (await note(again)).state.kind === 'saved', 'that is said');
  });
});

it('a note that is to begin does so while somebody else looks for it', async () => {
  const app = await open(makeVault({}), makeVault().folder);
  const begun = () => app.client.call('notes.open', { path: 'a.md', begin: 'begun\n' });
  const [looked, first, second] = await Promise.all([refusal(note(app)), begun(), begun()]);
  expect(looked?.code).toBe('not-found');
  expect(first.text).toBe('begun\n');
  expect(second.document).toBe(first.document);
});

it('C22: what another program put back while the app was closed is not written over by opening the note', async () => {
  const [vault, data] = [makeVault({ 'a.md': 'one\n' }), makeVault().folder];
  const app = await open(vault, data);
  const typist = await Typist.open(app.client, 'a.md');
  typist.type(0, 'mine ');
  await typist.save();
  const ours = vault.read('a.md');
  vault.write('a.md', `${ours}theirs\n`);
  await eventually(async () => (await note(app)).text.endsWith('theirs\n'), 'the line is taken in');
  await close(app);
  vault.write('a.md', ours);

  const again = await open(vault, data);
  const { document, text } = await note(again);
  expect(text).toBe(ours);
  expect(await saved(vault, again, document)).toBe(ours);
});

it('C26: two notes of the same bytes in a folder that was renamed meanwhile stay two notes', async () => {
  const files = { 'old/a.md': '# Meeting\n', 'old/b.md': '# Meeting\n' };
  const [vault, data] = [makeVault(files), makeVault().folder];
  const app = await open(vault, data);
  for (const path of Object.keys(files)) await note(app, path);
  await close(app);
  renameSync(join(vault.folder, 'old'), join(vault.folder, 'new'));

  const again = await open(vault, data);
  const [a, b] = await Promise.all([note(again, 'new/a.md'), note(again, 'new/b.md')]);
  expect(a.document).not.toBe(b.document);
  const typist = await Typist.open(again.client, 'new/a.md');
  typist.type(0, 'mine ');
  await typist.save();
  expect([vault.read('new/a.md'), vault.read('new/b.md')]).toEqual(['mine # Meeting\n', '# Meeting\n']);
});

it('C65: a note that was renamed while it was not open is not listed as deleted, and keeps its past', async () => {
  const [vault, data] = [makeVault({ 'a.md': 'one\n' }), makeVault().folder];
  const app = await open(vault, data);
  const typist = await Typist.open(app.client, 'a.md');
  typist.type(0, 'mine ');
  await typist.save();
  await close(app);

  const again = await open(vault, data);
  const what = { kind: 'note' as const, path: 'a.md', to: 'b.md' };
  const { plan } = await again.client.call('rename.plan', { what });
  await again.client.call('rename.run', { what, plan, leaveStrays: false, awaitFiles: true });
  expect((await again.client.call('history.deleted', {})).notes).toEqual([]);
  // Another program writes in it before it is opened here.
  vault.write('b.md', 'mine one\ntheirs\n');
  await note(again, 'b.md');
  const { moments } = await again.client.call('history.moments', { path: 'b.md' });
  expect(moments.length).toBeGreaterThan(1);
});
