import type { ChangeSet, Text } from '@codemirror/state';
import { RambleError } from '../../contract/errors.ts';
import type { EditKind } from '../../contract/notes.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { Vault } from '../vault/vault.ts';
import type { NoteDocument } from './document.ts';
import type { Edit } from './edit.ts';
import { type FileMove, isTaken, movedPath, moveOnDisk, mustBeMovable, reversed } from './file-move.ts';
import { inParallel } from './in-parallel.ts';
import type { Entry, KeptChange, KeptSearch } from './journal/protocol.ts';
import type { OpenDocuments } from './open-documents.ts';
import type { Saver } from './saver.ts';
import { createTurn, type Turn } from './turn.ts';

/** How many files are read or written at a time. */
export const AT_ONCE = 16;
/** How many files of notes that change are written before a change is said to be made; each takes some milliseconds. */
const WAITED_FOR = 8;

export interface ChangeMakerParts {
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
  onState(document: NoteDocument): void;
  /** Its file lies elsewhere than the windows were told. */
  onMoved(document: NoteDocument): void;
  onWritten(paths: string[]): void;
  /** Files or folders lie elsewhere now. */
  onFilesMoved(moves: readonly FileMove[]): void;
}

/** An edit of one note, ready to be made. */
export interface Planned {
  document: NoteDocument;
  changes: ChangeSet | undefined;
  /** The note is made by it. */
  made: boolean;
  /** The very bytes that the note holds after it, where they are known. */
  bytes?: Uint8Array | undefined;
}

/** What is done at once, of the texts as they are then. */
export interface Plan {
  notes: Planned[];
  /** Notes that are there again as they were. */
  again: NoteDocument[];
  /** Notes that go into the trash. */
  trashed: { document: number; path: NotePath }[];
}

export interface Order {
  kind: EditKind;
  peer: string;
  /** The notes whose texts change, or that must not change meanwhile. */
  changing: readonly NoteDocument[];
  /** Throws to refuse all of it. */
  plan(): Plan;
  moves: FileMove[];
  /** Saved searches that are written anew with it. */
  searches: KeptSearch[];
  /** By what number this is taken back; `null` where that is not offered. */
  id: number | null;
  /** The change that this one takes back. */
  undoes: number | null;
}

/** What was done. */
export interface Made {
  /** The notes whose texts are others now. */
  documents: NoteDocument[];
  /** Whether the journal knows of it as a change that can be taken back. */
  isKept: boolean;
}

interface DonePart {
  document: NoteDocument;
  version: number;
  changes: ChangeSet;
  before: Text;
}

/** Makes changes of several notes, whole or not at all. */
export class ChangeMaker {
  readonly #parts: ChangeMakerParts;
  /** One change at a time: each waits for its notes. */
  readonly #turn = createTurn();

  constructor(parts: ChangeMakerParts) {
    this.#parts = parts;
  }

  /**
   * Makes what is planned, and moves files; throws what planning and moving throw, and `io` where the journal cannot be written, and has
   * changed nothing then.
   */
  make(order: Order): Promise<Made> {
    const { documents } = this.#parts;
    const { changing, moves } = order;
    return this.#turn(() => {
      if (moves.length === 0)
        return inTurns(changing, async () => {
          const { parts, isKept } = await this.#keepAndApply(order);
          return { documents: parts.map(({ document }) => document), isKept };
        });
      return documents.whileMoving(() => {
        const moving = [...documents].filter(({ path }) =>
          moves.some((move) => movedPath(path, move) !== path),
        );
        return inTurns([...changing, ...moving], async () => {
          await this.#mustBeFree(moves, moving);
          const { parts, isKept } = await this.#keepAndApply(order);
          await this.#moveFiles(order, parts);
          // Also one that came into the folder meanwhile.
          for (const document of documents) {
            if (document.path === document.toldPath) continue;
            this.#parts.onMoved(document);
            this.#parts.onState(document);
          }
          return { documents: parts.map(({ document }) => document), isKept };
        });
      });
    });
  }

  /**
   * Keeps the edits and the new paths in the journal, and only then makes them; nobody else changes these notes meanwhile. Without the
   * journal only what is whole by itself is done: the change of one file.
   */
  #keepAndApply(order: Order): Promise<{ parts: DonePart[]; isKept: boolean }> {
    const { kind, peer, changing, moves } = order;
    const { now, commit, commitNow, onKept, onState } = this.#parts;
    return inTextTurns(changing, async () => {
      const at = now();
      const plan = order.plan();
      const made = plan.notes.map(({ document, changes, made: begins, bytes }) => {
        const edit = changes === undefined || changes.empty ? null : { peer, kind, at, changes };
        return { document, edit, begins, bytes, before: document.text.doc };
      });
      const effective = made.filter(({ edit, begins }) => edit !== null || begins);
      const entries = effective.flatMap(({ document, edit, begins, bytes }) =>
        document.entriesBefore(edit, at, begins, bytes),
      );
      entries.push(...this.#moveEntries(moves));
      if (order.id !== null)
        entries.push({ type: 'changed', change: recordOf(order, order.id, at, plan, effective) });
      let isKept = true;
      if (entries.length > 0)
        await commitNow(entries).catch((error: unknown) => {
          if (moves.length > 0 || effective.length > 1 || plan.trashed.length > 0) throw notNow(error);
          isKept = false;
        });
      this.#movePaths(moves);
      const parts: DonePart[] = [];
      for (const { document, edit, begins, bytes, before } of effective) {
        // An empty note has its file too.
        if (begins) document.disk = { ...document.disk, version: -1 };
        if (isKept) {
          document.takeKept(edit, begins, bytes);
          onKept(document);
        } else {
          if (edit !== null) document.apply(edit);
          commit([document], document.entries(edit === null ? 0 : 1, at));
        }
        if (edit !== null) parts.push({ document, version: document.version, changes: edit.changes, before });
        onState(document);
      }
      return { parts, isKept };
    });
  }

  /** What moves would go over whatever came to the place since it was asked for, and take it along where it fails. */
  async #mustBeFree(moves: readonly FileMove[], moving: readonly NoteDocument[]): Promise<void> {
    const { vault, documents } = this.#parts;
    for (const move of moves) await mustBeMovable(vault, move);
    for (const { to } of moves)
      for (const document of documents)
        if ((document.path === to || document.path.startsWith(`${to}/`)) && !moving.includes(document))
          throw isTaken(to);
  }

  #moveEntries(moves: readonly FileMove[]): Entry[] {
    const places = new Map([...this.#parts.documents].map((document) => [document, document.path]));
    const entries: Entry[] = moves.map(({ from, to }) => ({ type: 'moving', from, to }));
    for (const move of moves) {
      // Also what is not open: it would be looked for where it was, and taken for deleted.
      entries.push({ type: 'path-moved', from: move.from, to: move.to });
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
  async #moveFiles({ id, peer, moves }: Order, parts: readonly DonePart[]): Promise<void> {
    const { vault, now, commit, saver, onState, onWritten } = this.#parts;
    const moved: FileMove[] = [];
    try {
      for (const move of moves) {
        await moveOnDisk(vault, move);
        moved.push(move);
      }
      commit([], moves.map(endOf));
      this.#parts.onFilesMoved(moves);
      onWritten(moves.flatMap(({ from, to }) => [from, to]));
    } catch (error) {
      for (const move of moved.reverse()) await moveOnDisk(vault, reversed(move));
      const back = moves.map(reversed).reverse();
      const at = now();
      const entries = this.#moveEntries(back);
      if (id !== null) entries.push({ type: 'change-failed', id });
      this.#movePaths(back);
      for (const part of parts) {
        part.document.apply({ peer, kind: 'undo', at, changes: inverse(part) });
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

  /**
   * Writes documents to their files, the first ones first where they have none yet. Resolves when all are written or, unless `all`, when the
   * first are: the journal has the rest, which is written next, also after a crash. Throws `io`.
   */
  async write(documents: readonly NoteDocument[], all: boolean): Promise<void> {
    const { saver } = this.#parts;
    const write = async (document: NoteDocument) => {
      await saver.flush(document);
      if (document.gone)
        throw new RambleError(
          'io',
          `It is kept, but in no file: “${document.path}” was removed by another program meanwhile.`,
        );
      if (document.failure !== null)
        throw new RambleError(
          'io',
          `It is kept, but not in its file yet: ${document.failure} It is tried again.`,
        );
    };
    const tryAgain = (some: readonly NoteDocument[]) => {
      for (const document of some) if (document.dirty) saver.request(document);
    };
    const first = all ? documents.length : WAITED_FOR;
    try {
      for (const document of documents) if (document.disk.revision === null) await write(document);
      await inParallel(documents.slice(0, first), AT_ONCE, write);
    } catch (error) {
      tryAgain(documents);
      throw error;
    }
    const rest = documents.slice(first);
    // What cannot be written then is a state of its note, and a problem of the vault.
    void inParallel(rest, AT_ONCE, write).catch(() => tryAgain(rest));
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

/** What the journal keeps of a change, to take it back by. */
function recordOf(
  { kind, moves, searches, undoes }: Order,
  id: number,
  at: number,
  { again, trashed }: Plan,
  effective: readonly { document: NoteDocument; edit: Edit | null; begins: boolean }[],
): KeptChange {
  const parts = effective.map(({ document, edit, begins }) => {
    return { document: document.id, version: document.version + (edit === null ? 0 : 1), made: begins };
  });
  for (const { id: document, version } of again) parts.push({ document, version, made: true });
  return { id, at, kind, undoes, moves, parts, trashed, searches };
}

/** The change that takes a part back, whatever came after it. */
function inverse({ document, version, changes, before }: DonePart): ChangeSet {
  const since = document.editsAfter(version) ?? [];
  return since.reduce((back, edit) => back.map(edit.changes), changes.invert(before));
}

/** The refusal of what must be kept before it is done, where that cannot be. */
export function notNow(error: unknown): RambleError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RambleError(
    'io',
    `Nothing was changed: what concerns several files is first kept in Evening Ramble’s own folder, and that cannot be written now (${reason}). Try again when it can.`,
  );
}
