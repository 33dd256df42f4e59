import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openForWriting, sizeOf } from '../../src/backend/index/open-database.ts';
import { FULL_TEXTS } from '../../src/backend/index/schema.ts';
import { giveBackRoom, mergeSegments } from '../../src/backend/index/tidy.ts';
import { type Database, loadSqlite } from '../../src/backend/sqlite.ts';
import { indexed, openOver, searchFor } from './index-fixtures.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const KB = 1024;
/** After this long it is tidied up. */
const QUIET_MS = 2000;

async function filled() {
  const file = join(temporaryFolder(), 'index.db');
  const { db } = await openForWriting(file);
  onTestFinished(() => void db.close());
  const put = db.prepare('INSERT INTO meta VALUES (?, ?)');
  const fill = (from: number, count: number) =>
    db.transaction(() => {
      for (let at = from; at < from + count; at += 1) put.run(`${at}`.padStart(6, '0'), 'x'.repeat(7 * KB));
    })();
  return { file, db, fill };
}

const settle = (db: { pragma(source: string): unknown }) => db.pragma('wal_checkpoint(TRUNCATE)');

test('room in which nothing is any more goes back to the disk in parts, and what is there stays', async () => {
  const { file, db, fill } = await filled();
  fill(0, 3000);
  db.prepare('DELETE FROM meta WHERE key > ? AND key < ?').run('000100', '002900');
  settle(db);
  const before = sizeOf(file);
  const told = vi.fn();
  let parts = 1;
  while (giveBackRoom(db, told)) parts += 1;
  settle(db);
  expect(parts).toBeGreaterThan(3);
  expect(told).toHaveBeenCalledTimes(parts);
  expect(sizeOf(file)).toBeLessThan(before / 4);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(
    db
      .prepare('SELECT count(*) FROM meta WHERE length(value) = ?')
      .pluck()
      .get(7 * KB),
  ).toBe(201);
});

test('a little of it is kept for what comes next', async () => {
  const { db, fill } = await filled();
  fill(0, 300);
  db.prepare('DELETE FROM meta WHERE key > ? AND key < ?').run('000100', '000200');
  const free = db.pragma('freelist_count', { simple: true });
  expect(free).toBeGreaterThan(50);
  expect(giveBackRoom(db, () => expect.unreachable())).toBe(false);
  expect(db.pragma('freelist_count', { simple: true })).toBe(free);
});

const segmentsOf = (db: Database) =>
  FULL_TEXTS.map(
    (table) => db.prepare(`SELECT count(DISTINCT segid) FROM ${table}_idx`).pluck().get() as number,
  );

test('segments of the full texts are merged in parts, and what is found stays', async () => {
  const { db } = await openForWriting(join(temporaryFolder(), 'index.db'));
  onTestFinished(() => void db.close());
  const put = db.prepare('INSERT INTO words (rowid, mine) VALUES (?, ?)');
  const words = (at: number) => Array.from({ length: 20_000 }, (_, word) => `word${word}x${at}`).join(' ');
  for (let at = 1; at <= 12; at += 1) put.run(at, `okapi ${words(at)}`);
  expect(segmentsOf(db)[0]).toBe(12);
  const told = vi.fn();
  let parts = 1;
  while (mergeSegments(db, told)) parts += 1;
  expect(parts).toBeGreaterThan(3);
  expect(told).toHaveBeenCalledTimes(parts);
  expect(segmentsOf(db)[0]).toBeLessThan(4);
  const found = db.prepare('SELECT rowid FROM words WHERE words MATCH ?').pluck();
  expect(found.all('okapi')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(found.all('word77x9')).toEqual([9]);
  db.exec("INSERT INTO words (words) VALUES ('integrity-check')");
});

test('the segments of many changes are merged at rest', async () => {
  const vault = await indexed({ 'a.md': '' });
  for (let at = 0; at < 12; at += 1) {
    fill(vault.root, { 'a.md': `okapi ${at}` });
    vault.index.hint(['a.md']);
    await vault.index.settled();
  }
  const db = new (await loadSqlite())(vault.file, { readonly: true });
  onTestFinished(() => void db.close());
  expect(Math.max(...segmentsOf(db))).toBeGreaterThan(4);
  await expect.poll(() => Math.max(...segmentsOf(db)), { timeout: 20_000 }).toBeLessThan(4);
  expect((await searchFor(vault.index, 'okapi', 5)).map(({ path }) => path)).toEqual(['a.md']);
});

test('an index that is only opened stays as it was closed, also at rest', async () => {
  const root = temporaryFolder();
  const data = join(temporaryFolder(), 'data');
  fill(root, { 'a.md': 'okapi' });
  const first = openOver(root, data);
  await first.index.settled();
  await first.index.close();
  const written = statSync(`${first.file}.sum`).mtimeMs;
  const again = openOver(root, data);
  await again.index.settled();
  await pause(QUIET_MS + 1000);
  expect(statSync(`${again.file}.sum`).mtimeMs).toBe(written);
});
