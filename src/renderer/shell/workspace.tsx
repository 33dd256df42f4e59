import { useEffect } from 'react';
import { NotePane } from '../note/note-pane.tsx';
import { LeftSide } from '../panels/left-side.tsx';
import { RightSide } from '../panels/right-side.tsx';
import { useClient } from '../state/client-context.ts';
import { openTonight } from '../state/navigation.ts';
import { useWindow } from '../state/store.ts';
import { ContextMenu } from './context-menu.tsx';
import { Dialogs } from './dialogs.tsx';
import { Notices } from './notices.tsx';
import { runCommand } from './run-command.ts';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { useTonight } from './use-tonight.ts';

/** The main window: an evening's desk. */
export function Workspace() {
  const client = useClient();
  const tonight = useTonight();
  const { tabs, active, panels } = useWindow();
  useEffect(() => void openTonight(client), [client]);
  return (
    <div className={`desk ${panels.left ? '' : 'no-left'} ${panels.right ? '' : 'no-right'}`}>
      <TopBar />
      {panels.left ? <LeftSide tonight={tonight} /> : null}
      <main className="page">
        {tabs.map((tab) => (
          <NotePane key={tab.id} path={tab.path} active={tab.path === active} />
        ))}
        {tabs.length === 0 ? <div className="empty">Opening tonight’s ramble…</div> : null}
      </main>
      {panels.right ? <RightSide /> : null}
      <StatusBar endsAt={tonight?.dayEndsAt ?? null} />
      <Notices />
      <Dialogs />
      <ContextMenu run={(command) => runCommand(client, command)} />
    </div>
  );
}
