import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { VaultPath } from '../../core/paths/note-path.ts';
import type { ScannedFile } from '../vault/scan.ts';
import type { NoteRecord } from './note-record.ts';
import type { WorkerStart } from './protocol.ts';

/** Below this it is quicker to read them where they are put in. */
const MANY = 100;
const CHUNK = 50;
/** Chunks that wait to be taken: more of them, or of what they hold, only fill the memory. */
const MOST_WAITING = 80;
const MOST_WAITING_BYTES = 32 * 1024 * 1024;
/** As long as nobody knows how large they are. */
const FIRST_WAITING = 16;
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
  /** The bytes of each are a part of {@link bytes}, after those of the one before. */
  notes: ReadNote[];
  bytes: Uint8Array<ArrayBuffer>;
}

/** Threads that read notes ahead of the one that puts them in. They are there only while there is much to read. */
export class Readers {
  readonly #start: WorkerStart;
  readonly #begun = new Set<ReadAhead>();
  /** Threads that are there and have nothing to do yet. */
  readonly #idle: Worker[] = [];

  constructor(start: WorkerStart) {
    this.#start = start;
  }

  /** Starts the threads: there will be many notes, and they can get ready while these are looked for. */
  prepare(): Worker[] {
    const threads = Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));
    while (this.#idle.length < threads) this.#idle.push(this.#thread());
    return this.#idle;
  }

  /** Begins to read notes ahead, once there are many to read. */
  begin(): ReadAhead {
    const ahead = new ReadAhead(() => {
      this.#begun.add(ahead);
      return this.prepare().splice(0);
    });
    return ahead;
  }

  /** There will not be many notes to read now. */
  endIdle(): void {
    for (const worker of this.#idle.splice(0)) worker.postMessage(null);
  }

  /** Ends all reading ahead. */
  end(): void {
    for (const ahead of this.#begun) ahead.end();
    this.#begun.clear();
  }

  #thread(): Worker {
    const workerData: WorkerStart = { ...this.#start, role: 'note-reader' };
    const { module: name } = this.#start;
    const module = name.startsWith('file:') ? new URL(name) : name;
    const resourceLimits = { maxYoungGenerationSizeMb: READ_MB };
    const worker = new Worker(module, { workerData, execArgv: [], resourceLimits });
    worker.unref();
    // Without it everything is read where it is put in.
    const lose = () => {
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      this.end();
    };
    worker.on('error', lose);
    worker.on('exit', (code) => {
      if (code !== 0) lose();
    });
    return worker;
  }
}

/** Notes that are being read ahead, in the order in which they were added: the first are being read while others are yet to be found. */
export class ReadAhead {
  readonly #start: () => Worker[];
  #threads: Worker[] = [];
  readonly #chunks: string[][] = [[]];
  readonly #read = new Map<string, ReadNote>();
  readonly #arrived: boolean[] = [];
  /** What `upTo` waits for. */
  #wanted = 0;
  #wake: () => void = () => {};
  #asked = 0;
  #arrivedCount = 0;
  #arrivedBytes = 0;
  #isComplete = false;
  #ended = false;
  /** The first chunk that had not arrived when it was last looked for. */
  #passed = 0;

  /** `start` gives the threads. */
  constructor(start: () => Worker[]) {
    this.#start = start;
  }

  add(path: string): void {
    this.#chunks.at(-1)?.push(path);
    if (this.#chunks.at(-1)?.length !== CHUNK) return;
    this.#chunks.push([]);
    if (this.#chunks.length * CHUNK > MANY) this.#ask();
  }

  /** All were added. Where they are too few nothing is read ahead; gives whether they are not. */
  complete(): boolean {
    this.#isComplete = true;
    if (this.#threads.length === 0) this.#ended = true;
    else this.#ask();
    return !this.#ended;
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

  /** How many of the first notes have been read, or will not be; infinite once all have. */
  arrived(): number {
    if (this.#ended) return Number.POSITIVE_INFINITY;
    while (this.#arrived[this.#passed] === true) this.#passed += 1;
    return this.#passed * CHUNK;
  }

  /** A note as it was before it was read, where it was. It is no link. */
  fileAt(path: VaultPath): ScannedFile | null {
    const read = this.#read.get(path);
    if (read === undefined) return null;
    const { size, mtimeMs, ctimeMs } = read;
    return { kind: 'note', path, size, mtimeMs, ctimeMs, linked: false };
  }

  /** Whether a note was read as it is. */
  has(file: ScannedFile): boolean {
    const read = this.#read.get(file.path);
    return read?.size === file.size && read.mtimeMs === file.mtimeMs && read.ctimeMs === file.ctimeMs;
  }

  /** The record of a note that is still as it was when it was read; `null` otherwise. It is given once. */
  take(file: ScannedFile): NoteRecord | null {
    const record = this.has(file) ? this.#read.get(file.path)?.record : undefined;
    this.#read.delete(file.path);
    return record ?? null;
  }

  end(): void {
    this.#ended = true;
    for (const worker of this.#threads) worker.postMessage(null);
    this.#wake();
  }

  /** Asks for all that may wait: a thread must have work while this one puts in notes and hears nothing. */
  #ask(): void {
    if (this.#ended) return;
    if (this.#threads.length === 0) this.#begin();
    const full = this.#chunks.length - (this.#isComplete ? 0 : 1);
    let waiting = this.#asked - this.#arrivedCount + this.#read.size / CHUNK;
    const most = this.#mostWaiting();
    while (this.#asked < full && (waiting < most || this.#asked < this.#wanted)) {
      const message: ToNoteReader = { chunk: this.#asked, paths: this.#chunks[this.#asked] ?? [] };
      this.#threads[this.#asked % this.#threads.length]?.postMessage(message);
      this.#asked += 1;
      waiting += 1;
    }
  }

  #mostWaiting(): number {
    if (this.#arrivedBytes === 0) return FIRST_WAITING;
    return Math.min(MOST_WAITING, Math.ceil(MOST_WAITING_BYTES / (this.#arrivedBytes / this.#arrivedCount)));
  }

  #begin(): void {
    this.#threads = this.#start();
    for (const worker of this.#threads)
      worker.on('message', (message: FromNoteReader) => this.#receive(message));
  }

  #receive({ chunk, notes, bytes }: FromNoteReader): void {
    let at = 0;
    for (const note of notes) {
      const from = at;
      at += note.record.ends.at(-1) ?? 0;
      note.record.bytes = bytes.subarray(from, at);
      this.#read.set(note.path, note);
    }
    this.#arrived[chunk] = true;
    this.#arrivedCount += 1;
    this.#arrivedBytes += bytes.length;
    this.#ask();
    if (this.#isThere()) this.#wake();
    if (this.#isComplete && this.#arrivedCount === this.#chunks.length) this.end();
  }

  #isThere(): boolean {
    for (let chunk = 0; chunk < this.#wanted; chunk += 1) if (this.#arrived[chunk] !== true) return false;
    return true;
  }
}
