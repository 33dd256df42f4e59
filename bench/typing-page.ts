import { createClient } from '../src/contract/client.ts';
import type { NotePath } from '../src/core/paths/note-path.ts';
import { connect } from '../src/renderer/client/transport.ts';
import { createNoteEditor, type NoteEditor } from '../src/renderer/editor/editor.ts';
import { NoteSession } from '../src/renderer/note/note-session.ts';

declare global {
  interface Window {
    /** Times from a key to the frame with it on screen, milliseconds. */
    keyTimes: number[];
    /** How many of its edits the authority has not confirmed. */
    waiting(): number;
    /** Shows the note; `shared` hands over every edit, as the app's window does. */
    show(path: string, shared: boolean): Promise<void>;
  }
}

const PEER = 'w1.bench';
const nothing = () => undefined;
const client = createClient(connect({ onState: nothing, onFlush: async () => null }));

window.keyTimes = [];
window.show = async (path, shared) => {
  const note = await client.call('notes.open', { path: path as NotePath });
  const { text, version, past } = note;
  const editor: NoteEditor = createNoteEditor({
    parent: document.body,
    note: {
      text,
      version,
      past: { text: past.text, edits: past.edits.map((edit) => ({ ...edit, own: false })) },
    },
    peer: PEER,
    readOnly: false,
    header: { overline: '', title: '' },
    placeholder: '',
    label: 'bench',
    styleNonce: document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '',
    onChange: () => session?.changed(),
    onSelection: nothing,
    onOpenLink: nothing,
    onExtract: nothing,
    completeLinks: async () => [],
    resolveLinks: async (targets) => targets.map(() => true),
    loadImage: async () => null,
    runQuery: async () => ({ kind: 'found', notes: [], note: '' }),
    onOpenFound: nothing,
  });
  const session = shared
    ? new NoteSession(client, note, PEER, editor, {
        onState: nothing,
        onOverlaps: nothing,
        onMoved: nothing,
        onGone: nothing,
        onRestart: nothing,
      })
    : null;
  window.waiting = () => editor.waiting();
  editor.setCursor(Math.floor(text.length / 2));
  editor.focus();
  addEventListener(
    'keydown',
    () => {
      const at = performance.now();
      const painted = new MessageChannel();
      painted.port1.onmessage = () => window.keyTimes.push(performance.now() - at);
      requestAnimationFrame(() => painted.port2.postMessage(null));
    },
    true,
  );
};
