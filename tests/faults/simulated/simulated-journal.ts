import type { Journal } from '../../../src/backend/documents/journal/journal.ts';
import type { Entry } from '../../../src/backend/documents/journal/protocol.ts';
import { ADDED_SCHEMA, SCHEMA } from '../../../src/backend/documents/journal/schema.ts';
import { JournalStore } from '../../../src/backend/documents/journal/store.ts';
import { type Database, loadSqlite } from '../../../src/backend/sqlite.ts';
import { RambleError } from '../../../src/contract/errors.ts';
import type { DiskInMemory } from './disk-in-memory.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/**
 * What the journal holds beside a simulated disk: SQLite’s own, in memory. A commit counts as one call, which happens or does not; that SQLite
 * keeps to that on a real disk is shown with strace.
 */
export class KeptJournal {
  readonly #db: Database;
  readonly #disk: DiskInMemory;
  readonly #remembers: boolean;
  /** What it held after so many operations of the disk. */
  readonly #past: { operations: number; bytes: Buffer }[] = [];

  private constructor(db: Database, disk: DiskInMemory, remembers: boolean) {
    this.#db = db;
    this.#disk = disk;
    this.#remembers = remembers;
    this.#remember();
  }

  /** An empty one, or a copy. Only one that `remembers` can tell what it held before. */
  static async on(disk: DiskInMemory, bytes?: Buffer, remembers = false): Promise<KeptJournal> {
    const Sqlite = await loadSqlite();
    const db = new Sqlite(bytes ?? ':memory:');
    if (bytes === undefined) db.exec(SCHEMA + ADDED_SCHEMA);
    return new KeptJournal(db, disk, remembers);
  }

  bytes(): Buffer {
    return this.#db.serialize();
  }

  /** What it held when so many operations of the disk were done. */
  bytesAfter(operations: number): Buffer | undefined {
    return this.#past.findLast((one) => one.operations <= operations)?.bytes;
  }

  #remember(): void {
    if (!this.#remembers) return;
    this.#past.push({ operations: this.#disk.operations.length, bytes: this.#db.serialize() });
  }

  /** The journal as a process reaches it. */
  openFor(process: SimulatedProcess): Journal {
    const store = new JournalStore(this.#db);
    const call = <Value>(name: string, work: () => Value): Promise<Value> =>
      process.answer(() => {
        try {
          process.step(name, `${process.folder}/journal`);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === undefined) throw error;
          throw new RambleError('io', (error as Error).message);
        }
        return work();
      });
    const commit = (entries: Entry[]) =>
      call('commit', () => {
        store.commit([entries]);
        this.#remember();
      });
    return {
      commit,
      commitNow: commit,
      thinOut: (now) =>
        call('thin-out', () => [...store.thinOut(now)].reduce((sum, edits) => sum + edits, 0)),
      ask: (question, ...args) =>
        call('ask', () => (store[question] as (...args: unknown[]) => never)(...args)),
      troubled: () => new Promise(() => undefined),
      close: async () => undefined,
    };
  }
}
