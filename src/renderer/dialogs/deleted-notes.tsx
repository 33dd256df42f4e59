import { useCall, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { tellError } from '../state/store.ts';
import { closeDialog, Sheet } from './sheet.tsx';

/** Notes that are in no file any more; each can be made again. */
export function DeletedNotes() {
  const client = useClient();
  const answer = useCall('history.deleted', {}, ['index.updated', 'note.gone']);
  const bringBack = (document: string) => {
    client.call('history.bringBack', { document }).then(({ path }) => {
      closeDialog();
      void openNote(client, path);
    }, tellError);
  };
  return (
    <Sheet label="Deleted notes" className="wide deleted">
      <header>
        <h1>Deleted notes</h1>
        <button type="button" data-first="" onClick={closeDialog}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {answer !== null && answer.notes.length === 0 ? (
        <p className="hint">No note that was ever opened here is missing from the folder.</p>
      ) : null}
      <ul>
        {(answer?.notes ?? []).map(({ document, path, at, excerpt }) => (
          <li key={document}>
            <div>
              <strong>{path.replace(/\.md$/i, '')}</strong>
              <span className="hint">
                {new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
              </span>
              <p>{excerpt === '' ? 'Empty' : excerpt}</p>
            </div>
            <button type="button" onClick={() => bringBack(document)}>
              Bring back
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
