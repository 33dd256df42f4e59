import type { Extension } from '@codemirror/state';
import { EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { countWords } from '../../core/markdown/plain-text.ts';
import { editorCallbacks } from './callbacks.ts';
import { remoteChange } from './remote.ts';

const WAIT_MS = 120;
/** Counting the words of a larger selection would be felt. */
const MOST_COUNTED = 2_000_000;

/** Tells of the selection when it has come to rest; the words are those of the selected text. */
const reportSelection = ViewPlugin.fromClass(
  class {
    #timer: ReturnType<typeof setTimeout> | null = null;
    readonly #view: EditorView;

    constructor(view: EditorView) {
      this.#view = view;
    }

    update(update: ViewUpdate): void {
      if (!update.selectionSet && !update.docChanged) return;
      if (this.#timer === null) this.#timer = setTimeout(() => this.#report(), WAIT_MS);
    }

    destroy(): void {
      if (this.#timer !== null) clearTimeout(this.#timer);
    }

    #report(): void {
      this.#timer = null;
      const { state } = this.#view;
      const { from, to } = state.selection.main;
      const words = countWords(state.sliceDoc(from, Math.min(to, from + MOST_COUNTED)));
      state.facet(editorCallbacks).onSelection({ from, to, words });
    }
  },
);

const reportChanges = EditorView.updateListener.of((update) => {
  const own = update.transactions.some((one) => one.docChanged && one.annotation(remoteChange) !== true);
  if (own) update.state.facet(editorCallbacks).onChange(() => update.view.state.doc.toString());
});

/** Tells the editor's holder of the user's changes, at once, and of the selection, a moment later. */
export const reports: Extension = [reportChanges, reportSelection];
