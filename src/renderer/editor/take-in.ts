import { receiveUpdates } from '@codemirror/collab';
import { ChangeSet, type EditorState, type Transaction } from '@codemirror/state';

/** An edit that the authority confirmed, by whom. */
export interface ConfirmedEdit {
  peer: string;
  /** A `ChangeSet` as JSON. */
  changes: unknown;
}

/**
 * The transactions that take the edits in, each on the state that the one before leaves. One at a time, as the authority moves them
 * over what is not confirmed: moved over several made one, an insertion may come out on another side of one next to it, and the
 * window would show, and go on from, a text that nobody else has.
 */
export function takeIn(state: EditorState, edits: readonly ConfirmedEdit[]): Transaction[] {
  let last = state;
  return edits.map(({ peer, changes }) => {
    const transaction = receiveUpdates(last, [{ clientID: peer, changes: ChangeSet.fromJSON(changes) }]);
    last = transaction.state;
    return transaction;
  });
}
