import type { Text } from '@codemirror/state';
import type { SaveState } from '../../contract/notes.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { FileIdentity } from '../vault/vault.ts';
import type { Edit } from './edit.ts';
import type { Entry, LoadedDocument } from './journal/protocol.ts';
import { editRow } from './journal-rows.ts';
import { NoteText } from './note-text.ts';
import { createTurn } from './turn.ts';

/** How many edits are at hand for peers that come late, and for an undo after a restart. */
const MOST_EDITS = 1000;
/** A snapshot is kept when reading the edits since the last would cost more than reading it. */
const SNAPSHOT_AFTER = { edits: 500, characters: 20_000 };

/** What the file of a note is known to hold. */
export interface OnDisk {
  /** `null` while there is no file. */
  revision: string | null;
  /** The document's version with the same bytes; -1 where the file was merged into unsaved text. */
  version: number;
  text: string;
  /** The file itself, to know it again under another name; `null` where that cannot be told. */
  file: FileIdentity | null;
}

/** A write of a note to its file. */
export interface Save {
  revision: string;
  version: number;
  text: NoteText;
}

/** Where the user and another program changed the same text. */
export interface Overlap {
  id: number;
  from: number;
  to: number;
  theirs: string;
}

/** A note's text in memory: its versions, the edits between them, and what of it is on disk. Decides nothing about files. */
export class NoteDocument {
  readonly id: number;
  path: NotePath;
  /** Where the windows were last told that it lies: while a change moves its file, not yet where it is. */
  toldPath: NotePath;
  text: NoteText;
  version: number;
  /** Called when its file holds other bytes, with the revision of those before. */
  onRevision: (before: string | null) => void = () => undefined;
  /** Why the file cannot be taken for text, and the revision that was looked at; `null` where it can. */
  unreadable: { message: string; revision: string } | null = null;
  /** Why the file may not be written, in words; `null` where it may, as far as is known. */
  writeProtected: string | null = null;
  /** Why the last save failed, in words; `null` where it did not. */
  failure: string | null = null;
  /** The file was deleted while there was unsaved text in memory. */
  gone = false;
  overlaps: Overlap[] = [];
  /** Up to which version everything would survive a crash. */
  durable: number;
  /** Up to which version the peers have been told. */
  announced: number;
  /** Whether the journal knows the document up to what it has been told. */
  journaled: boolean;
  /** What is being written just now. */
  saving: Save | null = null;
  /** The last save, which failed: the file may hold it all the same. */
  unsure: Save | null = null;
  /** How many edits were in no file when the document was read from the journal. */
  restored = 0;
  /** Another program is in the middle of writing the file, which is waited for. */
  isSettling = false;
  /** When somebody last asked for it, milliseconds by the app's clock. */
  touchedAt = 0;
  /** One work on the file at a time. */
  readonly turn = createTurn();
  /** One peer's change of the text at a time: one that waits until it is kept keeps the others out. Within `turn` where both are taken. */
  readonly textTurn = createTurn();
  #disk: OnDisk;
  #edits: Edit[];
  #begunAt: number;
  #pastText: Text;
  /** The bytes that it begins with. */
  readonly #first: NoteText;
  #sinceSnapshot = { edits: 0, characters: 0 };
  #waiting: { version: number; resolve(): void; reject(error: Error): void }[] = [];

  constructor(
    id: number,
    path: NotePath,
    start: { text: NoteText; version: number; disk: OnDisk; journaled: boolean },
  ) {
    this.id = id;
    this.path = path;
    this.toldPath = path;
    this.text = start.text;
    this.version = start.version;
    this.durable = start.version;
    this.announced = start.version;
    this.#disk = start.disk;
    this.journaled = start.journaled;
    this.#edits = [];
    this.#begunAt = start.version;
    this.#pastText = start.text.doc;
    this.#first = start.text;
  }

  get disk(): OnDisk {
    return this.#disk;
  }

  set disk(disk: OnDisk) {
    const before = this.#disk.revision;
    this.#disk = disk;
    if (disk.revision !== before) this.onRevision(before);
  }

  /** A document as the journal kept it. */
  static fromJournal(kept: LoadedDocument, edits: Edit[], disk: OnDisk): NoteDocument {
    const text = NoteText.fromBytes(kept.snapshot.raw);
    const version = kept.snapshot.version;
    const document = new NoteDocument(kept.id, kept.path as NotePath, {
      text,
      version,
      disk,
      journaled: true,
    });
    for (const edit of edits) document.apply(edit);
    document.durable = document.version;
    document.#begunAt = document.version;
    document.announced = document.version;
    return document;
  }

  get dirty(): boolean {
    return this.version !== this.disk.version;
  }

  /** Why nothing may be changed here, in words. What was typed is safe in the journal, so that is no reason not to type on. */
  get readOnly(): string | null {
    return this.unreadable?.message ?? (this.dirty ? null : this.writeProtected);
  }

  /** Why the file could not be written just now, in words. */
  get unwritable(): string | null {
    return this.unreadable?.message ?? this.writeProtected;
  }

  /** Whether the journal and the file have all of it, and nobody waits for anything of it. */
  get isAtRest(): boolean {
    const isKept = this.journaled && this.announced === this.version && this.durable === this.version;
    return !this.dirty && !this.gone && this.failure === null && (isKept || this.unreadable !== null);
  }

  get state(): SaveState {
    if (this.gone) {
      const reason = `“${this.path}” was deleted by another program. Your text is kept here.`;
      return { kind: 'gone', reason };
    }
    const { unwritable } = this;
    if (unwritable !== null && !this.dirty) return { kind: 'read-only', reason: unwritable };
    if (unwritable !== null)
      return {
        kind: 'failed',
        reason: `${unwritable} What you typed is kept, and written when that is over.`,
      };
    if (this.failure !== null) return { kind: 'failed', reason: this.failure };
    if (!this.dirty) return { kind: this.disk.revision === null ? 'unwritten' : 'saved' };
    return { kind: 'unsaved' };
  }

  /** Makes an edit, whose changes must be for the present text. */
  apply(edit: Edit): void {
    this.text = this.text.apply(edit.changes);
    this.version += 1;
    this.#edits.push(edit);
    this.overlaps = this.overlaps.map((overlap) => ({
      ...overlap,
      from: edit.changes.mapPos(overlap.from, -1),
      to: edit.changes.mapPos(overlap.to, 1),
    }));
    if (this.#edits.length > MOST_EDITS * 1.5) this.#forget(this.#edits.length - MOST_EDITS);
  }

  /** The file holds this revision. Gives whether that is the save that had failed; the file is known to hold it then. */
  tookPlace(revision: string): boolean {
    if (this.unsure?.revision !== revision) return false;
    const { version, text } = this.unsure;
    this.disk = { ...this.disk, revision, version, text: text.toString() };
    this.unsure = null;
    return true;
  }

  /** The edits after a version; `null` where they are not at hand. */
  editsAfter(version: number): Edit[] | null {
    const first = this.version - this.#edits.length;
    return version < first || version > this.version ? null : this.#edits.slice(version - first);
  }

  /**
   * The edits at hand up to what the peers know, the text before them, and how many of them are from before the document was read
   * from the journal.
   */
  past(): { text: string; edits: Edit[]; before: number } {
    const first = this.version - this.#edits.length;
    return {
      text: this.#pastText.toString(),
      edits: this.#edits.slice(0, this.announced - first),
      before: Math.max(0, this.#begunAt - first),
    };
  }

  /** The version before the first edit at hand. */
  get firstAtHand(): number {
    return this.version - this.#edits.length;
  }

  /** Takes in the edits just before those at hand, and the text before them; not where they do not lead to it. */
  recall(text: Text, edits: readonly Edit[]): void {
    let length = text.length;
    for (const { changes } of edits) {
      if (changes.length !== length) return;
      length = changes.newLength;
    }
    if (!edits.reduce((then, { changes }) => changes.apply(then), text).eq(this.#pastText)) return;
    this.#edits.unshift(...edits);
    this.#pastText = text;
  }

  /** The text at a version whose edits are at hand; `null` otherwise. */
  textAt(version: number): Text | null {
    const after = this.editsAfter(version);
    if (after === null) return null;
    let text = this.#pastText;
    for (const { changes } of this.#edits.slice(0, this.#edits.length - after.length))
      text = changes.apply(text);
    return text;
  }

  /** What the journal is to be told after the last `count` edits; a document it does not know begins with its text. */
  entries(count: number, at: number): Entry[] {
    const document = this.id;
    if (!this.journaled) {
      this.journaled = true;
      const isNew = this.disk.revision === null && this.firstAtHand === this.#begunAt;
      const snapshot = isNew ? this.#firstSnapshot(at) : this.#snapshot(at);
      return [
        { type: 'begun', document, path: this.path, snapshot },
        ...this.#editedAfter(snapshot.version),
        ...this.#overlapPlaces(),
      ];
    }
    const rows = this.#edits.slice(this.#edits.length - count);
    const entries = this.#editedAfter(this.version - count);
    this.#sinceSnapshot.edits += count;
    for (const { changes } of rows) this.#sinceSnapshot.characters += JSON.stringify(changes).length;
    const enough = Math.max(SNAPSHOT_AFTER.characters, this.text.doc.length);
    if (this.#sinceSnapshot.edits >= SNAPSHOT_AFTER.edits || this.#sinceSnapshot.characters > enough)
      entries.push({ type: 'snapshot', document, snapshot: this.#snapshot(at) }, ...this.#overlapPlaces());
    return entries;
  }

  #editedAfter(version: number): Entry[] {
    const edits = this.editsAfter(version) ?? [];
    return edits.map((edit, index) => ({
      type: 'edited',
      document: this.id,
      edit: editRow(edit, version + index + 1),
    }));
  }

  /** As a note in no file began: what another program writes at its path meanwhile was made from nothing that was typed here. */
  #firstSnapshot(at: number): { version: number; at: number; raw: Uint8Array } {
    const raw = this.#first.bytes();
    // As the journal reads it.
    this.text = this.#edits.reduce((text, { changes }) => text.apply(changes), NoteText.fromBytes(raw));
    return { version: this.#begunAt, at, raw };
  }

  /** A document is read again from its latest snapshot on, and with it where its overlaps are. */
  #overlapPlaces(): Entry[] {
    return this.overlaps.map(({ id, from, to, theirs }) => ({
      type: 'overlapped',
      document: this.id,
      overlap: { id, version: this.version, start: from, end: to, theirs },
    }));
  }

  /**
   * What the journal is to be told of an edit that is to be the next, while the document is as it was before; of one that begins the
   * note, its text only. `takeKept` makes it. `bytes` are the very bytes after it, where they are known.
   */
  entriesBefore(next: Edit | null, at: number, begins: boolean, bytes?: Uint8Array): Entry[] {
    const document = this.id;
    const begun = (version: number, raw: Uint8Array): Entry => {
      return { type: 'begun', document, path: this.path, snapshot: { version, at, raw } };
    };
    if (begins && next !== null)
      return [begun(this.version + 1, bytes ?? this.text.apply(next.changes).bytes())];
    const entries =
      this.journaled && !begins ? [] : [begun(this.version, this.text.bytes()), ...this.#overlapPlaces()];
    if (next === null) return entries;
    const version = this.version + 1;
    entries.push({ type: 'edited', document, edit: editRow(next, version) });
    if (bytes !== undefined)
      entries.push({ type: 'snapshot', document, snapshot: { version, at, raw: bytes } });
    return entries;
  }

  /** Makes an edit that the journal was told as `entriesBefore`, and has. */
  takeKept(edit: Edit | null, begins: boolean, bytes?: Uint8Array): void {
    // As in a snapshot: what the journal begins with is what the file is written from.
    const takeBytes = () => {
      this.text = NoteText.fromBytes(this.text.bytes());
    };
    if (!this.journaled && !begins) takeBytes();
    this.journaled = true;
    if (edit !== null) {
      this.apply(edit);
      this.#sinceSnapshot.edits += 1;
      this.#sinceSnapshot.characters += JSON.stringify(edit.changes).length;
    }
    if (begins) takeBytes();
    if (bytes !== undefined) this.text = NoteText.fromBytes(bytes);
  }

  #snapshot(at: number): { version: number; at: number; raw: Uint8Array } {
    this.#sinceSnapshot = { edits: 0, characters: 0 };
    const raw = this.text.bytes();
    // The journal reads later versions from these bytes, and the file must hold what it reads.
    this.text = NoteText.fromBytes(raw);
    return { version: this.version, at, raw };
  }

  /** Takes the present text over from bytes that hold it: unedited lines are written as they are there from now on. */
  replaceBytes(raw: Uint8Array, at: number): Entry[] {
    this.text = NoteText.fromBytes(raw);
    return [{ type: 'snapshot', document: this.id, snapshot: this.#snapshot(at) }, ...this.#overlapPlaces()];
  }

  /** Resolves when everything up to `version` would survive a crash. */
  whenDurable(version: number): Promise<void> {
    if (this.durable >= version) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ version, resolve, reject }));
  }

  nowDurable(version: number): void {
    this.durable = Math.max(this.durable, version);
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((one) => one.version > this.durable);
    for (const one of waiting) if (one.version <= this.durable) one.resolve();
  }

  /** Nothing waits any more. */
  abandon(error: Error): void {
    for (const one of this.#waiting.splice(0)) one.reject(error);
  }

  #forget(count: number): void {
    for (const { changes } of this.#edits.splice(0, count)) this.#pastText = changes.apply(this.#pastText);
  }
}
