import { invertedEffects } from '@codemirror/commands';
import { type Extension, StateEffect } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** Something that was done outside the editor and that the editor's undo and redo take back and do again. */
export interface DoneElsewhere {
  /** Takes it back, or does it again: each time the other. */
  turn(): void;
}

const done = StateEffect.define<DoneElsewhere>();
const turned = StateEffect.define<DoneElsewhere>();

/** Puts what was done elsewhere among what the user's undo takes back. */
export function undoElsewhere(): Extension {
  return [
    invertedEffects.of((transaction) =>
      transaction.effects
        .filter((effect) => effect.is(done) || effect.is(turned))
        .map(({ value }) => turned.of(value)),
    ),
    EditorView.updateListener.of(({ transactions }) => {
      for (const { effects } of transactions)
        for (const effect of effects) if (effect.is(turned)) effect.value.turn();
    }),
  ];
}

/** The user did something elsewhere just now. */
export function rememberElsewhere(view: EditorView, what: DoneElsewhere): void {
  view.dispatch({ effects: done.of(what), userEvent: 'input.elsewhere' });
}
