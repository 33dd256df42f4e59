import { useEffect, useRef, useState } from 'react';
import type { Client } from '../../contract/client.ts';
import type { NoteOverlap, OpenNote } from '../../contract/notes.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import {
  isNoteName,
  type NotePath,
  noteName,
  parseNotePath,
  parseVaultPath,
} from '../../core/paths/note-path.ts';
import { createNoteEditor, type NoteEditor, type SharedText } from '../editor/editor.ts';
import { useClient } from '../state/client-context.ts';
import { followLink, openNote } from '../state/navigation.ts';
import { offerTyped } from '../state/offer-typed.ts';
import { letGo, registerLive, takeArrival, takeTyped, typeOrOffer } from '../state/open-notes.ts';
import { dropTab, moveTab, nameTab, showDialog, tell, tellError, useWindow } from '../state/store.ts';
import { isOwn, newPeer, windowSince } from '../state/window-name.ts';
import { CopyBar } from './copy-bar.tsx';
import { noteHeader } from './note-header.ts';
import { NoteSession } from './note-session.ts';
import { OverlapBar } from './overlap-bar.tsx';
import { ownEdits } from './own-edits.ts';
import { runQuery } from './run-query.ts';

const LONGEST_READ = 400_000;

/** Opens a note; tonight's that is not there yet begins as its template. */
async function readNote(client: Client, path: NotePath): Promise<OpenNote> {
  const tonight = await client.call('journal.tonight', {});
  const begin = tonight.path === path && !tonight.exists ? { begin: tonight.template } : {};
  return client.call('notes.open', { path, ...begin });
}

/** The note as the editor takes it. */
function shared({ text, version, past }: OpenNote): SharedText {
  const asking = { isOwn, since: windowSince() };
  return { text, version, past: { text: past.text, edits: ownEdits(past, asking) } };
}

const next = (attempt: number) => attempt + 1;

/** One open note: its editor, kept alive while its tab is open, and its saving. */
export function NotePane({ path, active }: { path: NotePath; active: boolean }) {
  const client = useClient();
  const host = useRef<HTMLDivElement>(null);
  const early = useRef<HTMLTextAreaElement>(null);
  /** What was typed before the note was there. */
  const typed = useRef('');
  const editorRef = useRef<NoteEditor | null>(null);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [overlaps, setOverlaps] = useState<NoteOverlap[]>([]);
  // The pane keeps its editor when the note goes on under another path.
  const [opened] = useState(path);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt opens the note anew
  useEffect(() => {
    let ended = false;
    let end: (() => void) | null = null;
    readNote(client, opened).then(
      (note) => {
        if (ended || host.current === null) return;
        setProblem(null);
        const mounted = mountNote(client, host.current, note, setOverlaps);
        editorRef.current = mounted.editor;
        end = mounted.end;
        if (typed.current !== '') typeOrOffer(mounted.editor, typed.current);
        typed.current = '';
        setReady(true);
        useWindow.setState({ hasShownNote: true });
      },
      (error: Error) => {
        if (ended) return;
        typed.current = takeTyped(opened) + typed.current;
        if (early.current !== null) early.current.value = typed.current;
        setProblem(error.message);
        useWindow.setState({ hasShownNote: true });
      },
    );
    return () => {
      ended = true;
      editorRef.current = null;
      end?.();
    };
  }, [client, opened, attempt]);
  useEffect(
    () => () => {
      typed.current = takeTyped(opened) + typed.current;
      if (typed.current.trim() !== '')
        offerTyped(typed.current, `“${noteName(opened)}” was closed before it was open.`);
    },
    [opened],
  );
  const failed = problem !== null;
  useEffect(
    () => (failed ? client.on('vault.resumed', () => setAttempt(next)) : undefined),
    [client, failed],
  );

  const inFront = useWindow(({ dialog }) => active && dialog === null);
  useEffect(() => {
    if (inFront) (editorRef.current ?? early.current)?.focus();
  }, [inFront]);

  return (
    <section className="pane" hidden={!active} aria-label={noteName(path)} data-path={path}>
      {ready ? (
        <>
          <CopyBar path={path} />
          <OverlapBar path={path} overlap={overlaps[0]} more={overlaps.length - 1} />
        </>
      ) : (
        <div className={failed ? 'empty' : undefined}>
          {failed ? <p role="alert">{problem}</p> : null}
          {/* Takes the keys until the note is there, and keeps them where it cannot be opened. */}
          <textarea
            ref={early}
            className={failed && typed.current !== '' ? 'early' : 'hidden'}
            aria-label={failed ? 'What you typed' : `Opening ${noteName(path)}`}
            onChange={({ target }) => {
              typed.current = target.value;
            }}
          />
          {failed ? (
            <div className="buttons">
              <button type="button" className="primary" onClick={() => setAttempt(next)}>
                Try again
              </button>
              <button type="button" onClick={() => dropTab(path)}>
                Close
              </button>
            </div>
          ) : null}
        </div>
      )}
      <div className="pane-host" ref={host} hidden={failed} />
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
  /** Closed: what was typed may be on its way yet, and the note open again by then. */
  let left = false;
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
      // A file that is no note has no headings: what follows its `#` is a page.
      return answer.targets.map(
        ({ path, line }, at) =>
          path !== null && (line !== null || !/#\s*\S/.test(targets[at] ?? '') || !isNoteName(path)),
      );
    },
    loadImage: (target) => loadImage(client, current, target),
    runQuery: (query, list) => runQuery(client, { within: current, query, asker: `${peer} ${list}` }),
    onOpenFound(path, line) {
      const check = parseNotePath(path);
      if (check.ok) void openNote(client, check.path, { line });
    },
  });

  const session = new NoteSession(client, note, peer, editor, {
    onState(state, readOnly) {
      if (left) return;
      useWindow.setState(({ save }) => ({ save: { ...save, [current]: state } }));
      editor.setReadOnly(readOnly);
      if (state.kind === 'gone') offerPutBack(client, session, state.reason);
    },
    onOverlaps,
    onMoved(from, to, by) {
      current = to;
      if (left) return;
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
    onGone(by) {
      if (left) return;
      if (by === 'another program')
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
      left = true;
      unregister();
      // What is said of a note that is open no more is not true of the next one at its path.
      useWindow.setState(({ save: { [current]: _, ...save } }) => ({ save }));
      letGo({ session, editor });
    },
  };
}

/** The file was deleted while there was unsaved text: the user decides. */
function offerPutBack(client: Client, session: NoteSession, reason: string): void {
  tell({
    text: reason,
    tone: 'warning',
    sticky: true,
    actions: [
      {
        label: 'Put it back',
        run: () => void client.call('notes.putBack', { document: session.document }).catch(tellError),
      },
    ],
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
