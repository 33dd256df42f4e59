import { RambleError } from '../../contract/errors.ts';
import { revisionOf } from '../vault/revision.ts';
import type { FileIdentity, Vault } from '../vault/vault.ts';
import type { NoteDocument } from './document.ts';
import type { Entry } from './journal/protocol.ts';
import { createSlots } from './slots.ts';

/** From the last keystroke to the file, and the longest from the first. What is typed is in the journal long before. */
const QUIET_MS = 300;
const LONGEST_MS = 900;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;
/** After so long without an answer the user is told; after so long nobody waits for the save any more. */
const STALLED_MS = 600;
const LONGEST_WAIT_MS = 10_000;
const MOST_AT_ONCE = 4;
const STALLED = 'The disk does not answer. What you typed is kept, and written as soon as the disk does.';
/** How long a save waits for the journal to note that it is about to happen. */
const JOURNAL_MS = 250;

export interface SaverParts {
  vault: Vault;
  commit(entries: Entry[]): Promise<void>;
  /** The file holds something else, or is gone: brings the document in step with it. */
  look(document: NoteDocument): Promise<void>;
  /** The file may have been moved just before a save made it anew as `revision`: takes that back. Gives whether it was moved. */
  followMoved(document: NoteDocument, revision: string): Promise<boolean>;
  /** Another program wrote into the file in the very moment of the save; `base` is what was there before. */
  onDisplaced(document: NoteDocument, bytes: Buffer, base: string): void;
  /** The state of a document may be another. */
  onState(document: NoteDocument): void;
  onSaved(document: NoteDocument): void;
}

/** Writes documents to their files: soon after a pause, one write at a time for each, again and again until it succeeds. */
export class Saver {
  readonly #parts: SaverParts;
  readonly #due = new Map<NoteDocument, { timer: NodeJS.Timeout; first: number }>();
  readonly #retries = new Map<NoteDocument, number>();
  /** Many at once would each open a file and then have none left for the rest. One that hangs holds up no other. */
  readonly #slots = createSlots(MOST_AT_ONCE, STALLED_MS);
  /** What other programs are just writing into files that saves took the names of. */
  readonly #taking = new Set<Promise<unknown>>();
  /** Whether it is worth looking where a file went that seems to have kept its name: until it went nowhere once. */
  #namesAreCounted = true;
  #closed = false;

  constructor(parts: SaverParts) {
    this.#parts = parts;
  }

  /** The document has text that is not in its file. */
  request(document: NoteDocument): void {
    if (this.#closed || document.gone || document.unreadable !== null) return;
    const now = performance.now();
    const due = this.#due.get(document);
    if (due !== undefined && this.#retries.has(document)) return;
    clearTimeout(due?.timer);
    const first = due?.first ?? now;
    this.#schedule(document, Math.max(0, Math.min(QUIET_MS, first + LONGEST_MS - now)), first);
  }

  /** Resolves when what the document holds now is in its file, when a write of it failed, or when the disk does not answer. */
  async flush(document: NoteDocument): Promise<void> {
    clearTimeout(this.#due.get(document)?.timer);
    this.#due.delete(document);
    await this.#save(document);
  }

  /** Whether something of the document is still to be written or taken in. */
  isBusy(document: NoteDocument): boolean {
    return document.saving !== null || this.#due.has(document) || this.#taking.size > 0;
  }

  /** Resolves when all is taken in that other programs wrote in the moment of a save. */
  async takenIn(): Promise<void> {
    await Promise.all(this.#taking);
  }

  /** Nothing is written from now on. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  #schedule(document: NoteDocument, delay: number, first: number): void {
    const timer = setTimeout(() => {
      this.#due.delete(document);
      void this.#save(document);
    }, delay);
    this.#due.set(document, { timer, first });
  }

  async #save(document: NoteDocument): Promise<void> {
    const saving = document.turn(() => this.#slots.use(() => this.#saveInTurn(document)));
    await this.#unlessStalled(document, saving);
    if (document.dirty && !this.#retries.has(document)) this.request(document);
  }

  async #saveInTurn(document: NoteDocument): Promise<void> {
    let refusal: unknown = null;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (this.#closed || document.gone || document.unreadable !== null) return;
      if (!document.dirty) return this.#believe(document);
      try {
        // A save that failed late is in the file, and must not be taken for another program's.
        if (document.unsure !== null) await this.#parts.look(document);
        document.unsure = null;
        await this.#write(document);
        return this.#succeeded(document);
      } catch (error) {
        document.unsure = document.saving ?? document.unsure;
        document.saving = null;
        if (!isRefusal(error)) return this.#failed(document, error);
        refusal = error;
      }
      try {
        await this.#parts.look(document);
      } catch (error) {
        return this.#failed(document, error);
      }
    }
    // A name is taken in another spelling for as long as the other file has it.
    const isTaken = refusal instanceof RambleError && refusal.code === 'exists';
    this.#failed(document, isTaken ? refusal : new Error('Another program keeps writing this note.'));
  }

  /** What a save could not do is in the file all the same, by a save that failed late: that is said once the file shows it. */
  async #believe(document: NoteDocument): Promise<void> {
    if (document.failure === null) return;
    try {
      const { revision } = await this.#parts.vault.read(document.path);
      if (revision === document.disk.revision) this.#succeeded(document);
      else await this.#parts.look(document);
    } catch (error) {
      this.#failed(document, error);
    }
  }

  /** Resolves with the save, or when it hangs, which the user is told much sooner: it goes on meanwhile. */
  async #unlessStalled(document: NoteDocument, saving: Promise<void>): Promise<void> {
    const begun = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<void>((done) => {
      timer = setInterval(() => {
        if (performance.now() - begun > LONGEST_WAIT_MS) done();
        if (document.isSettling || !document.dirty || document.failure !== null) return;
        document.failure = STALLED;
        this.#parts.onState(document);
      }, STALLED_MS);
    });
    await Promise.race([saving, stalled]).finally(() => clearInterval(timer));
  }

  async #write(document: NoteDocument): Promise<void> {
    const { vault } = this.#parts;
    const { version, text, path, id, disk } = document;
    const bytes = text.bytes();
    const revision = revisionOf(bytes);
    if (revision !== disk.revision || document.failure !== null) {
      await this.#mustBeWritable(document);
      document.saving = { revision, version, text };
      await this.#announce([{ type: 'saving', document: id, version, revision }]);
      const { displaced, mayHaveMoved } = await vault
        .writeAtomic(path, bytes, { expect: disk.revision })
        .catch((error: unknown) => {
          // Then it found something else there, and has written nothing.
          if (isRefusal(error)) document.saving = null;
          throw error;
        });
      if (displaced !== null) this.#takeDisplaced(document, displaced, disk.text);
      if (mayHaveMoved) await this.#mustNotHaveMoved(document, revision);
      // After a failure, the disk is believed when it shows what was written.
      if (document.failure !== null && (await vault.read(path)).revision !== revision)
        throw new RambleError('conflict', 'The file does not hold what was written.');
    }
    document.disk = { revision, version, text: text.toString(), file: await identityOf(vault, document) };
    document.saving = null;
    void this.#parts
      .commit([{ type: 'saved', document: id, version, revision, raw: null }])
      .catch(() => undefined);
    document.nowDurable(version);
  }

  #takeDisplaced(document: NoteDocument, displaced: Promise<Buffer>, base: string): void {
    const taking = displaced
      .then(
        // Nothing is what a program leaves that was about to write, and ended.
        (bytes) => bytes.length > 0 && this.#parts.onDisplaced(document, bytes, base),
        () => undefined,
      )
      .finally(() => this.#taking.delete(taking));
    this.#taking.add(taking);
  }

  /** Throws `conflict` where the file was moved away just before the save took its name, which made it anew. */
  async #mustNotHaveMoved(document: NoteDocument, revision: string): Promise<void> {
    if (!this.#namesAreCounted) return;
    if (await this.#parts.followMoved(document, revision)) {
      document.saving = null;
      throw new RambleError('conflict', 'The file was moved.');
    }
    // Of a file system that does not count names this is so with every save, and all the notes were looked at: not again.
    this.#namesAreCounted = false;
  }

  /** Throws `read-only` where the file was write-protected and still is. */
  async #mustBeWritable(document: NoteDocument): Promise<void> {
    if (document.writeProtected === null) return;
    document.writeProtected = await this.#parts.vault.whyReadOnly(document.path);
    if (document.writeProtected !== null) throw new RambleError('read-only', document.writeProtected);
  }

  async #announce(entries: Entry[]): Promise<void> {
    const kept = this.#parts.commit(entries).catch(() => undefined);
    await Promise.race([kept, new Promise((done) => setTimeout(done, JOURNAL_MS).unref())]);
  }

  #succeeded(document: NoteDocument): void {
    document.failure = null;
    this.#retries.delete(document);
    this.#parts.onSaved(document);
    this.#parts.onState(document);
  }

  #failed(document: NoteDocument, error: unknown): void {
    document.failure = error instanceof Error ? error.message : String(error);
    this.#parts.onState(document);
    if (this.#closed) return;
    const wait = this.#retries.get(document) ?? FIRST_RETRY_MS;
    this.#retries.set(document, Math.min(LONGEST_RETRY_MS, wait * 2));
    // Those that were in each other's way do not meet again.
    this.#schedule(document, wait * (0.75 + Math.random() / 2), performance.now());
  }
}

const isRefusal = (error: unknown) =>
  error instanceof RambleError && (error.code === 'conflict' || error.code === 'exists');

/** What the file is known by under another name; `null` where that cannot be told. */
export async function identityOf(vault: Vault, document: NoteDocument): Promise<FileIdentity | null> {
  return vault.identify(document.path).catch(() => null);
}
