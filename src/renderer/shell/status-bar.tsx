import type { VaultState } from '../../contract/app.ts';
import type { SaveState } from '../../contract/notes.ts';
import { useClient } from '../state/client-context.ts';
import { copyText } from '../state/copy-text.ts';
import { liveNote } from '../state/open-notes.ts';
import { type ConnectionState, showDialog, tellError, useWindow } from '../state/store.ts';

function saveWords(
  save: SaveState | undefined,
  connection: ConnectionState,
): { tone: string; text: string; title?: string } {
  if (connection.kind === 'lost') {
    return {
      tone: 'bad',
      text: 'Not saved: Evening Ramble does not answer. Your text is kept here and written when it is back.',
    };
  }
  if (connection.kind === 'elsewhere') {
    return {
      tone: 'bad',
      text: 'Not saved: Evening Ramble has another folder open. Your text is kept here and written when this one is back.',
    };
  }
  switch (save?.kind) {
    case 'unsaved':
      return { tone: 'busy', text: 'Saving…' };
    case 'failed':
      return { tone: 'bad', text: `Not saved: ${save.reason}`, title: save.reason };
    case 'gone':
      return { tone: 'bad', text: `Not in any file: ${save.reason}`, title: save.reason };
    case 'read-only':
      return { tone: 'plain', text: `Read only: ${save.reason}`, title: save.reason };
    case 'unwritten':
      return { tone: 'plain', text: 'Nothing written yet' };
    case 'saved':
      return { tone: 'ok', text: 'Saved' };
    default:
      return { tone: 'plain', text: '' };
  }
}

/** Of the app's own troubles the first by its words, of notes and files how many. */
function problemWords(problems: VaultState['problems']): string {
  const own = problems.find(({ path }) => path === '');
  if (own !== undefined) return own.message.length > 90 ? `${own.message.slice(0, 88)}…` : own.message;
  const unsaved = problems.filter(({ code }) => code === 'unsaved').length;
  if (unsaved > 0)
    return unsaved === 1 ? '1 note is not in its file yet' : `${unsaved} notes are not in their files yet`;
  return problems.length === 1 ? '1 file could not be read' : `${problems.length} files could not be read`;
}

/** How far reading the notes is. It may take long, and may wait: what is found already is found. */
function Reading({ done, total, paused }: NonNullable<VaultState['indexing']>) {
  const client = useClient();
  if (total === 0) return <span>Reading notes…</span>;
  const pause = () => void client.call('find.pauseReading', { paused: !paused }).catch(tellError);
  return (
    <span>
      {paused ? 'Notes read: ' : 'Reading notes: '}
      {done.toLocaleString()} of {total.toLocaleString()}{' '}
      <button type="button" className="plain" onClick={pause}>
        {paused ? 'Go on' : 'Pause'}
      </button>
    </span>
  );
}

/** What is saved, when tonight ends, how many words: quiet, and true. */
export function StatusBar({ endsAt }: { endsAt: string | null }) {
  const { active, save, words, app, connection } = useWindow();
  const state = saveWords(active === null ? undefined : save[active], connection);
  const vault = app?.vault ?? null;
  // Of the note on the screen it is said already.
  const problems = (vault?.problems ?? []).filter(({ code, path }) => code !== 'unsaved' || path !== active);
  const shown = words !== null && words.path === active ? words : null;
  return (
    <footer className="status">
      <span className={`save ${state.tone}`} role="status" title={state.title}>
        {state.text}
      </span>
      {state.tone === 'bad' ? (
        <button
          type="button"
          className="plain"
          onClick={() => void copyText(liveNote(active)?.editor.text() ?? '')}
        >
          Copy the text
        </button>
      ) : null}
      {endsAt === null ? null : <span className="ends">Tonight ends at {endsAt.replace(/^0/, '')}</span>}
      <span className="push" />
      {vault?.indexing ? <Reading {...vault.indexing} /> : null}
      {problems.length > 0 ? (
        <button type="button" className="plain" onClick={() => showDialog({ kind: 'settings' })}>
          {problemWords(problems)}
        </button>
      ) : null}
      {shown === null ? null : (
        <span>
          {shown.selected > 0 ? `${shown.selected.toLocaleString()} of ` : ''}
          {shown.words.toLocaleString()} {shown.words === 1 ? 'word' : 'words'}
        </span>
      )}
      {vault === null ? null : (
        <span>
          {vault.notes.toLocaleString()} {vault.notes === 1 ? 'note' : 'notes'}
        </span>
      )}
    </footer>
  );
}
