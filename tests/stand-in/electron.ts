/**
 * A stand-in for the `electron` module, for tests only: the built main and preload bundles run against it in Node, and the built
 * interface in a real Chromium, so that everything of ours runs and only Electron's own code does not.
 *
 * Where it differs from Electron:
 * - The page's address is https://ramble.stand-in/… (a browser cannot be given a scheme of its own); the main process sees app://ramble/….
 * - The preload script runs in Node, in a context without Node's globals, once for each load of the page. What crosses the bridge is
 *   copied as JSON; a function of the page is called by its number; a function that the bridge gives back is made in the page.
 * - Windows have no frame: visibility, focus and bounds are remembered, the page always paints. Keys reach the page, never the menu.
 * - Permissions, devices and downloads are asked of the main bundle's handlers by a test, never by the page. Navigation and new
 *   windows are the page's own: what the main bundle prevents does not happen.
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

interface Question {
  message: string;
  detail: string;
  buttons: string[];
}

type Exposed = Record<string, Record<string, Listener>>;
/** What a page hands to the bridge: a value, or a function of its own by number. */
interface Crossing {
  fn?: number;
  value?: unknown;
}

const copied = (values: unknown[]) => JSON.parse(JSON.stringify(values)) as unknown[];

/** One running "Electron": what the main bundle imports, and what a test may do as the system would. */
export function createElectron(context: BrowserContext, argv: string[]) {
  const opened: string[] = [];
  const shortcuts = new Map<string, () => void>();
  const handlers = new Map<string, Handler>();
  const invokers = new Map<string, Listener>();
  const windows = new Set<BrowserWindow>();
  const errors: string[] = [];
  const questions: (Question & { answer(button: string): void })[] = [];
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
    setAboutPanelOptions() {}
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
    readonly mainFrame: { url: string; parent: null };
    openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
    /** The preload script's end of the wire; another for each load of the page. */
    renderer = new EventEmitter();
    loading = true;
    readonly window: BrowserWindow;
    constructor(window: BrowserWindow) {
      super();
      this.window = window;
      const url = () => (window.page === null ? '' : window.page.url().replace(PAGE_ORIGIN, APP_ORIGIN));
      this.mainFrame = {
        parent: null,
        get url() {
          return url();
        },
      };
    }
    send(channel: string, ...args: unknown[]) {
      this.renderer.emit(channel, {}, ...copied(args));
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
      // Electron's gives nothing back: one that another load overtakes is no error.
      void this.window.page?.reload().catch(() => undefined);
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
      await bridgePage(this, page);
      await page.goto(address.replace(APP_ORIGIN, PAGE_ORIGIN));
      this.webContents.loading = false;
      this.emit('ready-to-show');
      this.webContents.emit('did-finish-load');
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
    setBackgroundColor() {}
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
  function runPreload({ webContents, options }: BrowserWindow, renderer: EventEmitter): Exposed {
    const exposed: Exposed = {};
    const event = { sender: webContents, senderFrame: webContents.mainFrame };
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
          return invoker(event, ...copied(args));
        },
        send: (channel: string, ...args: unknown[]) => ipcMain.emit(channel, event, ...copied(args)),
        on: (channel: string, listener: Listener) => renderer.on(channel, listener),
        off: (channel: string, listener: Listener) => renderer.off(channel, listener),
      },
    };
    const required = (name: string) => {
      if (name === 'electron') return electron;
      throw new Error(`a sandboxed preload script cannot require ${name}`);
    };
    const source = readFileSync(options.webPreferences.preload, 'utf8');
    vm.runInNewContext(source, { require: required, exports: {}, module: { exports: {} }, console });
    return exposed;
  }

  /** Puts what the preload script exposes on the page, anew for each load. */
  async function bridgePage(window: BrowserWindow, page: Page): Promise<void> {
    const loads = new Map<string, { exposed: Exposed; stops: Map<number, () => void> }>();
    const bridgeOf = (load: string) => {
      const known = loads.get(load);
      if (known !== undefined) return known;
      const renderer = new EventEmitter();
      window.webContents.renderer = renderer;
      const made = { exposed: runPreload(window, renderer), stops: new Map<number, () => void>() };
      loads.set(load, made);
      return made;
    };
    await page.exposeFunction('__bridge', (load: string, key: string, name: string, args: Crossing[]) => {
      const { exposed, stops } = bridgeOf(load);
      const given = args.map(({ fn, value }) =>
        fn === undefined
          ? value
          : (...values: unknown[]) =>
              page.evaluate(callBack, { load, fn, values: copied(values) }).catch(() => undefined),
      );
      const result = exposed[key]?.[name]?.(...given);
      const fn = args.find((arg) => arg.fn !== undefined)?.fn;
      if (fn !== undefined && typeof result === 'function') stops.set(fn, result as () => void);
      return typeof result === 'function' ? undefined : result;
    });
    await page.exposeFunction('__stop', (load: string, fn: number) => loads.get(load)?.stops.get(fn)?.());
    const shape = Object.entries(runPreload(window, new EventEmitter()));
    await page.addInitScript(
      exposeInPage,
      shape.map(([key, api]): [string, string[]] => [key, Object.keys(api)]),
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

  class NativeTheme extends EventEmitter {
    shouldUseDarkColors = true;
    #source = 'system';
    get themeSource() {
      return this.#source;
    }
    set themeSource(source: string) {
      this.#source = source;
      this.shouldUseDarkColors = source !== 'light';
      const colorScheme = source === 'light' ? 'light' : 'dark';
      for (const window of windows) void window.page?.emulateMedia({ colorScheme });
      this.emit('updated');
    }
  }

  const electron = {
    app,
    BrowserWindow,
    ipcMain,
    Menu,
    Tray,
    nativeTheme: new NativeTheme(),
    session: { defaultSession },
    dialog: {
      showErrorBox: (title: string, text: string) => errors.push(`${title}: ${text}`),
      showOpenDialog: async () =>
        folderToPick === null
          ? { canceled: true, filePaths: [] }
          : { canceled: false, filePaths: [folderToPick] },
      showMessageBox: (_window: BrowserWindow, question: Question) =>
        new Promise<{ response: number }>((done) => {
          questions.push({
            ...question,
            answer: (button) => done({ response: question.buttons.indexOf(button) }),
          });
        }),
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
    /** Whether the main bundle lets a page of its go to an address; asked as Electron asks. */
    mayNavigate(page: Page, address: string, isMainFrame: boolean): boolean {
      const contents = [...windows].find((window) => window.page === page)?.webContents;
      if (contents === undefined || contents.loading) return contents !== undefined;
      const event = new PreventableEvent({ url: address.replace(PAGE_ORIGIN, APP_ORIGIN), isMainFrame });
      contents.emit('will-frame-navigate', event);
      if (isMainFrame) contents.emit('will-navigate', event);
      return !event.defaultPrevented;
    },
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
      /** Boxes that were shown; each waits for the button that it is answered by. */
      questions,
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
        const mainFrame = { url, parent: null };
        return invokers.get(channel)?.({ sender: { mainFrame }, senderFrame: mainFrame }, ...args);
      },
    },
  };
}

interface PageWorld {
  [key: string]: unknown;
  __bridge(load: string, key: string, name: string, args: Crossing[]): Promise<unknown>;
  __stop(load: string, fn: number): Promise<void>;
  __called?: { load: string; functions: Map<number, Listener> };
}

/** Runs in the page, before any script of its own. */
function exposeInPage(shape: [key: string, names: string[]][]): void {
  // A frame inside the page gets no bridge: the preload script is the main frame's.
  if (self !== top) return;
  const world = globalThis as unknown as PageWorld;
  const load = crypto.randomUUID();
  const functions = new Map<number, Listener>();
  world.__called = { load, functions };
  for (const [key, names] of shape) {
    const callThrough =
      (name: string) =>
      (...args: unknown[]) => {
        let kept = 0;
        const sent = args.map((value): Crossing => {
          if (typeof value !== 'function') return { value };
          kept = functions.size + 1;
          functions.set(kept, value as Listener);
          return { fn: kept };
        });
        const answer = world.__bridge(load, key, name, sent);
        return kept === 0 ? answer : () => void world.__stop(load, kept);
      };
    world[key] = Object.fromEntries(names.map((name) => [name, callThrough(name)]));
  }
}

/** Runs in the page. A function of an earlier load of it is gone. */
function callBack({ load, fn, values }: { load: string; fn: number; values: unknown[] }): unknown {
  const { __called } = globalThis as unknown as PageWorld;
  return __called?.load === load ? __called.functions.get(fn)?.(...values) : undefined;
}

export type StandIn = ReturnType<typeof createElectron>;
