import { useState } from 'react';
import { folderOf, joinPath, type NotePath, noteName, parseNotePath } from '../../core/paths/note-path.ts';
import { safeNoteName } from '../../core/paths/safe-name.ts';
import { useClient } from '../state/client-context.ts';
import { makeNote } from '../state/navigation.ts';
import { closeDialog, Sheet } from './sheet.tsx';

/** A link leads to a note that is not there: shall it be made? */
export function MakeNote({ target, from }: { target: string; from: NotePath }) {
  const client = useClient();
  const name = safeNoteName(noteName(target));
  const [folder, setFolder] = useState(target.includes('/') ? folderOf(target) : '');
  const check = parseNotePath(joinPath(folder.trim().replace(/^\/+|\/+$/g, ''), `${name}.md`));
  const problem =
    name === '' ? `“${target}” cannot be a note’s name.` : check.ok ? null : `Not there: ${check.reason}.`;
  return (
    <Sheet label="Make this note" className="small">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name === '' || !check.ok) return;
          closeDialog();
          void makeNote(client, check.path);
        }}
      >
        <h1>Make “{name === '' ? target : name}”?</h1>
        <p className="hint">No note of that name is there yet. The link is in {from}.</p>
        <label className="field">
          <span>Folder</span>
          <input
            value={folder}
            onChange={(event) => setFolder(event.target.value)}
            placeholder="the top of the vault"
          />
        </label>
        {problem === null ? null : (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="buttons">
          <button type="button" onClick={closeDialog}>
            Not now
          </button>
          <button type="submit" className="primary" data-first="" disabled={problem !== null}>
            Make the note
          </button>
        </div>
      </form>
    </Sheet>
  );
}
