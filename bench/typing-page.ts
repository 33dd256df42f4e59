import type { Client } from '../src/contract/client.ts';
import type { OpenNote } from '../src/contract/notes.ts';
import type { NotePath } from '../src/core/paths/note-path.ts';
import { createNoteEditor, type NoteEditor } from '../src/renderer/editor/editor.ts';
import { NoteSession } from '../src/renderer/note/note-session.ts';

declare global {
  interface Window {
    /** Times from a key to the frame with it on screen, milliseconds. */
    keyTimes: number[];
    open(shared: boolean, text: string): void;
  }
}

const PEER = 'w1.bench';

/** An authority that confirms every edit a moment later, as the real one does from its own process. */
function confirming(note: OpenNote): Client {
  let heard: (payload: never) => void = () => {};
  let version = 0;
  return {
    on(name, listener) {
      if (name === 'note.edited') heard = listener as never;
      return () => undefined;
    },
    async call(name, params) {
      await new Promise((done) => setTimeout(done, 2));
      if (name !== 'notes.push') return { edits: [], state: { kind: 'unsaved' }, overlaps: [] } as never;
      const pushed = params as { version: number; edits: { changes: unknown }[] };
      const fresh = pushed.edits.slice(version - pushed.version);
      heard({
        document: note.document,
        version,
        edits: fresh.map(({ changes }) => ({ peer: PEER, changes })),
      } as never);
      version += fresh.length;
      return { version } as never;
    },
  };
}

window.keyTimes = [];
window.open = ((shared: boolean, text: string) => {
  const past = { text, edits: [], before: 0 };
  const note: OpenNote = {
    document: 'a1',
    path: 'a.md' as NotePath,
    title: 'a',
    version: 0,
    text,
    revision: null,
    readOnly: null,
    state: { kind: 'saved' },
    overlaps: [],
    past,
  };
  const nothing = () => undefined;
  const editor: NoteEditor = createNoteEditor({
    parent: document.body,
    note: { text, version: 0, past },
    peer: PEER,
    readOnly: false,
    header: { overline: '', title: '' },
    placeholder: '',
    label: 'bench',
    styleNonce: '',
    onChange: () => session?.changed(),
    onSelection: nothing,
    onOpenLink: nothing,
    onExtract: nothing,
    completeLinks: async () => [],
    resolveLinks: async (targets) => targets.map(() => true),
    loadImage: async () => null,
    runQuery: async () => ({ kind: 'found', notes: [], note: '' }),
    onOpenFound() {},
  });
  const session = shared
    ? new NoteSession(confirming(note), note, PEER, editor, {
        onState: nothing,
        onOverlaps: nothing,
        onMoved: nothing,
        onGone: nothing,
        onRestart: nothing,
      })
    : null;
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
}) as never;
