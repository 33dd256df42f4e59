import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme } from 'electron';
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
/** A page that ends again and again is not loaded again: that would go on for ever. */
const MOST_RELOADS = 3;
const RELOADS_WITHIN_MS = 60_000;

/** What becomes of a window that is to close. */
type Answer = 'kept' | 'given up' | 'stay';

/** The app's two windows: the desk, and the small one with tonight's note that waits, hidden, for its key. */
export class Windows {
  readonly #places: WindowPlaces;
  #main: BrowserWindow | null = null;
  #ramble: BrowserWindow | null = null;
  #ending = false;
  readonly #asking = new WeakMap<BrowserWindow, Promise<Answer>>();
  /** What is to happen to the windows that have nothing to show yet, once they have. */
  readonly #waiting = new WeakMap<BrowserWindow, (() => void)[]>();

  constructor(windowPlaces: WindowPlaces) {
    this.#places = windowPlaces;
    nativeTheme.on('updated', () => {
      for (const window of BrowserWindow.getAllWindows()) window.setBackgroundColor(paper());
    });
  }

  /** Shows the desk, in front. */
  showMain(): BrowserWindow {
    this.#main ??= this.#open('main', () => {
      this.#main = null;
      this.#quitWhenNoneShows();
    });
    this.#bringForward(this.#main);
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
      if (window === null) return;
      void flushWindow(window).then(() => {
        if (!window.isDestroyed()) window.hide();
        this.#quitWhenNoneShows();
      });
    });
  }

  /** Shows the ramble window, or hides it when it is in front already. */
  toggleRamble(): void {
    this.prepareRamble();
    if (this.#ramble?.isVisible() && this.#ramble.isFocused()) this.#ramble.hide();
    else if (this.#ramble !== null) this.#bringForward(this.#ramble);
  }

  /** The window that a menu's command is for. */
  focused(): BrowserWindow {
    return BrowserWindow.getFocusedWindow() ?? this.showMain();
  }

  /** Asks every window for what it has not handed over. */
  async flush(): Promise<void> {
    await Promise.all(BrowserWindow.getAllWindows().map((window) => flushWindow(window)));
  }

  /** Takes what the windows have not handed over, and lets them close; `false` where the user would rather keep what one could not. */
  async end(): Promise<boolean> {
    const givenUp = new Set<BrowserWindow>();
    // Somebody may go on in another window while a question stands.
    for (let asked = true; asked; ) {
      asked = false;
      const windows = BrowserWindow.getAllWindows().filter((window) => !givenUp.has(window));
      const unkept = await Promise.all(windows.map((window) => flushWindow(window)));
      for (const window of windows.filter((_, at) => unkept[at] !== null)) {
        asked = true;
        const answer = await this.#askToClose(window);
        if (answer === 'stay') return false;
        if (answer === 'given up') givenUp.add(window);
      }
    }
    this.#ending = true;
    // What is typed from now on could be kept nowhere.
    for (const window of BrowserWindow.getAllWindows()) window.hide();
    await this.#places.save();
    return true;
  }

  /** Whoever asks while a window's question stands gets its answer. */
  #askToClose(window: BrowserWindow): Promise<Answer> {
    const asking = this.#asking.get(window) ?? this.#ask(window).finally(() => this.#asking.delete(window));
    this.#asking.set(window, asking);
    return asking;
  }

  /** Takes what a window has not handed over; where that fails, asks whether it may be closed all the same. */
  async #ask(window: BrowserWindow): Promise<Answer> {
    const unkept = await flushWindow(window);
    if (unkept === null || window.isDestroyed()) return 'kept';
    this.#bringForward(window);
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: 'What you typed is kept nowhere but in this window.',
      detail: `${unkept}\n\nCopy it, or keep the window open until it is saved.`,
      buttons: ['Keep it open', 'Close it and lose what I typed'],
      defaultId: 0,
      cancelId: 0,
    });
    return response === 1 ? 'given up' : 'stay';
  }

  #open(name: WindowName, onClosed: () => void): BrowserWindow {
    const { bounds, maximized } = this.#places.of(name, SIZES[name]);
    const window = new BrowserWindow({
      ...bounds,
      minWidth: 380,
      minHeight: 320,
      show: false,
      title: 'Evening Ramble',
      backgroundColor: paper(),
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
    this.#reloadWhenGone(window);
    this.#waiting.set(window, []);
    onceReady(window, () => {
      const waiting = this.#waiting.get(window) ?? [];
      this.#waiting.delete(window);
      for (const act of waiting) act();
    });
    if (name === 'main') {
      if (maximized) this.#whenReady(window, () => window.maximize());
      this.#flushBeforeClosing(window);
    }
    void window.loadURL(`${developmentOrigin() ?? APP_ORIGIN}${ADDRESSES[name]}`).catch((error: unknown) => {
      // A window that is closed before its page is there.
      if (!String(error).includes('ERR_ABORTED')) throw error;
    });
    return window;
  }

  /** Shows a window in front; one that has nothing to show yet waits until it has. */
  #bringForward(window: BrowserWindow): void {
    this.#whenReady(window, () => {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    });
  }

  #whenReady(window: BrowserWindow, act: () => void): void {
    const waiting = this.#waiting.get(window);
    if (waiting === undefined) act();
    else waiting.push(act);
  }

  /** The app ends with its last window in sight; on a Mac it stays in the dock. */
  #quitWhenNoneShows(): void {
    if (process.platform === 'darwin' || this.#ending) return;
    const shown = BrowserWindow.getAllWindows().some((window) => window.isVisible() || window.isMinimized());
    if (!shown) app.quit();
  }

  #reloadWhenGone(window: BrowserWindow): void {
    let reloads: number[] = [];
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || this.#ending || window.isDestroyed()) return;
      const now = Date.now();
      reloads = [...reloads.filter((at) => at > now - RELOADS_WITHIN_MS), now];
      if (reloads.length <= MOST_RELOADS) window.webContents.reload();
    });
  }

  /** The desk closes once what was typed is handed over, or the user does without it. */
  #flushBeforeClosing(window: BrowserWindow): void {
    let mayClose = false;
    window.on('close', (event) => {
      if (mayClose || this.#ending) return;
      event.preventDefault();
      void this.#askToClose(window).then((answer) => {
        mayClose = answer !== 'stay';
        if (mayClose && !window.isDestroyed()) window.close();
      });
    });
  }
}

/** Calls back, at least once, when a hidden window can be shown without a flash. */
function onceReady(window: BrowserWindow, ready: () => void): void {
  window.once('ready-to-show', ready);
  // On Wayland a hidden window is never ready to show (electron/electron#48859).
  if (process.platform === 'linux') window.webContents.once('did-finish-load', ready);
}

/** What a window shows before its page does. */
function paper(): string {
  return nativeTheme.shouldUseDarkColors ? DUSK : DAYLIGHT;
}
