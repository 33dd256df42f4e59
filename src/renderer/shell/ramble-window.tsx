import { useEffect } from 'react';
import { NotePane } from '../note/note-pane.tsx';
import { useClient } from '../state/client-context.ts';
import { openTonight } from '../state/navigation.ts';
import { useWindow } from '../state/store.ts';
import { Dialogs } from './dialogs.tsx';
import { Notices } from './notices.tsx';
import { useTonight } from './use-tonight.ts';

/** The small window: tonight's note, and nothing else. A link followed from here opens in its place. */
export function RambleWindow() {
  const client = useClient();
  useTonight();
  const { tabs, active, tonight, save } = useWindow();
  useEffect(() => void openTonight(client), [client]);
  const state = active === null ? undefined : save[active];
  return (
    <div className="desk bare">
      <main className="page">
        {tabs.map((tab) => (
          <NotePane key={tab.id} path={tab.path} active={tab.path === active} />
        ))}
      </main>
      {state?.kind === 'failed' ? (
        <p className="bare-problem" role="alert">
          Not saved: {state.reason}
        </p>
      ) : null}
      {active === tonight || tonight === null ? null : (
        <button type="button" className="bare-back" onClick={() => void openTonight(client)}>
          Back to tonight
        </button>
      )}
      <Notices />
      <Dialogs />
    </div>
  );
}
