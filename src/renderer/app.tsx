import { useEffect, useRef } from 'react';
import type { VaultState } from '../contract/app.ts';
import type { Client } from '../contract/client.ts';
import type { WindowCommand } from '../contract/events.ts';
import type { OtherKey } from '../contract/settings.ts';
import { doorAsks } from './client/transport.ts';
import { FirstRun } from './shell/first-run.tsx';
import { commandOf } from './shell/keyboard.ts';
import { RambleWindow } from './shell/ramble-window.tsx';
import { runCommand } from './shell/run-command.ts';
import { showTheme } from './shell/theme.ts';
import { Workspace } from './shell/workspace.tsx';
import { useClient } from './state/client-context.ts';
import {
  abandonAll,
  handOverAll,
  handOverAllLast,
  holdsUnsentText,
  textInDanger,
} from './state/open-notes.ts';
import { tell, tellError, useWindow } from './state/store.ts';

/** The whole window: connecting, the first-run screen, the desk, or the ramble window. */
export function App({ bare }: { bare: boolean }) {
  const client = useClient();
  const connection = useWindow((state) => state.connection);
  const app = useWindow((state) => state.app);
  /** The keys that the folder's Obsidian has for what this app does too. */
  const otherKeys = useRef<readonly OtherKey[]>([]);

  useEffect(() => {
    let asked = 0;
    const loadKeys = () => {
      asked += 1;
      const count = asked;
      client.call('settings.keys', {}).then(
        ({ keys }) => {
          if (count === asked) otherKeys.current = keys;
        },
        // Then these stay as they are: the app's own keys work.
        () => undefined,
      );
    };
    // They may have been changed in the other program's window.
    const onFocus = () => {
      if (useWindow.getState().app?.vault) loadKeys();
    };
    const load = () =>
      client.call('app.state', {}).then((state) => {
        asked += 1;
        otherKeys.current = [];
        if (state.vault !== null) loadKeys();
        tellRestored(client, state.vault);
        useWindow.setState({ app: state });
        showTheme(state.theme);
      }, tellError);
    const command = (id: WindowCommand) => runCommand(client, id);
    const onKey = (event: KeyboardEvent) => {
      const id = commandOf(event, otherKeys.current);
      if (id === null || !useWindow.getState().app?.vault) return;
      event.preventDefault();
      event.stopPropagation();
      command(id);
    };
    const onHide = () => handOverAll();
    const onGoing = () => {
      handOverAll();
      handOverAllLast();
    };
    const onLeave = (event: BeforeUnloadEvent) => {
      handOverAll();
      // Where the door holds the window it asks by itself; and what can be handed over needs no question.
      if (doorAsks()) return;
      const isCut = useWindow.getState().connection.kind !== 'open';
      if (isCut ? holdsUnsentText() : textInDanger() !== null) event.preventDefault();
    };
    const stops = [
      client.on('vault.opened', () => {
        abandonAll();
        useWindow.setState({
          // Until its state is known: what is shown of a folder is made anew, also of one by the same name.
          app: null,
          tabs: [],
          active: null,
          tonight: null,
          dialog: null,
          outline: null,
          words: null,
        });
        void load();
      }),
      client.on('vault.progressed', (vault) => {
        tellRestored(client, vault);
        useWindow.setState((state) => (state.app === null ? {} : { app: { ...state.app, vault } }));
      }),
      client.on('vault.resumed', () => void load()),
      client.on('theme.changed', ({ theme }) => {
        showTheme(theme);
        useWindow.setState((state) => (state.app === null ? {} : { app: { ...state.app, theme } }));
      }),
      client.on('command.requested', (request) => command(request.command)),
    ];
    void load();
    // Before the editor's own keys: what is the app's is the app's everywhere.
    addEventListener('keydown', onKey, true);
    document.addEventListener('visibilitychange', onHide);
    addEventListener('focus', onFocus);
    addEventListener('pagehide', onGoing);
    addEventListener('beforeunload', onLeave);
    return () => {
      for (const stop of stops) stop();
      removeEventListener('keydown', onKey, true);
      document.removeEventListener('visibilitychange', onHide);
      removeEventListener('focus', onFocus);
      removeEventListener('pagehide', onGoing);
      removeEventListener('beforeunload', onLeave);
    };
  }, [client]);

  if (connection.kind === 'refused') return <Refused message={connection.message} />;
  if (app === null)
    return (
      <div className="empty whole">{connection.kind === 'lost' ? 'Evening Ramble does not answer.' : ''}</div>
    );
  if (app.vault === null) return <FirstRun />;
  return bare ? <RambleWindow key={app.vault.name} /> : <Workspace key={app.vault.name} />;
}

/** What was typed when the app last ended, and was in no file yet, is there again: said once, in the windows that are open. */
function tellRestored(client: Client, vault: VaultState | null): void {
  const restored = vault?.restored ?? null;
  if (restored === null) return;
  const changes = restored.edits === 1 ? '1 change' : `${restored.edits.toLocaleString()} changes`;
  const notes = restored.notes === 1 ? '1 note' : `${restored.notes.toLocaleString()} notes`;
  tell({
    text: `Evening Ramble ended in the middle of something. Restored ${changes} in ${notes}.`,
    sticky: true,
  });
  client.call('history.seenRestored', {}).catch(() => undefined);
}

function Refused({ message }: { message: string }) {
  return (
    <div className="empty whole">
      <h1>This window is closed</h1>
      <p>{message}</p>
    </div>
  );
}
