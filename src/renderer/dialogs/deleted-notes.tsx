import { useRef, useState } from 'react';
import { withoutEnding } from '../../core/paths/note-path.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { type DeletedNote, DeletedPast } from './deleted-past.tsx';
import { closeDialog, Sheet } from './sheet.tsx';

/** Notes that are in no file any more; the past of each can be walked, and each can be made again, as it was last or at any moment. */
export function DeletedNotes() {
  const client = useClient();
  const answer = useCall('history.deleted', {}, ['index.updated', 'note.gone']);
  const [looking, setLooking] = useState<DeletedNote | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** Brought back once: a second click would make a second note. */
  const busy = useRef(false);
  const bringBack = (document: string, at?: { version: number; kept: number | null }) => {
    if (busy.current) return;
    busy.current = true;
    const wanted = at === undefined ? { document } : { document, at };
    client.call('history.bringBack', wanted).then(
      ({ path }) => {
        closeDialog();
        void openNote(client, path);
      },
      (error: Error) => {
        busy.current = false;
        setProblem(error.message);
      },
    );
  };
  if (looking !== null)
    return (
      <DeletedPast
        key={looking.document}
        note={looking}
        problem={problem}
        onBack={() => {
          setProblem(null);
          setLooking(null);
        }}
        onBringBack={(at) => bringBack(looking.document, at)}
      />
    );
  return (
    <Sheet label="Deleted notes" className="wide deleted">
      <header>
        <h1>Deleted notes</h1>
        <button type="button" data-first="" onClick={closeDialog}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {problem === null ? null : (
        <p role="alert" className="hint">
          {problem}
        </p>
      )}
      {answer !== null && answer.notes.length === 0 ? (
        <p className="hint">No note that was ever opened here is missing from the folder.</p>
      ) : null}
      <ul>
        {(answer?.notes ?? []).map((note) => (
          <li key={note.document}>
            <div>
              <strong>{withoutEnding(note.path)}</strong>
              <span className="hint">{whenOf(note.at)}</span>
              <p>{note.excerpt === '' ? 'Empty' : note.excerpt}</p>
            </div>
            <button type="button" onClick={() => setLooking(note)}>
              History
            </button>
            <button type="button" onClick={() => bringBack(note.document)}>
              Bring back
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

const whenOf = (at: number) =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
