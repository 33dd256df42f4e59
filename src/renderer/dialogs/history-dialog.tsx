import { useState } from 'react';
import type { Moment } from '../../contract/history.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { useAnswer, useCall, useClient } from '../state/client-context.ts';
import { useLiveText } from '../state/use-live-text.ts';
import { Difference } from './difference.tsx';
import { closeDialog, Sheet } from './sheet.tsx';
import { findChosen, Timeline, whichOf } from './timeline.tsx';
import { WholeChange } from './whole-change.tsx';

const THEN = { other: 'Then', same: 'The note is now just what it was then.', take: 'Bring this back' };

/** Every moment of a note, and what is different now; any of it can be brought back. */
export function HistoryDialog({ path }: { path: NotePath }) {
  const client = useClient();
  const answer = useCall('history.moments', { path }, ['note.edited']);
  const moments = answer?.moments ?? [];
  const [chosen, setChosen] = useState<Moment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // The newest is what is in the window already: the one before it is what one has come for.
  const moment = findChosen(moments, chosen) ?? moments[1] ?? moments[0];
  const { result, fresh, failure } = useAnswer('history.text', moment === undefined ? null : whichOf(moment));
  const then = failure === null ? (result?.text ?? null) : null;
  const now = useLiveText(path);

  const bringAllBack = () => {
    // What is brought back is what is shown.
    if (moment === undefined || !fresh) return;
    const failed = (error: Error) => setProblem(error.message);
    client.call('history.restore', { path, ...whichOf(moment) }).then(closeDialog, failed);
  };

  return (
    <Sheet label={`History of ${noteName(path)}`} className="history">
      <header>
        <h1>History of {noteName(path)}</h1>
        <button type="button" onClick={closeDialog}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <div className="history-body">
        {moments.length === 0 && answer !== null ? (
          <p className="hint">Nothing is kept of this note yet.</p>
        ) : (
          <Timeline
            moments={moments}
            chosen={moment}
            newest="now"
            onChoose={(one) => {
              setProblem(null);
              setChosen(one);
            }}
          />
        )}
        <section className="then" aria-label="What was different then" aria-busy={!fresh && failure === null}>
          {failure === null ? null : <p role="alert">{failure}</p>}
          {moment === undefined ? null : <WholeChange key={moment.change} moment={moment} />}
          {then === null ? null : (
            <Difference path={path} now={now} other={then} labels={THEN} stale={!fresh} />
          )}
          {problem === null ? null : <p role="alert">{problem}</p>}
          {then === null || then === now ? null : (
            <div className="buttons">
              <button type="button" className="primary" disabled={!fresh} onClick={bringAllBack}>
                Bring all of it back
              </button>
            </div>
          )}
        </section>
      </div>
    </Sheet>
  );
}
