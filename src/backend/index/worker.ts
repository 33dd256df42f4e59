import { parentPort, workerData } from 'node:worker_threads';
import { sizeOf } from './open-database.ts';
import type { ToReader, ToWriter, WorkerStart } from './protocol.ts';
import { Readers, type ToNoteReader } from './read-ahead.ts';

const port = parentPort;
if (port === null) throw new Error('the index’s worker runs in a worker thread only');
const start = workerData as WorkerStart;

// Each role loads what it needs: what is sent to it meanwhile waits.
if (start.role === 'writer') {
  const readers = new Readers(start);
  // All notes are to be read: the threads for that load while this one does.
  if (sizeOf(start.file) === 0) readers.prepare();
  const { Writer } = await import('./writer.ts');
  const writer = new Writer(start, readers, (message) => port.postMessage(message));
  port.on('message', (message: ToWriter) => {
    writer.receive(message);
    if (message.type === 'close') port.close();
  });
  void writer.run();
} else if (start.role === 'note-reader') {
  const { readNotes } = await import('./read-notes.ts');
  port.on('message', (message: ToNoteReader | null) => {
    if (message === null) return port.close();
    const read = readNotes(start.root, message);
    port.postMessage(read, [read.bytes.buffer]);
  });
} else {
  const { Reader } = await import('./reader.ts');
  const reader = new Reader(start, (message) => port.postMessage(message));
  port.on('message', (message: ToReader) => {
    reader.receive(message);
    if (message.type === 'close') port.close();
  });
}
