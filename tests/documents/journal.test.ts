import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startJournal } from '../../src/backend/documents/journal/journal.ts';
import { openJournal } from '../../src/backend/documents/journal/open-journal.ts';
import type { Entry } from '../../src/backend/documents/journal/protocol.ts';
import { JournalStore } from '../../src/backend/documents/journal/store.ts';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import type { Client } from '../../src/contract/client.ts';
import type { Moment } from '../../src/contract/history.ts';
import { createRandom } from '../faults/random.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { WORKERS } from '../support/modules.ts';
import { Typist, writeNote } from '../support/typist.ts';
import { below } from './hands.ts';
import { lockJournal } from './lock-journal.ts';
import { type AppAt, journalFolder, openAt } from './open-at.ts';
import { type StartedApp, startApp } from './start-app.ts';

const apps: (AppAt | StartedApp)[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function open(vault: TestVault, data: string, clock?: () => Date): Promise<AppAt> {
  const app = await openAt(vault.folder, data, clock);
  apps.push(app);
  return app;
}

async function close(app: AppAt): Promise<void> {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
}

const journalTrouble = async (app: AppAt) =>
  (await app.vaultState()).problems.find(({ code }) => code === 'journal')?.message ?? null;

/** A vault with a note whose last words are in the journal only: the app was killed before it saved. */
async function killedVault() {
  const vault = makeVault({ 'saved.md': 'begin\n', 'unsaved.md': 'begin\n' });
  const data = makeVault().folder;
  const app = await startApp(vault.folder, data);
  await writeNote(app.client, 'saved.md', 'begin\n<saved>\n');
  const typist = await Typist.open(app.client, 'unsaved.md');
  // Something that is in the way of the save, for as long as it takes.
  rmSync(join(vault.folder, 'unsaved.md'));
  mkdirSync(join(vault.folder, 'unsaved.md'));
  typist.type(6, '<unsaved>\n');
  await typist.push();
  await app.kill();
  rmSync(join(vault.folder, 'unsaved.md'), { recursive: true });
  vault.write('unsaved.md', 'begin\n');
  return { vault, data };
}

/** The text of a note's latest moment. */
async function latestInHistory(client: Client, path: string): Promise<string> {
  const { moments } = await client.call('history.moments', { path });
  return textOf(client, moments[0] as Moment);
}

async function textOf(client: Client, { document, version, kept }: Moment): Promise<string> {
  return (await client.call('history.text', { document, version, kept })).text;
}

describe('a journal that cannot be used', () => {
  const sql = async (file: string, ...statements: string[]) => {
    const db = new (await loadSqlite())(file);
    for (const statement of statements) db.exec(statement);
    db.close();
  };
  const overwrite = (file: string, bytes: Buffer, at: number) => {
    const handle = openSync(file, 'r+');
    writeSync(handle, bytes, 0, bytes.length, at);
    closeSync(handle);
  };
  const ways: [name: string, damage: (file: string) => Promise<void> | void, salvaged: boolean][] = [
    [
      'is garbage',
      async (file) => {
        await sql(file, 'PRAGMA wal_checkpoint(TRUNCATE)');
        writeFileSync(file, 'x'.repeat(30_000));
      },
      false,
    ],
    [
      'lost its beginning',
      async (file) => {
        await sql(file, 'PRAGMA wal_checkpoint(TRUNCATE)');
        overwrite(file, Buffer.alloc(100), 0);
      },
      false,
    ],
    [
      'was cut short',
      async (file) => {
        await sql(file, 'PRAGMA wal_checkpoint(TRUNCATE)');
        truncateSync(file, 4096 + 100);
      },
      false,
    ],
    ['is empty, and its log is not', (file) => truncateSync(file, 0), false],
    ['is gone, and its log is not', (file) => rmSync(file), false],
    [
      'is empty, and has no log',
      async (file) => {
        await sql(file, 'PRAGMA wal_checkpoint(TRUNCATE)');
        rmSync(`${file}-wal`, { force: true });
        truncateSync(file, 0);
      },
      false,
    ],
    [
      'is gone, and has no log',
      (file) => {
        for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
      },
      false,
    ],
    [
      'is a beginning that was copied without its log',
      async (file) => {
        for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
        await sql(file, 'PRAGMA journal_mode = WAL');
        rmSync(`${file}-wal`, { force: true });
      },
      false,
    ],
    ['is of another program', (file) => sql(file, 'PRAGMA application_id = 7'), true],
    ['is of a version that never was', (file) => sql(file, 'PRAGMA user_version = -3'), true],
    ['lost a table', (file) => sql(file, 'DROP TABLE overlap', 'PRAGMA user_version = 0'), true],
    ['is of a version to come', (file) => sql(file, 'PRAGMA user_version = 99'), false],
  ];

  it('C56: one of a version to come is set aside untouched, before anything is written in it', async () => {
    const { data } = await killedVault();
    const folder = journalFolder(data);
    const file = join(folder, 'journal.db');
    await sql(file, 'PRAGMA user_version = 99');
    const before = readFileSync(file);
    const opened = await openJournal(file).catch((error: unknown) => ({ db: null, problem: String(error) }));
    opened.db?.close();
    expect(opened.problem).toMatch(/newer version of Evening Ramble. It was set aside/);
    const aside = readdirSync(folder).find((name) => /set aside.*\.db$/.test(name)) ?? '';
    expect(readFileSync(join(folder, aside)).equals(before)).toBe(true);
  });

  it('C56: set aside, told, salvaged where it can be read, and typing goes on, however it was damaged', async () => {
    const { vault, data } = await killedVault();
    for (const [name, damage, salvaged] of ways) {
      vault.write('unsaved.md', 'begin\n');
      vault.write('saved.md', 'begin\n<saved>\n');
      const own = makeVault().folder;
      cpSync(data, own, { recursive: true });
      const folder = journalFolder(own);
      await damage(join(folder, 'journal.db'));
      const before = readdirSync(folder)
        .filter((file) => /^journal\.db(-wal)?$/.test(file))
        .map((file) => readFileSync(join(folder, file)));
      const app = await open(vault, own);
      const typist = await Typist.open(app.client, 'saved.md');
      typist.type(0, '<typed> ');
      await typist.save();
      expect(vault.read('saved.md'), name).toBe('<typed> begin\n<saved>\n');
      expect(await eventually(() => journalTrouble(app), `${name}: it is told`)).toMatch(
        /set aside|not there any more/,
      );
      const aside = readdirSync(folder).filter((file) => file.includes('set aside'));
      expect(aside.length, name).toBeGreaterThan(name.includes('is gone, and has no') ? -1 : 0);
      if (name.includes('to come') || name.includes('garbage'))
        for (const bytes of before)
          expect(aside.some((file) => readFileSync(join(folder, file)).equals(bytes))).toBe(true);
      if (salvaged)
        await eventually(
          () => vault.read('unsaved.md') === 'begin\n<unsaved>\n',
          `${name}: the text is back`,
        );
      expect(await latestInHistory(app.client, 'saved.md'), name).toBe(typist.text);
      await close(app);
      const again = await open(vault, own);
      await again.client.call('notes.open', { path: 'saved.md' });
      expect(await journalTrouble(again), name).toBe(null);
      await close(again);
    }
  });

  it('C56: bytes turned over anywhere in it: the notes are whole, what is typed is kept, the app opens', async () => {
    const { vault, data } = await killedVault();
    const random = createRandom(56);
    for (let round = 0; round < 25; round += 1) {
      vault.write('unsaved.md', 'begin\n');
      vault.write('saved.md', 'begin\n<saved>\n');
      const own = makeVault().folder;
      cpSync(data, own, { recursive: true });
      const folder = journalFolder(own);
      for (const name of ['journal.db', 'journal.db-wal']) {
        const file = join(folder, name);
        const size = existsSync(file) ? statSync(file).size : 0;
        for (let flips = below(random, 8); size > 0 && flips > 0; flips -= 1)
          overwrite(file, Buffer.from([below(random, 256)]), below(random, size));
      }
      const app = await open(vault, own);
      const typist = await Typist.open(app.client, 'saved.md');
      // What the journal gives back may be old, and is merged with the file once that is in the journal.
      await eventually(
        async () => (await app.client.call('notes.open', { path: 'saved.md' })).text.includes('<saved>'),
        `round ${round}: what the file holds is there`,
      );
      typist.type(0, '<typed> ');
      await typist.save();
      expect(vault.read('saved.md')).toContain('<typed> ');
      expect(vault.read('saved.md')).toContain('<saved>');
      expect(vault.read('unsaved.md')).toMatch(/^begin\n/);
      await close(app);
    }
  });

  it('C56: locked for 10 s by another program: it is told, typing is saved, and all is well after', async () => {
    const { vault, data } = await killedVault();
    const { released } = await lockJournal(data, 10_000, 'alone');
    const since = performance.now();
    const app = await open(vault, data);
    const typist = await Typist.open(app.client, 'saved.md');
    const other = await Typist.open(app.client, 'unsaved.md');
    other.type(0, '<meanwhile> ');
    await other.push();
    for (let count = 0; performance.now() - since < 9000; count += 1) {
      typist.type(typist.text.length, `<${count}>\n`);
      const from = performance.now();
      await typist.save();
      expect(performance.now() - from).toBeLessThan(2000);
      expect(vault.read('saved.md')).toBe(typist.text);
      await pause(500);
    }
    expect(await journalTrouble(app)).toMatch(/another program/);
    await released;
    await eventually(async () => (await journalTrouble(app)) === null, 'it is said to be well again');
    await eventually(() => vault.read('unsaved.md').includes('<unsaved>'), 'what was kept before is there');
    expect(vault.read('unsaved.md')).toContain('<meanwhile>');
    typist.type(0, '<after> ');
    await typist.save();
    const { text } = typist;
    await close(app);
    const again = await open(vault, data);
    const reopened = await Typist.open(again.client, 'saved.md');
    expect(reopened.text).toBe(text);
    expect(await latestInHistory(again.client, 'saved.md')).toBe(text);
  });

  it('C56: locked while the app runs: what is typed then is saved, and in the history again after', async () => {
    const vault = makeVault({ 'a.md': 'begin\n' });
    const data = makeVault().folder;
    const app = await open(vault, data);
    const typist = await Typist.open(app.client, 'a.md');
    typist.type(6, '<before>\n');
    await typist.save();
    const { released } = await lockJournal(data, 3000);
    for (let count = 0; count < 3; count += 1) {
      typist.type(typist.text.length, `<${count}>\n`);
      await typist.push();
      await eventually(() => vault.read('a.md') === typist.text, 'it is saved all the same');
    }
    await released;
    typist.type(typist.text.length, '<after>\n');
    await typist.save();
    await eventually(
      async () => (await latestInHistory(app.client, 'a.md')) === typist.text,
      'the history goes on with the whole text',
    );
    await close(app);
    const again = await open(vault, data);
    expect((await Typist.open(again.client, 'a.md')).text).toBe(typist.text);
  });

  it('C12: where the journal can take nothing more, it is said, and notes are saved all the same', async () => {
    const vault = makeVault({ 'a.md': 'begin\n' });
    const data = makeVault().folder;
    const app = await startApp(vault.folder, data, { largestKb: 400 });
    apps.push(app);
    const typist = await Typist.open(app.client, 'a.md');
    let isTold = false;
    app.client.on('vault.progressed', ({ problems }) => {
      isTold ||= problems.some(({ code }) => code === 'journal');
    });
    const marks: string[] = [];
    for (let count = 0; count < 60 && !(isTold && count > 40); count += 1) {
      // As much comes as goes: the note stays small, the journal does not.
      const at = typist.text.indexOf('filler');
      if (at >= 0) typist.type(at, '', typist.text.indexOf('\n', at) + 1);
      typist.type(typist.text.length, `filler${count}${'x'.repeat(20_000)}\n`);
      marks.push(`<${count}>`);
      typist.type(6, `<${count}>\n`);
      await typist.push();
      await typist.save();
    }
    const text = vault.read('a.md');
    expect(marks.filter((mark) => !text.includes(mark))).toEqual([]);
    await eventually(() => isTold, 'it is told that the history is not kept');
  });
});

describe('the journal', () => {
  it('C57: is a SQLite that is new enough, and waits for the disk', async () => {
    const { db } = await openJournal(join(makeVault().folder, 'journal.db'));
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
    const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(3_051_003);
    db.close();
  });

  it('C57: stays small beside a reader that does not end, and no commit is lost', async () => {
    const vault = makeVault({ 'a.md': 'begin\n' });
    const data = makeVault().folder;
    const app = await open(vault, data);
    const typist = await Typist.open(app.client, 'a.md');
    const file = join(journalFolder(data), 'journal.db');
    const Sqlite = await loadSqlite();
    const random = createRandom(57);
    const reader = new Sqlite(file, { readonly: true });
    const texts: string[] = [];
    let largest = 0;
    const write = async (times: number) => {
      for (let count = 0; count < times; count += 1) {
        const noise = Array.from({ length: 20_000 }, () => Math.floor(random() * 1e16).toString(36)).join('');
        typist.type(0, `${noise.slice(0, 200_000)}\n`, typist.text.length);
        await typist.push();
        texts.push(typist.text);
        largest = Math.max(largest, statSync(`${file}-wal`).size);
      }
    };
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM edit').get();
    await write(100);
    // Another connection that tries to do the same work.
    const second = new Sqlite(file);
    second.pragma('wal_checkpoint(PASSIVE)');
    second.close();
    reader.exec('COMMIT');
    reader.close();
    await write(20);
    expect(largest).toBeLessThan(64 * 1024 * 1024);
    expect(statSync(`${file}-wal`).size).toBeLessThan(64 * 1024 * 1024);
    const document = (await app.client.call('notes.open', { path: 'a.md' })).document;
    for (const [index, text] of texts.entries())
      expect(
        (await app.client.call('history.text', { document, version: index + 1, kept: null })).text === text,
      ).toBe(true);
  });
});

it('C56: what came while another program held the journal is kept in the order in which it came', async () => {
  const file = join(makeVault().folder, 'journal.db');
  (await openJournal(file)).db.close();
  const Sqlite = await loadSqlite();
  const holder = new Sqlite(file);
  holder.pragma('locking_mode = EXCLUSIVE');
  holder.exec('BEGIN EXCLUSIVE');
  const nothing = () => undefined;
  const journal = startJournal({
    file,
    workerModule: WORKERS.journal,
    onProblem: nothing,
    onBegunAnew: nothing,
  });
  const failed: unknown[] = [];
  const put = (version: number) => {
    const changes = JSON.stringify(version === 1 ? [[0, 'x']] : [version - 1, [0, 'x']]);
    const edit = { version, peer: 'w', kind: 'typed' as const, at: version, changes };
    const begun = { version: 0, at: 0, raw: Buffer.from('') };
    const entry: Entry =
      version === 0
        ? { type: 'begun', document: 7, path: 'a.md', snapshot: begun }
        : { type: 'edited', document: 7, edit };
    return journal.commit([entry]).catch((error: unknown) => failed.push(error));
  };
  const kept: Promise<unknown>[] = [];
  // For a quarter of a second at a time the thread waits for the file, and hears nothing.
  for (; kept.length < 60; await new Promise((done) => setTimeout(done, 20))) kept.push(put(kept.length));
  holder.exec('COMMIT');
  holder.close();
  for (; kept.length < 100; await new Promise((done) => setTimeout(done, 10))) kept.push(put(kept.length));
  await Promise.all(kept);
  expect(failed).toEqual([]);
  expect(await journal.ask('loadById', 7)).toMatchObject({ version: 99 });
  await journal.close();
});

it('C64: a note that was to go with a change stays, for good, once somebody has written in it', async () => {
  const { db } = await openJournal(join(makeVault().folder, 'journal.db'));
  const store = new JournalStore(db);
  const trashed = [{ document: 7, path: 'a.md' }];
  const rest = { undoes: null, moves: [], parts: [], searches: [] };
  const change = { id: 1, at: 10, kind: 'extract' as const, trashed, ...rest };
  const begun = { version: 0, at: 0, raw: Buffer.from('') };
  store.commit([
    [
      { type: 'begun', document: 7, path: 'a.md', snapshot: begun },
      { type: 'changed', change },
    ],
  ]);
  expect(store.trashing()).toEqual(trashed);
  const edit = { version: 1, peer: 'w', kind: 'typed' as const, at: 11, changes: '[[0,"x"]]' };
  store.commit([[{ type: 'edited', document: 7, edit }]]);
  expect(store.trashing()).toEqual([]);
  // Also when what was written is thinned out.
  db.exec('DELETE FROM edit');
  expect(store.trashing()).toEqual([]);
  db.close();
});
