import { collab, getSyncedVersion, sendableUpdates } from '@codemirror/collab';
import { historyField } from '@codemirror/commands';
import { syntaxTree } from '@codemirror/language';
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
import { countWords } from '../../core/markdown/count-words.ts';
import { changesBetween } from '../../core/text/diff.ts';
import { callbacks, type EditorCallbacks } from './callbacks.ts';
import { watchComposition } from './composition.ts';
import { drawing } from './drawing.ts';
import { followLinks } from './follow-links.ts';
import { changeHeader, type NoteHeader, noteHeader } from './header-widget.ts';
import { linkCompletion, suggestAgain } from './link-completion.ts';
import { askAgain, linkStatusExtension } from './link-status.ts';
import { noteLanguage } from './note-language.ts';
import { queryResults, refreshQueries } from './query-fences.ts';
import { type ConfirmedEdit, takeIn } from './take-in.ts';
import { type PastEdit, undoHistory } from './undo-again.ts';
import { type DoneElsewhere, rememberElsewhere, undoElsewhere } from './undo-elsewhere.ts';
import { wholeCharacters } from './whole-characters.ts';

/** A text as the authority over it has it, and what came before. */
export interface SharedText {
  text: string;
  /** How many edits it has had. */
  version: number;
  past: { text: string; edits: readonly PastEdit[] };
}

/** An edit of this editor's user that the authority has not confirmed yet. */
export interface UnconfirmedEdit {
  kind: 'typed' | 'undo' | 'redo';
  /** A `ChangeSet` as JSON. */
  changes: unknown;
}

export interface NoteEditorOptions extends EditorCallbacks {
  parent: HTMLElement;
  note: SharedText;
  /** What this editor's edits are signed with. */
  peer: string;
  readOnly: boolean;
  header: NoteHeader;
  placeholder: string;
  /** What screen readers call the text. */
  label: string;
  /** The nonce that the window's policy asks of CodeMirror's style element. */
  styleNonce: string;
  /** The user changed the text; not called for what `receive` brings. */
  onChange(): void;
  /** The selection moved; `words` is how many are selected. */
  onSelection(selection: { from: number; to: number; words: number }): void;
}

export interface NoteEditor {
  text(): string;
  selection(): { from: number; to: number };
  /** Everything that is selected, in order; a single empty stretch where only the cursor stands somewhere. */
  selections(): { from: number; to: number }[];
  /** The text as it is now, to be read later; costs nothing. */
  now(): { toString(): string };
  /** The version of the authority's text that this one was made from. */
  version(): number;
  /** The version up to which it has heard of everything: `version()`, and what waits until a character is composed. */
  known(): number;
  /** How many edits of the user's the authority has not confirmed. */
  waiting(): number;
  /** The first of what the user did since `version()`, in order, made on it: those not confirmed, at most so many of them. */
  unconfirmed(most?: number): UnconfirmedEdit[];
  /**
   * Takes in the edits that the authority confirmed after `version`, the user's own among them: cursor, scroll and undo stay the
   * user's. Those that are known are skipped; gives false where some are missing in between.
   */
  receive(version: number, edits: readonly ConfirmedEdit[]): boolean;
  /** Goes on with another state of the note; `text` is what the user sees, and an edit of theirs where it differs. */
  restart(note: SharedText, text: string): void;
  /** Puts `text` in the place of `from`–`to`, as an edit of the user's; gives whether the note takes edits. */
  replace(from: number, to: number, text: string): boolean;
  setCursor(at: number): void;
  /** Puts the cursor where a point of the window is (CSS pixels), if it is in the text. */
  setCursorAt(point: { x: number; y: number }): void;
  /** Something was done outside the text: the user's undo takes it back, among their edits. */
  remember(what: DoneElsewhere): void;
  /** Types `text` where the cursor is; gives whether the note takes edits. */
  type(text: string): boolean;
  setReadOnly(readOnly: boolean): void;
  setHeader(header: NoteHeader): void;
  /** Notes came, went or changed: asks again which links lead somewhere, and what queries find. */
  refreshVault(): void;
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

/** What a note that takes no edits must not be given is refused here, whatever it comes from: it would be shown, and kept nowhere. */
const readOnlyExtension = (readOnly: boolean): Extension => [
  EditorState.readOnly.of(readOnly),
  EditorView.editable.of(!readOnly),
  readOnly ? EditorState.changeFilter.of(() => false) : [],
];

function kindOf(transaction: Transaction): UnconfirmedEdit['kind'] {
  if (transaction.isUserEvent('undo')) return 'undo';
  return transaction.isUserEvent('redo') ? 'redo' : 'typed';
}

/** Opens a text in an editor. Lines are ended by LF, offsets are UTF-16 code units. */
export function createNoteEditor(options: NoteEditorOptions): NoteEditor {
  const editable = new Compartment();
  const composition = watchComposition(() => {
    const edits = held;
    held = [];
    take(edits);
  });
  const extractNow = () => {
    options.onExtract();
    return true;
  };
  const extensions = ({ version }: SharedText): Extension => [
    callbacks.of(options),
    wholeCharacters(),
    undoElsewhere(),
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
    queryResults(),
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
    collab({ startVersion: version, clientID: options.peer }),
    composition.extension,
  ];
  const stateOf = (note: SharedText): EditorState => {
    const undo = undoHistory(note.past.text, note.past.edits, note.text);
    const begun = EditorState.create({ doc: note.text, extensions: extensions(note) });
    if (undo === null) return begun;
    const json = { doc: note.text, selection: begun.selection.toJSON(), history: undo };
    return EditorState.fromJSON(json, { extensions: extensions(note) }, { history: historyField });
  };
  const view = new EditorView({ parent: options.parent, state: stateOf(options.note) });
  let litTimer: ReturnType<typeof setTimeout> | null = null;
  /** What came while the user was in the middle of a character: an input method must not be disturbed. */
  let held: ConfirmedEdit[] = [];

  function take(edits: readonly ConfirmedEdit[]): void {
    if (edits.length > 0) view.dispatch(takeIn(view.state, edits));
  }

  const isOwn = ({ peer }: ConfirmedEdit) => peer === options.peer;

  const known = () => getSyncedVersion(view.state) + held.length;

  function selected(): { from: number; to: number; words: number } {
    const { from, to } = view.state.selection.main;
    const first = syntaxTree(view.state).topNode.firstChild;
    // The properties' words are none of the note's.
    const begin = first?.name === 'Frontmatter' ? Math.max(from, first.to) : from;
    const isCounted = begin < to && to - from <= LONGEST_COUNTED;
    return { from, to, words: isCounted ? countWords(view.state.sliceDoc(begin, to)) : 0 };
  }

  return {
    text: () => view.state.doc.toString(),
    selection() {
      const { from, to } = view.state.selection.main;
      return { from, to };
    },
    selections: () => view.state.selection.ranges.map(({ from, to }) => ({ from, to })),
    now: () => view.state.doc,
    version: () => getSyncedVersion(view.state),
    known,
    waiting: () => sendableUpdates(view.state).length - held.filter(isOwn).length,
    unconfirmed: (most = Number.POSITIVE_INFINITY) =>
      sendableUpdates(view.state)
        // What is held is not confirmed to the editor yet, and goes before what follows it.
        .slice(0, held.filter(isOwn).length + most)
        .map(({ changes, origin }) => ({ kind: kindOf(origin), changes: changes.toJSON() })),
    receive(version, edits) {
      if (version > known()) return false;
      const fresh = edits.slice(known() - version);
      const disturbs = composition.isUnderWay() && !fresh.every(isOwn);
      if (disturbs || held.length > 0) held.push(...fresh);
      else take(fresh);
      return true;
    },
    restart(note, text) {
      held = [];
      const { anchor } = view.state.selection.main;
      view.setState(stateOf(note));
      if (text !== note.text)
        view.dispatch({ changes: changesBetween(note.text, text), userEvent: 'input.type', filter: false });
      view.dispatch({ selection: { anchor: Math.min(anchor, view.state.doc.length) } });
    },
    replace(from, to, text) {
      if (view.state.readOnly) return false;
      view.dispatch({
        changes: { from, to, insert: text },
        userEvent: 'input.replace',
        scrollIntoView: true,
      });
      return true;
    },
    remember: (what) => rememberElsewhere(view, what),
    setCursor: (at) =>
      view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true }),
    setCursorAt(point) {
      const at = view.posAtCoords(point);
      if (at !== null) view.dispatch({ selection: { anchor: at } });
    },
    type(text) {
      if (view.state.readOnly) return false;
      view.dispatch(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
      return true;
    },
    setReadOnly(readOnly) {
      if (readOnly === view.state.readOnly) return;
      view.dispatch({ effects: editable.reconfigure(readOnlyExtension(readOnly)) });
    },
    setHeader: (header) => view.dispatch({ effects: changeHeader.of(header) }),
    refreshVault() {
      askAgain(view);
      suggestAgain(view);
      refreshQueries(view);
    },
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
