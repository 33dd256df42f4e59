import type { ChangeSet } from '@codemirror/state';
import { RambleError } from '../../contract/errors.ts';
import type { EditKind } from '../../contract/notes.ts';
import { folderOf, type NotePath } from '../../core/paths/note-path.ts';
import { changesBetween } from '../../core/text/diff.ts';
import type { NoteDocument } from './document.ts';
import { type FileMove, isTaken, mustBeMovable, reversed } from './file-move.ts';
import { inParallel } from './in-parallel.ts';
import type { Journal } from './journal/journal.ts';
import type { KeptChange, KeptSearch } from './journal/protocol.ts';
import { replay } from './journal/thin-out.ts';
import { newId } from './load-document.ts';
import {
  AT_ONCE,
  ChangeMaker,
  type ChangeMakerParts,
  notNow,
  type Plan,
  type Planned,
} from './make-change.ts';
import type { LineEnd } from './note-text.ts';
import { type BackPart, fitBack, type Left, readPart } from './take-back.ts';

/** One note's part in a change of several notes: made anew, or changed from what it is. */
export interface Step {
  path: NotePath;
  /** For a note that must not be there yet. */
  make?: string;
  /** What ends the lines of a note that is made; LF where it is not said. */
  lineEnd?: LineEnd;
  /** The changes to make to the text of a document, if any; throws to refuse the whole. */
  change?(document: NoteDocument): ChangeSet | undefined;
  /** Its file goes to the trash once everything else is done. */
  trash?: true;
}

export interface ChangeOptions {
  /** Files and folders that get other paths with it. */
  moves?: FileMove[];
  /** Saved searches that are written anew with it. */
  searches?: KeptSearch[];
  /** Waits for every file. */
  awaitFiles?: boolean;
}

/** A change of several notes, by the number that takes it back (0 where that is not offered); the notes in the order of its steps. */
export interface Changed {
  id: number;
  documents: NoteDocument[];
}

/** A change that was taken back, by the number that does it again; and what of it stays, and why. */
export interface TakenBack {
  id: number;
  left: Left[];
}

export interface SeveralNotesParts extends ChangeMakerParts {
  journal: Journal;
  /** Makes a note's file again. */
  bringBack(id: number, path: NotePath, bytes: Uint8Array): Promise<void>;
  onTrashed(document: NoteDocument): void;
  /** Writes saved searches anew; gives whether that could be, and never rejects. */
  renameSearches(searches: readonly KeptSearch[]): Promise<boolean>;
  /** Brings a document in step with its file, within the document's turn. */
  look(document: NoteDocument): Promise<void>;
}

/** A note that goes into the trash with a change, at the version that goes. */
interface Going {
  document: NoteDocument;
  version: number;
}

/** What is offered to be taken back as one: what is typed, appended or chosen in one note is its own undo’s. */
const TAKEN_BACK: ReadonlySet<EditKind> = new Set(['extract', 'renamed']);

/** Changes of several notes that are kept whole or not at all, and taken back as one. */
export class SeveralNotes {
  readonly #parts: SeveralNotesParts;
  readonly #maker: ChangeMaker;

  constructor(parts: SeveralNotesParts) {
    this.#parts = parts;
    this.#maker = new ChangeMaker(parts);
  }

  /**
   * Makes changes to several notes at once, and gives files and folders other paths with them: all are kept, or none is, also when the
   * app is ended in the middle. Steps name notes as they are before. Resolves with the documents when everything would survive a crash, and
   * is in its file; where many notes change without any going to the trash, and `awaitFiles` is not said, when the first are.
   * Throws `io` where a file could not be written (it is tried again, and survives), `conflict` where a note stays that was to go into the
   * trash, because somebody went on with it; all else is done then. Throws `exists`, `not-found`, `read-only`, what a
   * step throws, and `io` where the journal cannot be written; nothing is changed then.
   */
  async change(
    kind: EditKind,
    peer: string,
    steps: Step[],
    { moves = [], searches = [], awaitFiles = false }: ChangeOptions,
  ): Promise<Changed> {
    for (const move of moves) await mustBeMovable(this.#parts.vault, move);
    const documents = await inParallel(steps, AT_ONCE, (step) => this.#openFor(step));
    if (new Set(documents).size < documents.length)
      throw new RambleError(
        'conflict',
        'Two of the notes are one file under two names: nothing was changed.',
      );
    let going: Going[] = [];
    const plan = (): Plan => {
      const notes = steps.map((step, index): Planned => {
        const document = documents[index] as NoteDocument;
        this.#mustBeThere(document);
        if (document.unwritable !== null) throw new RambleError('read-only', document.unwritable);
        if (step.make !== undefined && (document.version > 0 || document.disk.revision !== null))
          throw isTaken(document.path);
        if (step.make === undefined) return { document, changes: step.change?.(document), made: false };
        const text = step.make.toWellFormed();
        const bytes =
          step.lineEnd === undefined ? undefined : Buffer.from(text.replaceAll('\n', step.lineEnd));
        return { document, changes: changesBetween(document.text.toString(), text), made: true, bytes };
      });
      going = notes
        .filter((_, index) => steps[index]?.trash)
        .map(({ document }) => ({ document, version: document.version }));
      const trashed = going.map(({ document: { id: gone, path } }) => ({ document: gone, path }));
      return { notes, again: [], trashed };
    };
    const id = TAKEN_BACK.has(kind) ? newId() : null;
    const { isKept } = await this.#maker.make({
      kind,
      peer,
      changing: documents,
      plan,
      moves,
      searches,
      id,
      undoes: null,
    });
    if (id !== null) await this.renameSearches(id, searches);
    const inOrder = [...documents].sort(
      (a, b) => Number(a.disk.revision !== null) - Number(b.disk.revision !== null),
    );
    const stays = await this.#write(inOrder, awaitFiles || going.length > 0, going);
    if (stays[0] !== undefined)
      throw new RambleError(
        'conflict',
        `“${stays[0].path}” was changed meanwhile, so it stays where it is. Everything else was done.`,
        { path: stays[0].path },
      );
    return { id: isKept && id !== null ? id : 0, documents };
  }

  /**
   * Takes back a change of several notes, also one from before the app was started: each text gets back what it took, where that is
   * still as the change left it, and keeps what was written since; each file its path; a note that it made goes into the trash, unless
   * somebody went on with it or what it took is not back everywhere. Throws `not-found`, `exists`, `conflict`, `io`; nothing is changed
   * then, but that a file may not be written yet.
   */
  async takeBack(change: number): Promise<TakenBack> {
    const { vault, journal, commitNow } = this.#parts;
    await commitNow([]).catch((error: unknown) => {
      throw notNow(error);
    });
    const done = await journal.ask('change', change);
    if (done === null)
      throw new RambleError(
        'not-found',
        'That cannot be taken back any more in one step. Each note’s history still has it.',
      );
    if (done.takenBackBy !== null) throw new RambleError('conflict', 'That was taken back already.');
    const moves = done.moves.map(reversed).reverse();
    for (const move of moves) await mustBeMovable(vault, move);
    const again = await this.#bringBack(done);
    const versions = again.map(({ version }) => version);
    let isMade = false;
    const onMade = () => {
      isMade = true;
    };
    try {
      return await this.#undo(done, again, moves, onMade);
    } catch (error) {
      // Once it is made they hold what is in no other note, whether every file could be written or not.
      if (!isMade)
        for (const [at, document] of again.entries())
          await this.#trash(document, versions[at] ?? -1).catch(() => undefined);
      throw error;
    }
  }

  async #undo(
    { id: change, kind, parts, searches: renamed }: KeptChange,
    again: NoteDocument[],
    moves: FileMove[],
    onMade: () => void,
  ): Promise<TakenBack> {
    const { journal, documents } = this.#parts;
    const read = await inParallel(
      parts.filter(({ made }) => !made),
      AT_ONCE,
      (part) => readPart(journal, documents, part),
    );
    const found = read.filter((part): part is BackPart => 'document' in part);
    const made = await inParallel(
      parts.filter((part) => part.made),
      AT_ONCE,
      async ({ document, version }) => ({
        document: await documents.find(document).catch(() => null),
        version,
      }),
    );
    let left: Left[] = [];
    let going: Going[] = [];
    const plan = (): Plan => {
      left = read.filter((part): part is Left => !('document' in part));
      const notes = found.flatMap((part): Planned[] => {
        const { document } = part;
        if (!documents.holds(document) || document.gone) {
          left.push({ path: document.path, reason: 'it is not there any more' });
          return [];
        }
        const back = fitBack(part, kind !== 'extract');
        if (back === null || back.left > 0)
          left.push({ path: document.path, reason: 'what was changed there was changed again since' });
        return back === null ? [] : [{ document, changes: back.changes, made: false, bytes: back.bytes }];
      });
      const isWhole = left.length === 0;
      going = [];
      for (const { document, version } of made) {
        if (document === null || document.gone) continue;
        const { path } = document;
        if (document.version !== version) left.push({ path, reason: 'somebody went on with it' });
        else if (!isWhole) left.push({ path, reason: 'what it holds is not back everywhere' });
        else going.push({ document, version });
      }
      return {
        notes,
        again,
        trashed: going.map(({ document: { id: gone, path } }) => ({ document: gone, path })),
      };
    };
    const changing = [...found, ...made].flatMap(({ document }) => document ?? []);
    const id = newId();
    const searches = renamed.map(({ name, before, after }) => ({ name, before: after, after: before }));
    const order = {
      kind: 'undo' as const,
      peer: 'history',
      changing,
      plan,
      moves,
      searches,
      id,
      undoes: change,
    };
    const { documents: changed } = await this.#maker.make(order);
    onMade();
    await this.renameSearches(id, searches);
    // What is in no file again must stay where it is.
    for (const { path } of await this.#write(changed, true, going))
      left.push({ path, reason: 'somebody went on with it' });
    return { id, left };
  }

  /** Writes the saved searches of a change anew; what cannot be is tried at the next start. */
  async renameSearches(change: number, searches: readonly KeptSearch[]): Promise<void> {
    if (searches.length === 0 || !(await this.#parts.renameSearches(searches))) return;
    this.#parts.commit([], [{ type: 'searches-ended', change }]);
  }

  /** Makes the files again that went into the trash with a change. */
  async #bringBack({ trashed }: KeptChange): Promise<NoteDocument[]> {
    const { journal, documents, bringBack } = this.#parts;
    const again: NoteDocument[] = [];
    for (const { document, path } of trashed) {
      const kept = await journal.ask('loadById', document);
      // It stayed, because somebody went on with it in that very moment.
      if (kept === null || kept.goneAt === null) continue;
      await bringBack(document, path as NotePath, replay(kept).bytes());
      again.push(await documents.open(path as NotePath));
    }
    return again;
  }

  /** Writes the files of a change, then puts what goes with it into the trash; gives what stays, because somebody went on with it. */
  async #write(
    changed: NoteDocument[],
    awaitFiles: boolean,
    going: readonly Going[],
  ): Promise<NoteDocument[]> {
    try {
      await this.#maker.write(changed, awaitFiles);
      const stays: NoteDocument[] = [];
      for (const { document, version } of going)
        if (!(await this.#trash(document, version))) stays.push(document);
      return stays;
    } catch (error) {
      // Told as not done: the next start must not do it, with all that was written in them since.
      this.#parts.commit(
        [],
        going.map(({ document: { id } }) => ({ type: 'trash-ended', document: id })),
      );
      throw error;
    }
  }

  /** Puts a note’s file into the trash; gives false where somebody went on with it, here or in another program. */
  async #trash(document: NoteDocument, version: number): Promise<boolean> {
    const { vault, saver, documents, commit, look, onTrashed, onWritten } = this.#parts;
    await saver.flush(document);
    const goes = await document.turn(async () => {
      await look(document);
      // Nothing may come into it on its way.
      return document.textTurn(async () => {
        if (document.gone || !documents.holds(document)) return true;
        if (document.version !== version || document.unreadable !== null) return false;
        await vault.trash(document.path);
        onTrashed(document);
        return true;
      });
    });
    if (goes) onWritten([document.path]);
    commit([], [{ type: 'trash-ended', document: document.id }]);
    return goes;
  }

  async #openFor({ path, make, trash }: Step): Promise<NoteDocument> {
    if (make !== undefined) await this.#mustBeFree(path);
    const { documents } = this.#parts;
    let document = await documents.open(path, make === undefined ? undefined : '');
    if (make !== undefined && document.gone) {
      // A note of that name was deleted with unsaved text in it: that stays in its history, and this is another note.
      this.#parts.onTrashed(document);
      document = await documents.open(path, '');
    }
    // What another program has just written in it is to be seen before anything is done.
    if (trash) await document.turn(() => this.#parts.look(document));
    // What forbids writing may have come since the note was opened: better to hear of it before anything is changed.
    if (document.disk.revision !== null)
      document.writeProtected = await this.#parts.vault.whyReadOnly(document.path).catch(() => null);
    return document;
  }

  async #mustBeFree(path: NotePath): Promise<void> {
    const { documents, vault } = this.#parts;
    if (await vault.exists(path)) throw isTaken(path);
    // In another letter case, say: it could not be written beside that.
    const same = await (await vault.namesIn(folderOf(path)))(path);
    if (same !== null) throw isTaken(same);
    const open = await documents.at(path);
    if (open === undefined) return;
    if (open.disk.revision === null && open.version > 0) throw isTaken(path);
    documents.forget(open);
  }

  /** Its file may have been removed while the change waited for its turn: what came into it then would be in no note. */
  #mustBeThere(document: NoteDocument): void {
    const { path } = document;
    if (this.#parts.documents.holds(document) && !document.gone) return;
    throw new RambleError('not-found', `“${path}” was removed meanwhile. Nothing was changed.`, { path });
  }
}
