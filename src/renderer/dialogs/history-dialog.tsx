import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Moment } from '../../contract/history.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { liveNote } from '../state/open-notes.ts';
import { tellError } from '../state/store.ts';
import { Difference } from './difference.tsx';
import { closeDialog, Sheet } from './sheet.tsx';

const BY: Record<Moment['by'], string> = {
  you: 'You wrote',
  'another program': 'Another program',
  extraction: 'Extraction',
  'a script': 'A script added',
  history: 'Brought back',
  'a rename': 'Renamed',
  'as it was': 'As it was',
};

const THEN = { other: 'Then', same: 'The note is now just what it was then.', take: 'Bring this back' };

/** Every moment of a note, and what is different now; any of it can be brought back. */
export function HistoryDialog({ path }: { path: NotePath }) {
  const client = useClient();
  const answer = useCall('history.moments', { path }, ['note.edited']);
  const moments = answer?.moments ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  // The newest is what is in the window already: the one before it is what one has come for.
  const moment = moments.find((one) => keyOf(one) === chosen) ?? moments[1] ?? moments[0];
  const which = moment && { document: moment.document, version: moment.version, kept: moment.kept };
  const then = useCall('history.text', which ?? null)?.text ?? null;
  const [now, setNow] = useState(() => liveNote(path)?.editor.text() ?? '');

  useEffect(() => {
    const refresh = () => setNow(liveNote(path)?.editor.text() ?? '');
    const timer = setInterval(refresh, 500);
    return () => clearInterval(timer);
  }, [path]);

  const bringAllBack = () => {
    if (which === undefined) return;
    client.call('history.restore', { path, ...which }).then(closeDialog, tellError);
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
        <nav aria-label="Moments" className="moments" onKeyDown={walk}>
          {moments.length === 0 && answer !== null ? (
            <p className="hint">Nothing is kept of this note yet.</p>
          ) : null}
          {moments.map((one, index) => {
            const day = dayOf(one.at);
            const newDay = index === 0 || dayOf(moments[index - 1]?.at ?? 0) !== day;
            return (
              <div key={keyOf(one)}>
                {newDay ? <h2>{day}</h2> : null}
                <button
                  type="button"
                  className="row moment"
                  aria-current={one === moment}
                  {...(one === moment ? { 'data-first': '' } : {})}
                  onClick={() => setChosen(keyOf(one))}
                  onFocus={() => setChosen(keyOf(one))}
                >
                  <span className="time">{timeOf(one.at)}</span>
                  <span>{one.kept === null ? BY[one.by] : 'Another program’s version'}</span>
                  <span className="n">{index === 0 ? 'now' : one.edits > 1 ? `${one.edits} edits` : ''}</span>
                </button>
              </div>
            );
          })}
        </nav>
        <section className="then" aria-label="What was different then">
          {then === null ? null : <Difference path={path} now={now} other={then} labels={THEN} />}
          {then === null || then === now ? null : (
            <div className="buttons">
              <button type="button" className="primary" onClick={bringAllBack}>
                Bring all of it back
              </button>
            </div>
          )}
        </section>
      </div>
    </Sheet>
  );
}

/** Up and down walk through the moments. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const rows = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('.moment')];
  const at = rows.indexOf(document.activeElement as HTMLButtonElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}

const keyOf = ({ version, kept }: Moment) => `${version} ${kept ?? ''}`;

function dayOf(at: number): string {
  return new Date(at).toLocaleDateString(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
