import { EditorState, type Extension, type Text, type TransactionSpec } from '@codemirror/state';

const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Half a character cannot be written to any file, nor handed over: it is refused where it comes in, as U+FFFD, not where it is saved. An
 * input method that puts one emoji in the place of another changes only the half in which they differ: that is taken for the whole.
 */
export function wholeCharacters(): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged) return transaction;
    const { newDoc } = transaction;
    const mends: TransactionSpec[] = [];
    const mend = (from: number, to: number, insert: string) =>
      mends.push({ changes: { from, to, insert }, sequential: true });
    transaction.changes.iterChanges((_fromA, _toA, fromB, toB) => {
      for (const at of new Set([fromB, toB]))
        if (isWithinPair(newDoc, at)) mend(at - 1, at + 1, newDoc.sliceString(at - 1, at + 1));
      const from = Math.max(0, fromB - 1);
      const near = newDoc.sliceString(from, Math.min(newDoc.length, toB + 1));
      if (near.isWellFormed()) return;
      for (const { index } of near.matchAll(HALF)) {
        const at = from + index;
        // At the edges the other half may lie outside what was looked at.
        if (!isWithinPair(newDoc, at) && !isWithinPair(newDoc, at + 1)) mend(at, at + 1, '\ufffd');
      }
    });
    return mends.length === 0 ? transaction : [transaction, ...mends];
  });
}

/** Whether a position lies between the two halves of a character. */
const isWithinPair = (doc: Text, at: number) =>
  at > 0 && /^[\ud800-\udbff][\udc00-\udfff]$/.test(doc.sliceString(at - 1, at + 1));
