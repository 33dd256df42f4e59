import { useEffect, useRef, useState } from 'react';
import type { Client } from '../../contract/client.ts';
import type { NoteOverlap, OpenNote } from '../../contract/notes.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { type NotePath, noteName, parseNotePath, parseVaultPath } from '../../core/paths/note-path.ts';
import { createNoteEditor, type NoteEditor, type SharedText } from '../editor/editor.ts';
import { useClient } from '../state/client-context.ts';
import { followLink, openNote } from '../state/navigation.ts';
import { registerLive, takeArrival, typeOrOffer } from '../state/open-notes.ts';
import { dropTab, moveTab, nameTab, showDialog, tell, tellError, useWindow } from '../state/store.ts';
import { isOwn, newPeer } from '../state/window-name.ts';
import { CopyBar } from './copy-bar.tsx';
import { noteHeader } from './note-header.ts';
import { NoteSession } from './note-session.ts';
import { OverlapBar } from './overlap-bar.tsx';
import { runQuery } from './run-query.ts';

const LONGEST_READ = 400_000;
/** What the user did by hand. */
const WRITING: ReadonlySet<string> = new Set(['typed', 'undo', 'redo']);

/** Opens a note; tonight's that is not there yet begins as its template. */
async function readNote(client: Client, path: NotePath): Promise<OpenNote> {
  const tonight = await client.call('journal.tonight', {});
  const begin = tonight.path === path && !tonight.exists ? { begin: tonight.template } : {};
  return client.call('notes.open', { path, ...begin });
}

/** The note as the editor takes it: whose edits were whose decides what undo may take back. */
function shared(note: OpenNote): SharedText {
  const { text, version, past } = note;
  const edits = past.edits.map(({ peer, kind, at, changes }, index) => ({
    own: isOwn(peer) || (index < past.before && WRITING.has(kind)),
    kind,
    at,
    changes,
  }));
  return { text, version, past: { text: past.text, edits } };
}

/** One open note: its editor, kept alive while its tab is open, and its saving. */
export function NotePane({ path, active }: { path: NotePath; active: boolean }) {
  const client = useClient();
  const host = useRef<HTMLDivElement>(null);
  const early = useRef<HTMLTextAreaElement>(null);
  const editorRef = useRef<NoteEditor | null>(null);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [overlaps, setOverlaps] = useState<NoteOverlap[]>([]);
  // The pane keeps its editor when the note goes on under another path.
  const [opened] = useState(path);

  useEffect(() => {
    let ended = false;
    let end: () => void = () => {};
    setProblem(null);
    readNote(client, opened).then(
      (note) => {
        if (ended || host.current === null) return;
        const mounted = mountNote(client, host.current, note, setOverlaps);
        editorRef.current = mounted.editor;
        end = mounted.end;
        if (early.current?.value) typeOrOffer(mounted.editor, early.current.value);
        setReady(true);
      },
      (error: Error) => {
        if (!ended) setProblem(error.message);
      },
    );
    return () => {
      ended = true;
      editorRef.current = null;
      end();
    };
  }, [client, opened]);

  const inFront = useWindow(({ dialog }) => active && dialog === null);
  useEffect(() => {
    if (inFront) (editorRef.current ?? early.current)?.focus();
  }, [inFront]);

  return (
    <section className="pane" hidden={!active} aria-label={noteName(path)} data-path={path}>
      {problem === null ? (
        <>
          {/* Takes the keys until the note is there. */}
          {ready ? null : (
            <textarea ref={early} className="hidden" aria-label={`Opening ${noteName(path)}`} />
          )}
          <CopyBar path={path} />
          <OverlapBar path={path} overlap={overlaps[0]} more={overlaps.length - 1} />
          <div className="pane-host" ref={host} />
        </>
      ) : (
        <div className="empty">
          <p>{problem}</p>
          <button type="button" onClick={() => dropTab(path)}>
            Close
          </button>
        </div>
      )}
    </section>
  );
}

function mountNote(
  client: Client,
  parent: HTMLElement,
  note: OpenNote,
  onOverlaps: (overlaps: NoteOverlap[]) => void,
): { editor: NoteEditor; end: () => void } {
  let current = note.path;
  let unregister: () => void = () => {};
  let outlineTimer: ReturnType<typeof setTimeout> | null = null;
  const peer = newPeer();
  const facts = factsOf(note.path, note.text);
  nameTab(note.path, facts.title);

  const editor = createNoteEditor({
    parent,
    note: shared(note),
    peer,
    readOnly: note.readOnly !== null,
    header: noteHeader(note.path, note.text, facts),
    placeholder: 'What stayed with you today?',
    label: noteName(note.path),
    styleNonce: document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '',
    onChange: () => {
      session.changed();
      showOutlineSoon();
    },
    onSelection: ({ words }) =>
      useWindow.setState((state) => ({
        words: {
          path: current,
          words: state.words?.path === current ? state.words.words : 0,
          selected: words,
        },
      })),
    onOpenLink: (target) => void followLink(client, current, target),
    onExtract: () => showDialog({ kind: 'extract', path: current }),
    completeLinks: async (query) => {
      const { targets } = await client.call('find.linkTargets', { query, from: current, limit: 30 });
      return targets.map(({ link, title, path, alias }) => ({ link, title, detail: path, alias }));
    },
    resolveLinks: async (targets) => {
      const answer = await client.call('links.resolve', { from: current, targets });
      return answer.targets.map((target) => target.path !== null);
    },
    loadImage: (target) => loadImage(client, current, target),
    runQuery: (query) => runQuery(client, { within: current, query, asker: peer }),
    onOpenFound(path, line) {
      const check = parseNotePath(path);
      if (check.ok) void openNote(client, check.path, { line });
    },
  });

  const session = new NoteSession(client, note, peer, editor, {
    onState(state, readOnly) {
      useWindow.setState(({ save }) => ({ save: { ...save, [current]: state } }));
      editor.setReadOnly(readOnly);
      if (state.kind === 'gone') offerPutBack(client, session, state.reason);
    },
    onOverlaps,
    onMoved(from, to, by) {
      current = to;
      useWindow.setState(({ save: { [from]: state, ...save } }) => ({
        save: state === undefined ? save : { ...save, [to]: state },
      }));
      moveTab(from, to, noteName(to));
      unregister();
      unregister = registerLive(to, { session, editor });
      editor.setHeader(noteHeader(to, editor.text(), factsOf(to, editor.text())));
      if (by === 'another program')
        tell({
          text: `“${noteName(from)}” is “${to}” now: another program moved it. Your text went with it.`,
        });
    },
    onGone() {
      tell({ text: `“${noteName(current)}” was removed by another program.`, tone: 'warning' });
      dropTab(current);
    },
    onRestart(again, text) {
      editor.restart(shared(again), text);
      showOutlineSoon();
    },
  });
  unregister = registerLive(current, { session, editor });

  function showOutline() {
    outlineTimer = null;
    const text = editor.text();
    const now = factsOf(current, text);
    useWindow.setState((state) => ({
      outline: { path: current, headings: now.headings },
      words: {
        path: current,
        words: now.words,
        selected: state.words?.path === current ? state.words.selected : 0,
      },
    }));
  }
  function showOutlineSoon() {
    if (outlineTimer === null) outlineTimer = setTimeout(showOutline, 300);
  }

  const stopWatching = useWindow.subscribe((state, before) => {
    if (state.active === current && before.active !== current) showOutlineSoon();
  });
  const stops = [client.on('index.updated', () => editor.refreshVault())];
  if (useWindow.getState().active === current) {
    showOutline();
    if (useWindow.getState().dialog === null) editor.focus();
  }
  if (note.revision === null) editor.goToEnd();
  takeArrival(current, editor);

  return {
    editor,
    end() {
      for (const stop of stops) stop();
      stopWatching();
      if (outlineTimer !== null) clearTimeout(outlineTimer);
      void session.flush().finally(() => {
        session.close();
        editor.destroy();
        unregister();
      });
    },
  };
}

/** The file was deleted while there was unsaved text: the user decides. */
function offerPutBack(client: Client, session: NoteSession, reason: string): void {
  tell({
    text: reason,
    tone: 'warning',
    sticky: true,
    action: {
      label: 'Put it back',
      run: () => void client.call('notes.putBack', { document: session.document }).catch(tellError),
    },
  });
}

/** What a note says of itself; of a very long one, what its beginning says. */
function factsOf(path: NotePath, text: string) {
  return understandNote(noteName(path), text.slice(0, LONGEST_READ));
}

async function loadImage(client: Client, from: NotePath, target: string): Promise<string | null> {
  try {
    const { targets } = await client.call('links.resolve', { from, targets: [target] });
    const check = targets[0]?.path ? parseVaultPath(targets[0].path) : null;
    if (!check?.ok) return null;
    const { mediaType, base64 } = await client.call('notes.image', { path: check.path });
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  } catch {
    return null;
  }
}
