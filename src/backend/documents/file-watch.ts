import { setTimeout as pause } from 'node:timers/promises';
import type { NotePath } from '../../core/paths/note-path.ts';
import { folderIsAway } from '../vault/file-fault.ts';
import type { Vault } from '../vault/vault.ts';
import type { NoteDocument } from './document.ts';
import { expectedBy, isKnown, readFile, readSettled } from './file-of.ts';
import { findMoved } from './find-moved.ts';
import type { Entry } from './journal/protocol.ts';
import { savedEntry } from './load-document.ts';
import type { OpenDocuments } from './open-documents.ts';
import { takeOutsideChange } from './outside-change.ts';
import { identityOf } from './saver.ts';

/** How long a path at which something changed may be where a lost file went. */
const HINT_MS = 10_000;
/** How long a save waits until it is known where its file was moved in that very moment: hardly any ever was. */
const FOLLOW_MS = 2000;

export interface FileWatchParts {
  vault: Vault;
  documents: OpenDocuments;
  now(): number;
  /** Nothing is taken in any more but what a save has to know. */
  isClosed(): boolean;
  /** What the file holds is in the document; the journal is to be told `entries`. */
  onOutside(document: NoteDocument, entries: Entry[]): void;
  onMoved(document: NoteDocument, path: NotePath): void;
  /** The file was deleted, and nothing typed was at stake. */
  onGone(document: NoteDocument): void;
  onState(document: NoteDocument): void;
  save(document: NoteDocument): void;
}

/** Keeps open documents in step with their files: what others write in them, where they go, and when they are gone. */
export class FileWatch {
  readonly #parts: FileWatchParts;
  readonly #hints = new Map<string, number>();

  constructor(parts: FileWatchParts) {
    this.#parts = parts;
  }

  /** Something may have changed at these paths of the vault. */
  hint(paths: readonly string[]): void {
    const now = performance.now();
    for (const [path, at] of this.#hints) if (now - at > HINT_MS) this.#hints.delete(path);
    for (const path of paths) this.#hints.set(path, now);
    for (const document of this.#parts.documents) {
      const { path, gone } = document;
      // What is gone may be back under any name.
      if (gone || paths.some((hinted) => path === hinted || path.startsWith(`${hinted}/`)))
        this.#lookSoon(document);
    }
    // A file that was moved twice in a moment may be told of by its last path only.
    if (paths.some((path) => !this.#parts.documents.has(path as NotePath))) void this.#lookForLost();
  }

  /** Looks at the documents whose files are not where they were. */
  async #lookForLost(): Promise<void> {
    const { vault, documents } = this.#parts;
    for (const document of documents)
      if (!(await vault.exists(document.path).catch(() => true))) this.#lookSoon(document);
  }

  /** Compares every open document with its file. */
  compare(): void {
    for (const document of this.#parts.documents) this.#lookSoon(document);
  }

  #lookSoon(document: NoteDocument): void {
    void document
      .turn(() => this.look(document))
      .catch((error: unknown) => {
        if (!document.dirty) return;
        document.failure = error instanceof Error ? error.message : String(error);
        this.#parts.onState(document);
      });
  }

  /** Brings a document in step with its file. Called within the document's turn. */
  async look(document: NoteDocument): Promise<void> {
    if (this.#parts.isClosed() && !document.dirty) return;
    const { vault, documents } = this.#parts;
    // It was let go of since, and its path may be another document's by now.
    if (!documents.holds(document)) return;
    if (document.gone) return this.#lookForDeleted(document);
    const now = await readFile(vault, document.path);
    if (now.kind === 'text' && document.tookPlace(now.revision)) {
      this.#parts.onOutside(document, [savedEntry(document, now.revision)]);
      document.disk.file = await identityOf(vault, document);
    }
    if (isKnown(document, now)) return this.#lookAtProtection(document);
    document.isSettling = true;
    const found = await readSettled(vault, document.path, expectedBy(document)).finally(() => {
      document.isSettling = false;
    });
    if (isKnown(document, found)) return;
    if (found.kind === 'missing') return this.#lookForMissing(document);
    if (found.kind === 'unreadable') {
      document.unreadable = { message: found.message, revision: found.revision };
      return this.#parts.onState(document);
    }
    document.unreadable = null;
    if (found.revision !== document.disk.revision) {
      this.#take(document, found);
      document.disk.file = await identityOf(vault, document);
    }
    // All of the text was read in the file just now; otherwise only a save that worked makes a failed one good.
    if (!document.dirty) document.failure = null;
    this.#parts.onState(document);
    this.#parts.save(document);
  }

  #take(document: NoteDocument, found: { bytes: Buffer; revision: string }): void {
    const { disk, unsure } = document;
    // The other program may have begun with a save that was said to have failed.
    const bases = { known: disk.text, perhaps: unsure?.text.toString() ?? null };
    this.#parts.onOutside(document, takeOutsideChange(document, found, bases, this.#parts.now()));
  }

  /** The file may be write-protected now, or no longer. */
  async #lookAtProtection(document: NoteDocument): Promise<void> {
    if (document.disk.revision === null) return;
    const why = await this.#parts.vault.whyReadOnly(document.path).catch(() => document.writeProtected);
    if (why === document.writeProtected) return;
    document.writeProtected = why;
    this.#parts.onState(document);
    this.#parts.save(document);
  }

  /** The file that was deleted may be back, here or elsewhere: one that is moved is nowhere for a moment, to whoever looks then. */
  async #lookForDeleted(document: NoteDocument): Promise<void> {
    const found = await readFile(this.#parts.vault, document.path);
    if (found.kind === 'missing') {
      const path = await this.#whereItWent(document);
      if (path === null) return;
      document.gone = false;
      this.#parts.onMoved(document, path);
      return this.look(document);
    }
    if (found.kind !== 'text') return;
    document.gone = false;
    if (found.revision !== document.disk.revision) this.#take(document, found);
    this.#parts.onState(document);
    this.#parts.save(document);
  }

  async #lookForMissing(document: NoteDocument): Promise<void> {
    if (!(await this.#parts.vault.rootIsThere())) throw folderIsAway();
    const path = await this.#whereItWent(document);
    if (path !== null) {
      this.#parts.onMoved(document, path);
      return this.look(document);
    }
    if (document.dirty) {
      document.gone = true;
      return this.#parts.onState(document);
    }
    this.#parts.onGone(document);
  }

  /** See `SaverParts`. Called within the document's turn. */
  async followMoved(document: NoteDocument, revision: string): Promise<boolean> {
    const { vault, documents } = this.#parts;
    // The very file: one with the same bytes may be a copy.
    const found = findMoved(vault, document, [], (path) => documents.has(path)).catch(() => null);
    const path = await Promise.race([found, pause(FOLLOW_MS, null, { ref: false })]);
    if (path === null) return false;
    await vault.removeNew(document.path, revision);
    this.#parts.onMoved(document, path);
    return true;
  }

  #whereItWent(document: NoteDocument): Promise<NotePath | null> {
    const { vault, documents } = this.#parts;
    return findMoved(vault, document, this.#hints.keys(), (path) => documents.has(path));
  }
}
