import { isolateHistory } from '@codemirror/commands';
import { Annotation, Transaction, type TransactionSpec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { minimalChanges } from './minimal-change.ts';

/** Marks a change that did not come from this editor's user. */
export const remoteChange = Annotation.define<boolean>();

/** The transaction that makes the document read `text`, as somebody else's change; `null` where it does already. */
export function outsideChange(before: string, text: string): TransactionSpec | null {
  const changes = minimalChanges(before, text);
  if (changes.length === 0) return null;
  return { changes, annotations: [Transaction.addToHistory.of(false), remoteChange.of(true)] };
}

/** Takes over an outside text; the cursor stays at its words, and what was at the top of the screen stays there. */
export function takeOutsideText(view: EditorView, text: string): void {
  const change = outsideChange(view.state.doc.toString(), text.replace(/\r\n?/g, '\n'));
  if (change === null) return;
  const scroll = view.scrollSnapshot();
  const transaction = view.state.update(change);
  const mapped = scroll.map(transaction.changes);
  view.dispatch(transaction);
  if (mapped !== undefined) view.dispatch({ effects: mapped });
}

/** Takes over a text as one edit of the user's, which one undo takes back; the cursor goes to `cursor`. */
export function applyOwnText(view: EditorView, text: string, cursor: number): void {
  const after = text.replace(/\r\n?/g, '\n');
  view.dispatch({
    changes: minimalChanges(view.state.doc.toString(), after),
    selection: { anchor: Math.max(0, Math.min(cursor, after.length)) },
    annotations: isolateHistory.of('full'),
    userEvent: 'input.extract',
    scrollIntoView: true,
  });
}
