import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

const FLASH_MS = 1400;
const flash = StateEffect.define<number | null>();

const flashed = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let next = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(flash)) continue;
      next =
        effect.value === null
          ? Decoration.none
          : Decoration.set(Decoration.line({ class: 'er-flash' }).range(effect.value));
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const timers = new WeakMap<EditorView, ReturnType<typeof setTimeout>>();

/** Puts the cursor at a line (from 1), scrolls it to the upper third, and lights it for a moment. */
export function goToLine(view: EditorView, number: number): void {
  const { doc } = view.state;
  const line = doc.line(Math.max(1, Math.min(doc.lines, Math.trunc(number) || 1)));
  const margin = Math.round(view.scrollDOM.clientHeight / 3);
  view.dispatch({
    selection: { anchor: line.from },
    effects: [EditorView.scrollIntoView(line.from, { y: 'start', yMargin: margin }), flash.of(line.from)],
  });
  clearTimeout(timers.get(view));
  timers.set(
    view,
    setTimeout(() => {
      if (view.dom.isConnected) view.dispatch({ effects: flash.of(null) });
    }, FLASH_MS),
  );
}

/** Lets `goToLine` light a line. */
export const lineFlash: Extension = flashed;
