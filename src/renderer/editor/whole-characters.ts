import { EditorState, type Extension, type TransactionSpec } from '@codemirror/state';

/** Half a character cannot be written to any file: it is refused where it comes in, as U+FFFD, not where it is saved. */
export function wholeCharacters(): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged) return transaction;
    const mends: TransactionSpec[] = [];
    transaction.changes.iterChanges((_fromA, _toA, fromB, toB) => {
      const doc = transaction.newDoc;
      const from = Math.max(0, fromB - 1);
      const near = doc.sliceString(from, Math.min(doc.length, toB + 1));
      if (near.isWellFormed()) return;
      for (const { index } of near.matchAll(
        /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      )) {
        const at = from + index;
        // At the edges the other half may lie outside what was looked at.
        if (doc.sliceString(at - 1, at + 2).match(/[\ud800-\udbff][\udc00-\udfff]/)) continue;
        mends.push({ changes: { from: at, to: at + 1, insert: '\ufffd' }, sequential: true });
      }
    });
    return mends.length === 0 ? transaction : [transaction, ...mends];
  });
}
