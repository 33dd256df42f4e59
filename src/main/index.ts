import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { app, BrowserWindow, dialog, globalShortcut, Menu, nativeTheme, shell } from 'electron';
import { createApp } from '../backend/app.ts';
import { clockAt } from '../backend/clock.ts';
import { dataFolder } from '../backend/data-folder.ts';
import { version } from '../backend/version.ts';
import type { Theme } from '../contract/app.ts';
import type { WindowCommand } from '../contract/events.ts';
import { declareAppProtocol, serveInterface } from './app-protocol.ts';
import { carryContract, tell } from './ipc.ts';
import { applicationMenu } from './menu.ts';
import { denyByDefault } from './permissions.ts';
import { places } from './places.ts';
import { createTray } from './tray.ts';
import { WindowPlaces } from './window-state.ts';
import { Windows } from './windows.ts';

const RAMBLE_SHORTCUT = 'CommandOrControl+Alt+E';

const data = dataFolder();
mkdirSync(data, { recursive: true, mode: 0o700 });
app.setPath('userData', data);
app.setName('Evening Ramble');
if (process.platform === 'win32') app.setAppUserModelId('app.evening-ramble');
declareAppProtocol();

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start, (error: unknown) => {
    dialog.showErrorBox(
      'Evening Ramble could not start',
      error instanceof Error ? error.message : String(error),
    );
    app.exit(1);
  });
} else app.quit();

/** The folder named on a command line: the first word after the program (and its script, in a checkout) that is no option. */
function folderOf(argv: readonly string[], cwd: string): string | null {
  const named = argv.slice(app.isPackaged ? 1 : 2).find((word) => !word.startsWith('-'));
  return named === undefined ? null : resolve(cwd, named);
}

async function start(): Promise<void> {
  const windowPlaces = new WindowPlaces(data);
  await windowPlaces.load();
  const windows = new Windows(windowPlaces);
  const now = process.env.RAMBLE_NOW;

  const services = createApp({
    door: {
      capabilities: { pickFolder: true, rambleWindow: true, revealFile: false, menu: true },
      async pickFolder(purpose) {
        const chosen = await dialog.showOpenDialog(windows.focused(), {
          title: purpose === 'open' ? 'Open a folder of notes' : 'Choose a new, empty folder',
          properties: ['openDirectory', 'createDirectory'],
        });
        return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
      },
      async showRambleWindow() {
        windows.toggleRamble();
      },
      openExternal: (url) => shell.openExternal(url),
    },
    dataFolder: data,
    sampleFolder: places.sample,
    indexWorker: places.indexWorker,
    version,
    ...(now === undefined ? {} : { clock: clockAt(now) }),
  });

  denyByDefault();
  serveInterface(places.interface);
  carryContract(services);

  const followTheme = (theme: Theme) => {
    nativeTheme.themeSource = theme === 'system' ? 'system' : theme === 'dusk' ? 'dark' : 'light';
  };
  services.listen((event) => {
    if (event.name === 'theme.changed') followTheme(event.payload.theme);
  });
  const state = await services.dispatch('app.state', {});
  if (state.ok) followTheme((state.result as { theme: Theme }).theme);

  const command = (id: WindowCommand) =>
    id === 'ramble-window'
      ? windows.toggleRamble()
      : tell(windows.focused(), { name: 'command.requested', payload: { command: id } });
  Menu.setApplicationMenu(applicationMenu(command));
  const tray = createTray({
    ramble: () => windows.toggleRamble(),
    desk: () => windows.showMain(),
    quit: () => app.quit(),
  });
  globalShortcut.register(RAMBLE_SHORTCUT, () => windows.toggleRamble());

  app.on('second-instance', (_event, argv, cwd) => {
    windows.showMain();
    const folder = folderOf(argv, cwd);
    if (folder !== null) void services.dispatch('app.openFolder', { folder });
  });
  app.on('activate', () => windows.showMain());
  // The ramble window waits, hidden; the app ends when the desk is closed, but for a Mac, where it stays in the dock.
  app.on('browser-window-created', (_event, window) => {
    window.on('closed', () => {
      const left = BrowserWindow.getAllWindows().some((other) => other.isVisible());
      if (!left && process.platform !== 'darwin') app.quit();
    });
  });

  let ending = false;
  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    if (ending) return;
    ending = true;
    void windows
      .end()
      .then(() => services.close())
      .finally(() => {
        ended = true;
        globalShortcut.unregisterAll();
        tray?.destroy();
        app.quit();
      });
  });

  const folder = folderOf(process.argv, process.env.INIT_CWD ?? process.cwd());
  const opening = folder === null ? services.openLastFolder() : services.openFolder(folder);
  await opening.catch((error: Error) => dialog.showErrorBox('The folder could not be opened', error.message));
  windows.showMain();
  windows.prepareRamble();
}
