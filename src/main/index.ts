import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, dialog, globalShortcut, Menu, nativeTheme, shell } from 'electron';
import { createApp } from '../backend/app.ts';
import { clockAt } from '../backend/clock.ts';
import { dataFolder } from '../backend/data-folder.ts';
import { logFailure } from '../backend/log.ts';
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

// On Windows Ctrl with Alt is AltGr: taken from all programs, nobody could type € any more.
const RAMBLE_SHORTCUT = process.platform === 'win32' ? 'Alt+Shift+E' : 'CommandOrControl+Alt+E';
/** How long the services may take to put everything on disk before the app ends without them. */
const LONGEST_CLOSE_MS = 10_000;

const data = dataFolder();
mkdirSync(data, { recursive: true, mode: 0o700 });
app.setPath('userData', data);
app.setName('Evening Ramble');
app.setAboutPanelOptions({ applicationName: 'Evening Ramble', applicationVersion: version });
if (process.platform === 'win32') app.setAppUserModelId('app.evening-ramble');
declareAppProtocol();

if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      dialog.showErrorBox(
        'Evening Ramble could not start',
        error instanceof Error ? error.message : String(error),
      );
      app.exit(1);
    });
} else app.quit();

/**
 * The folder named on a command line: the first word after the program (and, in a checkout, after the app's own folder). Options are
 * skipped wherever they stand, because Chromium puts its own among them.
 */
function folderOf(argv: readonly string[], cwd: string): string | null {
  const words = argv.slice(1).filter((word) => !word.startsWith('-'));
  const named = words[app.isPackaged ? 0 : 1];
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
    workers: places.workers,
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
  const isOurKey = globalShortcut.register(RAMBLE_SHORTCUT, () => windows.toggleRamble());
  // Another program has the key; the menu, the tray and the palette still open the window.
  if (!isOurKey) void logFailure(join(data, 'log.txt'), 'global-shortcut', new Error('the key is taken'));

  app.on('second-instance', (_event, argv, cwd) => {
    windows.showMain();
    const folder = folderOf(argv, cwd);
    // What is typed belongs to the folder that is open until then.
    if (folder !== null)
      void windows
        .flush()
        .then(() => services.openFolder(folder))
        .catch(sayNotOpened);
  });
  app.on('activate', () => windows.showMain());

  let ending = false;
  let ended = false;
  const quit = () => {
    ended = true;
    globalShortcut.unregisterAll();
    tray?.destroy();
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    if (ending) return;
    ending = true;
    const end = async () => {
      if (!(await windows.end())) {
        ending = false;
        return;
      }
      await Promise.race([services.close(), after(LONGEST_CLOSE_MS)]);
      quit();
    };
    // Whatever fails now: the app is to end.
    void end().catch(quit);
  });

  const folder = folderOf(process.argv, process.env.INIT_CWD ?? process.cwd());
  const opening = folder === null ? services.openLastFolder() : services.openFolder(folder);
  // The window loads meanwhile.
  windows.showMain();
  await opening.catch(sayNotOpened);
  windows.prepareRamble();
}

function sayNotOpened(error: Error): void {
  dialog.showErrorBox('The folder could not be opened', error.message);
}

function after(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
