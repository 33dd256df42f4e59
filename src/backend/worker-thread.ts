import { Worker } from 'node:worker_threads';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;
const CLOSE_MS = 2000;

export interface ThreadListeners<Incoming> {
  onMessage(message: Incoming): void;
  /** The thread died and another took its place: what it had not answered is lost. */
  onRestarted(): void;
  /** It died again and again; there will be no other. */
  onGivenUp(reason: string): void;
}

/** A worker thread that is started again when it dies, each time after a longer wait. */
export class WorkerThread<Outgoing, Incoming> {
  readonly #module: string | URL;
  readonly #workerData: object;
  readonly #listeners: ThreadListeners<Incoming>;
  #worker: Worker | null = null;
  #deaths: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(module: string | URL, workerData: object, listeners: ThreadListeners<Incoming>) {
    this.#module = module;
    this.#workerData = workerData;
    this.#listeners = listeners;
  }

  /** Starts the thread, once; until then there is none. */
  begin(): void {
    const worker = new Worker(this.#module, { workerData: this.#workerData, execArgv: [] });
    let reason = 'it ended';
    worker.on('message', (message: Incoming) => {
      if (!this.#closed) this.#listeners.onMessage(message);
    });
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      if (!this.#closed) this.#restart(reason);
    });
    this.#worker = worker;
  }

  /** Sends a message, or drops it while there is no thread: `onRestarted` is the time to send again. */
  post(message: Outgoing): void {
    this.#worker?.postMessage(message);
  }

  /**
   * Sends the thread its last message and waits for its end, two seconds at most. One that takes longer is left to end by itself, and
   * keeps no process alive: to end it within SQLite could bring the whole process down.
   */
  async close(last: Outgoing): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage(last);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        worker.unref();
        resolve();
      }, CLOSE_MS);
    });
    await Promise.race([ended, late]);
    clearTimeout(timer);
  }

  #restart(reason: string): void {
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < RESTART_WINDOW_MS), now];
    if (this.#deaths.length > MAX_RESTARTS) {
      this.#listeners.onGivenUp(reason);
      return;
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#deaths.length - 1));
    this.#timer = setTimeout(() => {
      this.begin();
      this.#listeners.onRestarted();
    }, wait);
  }
}
