import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ErrorShape } from '../../contract/errors.ts';
import { forgetSum, vouchFor } from './index-sum.ts';
import { indexTrouble, indexTroubleWords } from './index-trouble.ts';
import { Indexer, type Step } from './indexer.ts';
import {
  inodeOf,
  isReadable,
  isSuspect,
  type OpenDatabase,
  openForWriting,
  removeDatabase,
  removeOldIndexes,
  sizeOf,
  swapIn,
} from './open-database.ts';
import type { FromWriter, Progress, ToWriter, WorkerStart } from './protocol.ts';
import { summarise } from './queries/lists.ts';
import type { Readers } from './read-ahead.ts';
import { Store } from './store.ts';
import { emptyLog, giveBackRoom, mergeSegments } from './tidy.ts';

const PROGRESS_MS = 100;
const UPDATED_MS = 300;
const LOOK_MS = 2000;
/** When nothing was written for so long it is tidied up, and what was written beside the index put into it, where that is more than a few pages. */
const QUIET_MS = 2000;
const MOST_BESIDE = 1024 * 1024;
/** Between the parts of tidying up: somebody may want something. */
const BETWEEN_MS = 50;
const MAX_PROBLEMS = 200;
const RETRY_MS = 5000;
/** How soon it is tried again to empty the log, while somebody reads. */
const LOG_RETRY_MS = 100;
const MAX_REBUILDS = 3;
const REBUILD_WINDOW_MS = 60_000;

/** The one writer of the index: takes in the folder, then whatever it is told to look at. */
export class Writer {
  readonly #start: WorkerStart;
  readonly #send: (message: FromWriter) => void;
  readonly #readers: Readers;
  #open: OpenDatabase | null = null;
  #indexer: Indexer | null = null;
  #store: Store | null = null;
  #scan: Generator<Step | Promise<void>> | null = null;
  /** Goes before the scan: what somebody just wrote is looked for first. */
  #hinted: Generator<Step | Promise<void>> | null = null;
  #scanWanted = true;
  #acceptsMissing = false;
  /** The first time that a vault is read, every note is new, and nobody wants to hear of that. */
  #quiet = true;
  /** The revision of each note as the main thread last heard it; outlives an index that is taken away. */
  #told: Map<string, string> | null = null;
  #hints = new Set<string>();
  #waiting: number[] = [];
  #rebuilds: number[] = [];
  #running = false;
  #closed = false;
  #paused = false;
  /** Why nothing can be written for now. */
  #held: ErrorShape | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the owner was told of it. */
  #toldHeld = false;
  /** What is written now: the index, or the one that is built to take its place. */
  #target: string;
  /** The index is damaged: another is built beside it, which answers as well as it can until then. */
  #damaged = false;
  /** The file that was looked at, or made, by this thread: it need not be doubted. */
  #trusted: number | null = null;
  /** How far the scan was when it was last told. */
  #progress: Progress = { done: 0, total: 0, paused: false };
  #dirty = false;
  /** Whether there may be segments to merge: not before anything is changed, for an index that is only opened stays as it is. */
  #isUnmerged = false;
  #progressAt = 0;
  #updatedAt = 0;
  #timer: NodeJS.Timeout;
  #quietTimer: NodeJS.Timeout | undefined;

  constructor(start: WorkerStart, readers: Readers, send: (message: FromWriter) => void) {
    this.#start = start;
    this.#target = start.file;
    this.#readers = readers;
    this.#send = send;
    this.#timer = setInterval(() => this.#lookAtFile(), LOOK_MS);
  }

  receive(message: ToWriter): void {
    if (message.type === 'close') this.#close();
    if (message.type === 'scan') this.#scanWanted = true;
    if (message.type === 'accept-missing') {
      this.#scanWanted = true;
      this.#acceptsMissing = true;
    }
    if (message.type === 'hint') for (const path of message.paths) this.#hints.add(path);
    if (message.type === 'pause') this.#pause(message.paused);
    if (message.type === 'settle') this.#waiting.push(message.id);
    if (message.type === 'check') void this.#check(message.damaged);
    else void this.run();
  }

  /** Works until nothing is left to do. A failure that no rebuild helps ends the thread; the main thread starts another. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#quietTimer);
    try {
      while (!this.#closed && (await this.#work())) await nextTurn();
    } finally {
      this.#running = false;
    }
    if (!this.#closed) this.#rest();
    else this.#end();
  }

  /** One bounded piece of work; `false` when there is none. */
  async #work(): Promise<boolean> {
    try {
      if (this.#open === null || inodeOf(this.#target) !== this.#open.inode) await this.#reopen();
      this.#held = null;
      const indexer = this.#indexer;
      if (indexer === null) return false;
      if (this.#hinted === null && this.#hints.size > 0) {
        this.#hinted = indexer.hints([...this.#hints]);
        this.#hints.clear();
      }
      if (this.#hinted !== null) {
        const next = this.#hinted.next();
        if (next.done === true) this.#hinted = null;
        else if (next.value instanceof Promise) await next.value;
        else this.#tell(next.value, false);
        return true;
      }
      if (this.#paused) return false;
      if (this.#scan === null && (this.#scanWanted || indexer.wantsScan)) {
        this.#scanWanted = false;
        indexer.wantsScan = false;
        indexer.acceptsMissing = this.#acceptsMissing;
        this.#acceptsMissing = false;
        this.#scan = indexer.scan();
      }
      if (this.#scan === null) return false;
      const next = this.#scan.next();
      if (next.done === true) await this.#endScan();
      else if (next.value instanceof Promise) await next.value;
      else this.#tell(next.value, true);
      return true;
    } catch (error) {
      return this.#recover(error);
    }
  }

  #pause(paused: boolean): void {
    this.#paused = paused && this.#hasToScan();
    if (!this.#hasToScan()) return;
    this.#progress = { ...this.#progress, paused };
    this.#send({ type: 'progress', progress: this.#progress });
  }

  async #endScan(): Promise<void> {
    const store = this.#store;
    if (store?.mark('built') === null) store.transact(() => store.markBuilt());
    const isBuiltBeside = this.#target !== this.#start.file;
    // The other goes on answering until this one is whole in its own file, for which a disk may have no room.
    if (isBuiltBeside && this.#open !== null && !emptyLog(this.#open.db)) return pause(LOG_RETRY_MS);
    this.#scan = null;
    this.#quiet = false;
    if (isBuiltBeside) {
      this.#letGo();
      swapIn(this.#target, this.#start.file);
      this.#damaged = false;
      this.#trusted = inodeOf(this.#start.file);
      // What changed while it was built is found by another scan.
      return this.#reopen();
    }
    removeOldIndexes(this.#start.file);
    this.#send({ type: 'progress', progress: null });
    if (this.#toldHeld) this.#send({ type: 'problem', message: null });
    this.#toldHeld = false;
  }

  #tell(step: Step, scanning: boolean): void {
    for (const { path, revision } of step.notes) {
      if (revision === null) this.#told?.delete(path);
      else this.#told?.set(path, revision);
    }
    const notes = step.notes
      .filter(({ added }) => !(added && this.#quiet))
      .map(({ path, revision }) => ({ path, revision }));
    if (notes.length > 0) this.#send({ type: 'notes', notes });
    this.#dirty ||= step.changed;
    const now = performance.now();
    if (scanning && step.total > 0 && now - this.#progressAt >= PROGRESS_MS) {
      this.#progressAt = now;
      this.#progress = { done: step.done, total: step.total, paused: this.#paused };
      this.#send({ type: 'progress', progress: this.#progress });
    }
    if (this.#dirty && now - this.#updatedAt >= UPDATED_MS) this.#tellUpdated(now);
  }

  #tellUpdated(now: number): void {
    if (this.#open === null) return;
    this.#dirty = false;
    this.#updatedAt = now;
    this.#send({ type: 'updated', summary: summarise(this.#open, MAX_PROBLEMS) });
  }

  #rest(): void {
    if (this.#dirty) this.#tellUpdated(performance.now());
    const lacking = this.#lacking();
    for (const id of this.#waiting.splice(0)) this.#send({ type: 'settled', id, lacking });
    this.#tidyLater();
  }

  #tidyLater(after = QUIET_MS): void {
    this.#quietTimer = setTimeout(() => this.#tidy(), after).unref();
  }

  #tidy(): void {
    if (this.#open === null) return;
    const { db } = this.#open;
    const forget = () => forgetSum(this.#target);
    try {
      this.#isUnmerged &&= mergeSegments(db, forget);
      if (this.#isUnmerged || giveBackRoom(db, forget)) {
        this.#tidyLater(BETWEEN_MS);
        return;
      }
      // Somebody who is just reading keeps it.
      if (sizeOf(`${this.#target}-wal`) > MOST_BESIDE && !emptyLog(db)) this.#tidyLater();
    } catch {
      // The next change says what is wrong.
    }
  }

  /** Why the index is not whole although there is nothing to do now. */
  #lacking(): ErrorShape | null {
    if (this.#held !== null) return this.#held;
    if (!this.#hasToScan()) return null;
    return {
      code: 'conflict',
      message:
        'The notes are not all read: reading them is paused. Go on with it (in the line at the bottom), and then try again.',
    };
  }

  #hasToScan(): boolean {
    return this.#scan !== null || this.#scanWanted || this.#indexer?.wantsScan === true;
  }

  async #reopen(): Promise<void> {
    this.#letGo();
    const { file } = this.#start;
    if (inodeOf(file) !== this.#trusted) this.#damaged ||= await isSuspect(file);
    const answers = this.#damaged && (await isReadable(file));
    // Where nothing can be asked of it anyway, the new one answers from its first note on.
    if (this.#damaged && !answers) removeDatabase(file);
    this.#damaged = answers;
    this.#target = answers ? `${file}.new` : file;
    if (answers) removeDatabase(this.#target);
    this.#open = await openForWriting(this.#target);
    if (!answers) this.#trusted = this.#open.inode;
    const store = new Store(this.#open.db, () => {
      forgetSum(this.#target);
      this.#isUnmerged = true;
    });
    if (this.#told === null) {
      this.#told = new Map();
      this.#quiet = store.mark('built') === null;
      for (const { path, kind, hash } of store.files()) if (kind === 'note') this.#told.set(path, hash);
    }
    this.#store = store;
    this.#indexer = new Indexer(this.#start.root, store, this.#told, this.#readers);
    this.#scanWanted = true;
    this.#dirty = true;
    this.#send({ type: 'ready' });
  }

  #letGo(): void {
    this.#readers.end();
    this.#open?.db.close();
    this.#open = null;
    this.#isUnmerged = false;
    this.#store = null;
    this.#indexer = null;
    this.#scan = null;
    this.#hinted = null;
  }

  /** Builds a damaged index anew, waits where there is no room or no permission; throws on anything else. */
  async #recover(error: unknown): Promise<boolean> {
    this.#scan = null;
    this.#hinted = null;
    this.#scanWanted = true;
    switch (indexTrouble(error)) {
      case 'busy':
        return true;
      case 'damage':
        this.#discard();
        return true;
      case 'full':
        return this.#wait('The disk is full: search and links are not up to date.');
      case 'away':
        if (this.#open !== null && inodeOf(this.#target) !== this.#open.inode) return true;
        // Without any index to ask, queries must fail, and not wait.
        if (!(await isReadable(this.#start.file))) throw error;
        this.#letGo();
        this.#send({ type: 'ready' });
        return this.#wait(indexTroubleWords(error));
      default:
        throw error;
    }
  }

  #wait(message: string): false {
    this.#held = { code: 'io', message };
    this.#toldHeld = true;
    this.#send({ type: 'problem', message });
    // Whatever is asked for meanwhile comes here again: one try is enough for all of it.
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.run(), RETRY_MS).unref();
    return false;
  }

  #discard(): void {
    const now = Date.now();
    this.#rebuilds = this.#rebuilds.filter((at) => now - at < REBUILD_WINDOW_MS);
    if (this.#rebuilds.length >= MAX_REBUILDS) throw new Error('the index was damaged again and again');
    this.#rebuilds.push(now);
    this.#letGo();
    forgetSum(this.#start.file);
    this.#damaged = true;
  }

  async #check(damaged: boolean): Promise<void> {
    const isBuiltBeside = this.#target !== this.#start.file;
    // What the old one cannot answer waits for the new one.
    if (damaged && !isBuiltBeside) this.#discard();
    else if (!isBuiltBeside && this.#open !== null && inodeOf(this.#target) === this.#open.inode)
      this.#send({ type: 'ready' });
    await this.run();
  }

  #lookAtFile(): void {
    if (this.#open !== null && inodeOf(this.#target) !== this.#open.inode) void this.run();
  }

  #close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#quietTimer);
    if (!this.#running) this.#end();
  }

  /** Leaves a whole index behind, and a word that it is so. */
  #end(): void {
    const open = this.#target === this.#start.file ? this.#open : null;
    try {
      // To close the database does it only where nobody else has it open.
      if (open !== null) emptyLog(open.db);
    } catch {
      // Then the next start looks for itself.
    }
    this.#letGo();
    if (open === null) return;
    try {
      vouchFor(this.#target);
    } catch {
      // Then the next start looks for itself.
    }
  }
}
