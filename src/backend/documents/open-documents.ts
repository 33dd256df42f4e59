import { RambleError } from '../../contract/errors.ts';
import { type NotePath, nameKey } from '../../core/paths/note-path.ts';
import { folderIsAway } from '../vault/file-fault.ts';
import type { NoteDocument } from './document.ts';
import { outOfStep } from './document-shapes.ts';
import { type Expected, readSettled } from './file-of.ts';
import { findWritten, type WrittenBytes } from './find-moved.ts';
import type { Entry, LoadedDocument, Questions } from './journal/protocol.ts';
import { replay } from './journal/thin-out.ts';
import { beginDocument, continueDocument, type Loaded, type LoadParts } from './load-document.ts';

/** How long a note waits for a journal that cannot be used for now before it is opened without its past. */
const TROUBLED_MS = 1000;

export interface OpenDocumentsParts extends LoadParts {
  /** A document is open; the journal is to be told `entries`. */
  onLoaded(document: NoteDocument, entries: Entry[]): void;
  /** The file of a document was deleted while nobody looked, and nothing typed was at stake. */
  onGone(id: number): void;
  /** The file of an open document was found at another path. */
  onMoved(document: NoteDocument, path: NotePath): void;
}

/** The notes that are open, each once, whatever name it is opened by: by path, and by what windows call them. */
export class OpenDocuments {
  readonly #parts: OpenDocumentsParts;
  readonly #byPath = new Map<NotePath, Promise<NoteDocument>>();
  readonly #byId = new Map<number, NoteDocument>();
  /** An open note by its path in any letter case and Unicode form. */
  readonly #bySpelling = new Map<string, NoteDocument>();
  /** Open notes by what their files hold. */
  readonly #byRevision = new Map<string, Set<NoteDocument>>();
  readonly #loading = new Set<Promise<NoteDocument>>();
  /** Documents of the journal that a note is just being opened as: two files with the same bytes cannot both be one. */
  readonly #claimed = new Set<number>();
  /** Files are on their way to other paths: nothing is read until they are there. */
  #still: Promise<unknown> = Promise.resolve();

  constructor(parts: OpenDocumentsParts) {
    this.#parts = parts;
  }

  [Symbol.iterator](): Iterator<NoteDocument> {
    return [...this.#byId.values()].values();
  }

  /** How many notes are in memory. */
  get count(): number {
    return this.#byId.size;
  }

  /** See `Documents.open`. */
  async open(path: NotePath, begin?: string): Promise<NoteDocument> {
    const document = await this.#open(path, begin);
    document.touchedAt = this.#parts.now();
    return document;
  }

  #open(path: NotePath, begin?: string): Promise<NoteDocument> {
    const known = this.#byPath.get(path);
    if (known !== undefined) return begin === undefined ? known : known.catch(() => this.#open(path, begin));
    const opening: Promise<NoteDocument> = this.#ownPath(path).then(async (own) => {
      if (own !== path) return this.#open(own, begin);
      await this.#still;
      // What moved there meanwhile is that note.
      const moved = this.#byPath.get(path);
      if (moved !== undefined && moved !== opening) return moved;
      const loading = this.#load(path, begin);
      this.#loading.add(loading);
      const ended = () => void this.#loading.delete(loading);
      loading.then(ended, ended);
      return loading;
    });
    this.#byPath.set(path, opening);
    const forget = () => {
      if (this.#byPath.get(path) === opening) this.#byPath.delete(path);
    };
    // The next time another name may lead elsewhere.
    opening.then((document) => document.path !== path && forget(), forget);
    return opening;
  }

  /** The path at which the note is: two names of one file are one note. */
  async #ownPath(path: NotePath): Promise<NotePath> {
    const { vault } = this.#parts;
    const own = await vault.ownPath(path);
    const other = this.#bySpelling.get(nameKey(own));
    if (other === undefined || other.path === own) return own;
    // To this disk the two spellings may be one name.
    const [file, known] = await Promise.all(
      [own, other.path].map((name) => vault.identify(name).catch(() => null)),
    );
    const isOne = file != null && file.names === 1 && file.ino === known?.ino && file.dev === known.dev;
    return isOne ? other.path : own;
  }

  /** Does what moves files: no note is read meanwhile. */
  whileMoving<Value>(move: () => Promise<Value>): Promise<Value> {
    const moving = this.#still.then(async () => {
      await Promise.allSettled(this.#loading);
      return move();
    });
    this.#still = moving.catch(() => undefined);
    return moving;
  }

  has(path: NotePath): boolean {
    return this.#byPath.has(path);
  }

  /** The document at a path, if it is open. */
  async at(path: NotePath): Promise<NoteDocument | undefined> {
    return this.#byPath.get(path)?.catch(() => undefined);
  }

  byId(id: number): NoteDocument | undefined {
    return this.#byId.get(id);
  }

  /** Whether this is the document that its windows are talked with: one that was let go of is not. */
  holds(document: NoteDocument): boolean {
    return this.#byId.get(document.id) === document;
  }

  move(document: NoteDocument, path: NotePath): void {
    this.#byPath.delete(document.path);
    this.#bySpelling.delete(nameKey(document.path));
    document.path = path;
    this.#byPath.set(path, Promise.resolve(document));
    this.#bySpelling.set(nameKey(path), document);
  }

  forget(document: NoteDocument): void {
    this.#byPath.delete(document.path);
    this.#bySpelling.delete(nameKey(document.path));
    this.#byId.delete(document.id);
    document.onRevision = () => undefined;
    this.#dropRevision(document, document.disk.revision);
  }

  /** Lets go of notes that are at rest and were not asked for since a time: the journal and the file have all of them. */
  letGoIdle(since: number, isBusy: (document: NoteDocument) => boolean): void {
    const isIdle = (document: NoteDocument) =>
      document.touchedAt < since && document.isAtRest && !isBusy(document);
    for (const document of this)
      if (isIdle(document))
        // Whoever looks at its file just now is waited for.
        void document.turn(async () => {
          if (this.#byId.get(document.id) === document && isIdle(document)) this.forget(document);
        });
  }

  async #load(path: NotePath, begin: string | undefined): Promise<NoteDocument> {
    const claimed: number[] = [];
    const claim = (id: number) => {
      if (this.#byId.has(id) || this.#claimed.has(id)) return false;
      this.#claimed.add(id);
      claimed.push(id);
      return true;
    };
    try {
      return await this.#loadAs(path, begin, claim);
    } finally {
      for (const id of claimed) this.#claimed.delete(id);
    }
  }

  /** `claim` says whether the note may be this document of the journal: no other note is, then. */
  async #loadAs(
    path: NotePath,
    begin: string | undefined,
    claim: (id: number) => boolean,
  ): Promise<NoteDocument> {
    const { vault } = this.#parts;
    const known = await this.#ask('load', path);
    // Its file is elsewhere now, where it is open already.
    const kept = known !== null && !claim(known.id) ? null : known;
    const file = await readSettled(vault, path, expectedBy(kept));
    if (file.kind === 'missing' && !(await vault.rootIsThere())) throw folderIsAway();
    const moved = kept === null && file.kind === 'text' ? await this.#openFor(file.revision) : null;
    if (moved !== null) {
      this.#parts.onMoved(moved, path);
      return moved;
    }
    let loaded: Loaded;
    const isOver = file.kind === 'missing' && kept?.goneAt != null;
    if (kept !== null && !isOver) {
      loaded = await continueDocument(this.#parts, kept, path, file);
      if (loaded.document.gone && !loaded.document.dirty) {
        // Deleted while nobody looked, and nothing typed was at stake.
        this.#parts.onGone(kept.id);
        if (begin === undefined) throw notFound(path);
        loaded = await beginDocument(this.#parts, path, { kind: 'begin', text: begin });
      }
    } else if (file.kind !== 'missing') {
      const before = await this.#cameFrom(file.revision, claim);
      loaded =
        before === null
          ? await beginDocument(this.#parts, path, file)
          : await continueDocument(this.#parts, before, path, file);
    } else if (begin !== undefined)
      loaded = await beginDocument(this.#parts, path, { kind: 'begin', text: begin });
    else throw notFound(path);

    const { document, entries } = loaded;
    this.#byId.set(document.id, document);
    this.#noteRevision(document, null);
    document.onRevision = (before) => this.#noteRevision(document, before);
    this.#bySpelling.set(nameKey(path), document);
    this.#parts.onLoaded(document, entries);
    return document;
  }

  /** Asks the journal: a slow one is waited for, one that cannot be used just now not for long (`null`). */
  async #ask<Name extends keyof Questions>(
    question: Name,
    ...args: Parameters<Questions[Name]>
  ): Promise<ReturnType<Questions[Name]> | null> {
    const { journal } = this.#parts;
    const givenUp = journal
      .troubled()
      .then(() => new Promise<null>((done) => setTimeout(done, TROUBLED_MS, null).unref()));
    return Promise.race([journal.ask(question, ...args).catch(() => null), givenUp]);
  }

  /** The open document whose file has just these bytes and is no longer where it was, which nobody has noticed yet. */
  async #openFor(revision: string): Promise<NoteDocument | null> {
    for (const document of [...(this.#byRevision.get(revision) ?? [])]) {
      if (document.gone) continue;
      if (!(await this.#parts.vault.exists(document.path).catch(() => true))) return document;
    }
    return null;
  }

  #noteRevision(document: NoteDocument, before: string | null): void {
    this.#dropRevision(document, before);
    const { revision } = document.disk;
    if (revision === null) return;
    const same = this.#byRevision.get(revision) ?? new Set();
    this.#byRevision.set(revision, same.add(document));
  }

  #dropRevision(document: NoteDocument, revision: string | null): void {
    if (revision === null) return;
    const same = this.#byRevision.get(revision);
    same?.delete(document);
    if (same?.size === 0) this.#byRevision.delete(revision);
  }

  /** The document whose file had just these bytes and is no longer where it was. */
  async #cameFrom(revision: string, claim: (id: number) => boolean) {
    for (const { id, path } of (await this.#ask('savedAs', revision)) ?? []) {
      if (await this.#isThere(path as NotePath)) continue;
      if (claim(id)) return this.#ask('loadById', id);
    }
    return null;
  }

  /** Whether there is a file of just that name: a disk that knows no letter case finds one by any spelling. */
  async #isThere(path: NotePath): Promise<boolean> {
    const { vault } = this.#parts;
    if (!(await vault.exists(path).catch(() => true))) return false;
    return (await vault.ownPath(path).catch(() => path)) === path;
  }

  /** The document by what windows call it. Throws `out-of-step` where there is none. */
  async find(id: number): Promise<NoteDocument> {
    const known = this.#byId.get(id);
    if (known !== undefined) {
      known.touchedAt = this.#parts.now();
      return known;
    }
    const document = await this.openKept(id).catch((error: unknown) => {
      throw error instanceof RambleError && error.code === 'not-found' ? outOfStep() : error;
    });
    if (document?.id !== id) throw outOfStep();
    return document;
  }

  /**
   * The note of a document that the journal knows, wherever its file went while nobody looked; `null` where it knows none. It may be
   * another document: one of a note that was opened while the journal could not be asked. Throws as `open` does.
   */
  async openKept(id: number): Promise<NoteDocument | null> {
    const kept = await this.#ask('loadById', id);
    return kept === null ? null : this.open(await this.#placeOf(kept));
  }

  async #placeOf(kept: LoadedDocument): Promise<NotePath> {
    const { vault } = this.#parts;
    const path = kept.path as NotePath;
    const isThere =
      kept.goneAt !== null || this.#byPath.has(path) || (await vault.exists(path).catch(() => true));
    if (isThere || !(await vault.rootIsThere())) return path;
    // One that is just being opened may be this very note.
    const taken = (other: NotePath) => this.#bySpelling.get(nameKey(other))?.path === other;
    const moved = await findWritten(vault, await this.#writtenOf(kept), taken);
    return moved ?? this.#byId.get(kept.id)?.path ?? path;
  }

  /** What the file held after the last save, and would hold after one that was under way. */
  async #writtenOf({ id, ...kept }: LoadedDocument): Promise<WrittenBytes[]> {
    const versions = [
      { version: kept.savedVersion, revision: kept.savedRevision },
      { version: kept.savingVersion, revision: kept.savingRevision },
    ];
    const written: WrittenBytes[] = [];
    for (const { version, revision } of versions) {
      if (version === null || revision === null) continue;
      const raw = revision === kept.savedRevision ? kept.savedRaw : null;
      const then = raw === null ? await this.#ask('upTo', id, version) : null;
      const size = raw?.length ?? (then === null ? null : replay(then).bytes().length);
      if (size !== null) written.push({ size, revision });
    }
    return written;
  }
}

/** What is known of a note's file from the journal. */
function expectedBy(kept: LoadedDocument | null): Expected {
  if (kept === null || kept.goneAt !== null || (kept.savedRevision === null && kept.savingRevision === null))
    return { isKnown: () => false, text: null, isFirstLook: true };
  return {
    isKnown: (found) =>
      found.kind !== 'missing' && [kept.savedRevision, kept.savingRevision].includes(found.revision),
    text: replay(kept).toString(),
    isFirstLook: true,
  };
}

function notFound(path: NotePath): RambleError {
  return new RambleError('not-found', `There is no note at “${path}”.`, { path });
}
