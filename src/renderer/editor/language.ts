import {
  commonmarkLanguage,
  deleteMarkupBackward,
  insertNewlineContinueMarkupCommand,
  markdown,
} from '@codemirror/lang-markdown';
import { type Extension, Prec } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { noteSyntax } from '../../core/markdown/grammar.ts';

/** The note grammar of core, and the keys that go on with a list or quotation. */
export const noteLanguage: Extension = [
  markdown({
    base: commonmarkLanguage,
    extensions: noteSyntax,
    completeHTMLTags: false,
    addKeymap: false,
  }),
  Prec.high(
    keymap.of([
      { key: 'Enter', run: insertNewlineContinueMarkupCommand({ nonTightLists: false }) },
      { key: 'Backspace', run: deleteMarkupBackward },
    ]),
  ),
];
