import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerStart } from '../../src/backend/index/protocol.ts';

/** The index's worker, whose first thread of each role dies at its first message. */
const { file, role } = workerData as WorkerStart;
const mark = `${file}.${role}-died`;

if (existsSync(mark)) {
  await import('../../src/backend/index/worker.ts');
} else {
  parentPort?.once('message', () => {
    writeFileSync(mark, '');
    throw new Error('a fault put in by the test');
  });
  if (role === 'writer') {
    // Queries are sent once there is an index.
    await wait(50);
    parentPort?.postMessage({ type: 'ready' });
  }
}
