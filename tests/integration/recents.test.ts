import { expect, test } from 'vitest';
import { openRecents } from '../../src/backend/recents.ts';
import type { NotePath, VaultPath } from '../../src/core/paths/note-path.ts';
import { temporaryFolder } from './vault-fixtures.ts';

const note = (path: string) => path as NotePath;
const DAY = 24 * 60 * 60 * 1000;

async function on(folder = temporaryFolder()) {
  let now = Date.UTC(2021, 1, 9);
  const recents = await openRecents(folder, () => new Date(now));
  return {
    recents,
    folder,
    later(milliseconds: number) {
      now += milliseconds;
    },
  };
}

test('a note opened often comes before those opened once a moment later', async () => {
  const { recents, later } = await on();
  for (let time = 0; time < 500; time += 1) recents.visit(note('often.md'));
  for (let at = 0; at < 10; at += 1) {
    later(1000);
    recents.visit(note(`once ${at}.md`));
  }
  expect(recents.list().slice(0, 2)).toEqual(['often.md', 'once 9.md']);
  later(60 * DAY);
  recents.visit(note('new.md'));
  expect(recents.list()[0]).toBe('new.md');
});

test('two hundred are kept, among them what was opened often and what was opened just now', async () => {
  const { recents, later } = await on();
  for (let time = 0; time < 50; time += 1) recents.visit(note('often.md'));
  for (let at = 0; at < 400; at += 1) {
    later(1000);
    recents.visit(note(`${at}.md`));
  }
  expect(recents.list()).toHaveLength(200);
  expect(recents.list().slice(0, 2)).toEqual(['often.md', '399.md']);
});

test('what was opened follows its file, and is there again after a start', async () => {
  const { recents, folder } = await on();
  recents.visit(note('a.md'));
  recents.visit(note('f/b.md'));
  const path = (text: string) => text as VaultPath;
  recents.move([{ from: path('a.md'), to: path('c.md'), isFolder: false }]);
  recents.move([{ from: path('f'), to: path('g/f'), isFolder: true }]);
  await recents.close();
  const { recents: again } = await on(folder);
  expect(again.list().sort()).toEqual(['c.md', 'g/f/b.md']);
});
