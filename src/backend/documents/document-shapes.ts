import { RambleError } from '../../contract/errors.ts';
import type { NoteDocument } from './document.ts';
import { changesToJson, type Edit } from './edit.ts';

/** What the contract calls a document. */
export const idOf = (document: NoteDocument) => document.id.toString(36);

/** What windows are told of a document's state. */
export function stateOf(document: NoteDocument) {
  return {
    document: idOf(document),
    path: document.toldPath,
    version: document.version,
    state: document.state,
    overlaps: document.overlaps.map(({ id, from, to, theirs }) => {
      return { id, from, to, theirs, mine: document.text.doc.sliceString(from, to) };
    }),
  };
}

export function editJson({ peer, kind, at, changes }: Edit) {
  return { peer, kind, at, changes: changesToJson(changes) };
}

/** The refusal of a version that a document never had, or whose edits are kept no more. */
export function outOfStep(): RambleError {
  return new RambleError(
    'out-of-step',
    'The app does not know the text that this window has. It is read again.',
  );
}
