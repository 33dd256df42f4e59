import type { ChangeSet } from '@codemirror/state';
import { RambleError } from '../../contract/errors.ts';
import type { EditKind } from '../../contract/notes.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { changesBetween } from '../../core/text/diff.ts';
import type { Vault } from '../vault/vault.ts';
import type { NoteDocument } from './document.ts';
import { type FileMove, movedPath, moveOnDisk, mustBeMovable, reversed } from './file-move.ts';
import { inParallel } from './in-parallel.ts';
import type { Entry } from './journal/protocol.ts';
import type { OpenDocuments } from './open-documents.ts';
import type { Saver } from './saver.ts';
import { type DoneChange, DoneChanges, type DonePart, inverseNow, wholeNote } from './take-back.ts';
import { createTurn, type Turn } from './turn.ts';

/** How many files are read or written at a time. */
const AT_ONCE = 16;

/** One note's part in a change of several notes: made anew, or changed from what it is. */
export interface Step {
  path: NotePath;
  /** For a note that must not be there yet. */
  make?: string;
  /** The changes to make to the text of a document; throws to refuse the whole. */
  change?(document: NoteDocument): ChangeSet;
}

/** A change of several notes, by the number that takes it back; the notes in the order of its steps. */
export interface Changed {
  id: number;
  documents: NoteDocument[];
}

export interface SeveralNotesParts {
  vault: Vault;
  documents: OpenDocuments;
  saver: Saver;
  now(): number;
  /** Tells the journal, whenever it can be told. */
  commit(documents: readonly NoteDocument[], entries: Entry[]): void;
  /** Resolves once the journal has the entries. Throws `io` where it cannot have them now. */
  commitNow(entries: Entry[]): Promise<void>;
  /** What a document holds now would survive a crash. */
  onKept(document: NoteDocument): void;
  /** Makes a note's file again. */
  bringBack(id: number, path: NotePath, bytes: Uint8Array): Promise<void>;
  onState(document: NoteDocument): void;
  onMoved(document: NoteDocument, from: NotePath): void;
  onTrashed(document: NoteDocument): void;
  onWritten(paths: string[]): void;
}

/** An edit of one note, ready to be made. */
interface Planned {
  document: NoteDocument;
  changes: ChangeSet | undefined;
  made: boolean;
}

/** Changes of several notes that are kept whole or not at all, and taken back as one. */
export class SeveralNotes {
  readonly #parts: SeveralNotesParts;
  readonly #done = new DoneChanges();
  /** One change at a time: each waits for its notes. */
  readonly #turn = createTurn();

  constructor(parts: SeveralNotesParts) {
    this.#parts = parts;
  }

  /**
   * Makes changes to several notes at once, and gives files and folders other paths with them: all are kept, or none is, also when the
   * app is ended in the middle. Steps name notes as they are before. Resolves with the documents when everything is in its file;
   * throws `io` where a file could not be written (it is tried again, and survives). Throws `exists`, `not-found`, `read-only`, what a
   * step throws, and `io` where the journal cannot be written; nothing is changed then.
   */
  async change(kind: EditKind, peer: string, steps: Step[], moves: FileMove[]): Promise<Changed> {
    for (const move of moves) await mustBeMovable(this.#parts.vault, move);
    const documents = await inParallel(steps, AT_ONCE, (step) => this.#openFor(step));
    const plan = () =>
      steps.map((step, index): Planned => {
        const document = documents[index] as NoteDocument;
        if (document.unwritable !== null) throw new RambleError('read-only', document.unwritable);
        const changes =
          step.make === undefined
            ? step.change?.(document)
            : changesBetween(document.text.toString(), step.make.toWellFormed());
        return { document, changes, made: step.make !== undefined };
      });
    const parts = await this.#make(kind, peer, documents, plan, moves);
    const inOrder = [...documents].sort(
      (a, b) => Number(a.disk.revision !== null) - Number(b.disk.revision !== null),
    );
    await this.#write(inOrder);
    return { id: this.#done.add({ parts, trashed: [], moves }), documents };
  }

  /**
   * Takes back a change of several notes: each text gets back what it took, and keeps what was written since; each file its path; a note
   * that it made, and that nobody went on with, goes into the trash. Gives the number by which this can be taken back in turn. Throws
   * `not-found`, `exists`, `conflict`, `read-only`, `io`.
   */
  async takeBack(id: number, peer: string): Promise<{ id: number; left: NotePath[] }> {
    const { vault, documents, saver } = this.#parts;
    const { parts, trashed, moves } = this.#done.get(id);
    const back = moves.map(reversed).reverse();
    for (const move of back) await mustBeMovable(vault, move);
    const again: NoteDocument[] = [];
    for (const { id: document, path, bytes } of trashed) {
      await this.#parts.bringBack(document, path, bytes);
      again.push(await documents.open(path));
    }
    const going = parts.filter(({ document, version, made }) => made && document.version === version);
    const left = parts
      .filter((part) => part.made && !going.includes(part))
      .map(({ document }) => document.path);
    const plan = () =>
      parts
        .filter(({ made }) => !made)
        .map((part): Planned => {
          const { unwritable } = part.document;
          if (unwritable !== null) throw new RambleError('read-only', unwritable);
          return { document: part.document, changes: inverseNow(part), made: false };
        });
    const changing = parts.map(({ document }) => document);
    const done = await this.#make('undo', peer, changing, plan, back);
    // What is in no file again must stay where it is.
    await this.#write(done.map(({ document }) => document));
    const gone: DoneChange['trashed'] = [];
    for (const { document } of going) {
      await saver.flush(document);
      gone.push({ id: document.id, path: document.path, bytes: document.text.bytes() });
      await vault.trash(document.path);
      this.#parts.onTrashed(document);
      this.#parts.onWritten([document.path]);
    }
    const made = again.map((document) => wholeNote(document));
    return { id: this.#done.add({ parts: [...done, ...made], trashed: gone, moves: back }), left };
  }

  async #openFor({ path, make }: Step): Promise<NoteDocument> {
    if (make !== undefined) await this.#mustBeFree(path);
    const document = await this.#parts.documents.open(path, make === undefined ? undefined : '');
    // What forbids writing may have come since the note was opened: better to hear of it before anything is changed.
    if (document.disk.revision !== null)
      document.writeProtected = await this.#parts.vault.whyReadOnly(document.path).catch(() => null);
    return document;
  }

  async #mustBeFree(path: NotePath): Promise<void> {
    const { documents, vault } = this.#parts;
    const open = await documents.at(path);
    const unwritten = open !== undefined && open.disk.revision === null && open.version > 0;
    if (unwritten || (await vault.exists(path)))
      throw new RambleError('exists', `“${path}” is there already.`, { path });
    if (open !== undefined) documents.forget(open);
  }

  /** Makes what is planned, and moves files; throws what planning and moving throw, and has changed nothing then. */
  #make(
    kind: EditKind,
    peer: string,
    changing: readonly NoteDocument[],
    plan: () => Planned[],
    moves: FileMove[],
  ): Promise<DonePart[]> {
    const { documents } = this.#parts;
    return this.#turn(() => {
      if (moves.length === 0)
        return inTurns(changing, () => this.#keepAndApply(kind, peer, changing, plan, moves));
      return documents.whileMoving(() => {
        const moving = [...documents].filter(({ path }) =>
          moves.some((move) => movedPath(path, move) !== path),
        );
        return inTurns([...changing, ...moving], async () => {
          const places = moving.map(({ path }) => path);
          const parts = await this.#keepAndApply(kind, peer, changing, plan, moves);
          await this.#moveFiles(peer, parts, moves);
          for (const [index, document] of moving.entries()) {
            this.#parts.onMoved(document, places[index] as NotePath);
            this.#parts.onState(document);
          }
          return parts;
        });
      });
    });
  }

  /**
   * Keeps the edits and the new paths in the journal, and only then makes them; nobody else changes these notes meanwhile. Without the
   * journal only what is whole by itself is done: the change of one file.
   */
  #keepAndApply(
    kind: EditKind,
    peer: string,
    changing: readonly NoteDocument[],
    plan: () => Planned[],
    moves: FileMove[],
  ): Promise<DonePart[]> {
    const { now, commit, commitNow, onKept, onState } = this.#parts;
    return inTextTurns(changing, async () => {
      const at = now();
      const made = plan().map(({ document, changes, made: begins }) => {
        const edit = changes === undefined || changes.empty ? null : { peer, kind, at, changes };
        return { document, edit, begins, before: document.text.doc };
      });
      const effective = made.filter(({ edit, begins }) => edit !== null || begins);
      const entries = effective.flatMap(({ document, edit, begins }) =>
        document.entriesBefore(edit, at, begins),
      );
      entries.push(...this.#moveEntries(moves));
      let kept = true;
      if (entries.length > 0)
        await commitNow(entries).catch((error: unknown) => {
          if (moves.length > 0 || effective.length > 1) throw notNow(error);
          kept = false;
        });
      this.#movePaths(moves);
      const parts: DonePart[] = [];
      for (const { document, edit, begins, before } of effective) {
        // An empty note has its file too.
        if (begins) document.disk = { ...document.disk, version: -1 };
        if (kept) {
          document.takeKept(edit, begins);
          onKept(document);
        } else {
          if (edit !== null) document.apply(edit);
          commit([document], document.entries(edit === null ? 0 : 1, at));
        }
        if (edit !== null) {
          const { version } = document;
          parts.push({ document, version, changes: edit.changes, before, made: begins });
        }
        onState(document);
      }
      return parts;
    });
  }

  #moveEntries(moves: readonly FileMove[]): Entry[] {
    const places = new Map([...this.#parts.documents].map((document) => [document, document.path]));
    const entries: Entry[] = moves.map(({ from, to }) => ({ type: 'moving', from, to }));
    for (const move of moves) {
      if (move.isFolder) entries.push({ type: 'folder-moved', from: move.from, to: move.to });
      for (const [document, place] of places) {
        const path = movedPath(place, move);
        if (path === place) continue;
        places.set(document, path);
        entries.push({ type: 'moved', document: document.id, path });
      }
    }
    return entries;
  }

  #movePaths(moves: readonly FileMove[]): void {
    const { documents } = this.#parts;
    for (const move of moves)
      for (const document of documents) {
        const path = movedPath(document.path, move);
        if (path !== document.path) documents.move(document, path);
      }
  }

  /** Moves the files, or takes everything back and throws why. */
  async #moveFiles(peer: string, parts: readonly DonePart[], moves: readonly FileMove[]): Promise<void> {
    const { vault, now, commit, saver, onState, onWritten } = this.#parts;
    const moved: FileMove[] = [];
    try {
      for (const move of moves) {
        await moveOnDisk(vault, move);
        moved.push(move);
      }
      commit([], moves.map(endOf));
      onWritten(moves.flatMap(({ from, to }) => [from, to]));
    } catch (error) {
      for (const move of moved.reverse()) await moveOnDisk(vault, reversed(move));
      const back = moves.map(reversed).reverse();
      const at = now();
      const entries = this.#moveEntries(back);
      this.#movePaths(back);
      for (const part of parts) {
        part.document.apply({ peer, kind: 'undo', at, changes: inverseNow(part) });
        entries.push(...part.document.entries(1, at));
      }
      const documents = parts.map(({ document }) => document);
      // Until this is kept, the journal has all of it as done: a crash before would bring it to that end.
      commit(documents, [...entries, ...[...moves, ...back].map(endOf)]);
      for (const document of documents) {
        onState(document);
        saver.request(document);
      }
      throw error;
    }
  }

  /** Writes documents to their files, the first ones first where they have none yet. Throws `io`. */
  async #write(documents: readonly NoteDocument[]): Promise<void> {
    const { saver } = this.#parts;
    const write = async (document: NoteDocument) => {
      await saver.flush(document);
      if (document.failure !== null)
        throw new RambleError(
          'io',
          `It is kept, but not in its file yet: ${document.failure} It is tried again.`,
        );
    };
    try {
      for (const document of documents) if (document.disk.revision === null) await write(document);
      await inParallel(documents, AT_ONCE, write);
    } finally {
      for (const document of documents) if (document.dirty) saver.request(document);
    }
  }
}

const endOf = ({ from, to }: FileMove): Entry => ({ type: 'move-ended', from, to });

/** Does a work while nothing else is done to the files of these documents. */
function inTurns<Value>(documents: readonly NoteDocument[], work: () => Promise<Value>): Promise<Value> {
  return nested(
    [...new Set(documents)].map(({ turn }) => turn),
    work,
  );
}

/** Does a work while no peer changes the texts of these documents. */
function inTextTurns<Value>(documents: readonly NoteDocument[], work: () => Promise<Value>): Promise<Value> {
  return nested(
    [...new Set(documents)].map(({ textTurn }) => textTurn),
    work,
  );
}

function nested<Value>(turns: readonly Turn[], work: () => Promise<Value>): Promise<Value> {
  const [first, ...rest] = turns;
  return first === undefined ? work() : first(() => nested(rest, work));
}

function notNow(error: unknown): RambleError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RambleError(
    'io',
    `Nothing was changed: what concerns several files is first kept in Evening Ramble’s own folder, and that cannot be written now (${reason}). Try again when it can.`,
  );
}
