import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkSum } from '../../src/backend/index/index-sum.ts';
import { indexTrouble } from '../../src/backend/index/index-trouble.ts';
import { Indexer } from '../../src/backend/index/indexer.ts';
import { nameOnly } from '../../src/backend/index/note-record.ts';
import { openForWriting } from '../../src/backend/index/open-database.ts';
import { Store } from '../../src/backend/index/store.ts';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { createRandom } from '../faults/random.ts';
import { eventually } from '../support/app.ts';
import { inspectionOfIndex } from '../support/inspection.ts';
import { makeDisk, mayMount } from '../support/tmpfs.ts';
import { indexed, openOver, searchFor } from './index-fixtures.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const FILES = { 'a.md': '# A\n[[b]] zebra', 'b.md': 'text', 'c/d.md': '#tag' };
const ids = async (file: string) => {
  const Sqlite = await loadSqlite();
  const db = new Sqlite(file, { readonly: true });
  const found = [db.pragma('application_id', { simple: true }), db.pragma('user_version', { simple: true })];
  db.close();
  return found;
};

/** A closed index of {@link FILES}, with its folder. */
async function closedIndex() {
  const root = temporaryFolder();
  fill(root, FILES);
  const dataFolder = join(temporaryFolder(), 'data');
  const vault = openOver(root, dataFolder);
  await vault.index.settled();
  await vault.index.close();
  return { root, dataFolder, file: vault.file };
}

describe('C53: an index that cannot be used is built anew', () => {
  test.each<[string, (file: string) => Promise<void> | void]>([
    ['missing', (file) => rmSync(file)],
    ['empty', (file) => truncateSync(file, 0)],
    [
      'empty, with a stale -wal',
      (file) => {
        truncateSync(file, 0);
        writeFileSync(`${file}-wal`, 'stale');
      },
    ],
    ['garbage', (file) => writeFileSync(file, 'x'.repeat(20_000))],
    ['cut short', (file) => truncateSync(file, 4096 + 100)],
    [
      // C54
      'of a version to come',
      async (file) => {
        const db = new (await loadSqlite())(file);
        db.pragma('user_version = 999');
        db.exec('DELETE FROM notes');
        db.close();
      },
    ],
    [
      'another program’s database',
      async (file) => {
        rmSync(file);
        const db = new (await loadSqlite())(file);
        db.exec('CREATE TABLE notes (id)');
        db.close();
      },
    ],
  ])('%s', async (_, harm) => {
    const { root, dataFolder, file } = await closedIndex();
    const good = await ids(file);
    await harm(file);
    const vault = openOver(root, dataFolder);
    await vault.index.settled();
    expect((await vault.index.listNotes()).map(({ path }) => path)).toEqual(['a.md', 'b.md', 'c/d.md']);
    expect((await searchFor(vault.index, 'zebra', 5))[0]?.path).toBe('a.md');
    expect(await ids(file)).toEqual(good);
    expect(vault.problems).toEqual([]);
  });

  test('with a thousand bytes turned over: whatever they were, it answers in the end, and the notes are whole', async () => {
    const { root, dataFolder, file } = await closedIndex();
    const whole = readFileSync(file);
    const random = createRandom(53);
    for (let round = 0; round < 12; round += 1) {
      const bytes = Buffer.from(whole);
      for (let flips = 0; flips < 84; flips += 1)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      writeFileSync(file, bytes);
      const vault = openOver(root, dataFolder);
      await vault.index.settled();
      for (const ask of [
        () => searchFor(vault.index, 'zebra', 5),
        () => vault.index.quick('a', 5, []),
        () => vault.index.backlinks('b.md'),
        () => inspectionOfIndex(vault.index),
      ])
        await ask();
      await vault.index.settled();
      await vault.index.close();
      for (const [path, text] of Object.entries(FILES))
        expect(readFileSync(join(root, path), 'utf8')).toBe(text);
    }
    rmSync(file);
    const vault = openOver(root, dataFolder);
    await vault.index.settled();
    expect((await searchFor(vault.index, 'zebra', 5))[0]?.path).toBe('a.md');
  });

  test('damaged within, which only a query meets', async () => {
    const { root, dataFolder, file } = await closedIndex();
    const Sqlite = await loadSqlite();
    const db = new Sqlite(file, { readonly: true });
    const page =
      db.prepare<[], number>(`SELECT rootpage FROM sqlite_schema WHERE name = 'links'`).pluck().get() ?? 0;
    db.close();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, (page - 1) * 4096);
    closeSync(handle);
    const vault = openOver(root, dataFolder);
    await vault.index.settled();
    // Meets the damage, and is answered from the new index, however far that is.
    await vault.index.outgoing('a.md');
    await vault.index.settled();
    expect(await vault.index.outgoing('a.md')).toHaveLength(1);
    expect((await inspectionOfIndex(vault.index)).notes).toHaveLength(3);
  });
});

describe('C53: an index that is taken away while it is in use comes back', () => {
  test.each<[string, (file: string) => void]>([
    ['deleted', (file) => rmSync(file)],
    [
      'deleted with all that belongs to it',
      (file) => {
        for (const name of ['', '-wal', '-shm']) rmSync(file + name, { force: true });
      },
    ],
    ['deleted with its folder', (file) => rmSync(join(file, '..'), { recursive: true })],
    [
      'replaced by garbage',
      (file) => {
        rmSync(file);
        writeFileSync(file, 'garbage '.repeat(1000));
      },
    ],
  ])('%s: the next query notices', async (_, harm) => {
    const vault = await indexed(FILES);
    await vault.index.listNotes();
    harm(vault.file);
    await vault.index.backlinks('b.md');
    await vault.index.settled();
    expect((await vault.index.backlinks('b.md')).backlinks.map(({ path }) => path)).toEqual(['a.md']);
    expect(statSync(vault.file).size).toBeGreaterThan(0);
    expect(vault.problems).toEqual([]);
  });

  test('just when it was known to be whole: who waits for the whole still gets it', async () => {
    const vault = await indexed(
      Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`${at}.md`, 'text'])),
    );
    for (let time = 0; time < 3; time += 1) {
      await vault.index.settled();
      rmSync(vault.file);
      await vault.index.settled();
      expect(await vault.index.listNotes()).toHaveLength(600);
    }
  });

  test('without any query: it looks by itself', async () => {
    const vault = await indexed(FILES);
    rmSync(vault.file);
    await expect.poll(() => existsSync(vault.file), { timeout: 5000 }).toBe(true);
    await vault.index.settled();
    expect(await vault.index.listNotes()).toHaveLength(3);
    // Nothing happened to the notes.
    expect(vault.changes).toEqual([]);
  });

  test('a note that changed meanwhile is told', async () => {
    const vault = await indexed(FILES);
    rmSync(vault.file);
    fill(vault.root, { 'a.md': 'new' });
    rmSync(join(vault.root, 'b.md'));
    await vault.index.scanNow();
    expect(vault.changes.map(({ path, revision }) => [path, revision === null]).sort()).toEqual([
      ['a.md', false],
      ['b.md', true],
    ]);
  });

  test('notes stay as they are', async () => {
    const vault = await indexed(FILES);
    rmSync(vault.file);
    await vault.index.scanNow();
    expect(readdirSync(vault.root).sort()).toEqual(['a.md', 'b.md', 'c']);
    expect(readFileSync(join(vault.root, 'a.md'), 'utf8')).toBe(FILES['a.md']);
  });
});

test('an index nobody can write is told in words, and queries fail instead of waiting', async () => {
  const root = temporaryFolder();
  fill(root, { 'a.md': '', 'data/file': '' });
  // The data folder is a file: nothing can be made in it, by root neither.
  const vault = openOver(root, join(root, 'data/file'));
  await expect(vault.index.listNotes()).rejects.toMatchObject({ code: 'internal' });
  expect(vault.problems).toHaveLength(1);
});

test('the file is for the user’s eyes only', async () => {
  const file = join(temporaryFolder(), 'data', 'index.db');
  const { db } = await openForWriting(file);
  db.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
});

test('a Node that is too old is told what to do, before the database is loaded', async () => {
  await expect(loadSqlite('20.19.0')).rejects.toThrow(/npm start/);
});

/** A closed index of many notes, each linked from the one before it. */
async function closedLargeIndex(count: number) {
  const root = temporaryFolder();
  const files = Array.from({ length: count }, (_, at): [string, string] => [
    `n${at}.md`,
    `# Heading ${at}\n\nword${at} [[n${(at + 1) % count}]] ![[a.png]] #tag${at % 7}\n\n> quoted ${at}\n`,
  ]);
  fill(root, Object.fromEntries(files));
  const dataFolder = join(temporaryFolder(), 'data');
  const vault = openOver(root, dataFolder);
  await vault.index.settled();
  const right = await inspectionOfIndex(vault.index);
  await vault.index.close();
  return { root, dataFolder, file: vault.file, right };
}

test.runIf(mayMount())(
  'C53: one that is built beside a damaged one takes its place only when the disk has room for all of it',
  async () => {
    const disk = makeDisk(96 * 1024);
    if (disk === null) throw new Error('nothing can be mounted');
    onTestFinished(() => disk.unmount());
    const root = temporaryFolder();
    const words = (note: number) =>
      Array.from({ length: 900 }, (_, at) => `w${(note * 131 + at * 7) % 9000}`).join(' ');
    fill(
      root,
      Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`m${at}.md`, `okapi${at} ${words(at)}`])),
    );
    const dataFolder = join(disk.folder, 'data');
    const first = openOver(root, dataFolder);
    await first.index.settled();
    await first.index.close();
    const { size } = statSync(first.file);
    const handle = openSync(first.file, 'r+');
    writeSync(handle, Buffer.from([0xaa]), 0, 1, Math.floor(size / 2));
    closeSync(handle);
    // Room for what is written beside the new one, and not for putting it in.
    const { bavail, bsize } = statfsSync(disk.folder);
    const filler = join(disk.folder, 'filler');
    writeFileSync(filler, Buffer.alloc(bavail * bsize - Math.round(size * 1.55)));
    const vault = openOver(root, dataFolder);
    await expect(vault.index.settled()).rejects.toMatchObject({ code: 'io' });
    expect(await searchFor(vault.index, 'okapi398', 5)).toHaveLength(1);
    rmSync(filler);
    const isWhole = () =>
      vault.index.settled().then(
        () => true,
        () => false,
      );
    await eventually(isWhole, 'it is built', 60_000);
    expect(await searchFor(vault.index, 'okapi399', 5)).toHaveLength(1);
    await vault.index.close();
    expect(readdirSync(dataFolder).filter((name) => name.includes('.new'))).toEqual([]);
  },
);

test.runIf(mayMount())(
  'C53: a full disk is tried again now and then, however much is asked for meanwhile',
  async () => {
    const disk = makeDisk(2048);
    if (disk === null) throw new Error('nothing can be mounted');
    onTestFinished(() => disk.unmount());
    const root = temporaryFolder();
    fill(root, { 'a.md': 'a' });
    const vault = openOver(root, join(disk.folder, 'data'));
    await vault.index.settled();
    disk.fill();
    const note = (at: number) => [`m${at}.md`, `okapi${at} ${'words and more '.repeat(900)}`];
    fill(root, Object.fromEntries(Array.from({ length: 80 }, (_, at) => note(at))));
    vault.index.hintAll();
    await eventually(() => vault.problems.length > 0, 'it is said');
    for (let at = 0; at < 30; at += 1) {
      vault.index.hint([`m${at}.md`]);
      await pause(20);
    }
    const before = vault.problems.length;
    await pause(6000);
    expect(vault.problems.length - before).toBeLessThan(4);
  },
);

test('a new note that could not be read for a moment is read by the next scan', async () => {
  const { db } = await openForWriting(join(temporaryFolder(), 'index.db'));
  onTestFinished(() => void db.close());
  const root = temporaryFolder();
  fill(root, { 'a.md': 'okapi' });
  const store = new Store(db);
  const scan = async () => {
    for (const step of new Indexer(root, store, new Map(), null).scan()) await step;
  };
  await scan();
  const file = store.file('a.md');
  const found = { kind: 'note' as const, path: 'a.md' as NotePath, linked: false };
  const times = { size: file?.size ?? 0, mtimeMs: file?.mtime_ms ?? 0, ctimeMs: file?.ctime_ms ?? 0 };
  const fault = { code: 'unreadable', message: 'It could not be read: EIO.' };
  store.transact(() => store.putNote({ ...found, ...times }, nameOnly('a.md', fault)));
  expect(store.file('a.md')?.hash).toBe('');
  await scan();
  expect(store.file('a.md')?.hash).not.toBe('');
  expect(db.prepare('SELECT * FROM problems').all()).toEqual([]);
});

describe('C53: an index that is wrong without being broken', () => {
  test('a bit turned over inside its rows is seen at the next start, and every answer is right again', async () => {
    const { root, dataFolder, file, right } = await closedLargeIndex(40);
    const whole = readFileSync(file);
    const random = createRandom(7);
    const targets = ['n17', 'Heading 20', 'tag3', 'n5.md', 'embed'];
    for (const target of targets) {
      const places: number[] = [];
      for (let at = whole.indexOf(target); at >= 0; at = whole.indexOf(target, at + 1)) places.push(at);
      expect(places.length, target).toBeGreaterThan(0);
      const bytes = Buffer.from(whole);
      for (const at of places) bytes[at + target.length - 1] = (bytes[at + target.length - 1] ?? 0) ^ 1;
      for (let flips = 0; flips < 3; flips += 1) {
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
      writeFileSync(file, bytes);
      const vault = openOver(root, dataFolder);
      await vault.index.settled();
      expect(await inspectionOfIndex(vault.index), target).toEqual(right);
      expect((await vault.index.backlinks('n17.md')).backlinks.map(({ path }) => path)).toEqual(['n16.md']);
      expect((await searchFor(vault.index, 'word20', 5)).map(({ path }) => path)).toEqual(['n20.md']);
      expect(vault.problems).toEqual([]);
      await vault.index.close();
    }
  });

  test('a bit that turned by itself, without a trace in the file’s times, is seen within a day', async () => {
    const { file } = await closedLargeIndex(5);
    const { atime, mtime } = statSync(file);
    const bytes = readFileSync(file);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    utimesSync(file, atime, mtime);
    expect(checkSum(file, Date.now() + 25 * 60 * 60 * 1000)).toBe('other');
  });

  test('one without its -wal, which held the latest, is built anew', async () => {
    const root = temporaryFolder();
    fill(root, FILES);
    const running = openOver(root, join(temporaryFolder(), 'data'));
    await running.index.settled();
    fill(root, { 'a.md': 'nothing', 'e.md': '[[b]] okapi' });
    await running.index.scanNow();
    const dataFolder = join(temporaryFolder(), 'data');
    mkdirSync(dataFolder, { recursive: true });
    copyFileSync(running.file, join(dataFolder, basename(running.file)));
    const vault = openOver(root, dataFolder);
    await vault.index.settled();
    expect((await vault.index.backlinks('b.md')).backlinks.map(({ path }) => path)).toEqual(['e.md']);
    expect(await inspectionOfIndex(vault.index)).toEqual(await inspectionOfIndex(running.index));
  });

  test('until the new one is whole, the old one answers, and nothing is taken for complete', async () => {
    const COUNT = 3000;
    const { root, dataFolder, file, right } = await closedLargeIndex(COUNT);
    const handle = openSync(file, 'r+');
    writeSync(handle, 'X', readFileSync(file).indexOf('Heading 2999'));
    closeSync(handle);
    const vault = openOver(root, dataFolder);
    expect(await vault.index.listNotes()).toHaveLength(COUNT);
    let isSettled = false;
    const settled = vault.index.settled().then(() => {
      isSettled = true;
    });
    let answers = 0;
    while (!isSettled) {
      expect((await vault.index.backlinks('n10.md')).backlinks).toHaveLength(1);
      answers += 1;
    }
    await settled;
    expect(answers).toBeGreaterThan(3);
    expect(await inspectionOfIndex(vault.index)).toEqual(right);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  test('one whose app was killed is not believed, and comes to the same', async () => {
    const { root, dataFolder, file, right } = await closedLargeIndex(30);
    rmSync(`${file}.sum`);
    const vault = openOver(root, dataFolder);
    await vault.index.settled();
    expect(await inspectionOfIndex(vault.index)).toEqual(right);
    await vault.index.close();
    const before = statSync(file);
    const again = openOver(root, dataFolder);
    await again.index.settled();
    await again.index.close();
    expect(statSync(file).ino).toBe(before.ino);
  });
});

test('C54: each version has an index of its own; only what nobody used for a month is removed', async () => {
  const { root, dataFolder, file } = await closedIndex();
  const others = ['index-999.db', 'index-1.db', 'index.db', 'journal.db'].map((name) =>
    join(dataFolder, name),
  );
  for (const other of others) writeFileSync(other, 'kept');
  const [newer, old, oldest, journal] = others as [string, string, string, string];
  const longAgo = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
  for (const left of [newer, oldest, journal]) utimesSync(left, longAgo, longAgo);
  const vault = openOver(root, dataFolder);
  await vault.index.settled();
  expect([newer, old, oldest, journal].map((other) => existsSync(other))).toEqual([true, true, false, true]);
  expect(readFileSync(newer, 'utf8')).toBe('kept');
  expect(statSync(file).size).toBeGreaterThan(0);
});

describe.skipIf(!mayMount())('C53: an index on a disk of its own', () => {
  test('that is full: it says so, answers what it knows, and goes on when there is room', async () => {
    const disk = makeDisk(2048);
    if (disk === null) return;
    onTestFinished(() => disk.unmount());
    const root = temporaryFolder();
    fill(root, FILES);
    const vault = openOver(root, join(disk.folder, 'data'));
    await vault.index.settled();
    disk.fill();
    const many = Object.fromEntries(
      Array.from({ length: 80 }, (_, at) => [`m${at}.md`, `okapi${at} ${'words and more '.repeat(900)}`]),
    );
    fill(root, many);
    await expect(vault.index.scanNow()).rejects.toMatchObject({ code: 'io' });
    expect(vault.problems.at(-1)).toMatch(/full|written/);
    expect((await vault.index.backlinks('b.md')).backlinks.map(({ path }) => path)).toEqual(['a.md']);
    disk.free();
    rmSync(join(root, 'm79.md'));
    for (let at = 20; at < 79; at += 1) rmSync(join(root, `m${at}.md`));
    await vault.index.scanNow();
    expect((await searchFor(vault.index, 'okapi7', 5)).map(({ path }) => path)).toEqual(['m7.md']);
  });

  test('that could only be read when the app began: it says so, removes nothing, and is right the next time', async () => {
    const disk = makeDisk(4096);
    if (disk === null) return;
    onTestFinished(() => disk.unmount());
    const root = temporaryFolder();
    fill(root, FILES);
    const first = openOver(root, join(disk.folder, 'data'));
    await first.index.settled();
    await first.index.close();
    const whole = readFileSync(first.file);
    disk.remount('ro');
    const vault = openOver(root, join(disk.folder, 'data'));
    await expect(vault.index.settled()).rejects.toMatchObject({ code: 'internal' });
    expect(vault.problems).toHaveLength(1);
    await vault.index.close();
    disk.remount('rw');
    expect(readFileSync(first.file)).toEqual(whole);
    const again = openOver(root, join(disk.folder, 'data'));
    await again.index.settled();
    expect(await again.index.listNotes()).toHaveLength(3);
  });
});

test.each<[string, string | null]>([
  ['SQLITE_CORRUPT_VTAB', 'damage'],
  ['SQLITE_NOTADB', 'damage'],
  ['SQLITE_IOERR_SHORT_READ', 'damage'],
  ['SQLITE_CANTOPEN', 'away'],
  ['SQLITE_READONLY', 'away'],
  ['SQLITE_IOERR_FSYNC', 'away'],
  ['EMFILE', 'away'],
  ['SQLITE_FULL', 'full'],
  ['ENOSPC', 'full'],
  ['SQLITE_BUSY_SNAPSHOT', 'busy'],
  ['SQLITE_ERROR', null],
])('C16, C53: %s is %s: only damage has an index built anew', (code, trouble) => {
  expect(indexTrouble(Object.assign(new Error(code), { code }))).toBe(trouble);
});
