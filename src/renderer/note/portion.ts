import type { ChangesJson } from '../../contract/notes.ts';
import type { NoteEditor, UnconfirmedEdit } from '../editor/editor.ts';

type Unconfirmed = Pick<NoteEditor, 'unconfirmed'>;
type Sent = { kind: UnconfirmedEdit['kind']; changes: ChangesJson };

/** What one call carries: hours of typing may wait to be handed over, and a door takes only so much at once. */
const PORTION = { edits: 1000, characters: 2_000_000 };
/** The most that `notes.push` and any door take. */
const MOST = { edits: 10_000, characters: 20_000_000 };

/** The first edits that are not confirmed, as many as one call should carry; at least one. */
export function portionOf(editor: Unconfirmed): Sent[] {
  return firstOf(editor, PORTION);
}

/** As many as one call can carry at all: for a window that may be gone before a second one. */
export function allAtOnce(editor: Unconfirmed): Sent[] {
  return firstOf(editor, MOST);
}

function firstOf(editor: Unconfirmed, most: typeof PORTION): Sent[] {
  let characters = 0;
  const sent: Sent[] = [];
  for (const { kind, changes } of editor.unconfirmed(most.edits)) {
    characters += JSON.stringify(changes).length;
    if (sent.length > 0 && characters > most.characters) break;
    sent.push({ kind, changes: changes as ChangesJson });
  }
  return sent;
}
