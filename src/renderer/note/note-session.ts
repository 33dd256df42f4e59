import type { Client } from '../../contract/client.ts';
import { RambleError } from '../../contract/errors.ts';
import type { NotePath } from '../../core/paths/note-path.ts';

/** What the status bar says of a note. */
export type SaveState =
  | { kind: 'saved' }
  | { kind: 'unwritten' }
  | { kind: 'unsaved' }
  | { kind: 'failed'; reason: string }
  | { kind: 'read-only'; reason: string };

export interface SessionEvents {
  onState(state: SaveState): void;
  /** The note on disk is another text now, and nothing typed is at stake. */
  onOutsideText(text: string): void;
  /** Another program wrote the note meanwhile: the text typed here goes on in `copy`, the other version is in `original`. */
  onConflict(original: NotePath, copy: NotePath): void;
  /** The note was taken away by another program while nothing typed was at stake. */
  onGone(): void;
}

/** From the first keystroke to the write: well within a quarter of a second. */
const SAVE_AFTER_MS = 150;
const RETRY_AFTER_MS = 1500;
/** A revision that no file has: a save against it always keeps the text beside. */
const NO_REVISION = '0'.repeat(32);

/**
 * One note being written in: takes each change, writes it within a quarter of a second, one write at a time, each against the
 * version it was based on. "Saved" is said only after the write.
 */
export class NoteSession {
  readonly #client: Client;
  readonly #events: SessionEvents;
  readonly #text: () => string;
  #path: NotePath;
  /** `null` while the note has no file yet. */
  #revision: string | null;
  #dirty = false;
  #readOnly: string | null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> | null = null;
  #failed = false;
  #closed = false;

  constructor(
    client: Client,
    note: { path: NotePath; revision: string | null; readOnly: string | null },
    text: () => string,
    events: SessionEvents,
  ) {
    this.#client = client;
    this.#path = note.path;
    this.#revision = note.revision;
    this.#readOnly = note.readOnly;
    this.#text = text;
    this.#events = events;
    this.#say();
  }

  get path(): NotePath {
    return this.#path;
  }

  get revision(): string | null {
    return this.#revision;
  }

  get dirty(): boolean {
    return this.#dirty;
  }

  /** The user changed the text. */
  changed(): void {
    if (this.#readOnly !== null) return;
    this.#dirty = true;
    this.#say();
    this.#schedule(SAVE_AFTER_MS);
  }

  /** Writes what is not written yet. Resolves when nothing is left, or when a write failed (the state says so). */
  async flush(): Promise<void> {
    if (this.#closed) return;
    this.#cancelTimer();
    while (this.#saving !== null) await this.#saving;
    if (this.#dirty) await this.#save();
  }

  /** The service changed the note for us (an extraction): `text` is in the editor already. */
  adopt(revision: string): void {
    this.#revision = revision;
    this.#dirty = false;
    this.#say();
  }

  /** An event said that the file is another now. */
  async outsideChange(revision: string | null): Promise<void> {
    if (this.#dirty || this.#saving !== null || revision === this.#revision || this.#closed) return;
    if (revision === null) {
      if (this.#revision !== null) this.#events.onGone();
      return;
    }
    const before = this.#revision;
    try {
      const note = await this.#client.call('notes.open', { path: this.#path });
      // What was typed while the answer was under way meets the other version when it is saved.
      if (this.#dirty || this.#saving !== null || this.#revision !== before || this.#closed) return;
      this.#revision = note.revision;
      this.#readOnly = note.readOnly;
      if (note.text !== this.#text()) this.#events.onOutsideText(note.text);
      this.#say();
    } catch (error) {
      if (error instanceof RambleError && error.code === 'not-found') this.#events.onGone();
    }
  }

  /** Nothing is written from now on. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer();
  }

  #schedule(delay: number): void {
    if (this.#timer !== null || this.#saving !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#save();
    }, delay);
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #save(): Promise<void> {
    const work = this.#write().finally(() => {
      this.#saving = null;
    });
    this.#saving = work;
    return work.then(() => {
      if (this.#dirty && !this.#closed) this.#schedule(this.#failed ? RETRY_AFTER_MS : SAVE_AFTER_MS);
    });
  }

  async #write(): Promise<void> {
    const text = this.#text();
    this.#dirty = false;
    try {
      if (this.#revision === null) await this.#create(text);
      else await this.#update(text, this.#revision);
      this.#failed = false;
      this.#say();
    } catch (error) {
      this.#dirty = true;
      this.#failed = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#events.onState({ kind: 'failed', reason });
    }
  }

  async #create(text: string): Promise<void> {
    try {
      this.#revision = (await this.#client.call('notes.create', { path: this.#path, text })).revision;
    } catch (error) {
      if (!(error instanceof RambleError && error.code === 'exists')) throw error;
      // Somebody made the same note first: theirs stays, ours is kept beside it.
      await this.#update(text, NO_REVISION);
    }
  }

  async #update(text: string, base: string): Promise<void> {
    const outcome = await this.#client.call('notes.save', { path: this.#path, text, base });
    if (outcome.kind === 'saved') {
      this.#revision = outcome.revision;
      return;
    }
    const original = this.#path;
    this.#path = outcome.copy;
    this.#revision = outcome.copyRevision;
    this.#events.onConflict(original, outcome.copy);
  }

  #say(): void {
    if (this.#readOnly !== null) this.#events.onState({ kind: 'read-only', reason: this.#readOnly });
    else if (this.#dirty && !this.#failed) this.#events.onState({ kind: 'unsaved' });
    else if (this.#failed) return;
    else this.#events.onState({ kind: this.#revision === null ? 'unwritten' : 'saved' });
  }
}
