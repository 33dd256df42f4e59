import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openIndex } from '../../src/backend/index/index-service.ts';
import { indexFile } from '../../src/backend/index/open-database.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

test('C09: when its threads die, others take their place and what was asked is answered', async () => {
  const root = temporaryFolder();
  const dataFolder = temporaryFolder();
  mkdirSync(join(root, 'sub'));
  fill(root, { 'a.md': '[[b]]', 'sub/b.md': '' });
  const nothing = () => undefined;
  const problems: string[] = [];
  const index = openIndex({
    root,
    dataFolder,
    workerModule: new URL('./index-crashing-worker.ts', import.meta.url),
    onProgress: nothing,
    onSummary: nothing,
    onUpdated: nothing,
    onNoteChanged: nothing,
    onProblem(message) {
      if (message !== null) problems.push(message);
    },
  });
  onTestFinished(() => index.close());
  const asked = index.listNotes();
  await index.settled();
  expect(Array.isArray(await asked)).toBe(true);
  expect((await index.backlinks('sub/b.md')).backlinks.map(({ path }) => path)).toEqual(['a.md']);
  expect(['writer', 'reader'].map((role) => existsSync(`${indexFile(dataFolder)}.${role}-died`))).toEqual([
    true,
    true,
  ]);
  expect(problems).toEqual([]);
});
