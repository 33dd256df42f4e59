import { search } from '@codemirror/search';
import {
  Compartment,
  EditorState,
  type Extension,
  StateEffect,
  StateField,
  Transaction,
} from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  placeholder,
} from '@codemirror/view';
import { countWords } from '../../core/markdown/plain-text.ts';
import { callbacks, type EditorCallbacks } from './callbacks.ts';
import { drawing } from './drawing.ts';
import { followLinks } from './follow-links.ts';
import { changeHeader, type NoteHeader, noteHeader } from './header-widget.ts';
import { linkCompletion } from './link-completion.ts';
import { askAgain, linkStatusExtension } from './link-status.ts';
import { minimalChange } from './minimal-change.ts';
import { noteLanguage } from './note-language.ts';

export interface NoteEditorOptions extends EditorCallbacks {
  parent: HTMLElement;
  text: string;
  readOnly: boolean;
  header: NoteHeader;
  placeholder: string;
  /** What screen readers call the text. */
  label: string;
  /** The nonce that the window's policy asks of CodeMirror's style element. */
  styleNonce: string;
  /** The user changed the text; not called for `setText`. */
  onChange(): void;
  /** The selection moved; `words` is how many are selected. */
  onSelection(selection: { from: number; to: number; words: number }): void;
}

export interface NoteEditor {
  text(): string;
  selection(): { from: number; to: number };
  /** Takes over a text from outside: cursor and scroll stay where they were, undo does not take it back, `onChange` is not called. */
  setText(text: string): void;
  /** Replaces the text as an edit of the user's, which undo takes back; `cursor` is an offset in the new text. */
  applyText(text: string, cursor: number): void;
  /** Types `text` where the cursor is. */
  type(text: string): void;
  setReadOnly(readOnly: boolean): void;
  setHeader(header: NoteHeader): void;
  /** Notes came or went: asks again which links lead somewhere. */
  refreshLinks(): void;
  /** Puts the cursor on a line (from 1), a third down the window, and lights it for a moment. */
  goToLine(line: number): void;
  /** Puts the cursor after the last character. */
  goToEnd(): void;
  focus(): void;
  destroy(): void;
}

const LONGEST_COUNTED = 200_000;
const LIT_MS = 1200;
const light = StateEffect.define<number | null>();

/** The line that one has just been brought to. */
const litLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lit, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(light)) continue;
      return effect.value === null
        ? Decoration.none
        : Decoration.set(Decoration.line({ class: 'cm-lit' }).range(effect.value));
    }
    return lit.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const readOnlyExtension = (readOnly: boolean): Extension => [
  EditorState.readOnly.of(readOnly),
  EditorView.editable.of(!readOnly),
];

/** Opens a text in an editor. Lines are ended by LF, offsets are UTF-16 code units. */
export function createNoteEditor(options: NoteEditorOptions): NoteEditor {
  const editable = new Compartment();
  const extractNow = () => {
    options.onExtract();
    return true;
  };
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        callbacks.of(options),
        EditorView.cspNonce.of(options.styleNonce),
        editable.of(readOnlyExtension(options.readOnly)),
        // The app's own key comes before the editor's.
        keymap.of([{ key: 'Mod-Shift-e', run: extractNow }]),
        followLinks(),
        noteLanguage(),
        linkCompletion(),
        linkStatusExtension(),
        noteHeader(options.header),
        drawing(),
        litLine,
        search({ top: true }),
        drawSelection({ cursorBlinkRate: 1100 }),
        EditorState.allowMultipleSelections.of(true),
        EditorView.lineWrapping,
        EditorView.scrollMargins.of(() => ({ top: 40, bottom: 80 })),
        placeholder(options.placeholder),
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          'aria-multiline': 'true',
          tabindex: '0',
          spellcheck: 'true',
          autocorrect: 'on',
          autocapitalize: 'sentences',
        }),
        EditorView.updateListener.of((update) => {
          const byUser = update.transactions.some(
            (transaction) => transaction.docChanged && !transaction.annotation(Transaction.remote),
          );
          if (byUser) options.onChange();
          if (update.selectionSet || update.docChanged) options.onSelection(selected());
        }),
      ],
    }),
  });
  let litTimer: ReturnType<typeof setTimeout> | null = null;

  function selected(): { from: number; to: number; words: number } {
    const { from, to } = view.state.selection.main;
    const words = from === to || to - from > LONGEST_COUNTED ? 0 : countWords(view.state.sliceDoc(from, to));
    return { from, to, words };
  }

  return {
    text: () => view.state.doc.toString(),
    selection() {
      const { from, to } = view.state.selection.main;
      return { from, to };
    },
    setText(text) {
      const changes = minimalChange(view.state.doc.toString(), text);
      if (changes === null) return;
      view.dispatch({
        changes,
        annotations: [Transaction.addToHistory.of(false), Transaction.remote.of(true)],
      });
    },
    applyText(text, cursor) {
      const changes = minimalChange(view.state.doc.toString(), text);
      if (changes === null) return;
      view.dispatch({
        changes,
        selection: { anchor: Math.min(cursor, text.length) },
        scrollIntoView: true,
        userEvent: 'input.extract',
      });
    },
    type: (text) =>
      view.dispatch(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true }),
    setReadOnly: (readOnly) => view.dispatch({ effects: editable.reconfigure(readOnlyExtension(readOnly)) }),
    setHeader: (header) => view.dispatch({ effects: changeHeader.of(header) }),
    refreshLinks: () => askAgain(view),
    goToLine(number) {
      const line = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
      view.dispatch({
        selection: { anchor: line.from },
        effects: [
          EditorView.scrollIntoView(line.from, { y: 'start', yMargin: view.dom.clientHeight / 3 }),
          light.of(line.from),
        ],
      });
      view.focus();
      if (litTimer !== null) clearTimeout(litTimer);
      litTimer = setTimeout(() => view.dispatch({ effects: light.of(null) }), LIT_MS);
    },
    goToEnd: () => view.dispatch({ selection: { anchor: view.state.doc.length }, scrollIntoView: true }),
    focus: () => view.focus(),
    destroy() {
      if (litTimer !== null) clearTimeout(litTimer);
      view.destroy();
    },
  };
}
