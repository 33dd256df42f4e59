/**
 * A stand-in for the `electron` module, for tests only: the built main and preload bundles run against it in Node, and the built
 * interface in a real Chromium, so that everything of ours runs and only Electron's own code does not.
 *
 * Where it differs from Electron: the page's address is https://ramble.stand-in/… (a browser cannot be given a scheme of its own), the
 * main process sees app://ramble/…; a function that the bridge gives back to the page is made in the page; calls cross as JSON.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import type { BrowserContext, Page } from '@playwright/test';

export const PAGE_ORIGIN = 'https://ramble.stand-in';
const APP_ORIGIN = 'app://ramble';

type Handler = (request: Request) => Promise<Response> | Response;
type Listener = (...args: unknown[]) => unknown;

class PreventableEvent {
  defaultPrevented = false;
  [name: string]: unknown;
  constructor(extra: Record<string, unknown> = {}) {
    Object.assign(this, extra);
  }
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** One running "Electron": what the main bundle imports, and what a test may do as the system would. */
export function createElectron(context: BrowserContext, argv: string[]) {
  const opened: string[] = [];
  const shortcuts = new Map<string, () => void>();
  const handlers = new Map<string, Handler>();
  const invokers = new Map<string, Listener>();
  const windows = new Set<BrowserWindow>();
  const errors: string[] = [];
  let focused: BrowserWindow | null = null;
  let menu: Menu | null = null;
  let tray: Tray | null = null;
  let folderToPick: string | null = null;
  let quitDone: () => void = () => {};
  const quitted = new Promise<void>((done) => {
    quitDone = done;
  });

  class App extends EventEmitter {
    isPackaged = false;
    name = 'evening-ramble';
    readonly paths = new Map<string, string>();
    setPath(name: string, value: string) {
      this.paths.set(name, value);
    }
    setName(name: string) {
      this.name = name;
    }
    setAppUserModelId() {}
    requestSingleInstanceLock() {
      return true;
    }
    whenReady() {
      return Promise.resolve();
    }
    quit() {
      const event = new PreventableEvent();
      this.emit('before-quit', event);
      if (event.defaultPrevented) return;
      for (const window of [...windows]) window.close();
      if (windows.size === 0) {
        this.emit('will-quit', new PreventableEvent());
        quitDone();
      }
    }
    exit(code: number) {
      errors.push(`exit ${code}`);
      quitDone();
    }
  }
  const app = new App();

  const ipcMain = Object.assign(new EventEmitter(), {
    handle(channel: string, listener: Listener) {
      if (invokers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
      invokers.set(channel, listener);
    },
  });

  class WebContents extends EventEmitter {
    readonly mainFrame: { url: string };
    openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
    readonly renderer = new EventEmitter();
    loading = true;
    readonly window: BrowserWindow;
    constructor(window: BrowserWindow) {
      super();
      this.window = window;
      const url = () => (window.page === null ? '' : window.page.url().replace(PAGE_ORIGIN, APP_ORIGIN));
      this.mainFrame = {
        get url() {
          return url();
        },
      };
    }
    send(channel: string, ...args: unknown[]) {
      this.renderer.emit(channel, {}, ...(JSON.parse(JSON.stringify(args)) as unknown[]));
    }
    setWindowOpenHandler(handler: WebContents['openHandler']) {
      this.openHandler = handler;
    }
    isDestroyed() {
      return this.window.isDestroyed();
    }
    isCrashed() {
      return false;
    }
    isLoading() {
      return this.loading;
    }
    reload() {
      void this.window.page?.reload();
    }
  }

  class BrowserWindow extends EventEmitter {
    static getAllWindows() {
      return [...windows];
    }
    static getFocusedWindow() {
      return focused;
    }
    readonly options: Record<string, unknown> & { webPreferences: { preload: string } };
    readonly webContents: WebContents;
    page: Page | null = null;
    bounds: { x: number; y: number; width: number; height: number };
    #visible = false;
    #destroyed = false;
    constructor(options: BrowserWindow['options']) {
      super();
      this.options = options;
      this.bounds = {
        x: 0,
        y: 0,
        width: 800,
        height: 600,
        ...(options as object),
      } as BrowserWindow['bounds'];
      this.webContents = new WebContents(this);
      windows.add(this);
      app.emit('browser-window-created', {}, this);
      app.emit('web-contents-created', {}, this.webContents);
    }
    async loadURL(address: string) {
      const page = await context.newPage();
      this.page = page;
      await page.setViewportSize({ width: this.bounds.width, height: this.bounds.height });
      page.on('popup', (popup) => {
        const { action } = this.webContents.openHandler({ url: popup.url() });
        if (action === 'deny') void popup.close();
      });
      page.on('close', () => this.destroy());
      await runPreload(this, page);
      await page.goto(address.replace(APP_ORIGIN, PAGE_ORIGIN));
      this.webContents.loading = false;
      this.emit('ready-to-show');
    }
    show() {
      this.#visible = true;
      focused = this;
    }
    hide() {
      this.#visible = false;
      if (focused === this) focused = null;
    }
    focus() {
      focused = this;
      void this.page?.bringToFront().catch(() => undefined);
    }
    isVisible() {
      return this.#visible;
    }
    isFocused() {
      return focused === this;
    }
    isMinimized() {
      return false;
    }
    isMaximized() {
      return false;
    }
    isDestroyed() {
      return this.#destroyed;
    }
    restore() {}
    maximize() {}
    getNormalBounds() {
      const { x, y, width, height } = this.bounds;
      return { x, y, width, height };
    }
    setBounds(bounds: Partial<BrowserWindow['bounds']>) {
      this.bounds = { ...this.bounds, ...bounds };
      this.emit('resize');
    }
    close() {
      if (this.#destroyed) return;
      const event = new PreventableEvent();
      this.emit('close', event);
      if (!event.defaultPrevented) this.destroy();
    }
    destroy() {
      if (this.#destroyed) return;
      this.#destroyed = true;
      windows.delete(this);
      if (focused === this) focused = null;
      void this.page?.close().catch(() => undefined);
      this.emit('closed');
    }
  }

  /** Runs the built preload script as Electron would: isolated from the page, with `require('electron')` and nothing else. */
  async function runPreload(window: BrowserWindow, page: Page): Promise<void> {
    const exposed: Record<string, Record<string, Listener>> = {};
    const event = { sender: window.webContents, senderFrame: window.webContents.mainFrame };
    const electron = {
      contextBridge: {
        exposeInMainWorld(key: string, api: Record<string, Listener>) {
          exposed[key] = api;
        },
      },
      ipcRenderer: {
        invoke: async (channel: string, ...args: unknown[]) => {
          const invoker = invokers.get(channel);
          if (invoker === undefined) throw new Error(`No handler registered for '${channel}'`);
          return invoker(event, ...(JSON.parse(JSON.stringify(args)) as unknown[]));
        },
        send: (channel: string, ...args: unknown[]) => ipcMain.emit(channel, event, ...args),
        on: (channel: string, listener: Listener) => window.webContents.renderer.on(channel, listener),
        off: (channel: string, listener: Listener) => window.webContents.renderer.off(channel, listener),
      },
    };
    const required = (name: string) => {
      if (name === 'electron') return electron;
      throw new Error(`a sandboxed preload script cannot require ${name}`);
    };
    const source = readFileSync(window.options.webPreferences.preload, 'utf8');
    vm.runInNewContext(source, { require: required, exports: {}, module: { exports: {} }, Promise, console });

    const drops = new Map<number, () => void>();
    await page.exposeFunction(
      '__bridge',
      (key: string, name: string, args: { fn?: number; value?: unknown }[]) => {
        const given = args.map(({ fn, value }) =>
          fn === undefined
            ? value
            : (...values: unknown[]) =>
                page
                  .evaluate(([id, all]) => window_call(id, all), [fn, values] as const)
                  .catch(() => undefined),
        );
        const result = exposed[key]?.[name]?.(...given);
        const fn = args.find((arg) => arg.fn !== undefined)?.fn;
        if (fn !== undefined && typeof result === 'function') drops.set(fn, result as () => void);
        return typeof result === 'function' ? undefined : result;
      },
    );
    await page.exposeFunction('__drop', (fn: number) => drops.get(fn)?.());
    await page.addInitScript(
      (shape: [string, string[]][]) => {
        const functions = new Map<number, (...values: unknown[]) => unknown>();
        let next = 1;
        const world = globalThis as unknown as Record<string, unknown> & {
          __bridge(key: string, name: string, args: unknown[]): Promise<unknown>;
          __drop(fn: number): Promise<unknown>;
        };
        world.window_call = (id: number, values: unknown[]) => functions.get(id)?.(...values);
        for (const [key, names] of shape) {
          world[key] = Object.fromEntries(
            names.map((name) => [
              name,
              (...args: unknown[]) => {
                let kept = 0;
                const sent = args.map((value) => {
                  if (typeof value !== 'function') return { value };
                  kept = next;
                  next += 1;
                  functions.set(kept, value as (...values: unknown[]) => unknown);
                  return { fn: kept };
                });
                const answer = world.__bridge(key, name, sent);
                return kept === 0
                  ? answer
                  : () => {
                      functions.delete(kept);
                      void world.__drop(kept);
                    };
              },
            ]),
          );
        }
      },
      Object.entries(exposed).map(([key, api]): [string, string[]] => [key, Object.keys(api)]),
    );
  }

  interface MenuItem {
    id?: string;
    label?: string;
    role?: string;
    type?: string;
    accelerator?: string;
    registerAccelerator?: boolean;
    click?: () => void;
    submenu?: MenuItem[];
  }
  class Menu {
    readonly items: MenuItem[];
    constructor(items: MenuItem[]) {
      this.items = items;
    }
    static buildFromTemplate(items: MenuItem[]) {
      return new Menu(items);
    }
    static setApplicationMenu(next: Menu) {
      menu = next;
    }
  }
  class Tray extends EventEmitter {
    contextMenu: Menu | null = null;
    constructor(image: { empty: boolean }) {
      super();
      if (image.empty) throw new Error('Failed to load image from path');
      tray = this;
    }
    setToolTip() {}
    setContextMenu(contextMenu: Menu) {
      this.contextMenu = contextMenu;
    }
    destroy() {}
  }

  class Session extends EventEmitter {
    requestHandler:
      | ((contents: unknown, permission: string, done: (granted: boolean) => void) => void)
      | null = null;
    checkHandler: ((contents: unknown, permission: string) => boolean) | null = null;
    deviceHandler: (() => boolean) | null = null;
    spellChecker = true;
    setPermissionRequestHandler(handler: Session['requestHandler']) {
      this.requestHandler = handler;
    }
    setPermissionCheckHandler(handler: Session['checkHandler']) {
      this.checkHandler = handler;
    }
    setDevicePermissionHandler(handler: Session['deviceHandler']) {
      this.deviceHandler = handler;
    }
    setSpellCheckerEnabled(enabled: boolean) {
      this.spellChecker = enabled;
    }
  }
  const defaultSession = new Session();
  const schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];

  const nativeTheme = {
    shouldUseDarkColors: true,
    source: 'system',
    get themeSource() {
      return this.source;
    },
    set themeSource(source: string) {
      this.source = source;
      const colorScheme = source === 'light' ? 'light' : 'dark';
      for (const window of windows) void window.page?.emulateMedia({ colorScheme });
    },
  };

  const electron = {
    app,
    BrowserWindow,
    ipcMain,
    Menu,
    Tray,
    nativeTheme,
    session: { defaultSession },
    dialog: {
      showErrorBox: (title: string, text: string) => errors.push(`${title}: ${text}`),
      showOpenDialog: async () =>
        folderToPick === null
          ? { canceled: true, filePaths: [] }
          : { canceled: false, filePaths: [folderToPick] },
    },
    globalShortcut: {
      register: (key: string, action: () => void) => shortcuts.set(key, action) !== undefined,
      unregisterAll: () => shortcuts.clear(),
    },
    nativeImage: {
      createFromPath(file: string) {
        try {
          return { empty: readFileSync(file).length === 0 };
        } catch {
          return { empty: true };
        }
      },
    },
    protocol: {
      registerSchemesAsPrivileged: (declared: typeof schemes) => schemes.push(...declared),
      handle: (scheme: string, handler: Handler) => handlers.set(scheme, handler),
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    shell: {
      openExternal: async (url: string) => {
        opened.push(url);
      },
    },
  };

  const find = (items: MenuItem[], id: string): MenuItem | undefined => {
    for (const item of items) {
      const found = item.id === id || item.label === id ? item : find(item.submenu ?? [], id);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  return {
    electron,
    argv,
    /** Answers a request of a page with the handler that the main bundle registered. */
    async answer(address: string, method: string): Promise<Response> {
      const handler = handlers.get('app');
      if (handler === undefined) throw new Error('the app: scheme has no handler');
      return handler(new Request(address.replace(PAGE_ORIGIN, APP_ORIGIN), { method }));
    },
    system: {
      app,
      session: defaultSession,
      schemes,
      errors,
      /** Addresses that were handed to the system. */
      opened,
      shortcuts,
      quitted,
      windows: () => [...windows],
      clickMenu: (id: string) => find(menu?.items ?? [], id)?.click?.(),
      menuItem: (id: string) => find(menu?.items ?? [], id),
      clickTray: (label?: string) =>
        label === undefined ? tray?.emit('click') : find(tray?.contextMenu?.items ?? [], label)?.click?.(),
      pickNext(folder: string | null) {
        folderToPick = folder;
      },
      /** What an unknown sender would be told. */
      invokeFrom: (url: string, channel: string, ...args: unknown[]) => {
        const mainFrame = { url };
        return invokers.get(channel)?.({ sender: { mainFrame }, senderFrame: mainFrame }, ...args);
      },
    },
  };
}

declare function window_call(id: number, values: readonly unknown[]): unknown;

export type StandIn = ReturnType<typeof createElectron>;
