import type { Extension } from '@codemirror/state';
import { type EditorView, ViewPlugin } from '@codemirror/view';

/** After so long without a sign of it a composition is over, whatever the input method forgot to say. */
const LONGEST_SILENCE_MS = 15_000;

/** Whether an input method is in the middle of a character, and what waits for its end. */
export interface Composition {
  extension: Extension;
  isUnderWay(): boolean;
}

/**
 * Follows what an input method composes in an editor. `onEnd` is called once it is over, as the browser says it or as can be told from
 * what the user does next: some input methods go without a word, and what waits for them would wait for ever.
 */
export function watchComposition(onEnd: () => void): Composition {
  let silence: ReturnType<typeof setTimeout> | null = null;
  const isUnderWay = () => silence !== null;
  const stop = () => {
    if (silence !== null) clearTimeout(silence);
    silence = null;
  };
  const goOn = () => {
    stop();
    silence = setTimeout(end, LONGEST_SILENCE_MS);
  };
  const end = () => {
    if (!isUnderWay()) return;
    stop();
    // Not before the editor has read what was composed.
    setTimeout(() => {
      if (!isUnderWay()) onEnd();
    });
  };
  const onKey = (event: KeyboardEvent) => {
    if (!event.isComposing && event.keyCode !== 229) end();
  };
  const listen = (view: EditorView) => {
    const { contentDOM: content } = view;
    // Not through the editor, which keeps keys to itself while it believes that something is composed.
    content.addEventListener('compositionstart', goOn);
    content.addEventListener('compositionupdate', goOn);
    content.addEventListener('compositionend', end);
    content.addEventListener('blur', end);
    content.addEventListener('keydown', onKey, true);
    return { destroy: stop };
  };
  return { extension: ViewPlugin.define(listen), isUnderWay };
}
