import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { giveBackRoom, openForWriting, sizeOf } from '../../src/backend/index/open-database.ts';
import { temporaryFolder } from './vault-fixtures.ts';

const KB = 1024;

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
  let told = 0;
  let parts = 1;
  while (giveBackRoom(db, () => void (told += 1))) parts += 1;
  settle(db);
  expect(parts).toBeGreaterThan(3);
  expect(told).toBe(parts);
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
