import { ChangeSet, Text } from '@codemirror/state';
import type { Edit } from '../../src/backend/documents/edit.ts';
import { rebase } from '../../src/backend/documents/rebase.ts';
import { type Client, createClient } from '../../src/contract/client.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import type { NoteOverlap, OpenNote, SaveState } from '../../src/contract/notes.ts';
import type { Reply } from '../../src/contract/router.ts';
import { createNoteEditor, type NoteEditor, type SharedText } from '../../src/renderer/editor/editor.ts';
import { NoteSession } from '../../src/renderer/note/note-session.ts';
import { createRandom } from '../faults/random.ts';

/** What a test asks of the page: the editor and the session of the app, and nothing else of it. */
export interface PageParts {
  editor: NoteEditor;
  session: NoteSession;
  state: SaveState;
  readOnly: boolean;
  overlaps: NoteOverlap[];
  /** How often the authority did not know the text. */
  restarts: number;
}

declare global {
  interface Window {
    /** Carries a call to the app of the test. */
    carry(name: string, params: unknown): Promise<Reply>;
    /** Tells the test what the user is told, and of which text: every “saved”, and what is another than before. */
    said(state: SaveState, text: string): Promise<void>;
    tell(event: AppEvent): void;
    openSession(note: OpenNote, peer: string): void;
    parts: PageParts;
    merge(seed: number, count: number): { seed: number; editor: string; authority: string }[];
    mergeInOne(): { editor: string; authority: string };
  }
}

const nothing = () => undefined;

function editorOn(note: SharedText, peer: string, readOnly: boolean, onChange: () => void): NoteEditor {
  return createNoteEditor({
    parent: document.body,
    note,
    peer,
    readOnly,
    header: { overline: '', title: '' },
    placeholder: '',
    label: 'note',
    styleNonce: '',
    onChange,
    onSelection: nothing,
    onOpenLink: nothing,
    onExtract: nothing,
    completeLinks: async () => [],
    resolveLinks: async (targets) => targets.map(() => true),
    loadImage: async () => null,
    runQuery: async () => ({ kind: 'found', notes: [], note: '' }),
    onOpenFound: nothing,
  });
}

const listeners = new Set<(event: AppEvent) => void>();
window.tell = (event) => {
  for (const listener of listeners) listener(event);
};
const client: Client = createClient({
  send: (name, params) => window.carry(name, params),
  listen(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
});

const sharedOf = ({ text, version, past }: OpenNote, peer: string): SharedText => ({
  text,
  version,
  past: { text: past.text, edits: past.edits.map((edit) => ({ ...edit, own: edit.peer === peer })) },
});

window.openSession = (note, peer) => {
  const editor = editorOn(sharedOf(note, peer), peer, note.readOnly !== null, () => session.changed());
  const parts = { editor, state: note.state, readOnly: false, overlaps: note.overlaps, restarts: 0 };
  const session = new NoteSession(client, note, peer, editor, {
    onState(state, readOnly) {
      const isNews = state.kind === 'saved' || state.kind !== parts.state.kind;
      parts.state = state;
      parts.readOnly = readOnly;
      editor.setReadOnly(readOnly);
      if (isNews) void window.said(state, editor.text());
    },
    onOverlaps(overlaps) {
      parts.overlaps = overlaps;
    },
    onMoved: nothing,
    onGone: nothing,
    onRestart(again, text) {
      parts.restarts += 1;
      editor.restart(sharedOf(again, peer), text);
    },
  });
  window.parts = Object.assign(parts, { session });
  editor.focus();
};

/** The authority's text and its edits, as `Documents` has them, in memory. */
class Authority {
  doc: Text;
  readonly edits: Edit[] = [];

  constructor(text: string) {
    this.doc = Text.of(text.split('\n'));
  }

  take(peer: string, changes: ChangeSet): void {
    this.edits.push({ peer, kind: 'typed', at: 0, changes });
    this.doc = changes.apply(this.doc);
  }

  push(peer: string, editor: NoteEditor): void {
    const sent = editor
      .unconfirmed()
      .map(({ kind, changes }): Edit => ({ peer, kind, at: 0, changes: ChangeSet.fromJSON(changes) }));
    for (const { changes } of rebase(sent, this.edits.slice(editor.version()))) this.take(peer, changes);
  }

  deliver(editor: NoteEditor, version: number, count: number): void {
    const edits = this.edits.slice(version, version + count);
    editor.receive(
      version,
      edits.map(({ peer, changes }) => ({ peer, changes: changes.toJSON() })),
    );
  }
}

/** Drives an editor and the authority at random; gives where they came to different texts. */
window.merge = (seed, count) => {
  const differing: { seed: number; editor: string; authority: string }[] = [];
  for (let run = seed; run < seed + count; run += 1) {
    const random = createRandom(run);
    const below = (most: number) => Math.floor(random() * most);
    const text = 'abcdefghij'.slice(0, below(11));
    const draw = (length: number, letters: string) => {
      const from = below(length + 1);
      const insert = letters.slice(0, below(3));
      return { from, to: Math.min(length, from + below(4)), insert };
    };
    const authority = new Authority(text);
    const editor = editorOn({ text, version: 0, past: { text, edits: [] } }, 'w1.a', false, nothing);
    let delivered = 0;
    for (let step = 0; step < 14; step += 1) {
      const kind = random();
      if (kind < 0.35) {
        const { from, to, insert } = draw(editor.text().length, 'MNO');
        editor.replace(from, to, insert);
      } else if (kind < 0.7) {
        const { length } = authority.doc;
        const peer = random() < 0.5 ? 'w2.b' : 'w3.c';
        authority.take(peer, ChangeSet.of(draw(length, String(step % 10).repeat(2)), length));
      } else if (kind < 0.85) authority.push('w1.a', editor);
      else {
        const some = below(authority.edits.length - delivered + 1);
        authority.deliver(editor, delivered, some);
        delivered += some;
      }
    }
    authority.push('w1.a', editor);
    authority.deliver(editor, delivered, authority.edits.length);
    const [ours, theirs] = [editor.text(), authority.doc.toString()];
    if (ours !== theirs) differing.push({ seed: run, editor: ours, authority: theirs });
    editor.destroy();
  }
  return differing;
};

/** Two edits of another come at once while one's own, in the midst of them, is not confirmed. */
window.mergeInOne = () => {
  const text = 'abcdef';
  const authority = new Authority(text);
  const editor = editorOn({ text, version: 0, past: { text, edits: [] } }, 'w1.a', false, nothing);
  editor.replace(4, 6, 'M');
  authority.take('w2.b', ChangeSet.of({ from: 4, to: 5, insert: '1' }, 6));
  authority.take('w2.b', ChangeSet.of({ from: 5, to: 6, insert: '2' }, 6));
  authority.push('w1.a', editor);
  authority.deliver(editor, 0, 3);
  const both = { editor: editor.text(), authority: authority.doc.toString() };
  editor.destroy();
  return both;
};
