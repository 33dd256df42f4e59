import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { APP_ORIGIN } from '../contract/channels.ts';
import { developmentOrigin } from './app-protocol.ts';
import { flushWindow } from './ipc.ts';
import { places } from './places.ts';
import type { WindowName, WindowPlaces } from './window-state.ts';

const SIZES: Record<WindowName, { width: number; height: number }> = {
  main: { width: 1360, height: 860 },
  ramble: { width: 760, height: 720 },
};
const ADDRESSES: Record<WindowName, string> = { main: '/', ramble: '/ramble' };
const DUSK = '#171514';
const DAYLIGHT = '#efe9df';

/** The app's two windows: the desk, and the small one with tonight's note that waits, hidden, for its key. */
export class Windows {
  readonly #places: WindowPlaces;
  #main: BrowserWindow | null = null;
  #ramble: BrowserWindow | null = null;
  #ending = false;

  constructor(windowPlaces: WindowPlaces) {
    this.#places = windowPlaces;
  }

  /** Shows the desk, in front. */
  showMain(): BrowserWindow {
    this.#main ??= this.#open('main', () => {
      this.#main = null;
    });
    bringForward(this.#main);
    return this.#main;
  }

  /** Makes the ramble window ready without showing it. */
  prepareRamble(): void {
    if (this.#ramble !== null) return;
    this.#ramble = this.#open('ramble', () => {
      this.#ramble = null;
    });
    this.#ramble.on('close', (event) => {
      if (this.#ending) return;
      event.preventDefault();
      const window = this.#ramble;
      if (window !== null) void flushWindow(window).then(() => window.hide());
    });
  }

  /** Shows the ramble window, or hides it when it is in front already. */
  toggleRamble(): void {
    this.prepareRamble();
    if (this.#ramble?.isVisible() && this.#ramble.isFocused()) this.#ramble.hide();
    else if (this.#ramble !== null) bringForward(this.#ramble);
  }

  /** The window that a menu's command is for. */
  focused(): BrowserWindow {
    return BrowserWindow.getFocusedWindow() ?? this.showMain();
  }

  /** Asks every window for what it has not handed over, and lets them close. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(BrowserWindow.getAllWindows().map((window) => flushWindow(window)));
    await this.#places.save();
  }

  #open(name: WindowName, onClosed: () => void): BrowserWindow {
    const { bounds, maximized } = this.#places.of(name, SIZES[name]);
    const window = new BrowserWindow({
      ...bounds,
      minWidth: 380,
      minHeight: 320,
      show: false,
      title: 'Evening Ramble',
      backgroundColor: nativeTheme.shouldUseDarkColors ? DUSK : DAYLIGHT,
      autoHideMenuBar: true,
      icon: join(places.icons, 'icon.png'),
      webPreferences: {
        preload: places.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    });
    this.#places.follow(name, window);
    window.on('closed', onClosed);
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit' && !this.#ending && !window.isDestroyed()) window.webContents.reload();
    });
    if (name === 'main') {
      window.once('ready-to-show', () => {
        if (maximized) window.maximize();
        window.show();
      });
      this.#flushBeforeClosing(window);
    }
    void window.loadURL(`${developmentOrigin() ?? APP_ORIGIN}${ADDRESSES[name]}`);
    return window;
  }

  /** The desk closes once what was typed is handed over. */
  #flushBeforeClosing(window: BrowserWindow): void {
    let flushed = false;
    window.on('close', (event) => {
      if (flushed || this.#ending) return;
      event.preventDefault();
      void flushWindow(window).then(() => {
        flushed = true;
        if (!window.isDestroyed()) window.close();
      });
    });
  }
}

function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  // A window that is still loading shows itself when it is ready.
  if (window.webContents.isLoading() && !window.isVisible())
    window.once('ready-to-show', () => window.show());
  else window.show();
  window.focus();
}
