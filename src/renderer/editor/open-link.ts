import { type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, ViewPlugin } from '@codemirror/view';
import { editorCallbacks } from './callbacks.ts';
import { linkAt } from './links.ts';

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

const opensLinks = (event: MouseEvent | KeyboardEvent) => (isMac ? event.metaKey : event.ctrlKey);

function openUnderCursor(view: EditorView, beside: boolean): boolean {
  const link = linkAt(view.state, view.state.selection.main.head);
  if (link === null) return false;
  view.state.facet(editorCallbacks).onOpenLink(link.target, { beside });
  return true;
}

/** The link under the pointer; a position beside the text of a line counts for none. */
function linkUnder(view: EditorView, event: MouseEvent) {
  if (!(event.target instanceof Element) || event.target.closest('.er-link') === null) return null;
  const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
  return position === null ? null : linkAt(view.state, position);
}

const clicks = EditorView.domEventHandlers({
  mousedown(event, view) {
    if (event.button !== 0 || !(opensLinks(event) || view.state.readOnly)) return false;
    const link = linkUnder(view, event);
    if (link === null) return false;
    event.preventDefault();
    view.state.facet(editorCallbacks).onOpenLink(link.target, { beside: event.altKey || event.shiftKey });
    return true;
  },
});

/** While the key that opens links is held, the content says so by a class, and links show a hand. */
const handWhileHeld = ViewPlugin.define((view) => {
  const show = (event: KeyboardEvent | MouseEvent) =>
    view.contentDOM.classList.toggle('er-following', opensLinks(event));
  const hide = () => view.contentDOM.classList.remove('er-following');
  const window = view.dom.ownerDocument.defaultView;
  window?.addEventListener('keydown', show);
  window?.addEventListener('keyup', show);
  window?.addEventListener('blur', hide);
  view.contentDOM.addEventListener('mousemove', show);
  return {
    destroy() {
      window?.removeEventListener('keydown', show);
      window?.removeEventListener('keyup', show);
      window?.removeEventListener('blur', hide);
      view.contentDOM.removeEventListener('mousemove', show);
    },
  };
});

/** Mod-click and Mod-Enter open the link there; Alt or Shift with it opens it beside. In a read-only note a plain click does. */
export const openLinks: Extension = [
  clicks,
  handWhileHeld,
  Prec.high(
    keymap.of([
      { key: 'Mod-Enter', run: (view) => openUnderCursor(view, false) },
      { key: 'Mod-Shift-Enter', run: (view) => openUnderCursor(view, true) },
      { key: 'Mod-Alt-Enter', run: (view) => openUnderCursor(view, true) },
    ]),
  ),
];
