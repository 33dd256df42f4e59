import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import type { WorkerStart } from '../../src/backend/index/protocol.ts';

/** The index's worker, with what happens to the first thread of each role after `?`: it throws, hangs for a while, or ends. */
const { file, role } = workerData as WorkerStart;
const trouble = new URL(import.meta.url).search.slice(1);
const mark = `${file}.${role}-troubled`;
const HANGS_MS = 6000;

if (!existsSync(mark)) {
  writeFileSync(mark, '');
  // Somebody is typing by now.
  await pause(400);
  if (trouble === 'throws') throw new Error('a fault put in by the test');
  // As a thread that ran out of memory.
  if (trouble === 'ends') process.exit(134);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HANGS_MS);
}
await import('../../src/backend/index/worker.ts');
