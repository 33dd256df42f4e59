import { parentPort, workerData } from 'node:worker_threads';
import type { ToReader, ToWriter, WorkerStart } from './protocol.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

const port = parentPort;
if (port === null) throw new Error('the index’s worker runs in a worker thread only');
const start = workerData as WorkerStart;

if (start.role === 'writer') {
  const writer = new Writer(start, (message) => port.postMessage(message));
  port.on('message', (message: ToWriter) => {
    writer.receive(message);
    if (message.type === 'close') port.close();
  });
  void writer.run();
} else {
  const reader = new Reader(start, (message) => port.postMessage(message));
  port.on('message', (message: ToReader) => {
    reader.receive(message);
    if (message.type === 'close') port.close();
  });
}
