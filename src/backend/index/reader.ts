import { RambleError } from '../../contract/errors.ts';
import { indexTrouble } from './index-trouble.ts';
import { inodeOf, type OpenDatabase, openForReading } from './open-database.ts';
import type { FromReader, ToReader, WorkerStart } from './protocol.ts';
import { queries } from './queries/all.ts';
import type { QueryContext } from './queries/context.ts';

/** Answers queries from a read-only connection, so that no query waits for the writer. */
export class Reader {
  readonly #start: WorkerStart;
  readonly #send: (message: FromReader) => void;
  #open: OpenDatabase | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(start: WorkerStart, send: (message: FromReader) => void) {
    this.#start = start;
    this.#send = send;
  }

  receive(message: ToReader): void {
    this.#turn = this.#turn.then(async () => {
      if (message.type === 'close') this.#letGo();
      else this.#send(await this.#answer(message.id, message.name, message.args));
    });
  }

  async #answer(id: number, name: string, args: unknown[]): Promise<FromReader> {
    try {
      if (this.#open === null || inodeOf(this.#start.file) !== this.#open.inode) {
        this.#letGo();
        this.#open = await openForReading(this.#start.file);
      }
      if (this.#open === null) return { type: 'again', id, damaged: false };
      if (!Object.hasOwn(queries, name)) throw new Error(`the index knows no query ${name}`);
      const query = queries[name as keyof typeof queries] as (
        context: QueryContext,
        ...args: unknown[]
      ) => unknown;
      const { db } = this.#open;
      // One transaction: a query of several statements sees one state of the index.
      const result = db.transaction(() => query({ db, root: this.#start.root }, ...args)).deferred();
      return { type: 'result', id, result };
    } catch (error) {
      return this.#explain(id, error);
    }
  }

  #explain(id: number, error: unknown): FromReader {
    if (error instanceof RambleError) return { type: 'failure', id, error: error.toShape() };
    const trouble = indexTrouble(error);
    if (trouble === 'damage' || trouble === 'away') {
      const vanished = this.#open !== null && inodeOf(this.#start.file) !== this.#open.inode;
      this.#letGo();
      return { type: 'again', id, damaged: trouble === 'damage' && !vanished };
    }
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = 'The index could not answer. Nothing was changed.';
    return { type: 'failure', id, error: { code: 'internal', message, data: { reason } } };
  }

  #letGo(): void {
    this.#open?.db.close();
    this.#open = null;
  }
}
