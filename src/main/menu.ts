import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { COMMANDS } from '../contract/commands.ts';
import type { WindowCommand } from '../contract/events.ts';

const isMac = process.platform === 'darwin';

/** The application menu. Its commands are the palette's, with the same keys; a command goes to the window in front. */
export function applicationMenu(run: (command: WindowCommand) => void): Menu {
  const item = (id: WindowCommand): MenuItemConstructorOptions => {
    const command = COMMANDS.find((known) => known.id === id);
    return {
      id,
      label: command?.label ?? id,
      ...(command?.key ? { accelerator: command.key.replace('Mod', 'CommandOrControl') } : {}),
      // The window hears the key itself, on every door alike; the menu only shows it.
      registerAccelerator: false,
      click: () => run(id),
    };
  };
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac
      ? [
          {
            label: app.name,
            submenu: [
              { role: 'about' },
              separator,
              item('settings'),
              separator,
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              separator,
              { role: 'quit' },
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: 'File',
      submenu: [
        item('tonight'),
        item('quick-open'),
        item('search'),
        separator,
        item('ramble-window'),
        item('open-folder'),
        separator,
        item('rename'),
        item('history'),
        item('deleted'),
        separator,
        item('close-note'),
        ...(isMac ? [{ role: 'close' } as const] : [item('settings'), separator, { role: 'quit' } as const]),
      ],
    },
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'pasteAndMatchStyle' },
        { role: 'selectAll' },
        separator,
        item('extract'),
        item('rename-heading'),
      ],
    },
    {
      label: 'View',
      submenu: [
        item('palette'),
        separator,
        item('toggle-left'),
        item('toggle-right'),
        item('toggle-theme'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    ...(isMac ? [] : [{ label: 'Help', submenu: [{ role: 'about' } as const] }]),
  ];
  return Menu.buildFromTemplate(template);
}
