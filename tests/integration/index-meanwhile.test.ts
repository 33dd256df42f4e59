import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { Indexer, type Step } from '../../src/backend/index/indexer.ts';
import { openForWriting } from '../../src/backend/index/open-database.ts';
import {
  type FromNoteReader,
  ReadAhead,
  type Readers,
  type ToNoteReader,
} from '../../src/backend/index/read-ahead.ts';
import { readNotes } from '../../src/backend/index/read-notes.ts';
import { Store } from '../../src/backend/index/store.ts';
import { revisionOf } from '../../src/backend/vault/revision.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const NOTES = 300;
/** One of the last that the scan takes in. */
const LATE = '99.md';

/** Answers as a thread does, in a turn of its own, as long as there is an answer. */
function answering(answer: (message: ToNoteReader) => FromNoteReader | null): Worker {
  const worker = new EventEmitter() as EventEmitter & { postMessage(message: ToNoteReader | null): void };
  worker.postMessage = (message) => {
    const read = message === null ? null : answer(message);
    if (read !== null) setImmediate(() => worker.emit('message', read));
  };
  return worker as unknown as Worker;
}

async function scanned(answers = NOTES) {
  const root = temporaryFolder();
  fill(root, Object.fromEntries(Array.from({ length: NOTES }, (_, at) => [`${at}.md`, `okapi ${at}`])));
  const { db } = await openForWriting(join(temporaryFolder(), 'index.db'));
  onTestFinished(() => void db.close());
  const store = new Store(db);
  const reader = answering((message) => (message.chunk < answers ? readNotes(root, message) : null));
  const ahead = new ReadAhead(() => [reader]);
  const readers = { begin: () => ahead, endIdle() {} };
  const indexer = new Indexer(root, store, new Map(), readers as unknown as Readers);
  return {
    indexer,
    ahead,
    count: () => store.countNotes(),
    write: (text: string) => writeFileSync(join(root, LATE), text),
    revision: () => store.file(LATE)?.hash ?? null,
  };
}

/** Works until the notes have been read, and none is in. */
async function begin(scan: Generator<Step | Promise<void>>): Promise<void> {
  expect(scan.next().value).toMatchObject({ done: 0, total: NOTES });
  for (let turns = 0; turns < NOTES; turns += 1) await turn();
}

async function finish(work: Generator<Step | Promise<void>>): Promise<void> {
  for (const step of work) await step;
}

test('a note that was read, and then hinted because somebody wrote it, is as it is now', async () => {
  const { indexer, write, revision } = await scanned();
  const scan = indexer.scan();
  await begin(scan);
  write('zebra');
  await finish(indexer.hints([LATE]));
  await finish(scan);
  expect(revision()).toBe(revisionOf(Buffer.from('zebra')));
});

test('one that was read, and then written while nobody said so, is found by the next scan', async () => {
  const { indexer, write, revision } = await scanned();
  const scan = indexer.scan();
  await begin(scan);
  write('zebra');
  await finish(scan);
  await finish(indexer.scan());
  expect(revision()).toBe(revisionOf(Buffer.from('zebra')));
});

test('what a thread was to read, and did not before it ended, is read where it is put in', async () => {
  const { indexer, ahead, count } = await scanned(2);
  let turns = 0;
  for (const step of indexer.scan()) {
    if (step instanceof Promise) turns += 1;
    // The thread is gone while the scan waits for it.
    if (step instanceof Promise && turns === 2) setImmediate(() => ahead.end());
    await step;
  }
  expect(turns).toBeGreaterThanOrEqual(2);
  expect(count()).toBe(NOTES);
});

test.each([
  ['small', 1000, 80],
  ['large', 8 * 1024 * 1024, 4],
])('of %s notes as many are read ahead as find room', (_, length, most) => {
  let asked = 0;
  const worker = answering(() => {
    asked += 1;
    return null;
  });
  const ahead = new ReadAhead(() => [worker]);
  for (let at = 0; at < 10_000; at += 1) ahead.add(`${at}.md`);
  // Nobody knows yet how large they are.
  expect(asked).toBe(16);
  const bytes = new Uint8Array(length);
  for (let chunk = 0; chunk < 20; chunk += 1) worker.emit('message', { chunk, notes: [], bytes });
  expect(asked - 20).toBe(most);
});
