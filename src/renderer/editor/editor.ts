import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, dropCursor, EditorView, placeholder } from '@codemirror/view';
import { type EditorCallbacks, editorCallbacks } from './callbacks.ts';
import { linkCompletion } from './complete-link.ts';
import { goToLine, lineFlash } from './go-to-line.ts';
import { changeHeader, type NoteHeader, noteHeader } from './header.ts';
import { editorKeys } from './keys.ts';
import { noteLanguage } from './language.ts';
import { openLinks } from './open-link.ts';
import { notePreview, refreshLinks } from './preview.ts';
import { applyOwnText, takeOutsideText } from './remote.ts';
import { reports } from './report.ts';

/** What a note's editor starts with, and whom it tells. */
export interface NoteEditorOptions extends EditorCallbacks {
  parent: HTMLElement;
  text: string;
  readOnly: boolean;
  /** Shown above the text; an empty title where the text's first heading is the title already. */
  header: NoteHeader;
  placeholder: string;
}

/** One note in an editor. Offsets are UTF-16 code units, lines end in LF. */
export interface NoteEditor {
  text(): string;
  selection(): { from: number; to: number };
  /** Replaces the document as an outside change: cursor and scroll keep their place, undo leaves it alone, no `onChange`. */
  setText(text: string): void;
  /** Replaces the document as an edit of the user's own, which undo takes back. */
  applyText(text: string, cursor: number): void;
  setReadOnly(readOnly: boolean): void;
  setHeader(header: NoteHeader): void;
  /** The index changed: asks again which links lead somewhere. */
  refreshLinks(): void;
  /** From 1. Scrolls the line to the upper third and lights it for a moment. */
  goToLine(line: number): void;
  focus(): void;
  destroy(): void;
}

const surface: Extension = [
  EditorView.lineWrapping,
  drawSelection({ cursorBlinkRate: 1100 }),
  dropCursor(),
  EditorView.scrollMargins.of(() => ({ top: 72, bottom: 96 })),
  EditorView.contentAttributes.of({
    spellcheck: 'true',
    autocapitalize: 'sentences',
    autocorrect: 'on',
    'aria-label': 'Note',
  }),
];

/** A read-only note keeps its cursor, so that it can be read, selected and followed by keyboard. */
const readOnlyIf = (readOnly: boolean): Extension => [
  EditorState.readOnly.of(readOnly),
  EditorView.contentAttributes.of({ 'aria-readonly': String(readOnly) }),
];

/** Opens a note's text in `options.parent`. The look comes from `editor.css` and the app's custom properties. */
export function createNoteEditor(options: NoteEditorOptions): NoteEditor {
  const writing = new Compartment();
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        editorCallbacks.of(options),
        noteLanguage,
        linkCompletion,
        openLinks,
        editorKeys,
        notePreview,
        noteHeader(options.header),
        placeholder(options.placeholder),
        surface,
        lineFlash,
        reports,
        writing.of(readOnlyIf(options.readOnly)),
      ],
    }),
  });

  return {
    text: () => view.state.doc.toString(),
    selection: () => ({ from: view.state.selection.main.from, to: view.state.selection.main.to }),
    setText: (text) => takeOutsideText(view, text),
    applyText: (text, cursor) => applyOwnText(view, text, cursor),
    setReadOnly: (readOnly) => view.dispatch({ effects: writing.reconfigure(readOnlyIf(readOnly)) }),
    setHeader: (header) => changeHeader(view, header),
    refreshLinks: () => refreshLinks(view),
    goToLine: (line) => goToLine(view, line),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
