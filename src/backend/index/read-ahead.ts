import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { onDisk } from '../vault/contain.ts';
import type { ScannedFile } from '../vault/scan.ts';
import { type NoteRecord, readNoteBytes, recordOf } from './note-record.ts';
import type { WorkerStart } from './protocol.ts';

/** Below this it is quicker to read them where they are put in. */
const MANY = 100;
const CHUNK = 50;
/** Chunks that wait to be taken: more of them only fill the memory. */
const MOST_WAITING = 80;
const MOST_THREADS = 3;
/** What is read lives until it is handed over; V8 would let it pile up. */
const READ_MB = 32;

/** A note as a reading thread found it. */
export interface ReadNote {
  path: string;
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  record: NoteRecord;
}

export interface ToNoteReader {
  chunk: number;
  paths: string[];
}
export interface FromNoteReader {
  chunk: number;
  notes: ReadNote[];
}

/** Reads notes and works out what they mean. One that cannot be read is left out: whoever wanted it will meet the reason. */
export function readNotes(root: string, { chunk, paths }: ToNoteReader): FromNoteReader {
  const notes: ReadNote[] = [];
  for (const path of paths) {
    try {
      const place = onDisk(root, path);
      // Before it is read: one that changes meanwhile is another by its time.
      const { size, mtimeMs, ctimeMs } = statSync(place);
      notes.push({ path, size, mtimeMs, ctimeMs, record: recordOf(path, readNoteBytes(place), size) });
    } catch {
      // See above.
    }
  }
  return { chunk, notes };
}

/** Threads that read notes ahead of the one that puts them in. They are there only while there is much to read. */
export class Readers {
  readonly #module: string;
  readonly #root: string;
  readonly #begun = new Set<ReadAhead>();

  constructor(module: string, root: string) {
    this.#module = module;
    this.#root = root;
  }

  /** Begins to read these notes, the first first; `null` where they are too few. */
  begin(paths: readonly string[]): ReadAhead | null {
    if (paths.length < MANY) return null;
    const threads = Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));
    const ahead = new ReadAhead(paths, () => this.#thread(), threads);
    this.#begun.add(ahead);
    return ahead;
  }

  /** Ends all reading ahead. */
  end(): void {
    for (const ahead of this.#begun) ahead.end();
    this.#begun.clear();
  }

  #thread(): Worker {
    const workerData: WorkerStart = { role: 'note-reader', root: this.#root, file: '', module: this.#module };
    const module = this.#module.startsWith('file:') ? new URL(this.#module) : this.#module;
    const resourceLimits = { maxYoungGenerationSizeMb: READ_MB };
    return new Worker(module, { workerData, execArgv: [], resourceLimits });
  }
}

/** Notes that are being read ahead, in an order that is known. */
export class ReadAhead {
  readonly #chunks: string[][] = [];
  readonly #threads: Worker[];
  readonly #read = new Map<string, ReadNote>();
  readonly #arrived: boolean[] = [];
  /** What `upTo` waits for. */
  #wanted = 0;
  #wake: () => void = () => {};
  #asked = 0;
  #arrivedCount = 0;
  #ended = false;
  readonly #count: number;
  /** The first chunk that had not arrived when it was last looked for. */
  #passed = 0;

  constructor(paths: readonly string[], thread: () => Worker, threads: number) {
    this.#count = paths.length;
    for (let at = 0; at < paths.length; at += CHUNK) this.#chunks.push(paths.slice(at, at + CHUNK));
    this.#threads = Array.from({ length: Math.min(threads, this.#chunks.length) }, thread);
    for (const worker of this.#threads) {
      worker.unref();
      worker.on('message', (message: FromNoteReader) => this.#receive(message));
      // Without them everything is read where it is put in.
      worker.on('error', () => this.end());
    }
    this.#ask();
  }

  /** Resolves when the first `count` notes have been read, or will not be. */
  upTo(count: number): Promise<void> {
    this.#wanted = Math.min(this.#chunks.length, Math.ceil(count / CHUNK));
    this.#ask();
    if (this.#ended || this.#isThere()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** How many of the first notes have been read, or will not be. */
  arrived(): number {
    if (this.#ended) return this.#count;
    let chunk = this.#passed;
    while (this.#arrived[chunk] === true) chunk += 1;
    this.#passed = chunk;
    return Math.min(this.#count, chunk * CHUNK);
  }

  /** The record of a note that is still as it was when it was read; `null` otherwise. It is given once. */
  take(file: ScannedFile): NoteRecord | null {
    const read = this.#read.get(file.path);
    if (read === undefined) return null;
    this.#read.delete(file.path);
    const isSame = read.size === file.size && read.mtimeMs === file.mtimeMs && read.ctimeMs === file.ctimeMs;
    return isSame ? read.record : null;
  }

  end(): void {
    this.#ended = true;
    for (const worker of this.#threads) worker.postMessage(null);
    this.#wake();
  }

  /** Asks for all that may wait: a thread must have work while this one puts in notes and hears nothing. */
  #ask(): void {
    let waiting = this.#asked - this.#arrivedCount + this.#read.size / CHUNK;
    while (!this.#ended && (waiting < MOST_WAITING || this.#asked < this.#wanted)) {
      const paths = this.#chunks[this.#asked];
      if (paths === undefined) return;
      const message: ToNoteReader = { chunk: this.#asked, paths };
      this.#threads[this.#asked % this.#threads.length]?.postMessage(message);
      this.#asked += 1;
      waiting += 1;
    }
  }

  #receive({ chunk, notes }: FromNoteReader): void {
    for (const note of notes) this.#read.set(note.path, note);
    this.#arrived[chunk] = true;
    this.#arrivedCount += 1;
    this.#ask();
    if (this.#isThere()) this.#wake();
    if (this.#arrivedCount === this.#chunks.length) this.end();
  }

  #isThere(): boolean {
    for (let chunk = 0; chunk < this.#wanted; chunk += 1) if (this.#arrived[chunk] !== true) return false;
    return true;
  }
}
