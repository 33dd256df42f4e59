import { parentPort, workerData } from 'node:worker_threads';
import type { ToReader, ToWriter, WorkerStart } from './protocol.ts';
import { readNotes, type ToNoteReader } from './read-ahead.ts';
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
} else if (start.role === 'note-reader') {
  port.on('message', (message: ToNoteReader | null) => {
    if (message === null) return port.close();
    const read = readNotes(start.root, message);
    port.postMessage(read, [read.texts.buffer]);
  });
} else {
  const reader = new Reader(start, (message) => port.postMessage(message));
  port.on('message', (message: ToReader) => {
    reader.receive(message);
    if (message.type === 'close') port.close();
  });
}
