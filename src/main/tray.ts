import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import { places } from './places.ts';

export interface TrayActions {
  ramble(): void;
  desk(): void;
  quit(): void;
}

/** The lamp in the system's tray: a click brings the ramble window. `null` where the system has no tray. */
export function createTray(actions: TrayActions): Tray | null {
  try {
    const file = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
    const tray = new Tray(nativeImage.createFromPath(join(places.icons, file)));
    tray.setToolTip('Evening Ramble');
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Tonight’s ramble', click: actions.ramble },
        { label: 'Open the desk', click: actions.desk },
        { type: 'separator' },
        { label: 'Quit', click: actions.quit },
      ]),
    );
    // On a Mac a click opens the menu as well.
    if (process.platform !== 'darwin') tray.on('click', actions.ramble);
    return tray;
  } catch {
    return null;
  }
}
