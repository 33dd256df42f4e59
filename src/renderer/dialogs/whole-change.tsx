import { useState } from 'react';
import type { Moment, SeveralNotesChange } from '../../contract/history.ts';
import { noteName } from '../../core/paths/note-path.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { counted } from '../state/extraction.ts';
import { flushAll } from '../state/open-notes.ts';
import { tell } from '../state/store.ts';
import { closeDialog } from './sheet.tsx';

/** So many of the latest changes are looked through. */
const MOST = 500;

const WORDS: Record<SeveralNotesChange['by'], { what: string; back: string; done: string }> = {
  extraction: {
    what: 'An extraction',
    back: 'Take the whole extraction back',
    done: 'The extraction is taken back',
  },
  'a rename': { what: 'A rename', back: 'Take the whole rename back', done: 'The rename is taken back' },
  'taken back': { what: 'Something taken back', back: 'Do all of it again', done: 'It is done again' },
};

/** Where a moment is a part of a change of several notes: what that was, and all of it taken back at once. */
export function WholeChange({ moment }: { moment: Moment }) {
  const client = useClient();
  const answer = useCall('history.changes', moment.change === null ? null : { limit: MOST });
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const change = answer?.changes.find((one) => one.change === moment.change);
  if (moment.change === null || change === undefined) return null;
  const { what, back, done } = WORDS[change.by];
  const others = change.notes - 1;

  const takeBack = async () => {
    setBusy(true);
    try {
      await flushAll();
      const { left } = await client.call('history.takeBack', { change: change.change });
      closeDialog();
      tell({ text: `${done} in ${counted(change.notes, 'note')}.` });
      for (const { path, reason } of left)
        tell({ text: `“${noteName(path)}” stays as it is: ${reason}.`, tone: 'warning' });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <div className="whole-change">
      <p className="hint">
        {what} changed this note{others > 0 ? ` and ${counted(others, 'other')}` : ''}
        {change.takenBackBy === null ? '.' : ', and was taken back since.'}
      </p>
      {change.takenBackBy === null ? (
        <button type="button" disabled={busy} onClick={() => void takeBack()}>
          {back}
        </button>
      ) : null}
      {problem === null ? null : <p role="alert">{problem}</p>}
    </div>
  );
}
