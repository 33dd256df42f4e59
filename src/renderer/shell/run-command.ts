import type { Client } from '../../contract/client.ts';
import type { WindowCommand } from '../../contract/events.ts';
import { openTonight } from '../state/navigation.ts';
import { dropTab, showDialog, tellError, useWindow } from '../state/store.ts';

/** Does what a key, a menu item or the palette asks for. */
export function runCommand(client: Client, command: WindowCommand): void {
  const { active, tonight, app, panels } = useWindow.getState();
  switch (command) {
    case 'quick-open':
    case 'palette':
    case 'settings':
      return showDialog({ kind: command });
    case 'search':
      return showDialog({ kind: 'search', query: '' });
    case 'open-folder':
      return showDialog({ kind: 'folder' });
    case 'extract':
      return active === null ? undefined : showDialog({ kind: 'extract', path: active });
    case 'tonight':
      return void openTonight(client);
    case 'close-note':
      return active === null || active === tonight ? undefined : dropTab(active);
    case 'toggle-left':
      return useWindow.setState({ panels: { ...panels, left: !panels.left } });
    case 'toggle-right':
      return useWindow.setState({ panels: { ...panels, right: !panels.right } });
    case 'toggle-theme': {
      const theme = document.documentElement.dataset['theme'] === 'dusk' ? 'daylight' : 'dusk';
      return void client.call('app.setTheme', { theme }).catch(tellError);
    }
    case 'ramble-window':
      if (app?.capabilities.rambleWindow)
        return void client.call('app.showRambleWindow', {}).catch(tellError);
      window.open('/ramble', 'ramble', 'popup,width=760,height=720');
  }
}
