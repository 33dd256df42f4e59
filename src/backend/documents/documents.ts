import { RambleError } from '../../contract/errors.ts';
import type { AppEvent } from '../../contract/events.ts';
import type { ChangesJson, EditKind, SaveState } from '../../contract/notes.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { changesBetween } from '../../core/text/diff.ts';
import { decodeNote } from '../vault/decode.ts';
import type { Vault } from '../vault/vault.ts';
import type { NoteDocument } from './document.ts';
import { editJson, idOf, outOfStep, stateOf } from './document-shapes.ts';
import { changesFromJson, type Edit, refuseHalfPairs } from './edit.ts';
import type { FileMove } from './file-move.ts';
import { FileWatch } from './file-watch.ts';
import { finishChanges } from './finish-changes.ts';
import { inParallel } from './in-parallel.ts';
import type { Journal } from './journal/journal.ts';
import type { Entry, KeptSearch } from './journal/protocol.ts';
import { replay } from './journal/thin-out.ts';
import { readEditRow } from './journal-rows.ts';
import { AT_ONCE } from './make-change.ts';
import { NoteText } from './note-text.ts';
import { OpenDocuments } from './open-documents.ts';
import { settleOverlap, takeDisplaced } from './outside-change.ts';
import { rebase } from './rebase.ts';
import { Saver } from './saver.ts';
import {
  type Changed,
  type ChangeOptions,
  SeveralNotes,
  type Step,
  type TakenBack,
} from './several-notes.ts';

const CLOSE_MS = 8000;
/** How many edits an undo may go back through after the app was ended. */
const UNDO_EDITS = 500;
/** Windows ask for what they show every minute, so that nobody shows a note that was not asked for in so long. */
const IDLE_MS = 15 * 60_000;

export interface DocumentsParts {
  vault: Vault;
  journal: Journal;
  clock: () => Date;
  emit(event: AppEvent): void;
  /** Something may have changed at these paths: the index looks. */
  onWritten(paths: string[]): void;
  /** A peer's edit was taken: the note will be written soon. */
  onTyped?(path: NotePath, length: number): void;
  /** Files or folders got other paths, by us or as far as another program's doing was seen. */
  onFilesMoved?(moves: readonly FileMove[]): void;
  /** Writes saved searches anew, with a change or as it is taken back; gives whether that could be, and never rejects. */
  renameSearches?(searches: readonly KeptSearch[]): Promise<boolean>;
}

/** The one authority over the text of every note: windows, files, and services are its peers, and nothing else changes a note. */
export class Documents {
  readonly #parts: DocumentsParts;
  readonly #saver: Saver;
  readonly #documents: OpenDocuments;
  readonly #files: FileWatch;
  readonly #several: SeveralNotes;
  #closed = false;

  constructor(parts: DocumentsParts) {
    this.#parts = parts;
    const { vault, journal } = parts;
    const now = () => this.#now();
    this.#documents = new OpenDocuments({
      vault,
      journal,
      now,
      onLoaded: (document, entries) => {
        if (entries.length > 0) this.#commit([document], entries);
        if (document.dirty && !document.gone) this.#saver.request(document);
      },
      onGone: (id) => this.#commit([], [{ type: 'gone', document: id, at: this.#now() }]),
      onMoved: (document, path) => this.#move(document, path),
    });
    this.#files = new FileWatch({
      vault,
      documents: this.#documents,
      now,
      isClosed: () => this.#closed,
      onOutside: (document, entries) => this.#commit([document], entries),
      onMoved: (document, path) => this.#move(document, path),
      onGone: (document) => this.#drop(document, 'another program'),
      onState: (document) => this.#tell(document),
      save: (document) => this.#saver.request(document),
    });
    this.#saver = new Saver({
      vault,
      commit: (entries) => journal.commit(entries),
      look: (document) => this.#files.look(document),
      followMoved: (document, revision) => this.#files.followMoved(document, revision),
      onDisplaced: (document, bytes, base) => this.#takeDisplaced(document, bytes, base),
      onState: (document) => this.#tell(document),
      onSaved: (document) => {
        this.#announce(document);
        parts.onWritten([document.path]);
      },
    });
    this.#several = new SeveralNotes({
      vault,
      journal,
      documents: this.#documents,
      saver: this.#saver,
      now,
      commit: (changed, entries) => this.#commit(changed, entries),
      commitNow: (entries) => journal.commitNow(entries),
      onKept: (document) => {
        document.nowDurable(document.version);
        this.#announce(document);
      },
      bringBack: (id, path, bytes) => this.bringBack(id, path, bytes),
      onState: (document) => this.#tell(document),
      onMoved: (document) => this.#tellMoved(document, 'you'),
      onTrashed: (document) => this.#drop(document, 'you'),
      look: (document) => this.#files.look(document),
      onWritten: parts.onWritten,
      onFilesMoved: (moves) => parts.onFilesMoved?.(moves),
      renameSearches: async (searches) => (await parts.renameSearches?.(searches)) ?? true,
    });
    void this.#finishChanges();
  }

  /** Nothing is read before; but for a journal that cannot be used no note waits long, and it is done when the journal can be asked. */
  async #finishChanges(): Promise<void> {
    const { vault, journal, onWritten } = this.#parts;
    try {
      const finish = () => finishChanges(vault, journal);
      let paths = await this.#documents.whileMoving(finish);
      if (paths === null) {
        await journal.ask('moving');
        paths = await this.#documents.whileMoving(finish);
      }
      if (paths !== null && paths.length > 0) onWritten(paths);
      const searching = Map.groupBy(await journal.ask('searching'), ({ change }) => change);
      for (const [change, searches] of searching) await this.#several.renameSearches(change, searches);
    } catch {
      // What is left is tried at the next start.
    }
  }

  /**
   * The document of a note, with everything typed in it before, whether in its file or not. Where there is no file it begins as
   * `begin`. Throws `not-found`, `outside-vault`, `unsupported`, `io`.
   */
  open(path: NotePath, begin?: string): Promise<NoteDocument> {
    return this.#documents.open(path, begin);
  }

  /** Brings the edits to hand that undo goes back through: a document that was read again has those since its last snapshot only. */
  async recallPast(document: NoteDocument): Promise<void> {
    const first = document.firstAtHand;
    const from = Math.max(0, document.version - UNDO_EDITS);
    if (first <= from) return;
    const { journal } = this.#parts;
    const asked = Promise.all([
      journal.ask('upTo', document.id, from),
      journal.ask('editsAfter', document.id, from),
    ]).catch(() => null);
    // A note does not wait for a journal that cannot be used, nor is anything taken back that was thinned out of it.
    const found = await Promise.race([asked, journal.troubled().then(() => null)]);
    if (found?.[0] == null || found[1] === null || document.firstAtHand !== first) return;
    document.recall(replay(found[0]).doc, found[1].slice(0, first - from).map(readEditRow));
  }

  /**
   * Takes a peer's edits made on `version`, rebased over what happened since; what it sent before and sends again is taken once.
   * Resolves with the version once they would survive a crash. Throws `out-of-step`, `read-only`, `invalid-params`.
   */
  async push(
    id: number,
    version: number,
    peer: string,
    edits: { kind: EditKind; changes: ChangesJson }[],
  ): Promise<number> {
    const document = await this.#documents.find(id);
    await document.textTurn(() => this.#take(document, version, peer, edits));
    await document.whenDurable(document.version);
    return document.version;
  }

  async #take(
    document: NoteDocument,
    version: number,
    peer: string,
    edits: { kind: EditKind; changes: ChangesJson }[],
  ): Promise<void> {
    const older = await this.#olderEdits(document, version);
    // It went into the trash meanwhile: what is typed is better kept in the window, which offers it.
    if (!this.#documents.holds(document)) throw outOfStep();
    // From here on nothing else may happen to the document until the edits are in it.
    const since = [...older, ...atHand(document, version + older.length)];
    // What reaches it in the moment in which a file is write-protected is better kept here than in a window only.
    if (document.unreadable !== null) throw new RambleError('read-only', document.unreadable.message);
    let length = since.reduceRight(
      (after, { changes }) => after + changes.length - changes.newLength,
      document.text.doc.length,
    );
    const at = this.#now();
    const sent = edits.map(({ kind, changes: json }): Edit => {
      const changes = changesFromJson(json, length);
      length = changes.newLength;
      return { peer, kind, at, changes };
    });
    const fresh = rebase(sent, since);
    let text = document.text.doc;
    for (const { changes } of fresh) {
      refuseHalfPairs(text, changes);
      text = changes.apply(text);
    }
    for (const edit of fresh) document.apply(edit);
    if (fresh.length === 0) return;
    this.#keep(document, fresh.length);
    this.#parts.onTyped?.(document.path, text.length);
  }

  /** The edits after a version that would survive a crash. Throws `out-of-step`. */
  async pull(id: number, version: number): Promise<{ document: NoteDocument; edits: Edit[] }> {
    const document = await this.#documents.find(id);
    const older = await this.#olderEdits(document, version);
    const edits = [...older, ...atHand(document, version + older.length)];
    return { document, edits: edits.slice(0, Math.max(0, document.announced - version)) };
  }

  /** See {@link SeveralNotes.change}. */
  change(kind: EditKind, peer: string, steps: Step[], options: ChangeOptions = {}): Promise<Changed> {
    return this.#several.change(kind, peer, steps, options);
  }

  /** See {@link SeveralNotes.takeBack}. */
  takeBack(id: number): Promise<TakenBack> {
    return this.#several.takeBack(id);
  }

  /** Puts a note's text, to the byte, to what it was. Throws `unsupported` for bytes that are no text, `read-only`. */
  async restore(path: NotePath, bytes: Uint8Array, peer: string): Promise<void> {
    const decoded = decodeNote(Buffer.from(bytes));
    if (decoded.kind !== 'text')
      throw new RambleError(
        'unsupported',
        `That moment cannot be brought back as a note. ${decoded.message}`,
      );
    const document = await this.open(path, '');
    if (document.unwritable !== null) throw new RambleError('read-only', document.unwritable);
    const text = NoteText.fromBytes(bytes).toString();
    await document.textTurn(async () => {
      const at = this.#now();
      document.apply({ peer, kind: 'restored', at, changes: changesBetween(document.text.toString(), text) });
      const entries = document.entries(1, at);
      entries.push(...document.replaceBytes(bytes, at));
      this.#commit([document], entries);
    });
    await this.flush(document);
  }

  /** Makes the file of a deleted note again at `path`, with bytes it had. Throws `exists`, `io`. */
  async bringBack(id: number, path: NotePath, bytes: Uint8Array): Promise<void> {
    // A note of its own that was only about to begin there is not in anybody's way.
    for (const open of [this.#documents.byId(id), await this.#documents.at(path)])
      if (open !== undefined && (open.id === id || !open.dirty)) this.#documents.forget(open);
    await this.#parts.vault.writeAtomic(path, bytes, { expect: null });
    this.#commit(
      [],
      [
        { type: 'returned', document: id },
        { type: 'moved', document: id, path },
      ],
    );
    this.#parts.onWritten([path]);
    await this.open(path);
  }

  /** Writes what is not in its file yet. Resolves when it is, or when that failed: the document's state says which. */
  async flush(document: NoteDocument): Promise<void> {
    await this.#saver.flush(document);
  }

  /** As `flush`, by what windows call the document. Gives its state. */
  async flushById(id: number): Promise<SaveState> {
    const document = await this.#documents.find(id);
    await this.flush(document);
    return document.state;
  }

  async flushAll(): Promise<void> {
    const open = [...this.#documents].filter(
      (document) => document.dirty || document.failure !== null || this.#saver.isBusy(document),
    );
    await inParallel(open, AT_ONCE, (document) => this.flush(document));
  }

  /** Settles an overlap as the user chose. */
  async settle(id: number, overlapId: number, keep: 'mine' | 'theirs' | 'both', peer: string): Promise<void> {
    const document = await this.#documents.find(id);
    await document.textTurn(async () => this.#settle(document, overlapId, keep, peer));
  }

  #settle(document: NoteDocument, overlapId: number, keep: 'mine' | 'theirs' | 'both', peer: string): void {
    const overlap = document.overlaps.find((one) => one.id === overlapId);
    if (overlap === undefined) return;
    const changes = settleOverlap(document, overlap, keep);
    document.overlaps = document.overlaps.filter((one) => one !== overlap);
    const at = this.#now();
    if (changes !== null) document.apply({ peer, kind: 'chosen', at, changes });
    const entries = changes === null ? [] : document.entries(1, at);
    this.#commit([document], [...entries, { type: 'settled-overlap', document: document.id, id: overlapId }]);
    this.#tell(document);
    this.#saver.request(document);
  }

  /** Makes the file again that another program deleted, with the text that is in memory. */
  async putBack(id: number): Promise<void> {
    const document = await this.#documents.find(id);
    if (!document.gone) return;
    document.gone = false;
    document.disk = { ...document.disk, revision: null, version: -1, file: null };
    await this.flush(document);
    this.#tell(document);
  }

  /** Lets go of a note whose file is gone; its text stays in the history. */
  async letGo(id: number): Promise<void> {
    const document = await this.#documents.find(id);
    if (document.gone) this.#drop(document, 'another program');
  }

  /** The file of a note lies elsewhere now, because the app put it there. */
  moved(from: NotePath, to: NotePath): void {
    for (const document of this.#documents) if (document.path === from) this.#move(document, to);
  }

  /** Something may have changed at these paths of the vault. */
  hint(paths: readonly string[]): void {
    this.#files.hint(paths);
  }

  /** How many notes are in memory. */
  get count(): number {
    return this.#documents.count;
  }

  /** Compares every open document with its file, and lets go of those that nobody has asked for in a quarter of an hour. */
  compare(): void {
    this.#documents.letGoIdle(this.#now() - IDLE_MS, (document) => this.#saver.isBusy(document));
    this.#files.compare();
  }

  /** Saves again what was being typed when the app ended. Gives how many edits of how many notes were in no file. */
  async recover(): Promise<{ edits: number; notes: number }> {
    const unsaved = await this.#parts.journal.ask('unsaved').catch(() => []);
    let edits = 0;
    let notes = 0;
    for (const one of unsaved) {
      if (this.#closed) break;
      const document = await this.#documents.openKept(one.id).catch(() => null);
      if (document === null) continue;
      const restored = document.id === one.id ? document.restored : await this.#takeOver(one.id, document);
      if (restored === 0) continue;
      edits += restored;
      notes += 1;
      await this.flush(document).catch(() => undefined);
    }
    return { edits, notes };
  }

  /**
   * Two documents have one note, because it was once opened while the journal could not be asked: what is in no file is merged. Gives
   * how many edits those were.
   */
  async #takeOver(id: number, document: NoteDocument): Promise<number> {
    const { journal } = this.#parts;
    const kept = await journal.ask('loadById', id);
    if (kept === null) return 0;
    const saved = kept.savedVersion === null ? null : await journal.ask('upTo', id, kept.savedVersion);
    const then = saved === null ? '' : replay(saved).toString();
    const base = kept.savedRaw === null ? then : NoteText.fromBytes(kept.savedRaw).toString();
    await document.textTurn(async () => {
      const at = this.#now();
      const entries = takeDisplaced(document, replay(kept).bytes(), base, at);
      this.#commit([document], [...entries, { type: 'gone', document: id, at }]);
    });
    return kept.unsaved;
  }

  /** The journal was begun anew: every document begins in it again. */
  journalBegunAnew(): void {
    for (const document of this.#documents) {
      document.journaled = false;
      if (document.unreadable === null && document.disk.revision !== null)
        this.#commit([document], this.#entries(document, 0));
    }
  }

  /** Writes everything and ends. What could not be written is in the journal. */
  async close(): Promise<void> {
    this.#closed = true;
    let isWritten = false;
    const written = this.#saver
      .takenIn()
      .then(() => this.flushAll())
      .finally(() => {
        isWritten = true;
      });
    const count = () => [...this.#documents].filter(({ dirty }) => dirty).length;
    // Many files take their time; a disk that does not answer has only so much.
    for (let left = Infinity, dirty = count(); !isWritten && dirty < left; dirty = count()) {
      left = dirty;
      await Promise.race([written, new Promise((done) => setTimeout(done, CLOSE_MS).unref())]);
    }
    this.#saver.close();
    const error = new RambleError('disconnected', 'The vault was closed.');
    for (const document of this.#documents) document.abandon(error);
  }

  /** The edits after a version that are no longer at hand. Throws `out-of-step` where the journal does not have them either. */
  async #olderEdits(document: NoteDocument, version: number): Promise<Edit[]> {
    if (version > document.version) throw outOfStep();
    if (document.editsAfter(version) !== null) return [];
    const rows = await this.#parts.journal.ask('editsAfter', document.id, version).catch(() => null);
    if (rows === null) throw outOfStep();
    return rows.map(readEditRow);
  }

  /** Tells the journal the last edits of a document, and its file and peers soon after. */
  #keep(document: NoteDocument, count: number): void {
    this.#commit([document], this.#entries(document, count));
    this.#tell(document);
    this.#saver.request(document);
  }

  #entries(document: NoteDocument, count: number): Entry[] {
    return document.entries(count, this.#now());
  }

  /** Tells the journal, and peers once it has the entries. */
  #commit(documents: readonly NoteDocument[], entries: Entry[]): void {
    const versions = documents.map((document) => [document, document.version] as const);
    void this.#parts.journal.commit(entries).then(
      () => {
        for (const [document, version] of versions) {
          // Edits before these may not have been kept.
          if (!document.journaled) continue;
          document.nowDurable(version);
          this.#announce(document);
        }
      },
      () => {
        // The file takes the journal's place; the next entry begins with the text again.
        for (const document of documents) {
          document.journaled = false;
          if (document.dirty) continue;
          document.nowDurable(document.version);
          this.#announce(document);
        }
      },
    );
  }

  /** Tells the peers what would survive a crash. */
  #announce(document: NoteDocument): void {
    if (document.durable <= document.announced) return;
    const edits =
      document.editsAfter(document.announced)?.slice(0, document.durable - document.announced) ?? [];
    const version = document.announced;
    document.announced = document.durable;
    this.#parts.emit({
      name: 'note.edited',
      payload: { document: idOf(document), version, edits: edits.map(editJson) },
    });
  }

  #tell(document: NoteDocument): void {
    this.#parts.emit({ name: 'note.state', payload: stateOf(document) });
  }

  #takeDisplaced(document: NoteDocument, bytes: Buffer, base: string): void {
    const at = this.#now();
    if (decodeNote(bytes).kind !== 'text') {
      const { id, version } = document;
      this.#commit([], [{ type: 'kept', document: id, version, at, raw: bytes, reason: 'outside' }]);
      return;
    }
    this.#commit([document], takeDisplaced(document, bytes, base, at));
    this.#tell(document);
    this.#saver.request(document);
  }

  #move(document: NoteDocument, path: NotePath): void {
    const from = document.path;
    this.#documents.move(document, path);
    this.#commit([document], [{ type: 'moved', document: document.id, path }]);
    this.#parts.onFilesMoved?.([{ from, to: path, isFolder: false }]);
    this.#tellMoved(document, 'another program');
  }

  #tellMoved(document: NoteDocument, by: 'you' | 'another program'): void {
    const { toldPath: from, path: to } = document;
    document.toldPath = to;
    this.#parts.emit({ name: 'note.moved', payload: { document: idOf(document), from, to, by } });
  }

  #drop(document: NoteDocument, by: 'you' | 'another program'): void {
    this.#commit([], [{ type: 'gone', document: document.id, at: this.#now() }]);
    this.#documents.forget(document);
    this.#parts.emit({ name: 'note.gone', payload: { document: idOf(document), path: document.path, by } });
  }

  #now(): number {
    return this.#parts.clock().getTime();
  }
}

/** The edits after a version that is at hand. Throws `out-of-step` otherwise. */
function atHand(document: NoteDocument, version: number): Edit[] {
  const edits = document.editsAfter(version);
  if (edits === null) throw outOfStep();
  return edits;
}
