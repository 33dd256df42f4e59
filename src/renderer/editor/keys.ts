import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { search, searchKeymap } from '@codemirror/search';
import { type Extension, Prec } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { editorCallbacks } from './callbacks.ts';
import { listKeys } from './list-keys.ts';

const extractKey = keymap.of([
  {
    key: 'Mod-Shift-e',
    preventDefault: true,
    run(view) {
      if (!view.state.readOnly) view.state.facet(editorCallbacks).onExtract();
      return true;
    },
  },
]);

/** The editor's keys, and the history and search that some of them act on. */
export const editorKeys: Extension = [
  history(),
  search({ top: true }),
  Prec.high(extractKey),
  keymap.of([...listKeys, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
];
