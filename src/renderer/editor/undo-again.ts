import { history, historyField, redo, undo } from '@codemirror/commands';
import { ChangeSet, EditorState, type StateCommand, Transaction } from '@codemirror/state';

/** One change of a note's past. */
export interface PastEdit {
  /** The user made it in this window: undo may take it back. */
  own: boolean;
  kind: string;
  /** Milliseconds since 1970. */
  at: number;
  /** A `ChangeSet` as JSON. */
  changes: unknown;
}

const LONGEST = 500;

/**
 * The undo history that an editor would have had it been open all along: CodeMirror's own, as the JSON of `historyField`, for the text
 * that the edits come to. `null` where they come to nothing that fits.
 */
export function undoHistory(text: string, edits: readonly PastEdit[], now: string): unknown {
  try {
    const from = Math.max(0, edits.length - LONGEST);
    let doc = EditorState.create({ doc: text }).doc;
    for (const { changes } of edits.slice(0, from)) doc = ChangeSet.fromJSON(changes).apply(doc);
    let state = EditorState.create({ doc, extensions: history() });
    for (const edit of edits.slice(from)) state = remake(state, edit);
    return state.doc.toString() === now ? state.toJSON({ history: historyField }).history : null;
  } catch {
    return null;
  }
}

function remake(state: EditorState, edit: PastEdit): EditorState {
  const changes = ChangeSet.fromJSON(edit.changes);
  if (!edit.own) {
    return state.update({
      changes,
      annotations: [Transaction.addToHistory.of(false), Transaction.remote.of(true)],
    }).state;
  }
  if (edit.kind === 'undo' || edit.kind === 'redo') {
    const moved = run(state, edit.kind === 'undo' ? undo : redo);
    if (moved !== null && JSON.stringify(moved.changes) === JSON.stringify(changes)) return moved.state;
  }
  return state.update({
    changes,
    annotations: [Transaction.time.of(edit.at), Transaction.userEvent.of('input.type')],
  }).state;
}

function run(state: EditorState, command: StateCommand): Transaction | null {
  let made: Transaction | null = null;
  command({
    state,
    dispatch: (transaction) => {
      made = transaction;
    },
  });
  return made;
}
