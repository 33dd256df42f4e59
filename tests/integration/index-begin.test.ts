import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { checkSum } from '../../src/backend/index/index-sum.ts';
import { eventually } from '../support/app.ts';
import { type IndexedVault, openOver } from './index-fixtures.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

afterEach(() => void vi.useRealTimers());

function opened(): IndexedVault {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const root = temporaryFolder();
  fill(root, { 'a.md': 'okapi' });
  return openOver(root, join(temporaryFolder(), 'data'));
}

test('an index leaves the processors to the window that is opening: it begins a second later', async () => {
  const vault = opened();
  vault.index.hint(['a.md']);
  vault.index.hintAll();
  // As long as its threads would need by far.
  await wait(500);
  expect(existsSync(vault.file)).toBe(false);
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  await eventually(() => vault.summary.notes === 1, 'the index has the note');
});

test('it begins at once where somebody asks, whatever was hinted before', async () => {
  const vault = opened();
  vault.index.hint(['a.md']);
  expect((await vault.index.listNotes()).length).toBeLessThanOrEqual(1);
  await vault.index.settled();
  expect((await vault.index.listNotes()).map(({ path }) => path)).toEqual(['a.md']);
});

test('one that was closed before it began never begins', async () => {
  const vault = opened();
  await vault.index.close();
  vi.advanceTimersByTime(2000);
  await expect(vault.index.listNotes()).rejects.toMatchObject({ code: 'disconnected' });
  await expect(vault.index.settled()).rejects.toMatchObject({ code: 'disconnected' });
  await wait(300);
  expect(existsSync(vault.file)).toBe(false);
});

test('closed while somebody is reading it, an index is whole and says so, and is not built anew', async () => {
  const root = temporaryFolder();
  fill(root, { 'a.md': 'okapi', 'b.md': 'okapi' });
  const data = join(temporaryFolder(), 'data');
  const first = openOver(root, data);
  await first.index.settled();
  const reader = new Sqlite(first.file, { readonly: true });
  onTestFinished(() => void reader.close());
  reader.prepare('SELECT count(*) FROM notes').get();
  await first.index.close();
  expect(checkSum(first.file)).toBe('same');
  // To open it and do nothing changes nothing.
  const second = openOver(root, data);
  await second.index.textSearch('okapi', { limit: 5, typing: true });
  await second.index.settled();
  await second.index.close();
  expect(checkSum(first.file)).toBe('same');
});
