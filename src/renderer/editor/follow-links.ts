import { syntaxTree } from '@codemirror/language';
import { type EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { asWikilinkTarget, decodeDestination } from '../../core/links/link-target.ts';
import { callbacks } from './callbacks.ts';

/** The target of the link at a position: what a wikilink names, or a web address. `null` where there is none. */
export function linkAt(state: EditorState, position: number): string | null {
  for (const side of [1, -1] as const) {
    for (let node = syntaxTree(state).resolveInner(position, side); ; node = node.parent) {
      if (node.name === 'Wikilink' || node.name === 'Embed') {
        const target = node.getChild('WikilinkTarget');
        return target === null ? null : state.sliceDoc(target.from, target.to);
      }
      if (node.name === 'Link' || node.name === 'Image' || node.name === 'Autolink') {
        const url = node.getChild('URL');
        return url === null ? null : destination(state.sliceDoc(url.from, url.to));
      }
      if (node.name === 'URL') return bareAddress(state.sliceDoc(node.from, node.to));
      if (node.parent === null) break;
    }
  }
  return null;
}

const isAddress = (text: string) => /^[a-z][a-z0-9+.-]*:/i.test(text);

function bareAddress(text: string): string {
  return isAddress(text)
    ? text
    : text.includes('@') && !text.includes('/')
      ? `mailto:${text}`
      : `https://${text}`;
}

/** A Markdown link's destination; one into the vault as a wikilink names it. */
function destination(raw: string): string {
  const bare = raw.replace(/^<(.*)>$/, '$1');
  return isAddress(bare) ? bare : (asWikilinkTarget(raw) ?? decodeDestination(bare));
}

function openAt(view: EditorView, position: number): boolean {
  const target = linkAt(view.state, position);
  if (target === null) return false;
  view.state.facet(callbacks).onOpenLink(target);
  return true;
}

/** Ctrl/Cmd-click and Ctrl/Cmd-Enter follow a link; while the key is held, links look it. */
export function followLinks(): Extension {
  const held = (event: KeyboardEvent | MouseEvent) => event.ctrlKey || event.metaKey;
  const show = (view: EditorView, isHeld: boolean) => view.dom.classList.toggle('cm-following', isHeld);
  return [
    Prec.high(keymap.of([{ key: 'Mod-Enter', run: (view) => openAt(view, view.state.selection.main.head) }])),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (!held(event) || event.button !== 0) return false;
        const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (position === null || !openAt(view, position)) return false;
        event.preventDefault();
        return true;
      },
      mousemove: (event, view) => void show(view, held(event)),
      keydown: (event, view) => void show(view, held(event)),
      keyup: (event, view) => void show(view, held(event)),
      blur: (_event, view) => void show(view, false),
    }),
  ];
}
