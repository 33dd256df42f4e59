import { ChangeSet, type Text } from '@codemirror/state';
import { RambleError } from '../../contract/errors.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { NoteDocument } from './document.ts';
import type { FileMove } from './file-move.ts';

/** One note's part in a change of several, as it was made. */
export interface DonePart {
  document: NoteDocument;
  /** The document's version after it. */
  version: number;
  changes: ChangeSet;
  /** The text before it. */
  before: Text;
  /** The note was made by it. */
  made: boolean;
}

/** A change of several notes that can be taken back as one, and done again as one. */
export interface DoneChange {
  parts: DonePart[];
  /** Notes that went with it, to be made again when it is taken back. */
  trashed: { id: number; path: NotePath; bytes: Uint8Array }[];
  /** What got another path. */
  moves: FileMove[];
}

/** A note that was made as it is now. */
export function wholeNote(document: NoteDocument): DonePart {
  const { doc } = document.text;
  return {
    document,
    version: document.version,
    changes: ChangeSet.empty(doc.length),
    before: doc,
    made: true,
  };
}

const MOST = 100;

/** The latest changes of several notes, by number. */
export class DoneChanges {
  readonly #done = new Map<number, DoneChange>();
  #last = 0;

  add(change: DoneChange): number {
    this.#last += 1;
    this.#done.set(this.#last, change);
    this.#done.delete(this.#last - MOST);
    return this.#last;
  }

  /** Throws `not-found` where it is too long ago. */
  get(id: number): DoneChange {
    const found = this.#done.get(id);
    if (found === undefined)
      throw new RambleError(
        'not-found',
        'That cannot be taken back any more in one step. Each note’s history still has it.',
      );
    return found;
  }
}

/**
 * The change that takes a part back from the text as it is now, whatever happened to it since: what others wrote stays. Throws
 * `conflict` where what happened since is not at hand.
 */
export function inverseNow({ document, version, changes, before }: DonePart): ChangeSet {
  const since = document.editsAfter(version);
  if (since === null)
    throw new RambleError('conflict', `“${document.path}” has changed too much since to take that back.`);
  return since.reduce((inverse, edit) => inverse.map(edit.changes), changes.invert(before));
}
