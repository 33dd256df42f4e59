import { useState } from 'react';
import type { Result } from '../../contract/contract.ts';
import type { Moment } from '../../contract/history.ts';
import { noteName } from '../../core/paths/note-path.ts';
import { useAnswer, useCall } from '../state/client-context.ts';
import { closeDialog, Sheet } from './sheet.tsx';
import { findChosen, Timeline, whichOf } from './timeline.tsx';

export type DeletedNote = Result<'history.deleted'>['notes'][number];

/** Every moment of a note that is in no file any more, and its text at each; it can be made again as it was then. */
export function DeletedPast({
  note,
  problem,
  onBack,
  onBringBack,
}: {
  note: DeletedNote;
  problem: string | null;
  onBack(): void;
  /** Without `at`, as it was last. */
  onBringBack(at?: { version: number; kept: number | null }): void;
}) {
  const answer = useCall('history.momentsOf', { document: note.document });
  const moments = answer?.moments ?? [];
  const [chosen, setChosen] = useState<Moment | null>(null);
  const moment = findChosen(moments, chosen) ?? moments[0];
  const { result, fresh, failure } = useAnswer('history.text', moment === undefined ? null : whichOf(moment));
  const isLast = moment !== undefined && moment === moments[0];
  const bringBack = () => {
    // What is brought back is what is shown.
    if (moment === undefined || !fresh) return;
    if (isLast) onBringBack();
    else onBringBack({ version: moment.version, kept: moment.kept });
  };
  return (
    <Sheet label={`History of ${noteName(note.path)}, which was deleted`} className="history">
      <header>
        <h1>History of {noteName(note.path)}, which was deleted</h1>
        <button type="button" onClick={onBack}>
          All deleted notes
        </button>
        <button type="button" onClick={closeDialog}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <div className="history-body">
        <Timeline moments={moments} chosen={moment} newest="last" onChoose={setChosen} />
        <section className="then" aria-label="The note as it was then" aria-busy={!fresh && failure === null}>
          {failure === null ? (
            <pre className="hunk-text">{result?.text === '' ? 'Empty' : result?.text}</pre>
          ) : (
            <p role="alert">{failure}</p>
          )}
          {problem === null ? null : <p role="alert">{problem}</p>}
          <div className="buttons">
            <button type="button" className="primary" disabled={!fresh} onClick={bringBack}>
              {isLast ? 'Bring it back' : 'Bring it back as it was then'}
            </button>
          </div>
        </section>
      </div>
    </Sheet>
  );
}
