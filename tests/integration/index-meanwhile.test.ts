import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { Indexer, type Step } from '../../src/backend/index/indexer.ts';
import { openForWriting } from '../../src/backend/index/open-database.ts';
import { ReadAhead, type Readers, type ToNoteReader } from '../../src/backend/index/read-ahead.ts';
import { readNotes } from '../../src/backend/index/read-notes.ts';
import { Store } from '../../src/backend/index/store.ts';
import { revisionOf } from '../../src/backend/vault/revision.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const NOTES = 300;
/** One of the last that the scan takes in. */
const LATE = '99.md';

/** Reads notes as a thread does, in a turn of its own. */
function noteReader(root: string): Worker {
  const worker = new EventEmitter() as EventEmitter & { postMessage(message: ToNoteReader | null): void };
  worker.postMessage = (message) => {
    if (message !== null) setImmediate(() => worker.emit('message', readNotes(root, message)));
  };
  return worker as unknown as Worker;
}

async function scanned() {
  const root = temporaryFolder();
  fill(root, Object.fromEntries(Array.from({ length: NOTES }, (_, at) => [`${at}.md`, `okapi ${at}`])));
  const { db } = await openForWriting(join(temporaryFolder(), 'index.db'));
  onTestFinished(() => void db.close());
  const store = new Store(db);
  const readers = { begin: () => new ReadAhead(() => [noteReader(root)]), endIdle() {} };
  const indexer = new Indexer(root, store, new Map(), readers as unknown as Readers);
  return {
    indexer,
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
