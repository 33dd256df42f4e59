import type { Client } from '../../contract/client.ts';
import type { WindowCommand } from '../../contract/events.ts';
import { openTonight } from '../state/navigation.ts';
import { closeTab, showDialog, tellError, useWindow } from '../state/store.ts';

/** Does what a key, a menu item or the palette asks for. */
export function runCommand(client: Client, command: WindowCommand): void {
  const { active, tonight, app, panels } = useWindow.getState();
  switch (command) {
    case 'history':
      if (active !== null) showDialog({ kind: 'history', path: active });
      break;
    case 'deleted':
    case 'quick-open':
    case 'palette':
    case 'settings':
      showDialog({ kind: command });
      break;
    case 'search':
      showDialog({ kind: 'search', query: '' });
      break;
    case 'open-folder':
      showDialog({ kind: 'folder' });
      break;
    case 'extract':
      if (active !== null) showDialog({ kind: 'extract', path: active });
      break;
    case 'tonight':
      void openTonight(client);
      break;
    case 'close-note':
      if (active !== null && active !== tonight) closeTab(active);
      break;
    case 'toggle-left':
      useWindow.setState({ panels: { ...panels, left: !panels.left } });
      break;
    case 'toggle-right':
      useWindow.setState({ panels: { ...panels, right: !panels.right } });
      break;
    case 'toggle-theme': {
      const theme = document.documentElement.dataset.theme === 'dusk' ? 'daylight' : 'dusk';
      client.call('app.setTheme', { theme }).catch(tellError);
      break;
    }
    case 'ramble-window':
      if (app?.capabilities.rambleWindow) client.call('app.showRambleWindow', {}).catch(tellError);
      else window.open('/ramble', 'ramble', 'popup,width=760,height=720');
      break;
  }
}
