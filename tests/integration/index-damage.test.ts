import {
  closeSync,
  existsSync,
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
import { describe, expect, test } from 'vitest';
import { openForWriting } from '../../src/backend/index/open-database.ts';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import { createRandom } from '../faults/random.ts';
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
        () => vault.index.inspect(),
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
    expect((await vault.index.inspect()).notes).toHaveLength(3);
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
    expect((await vault.index.backlinks('b.md')).map(({ path }) => path)).toEqual(['a.md']);
    expect(statSync(vault.file).size).toBeGreaterThan(0);
    expect(vault.problems).toEqual([]);
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
