import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page, Request } from '@playwright/test';
import type { DoorOptions, OpenDoor } from '../e2e/fixtures/door.ts';
import { createElectron, PAGE_ORIGIN, type StandIn } from './electron.ts';

const root = resolve(import.meta.dirname, '..', '..');
const main = pathToFileURL(resolve(root, 'out', 'main', 'electron.mjs')).href;

/** Each launch's stand-in, by the number that its copy of the main bundle carries in its address. */
const launched = new Map<string, StandIn['electron']>();
(globalThis as unknown as Record<string, unknown>).__standIns = launched;
let count = 0;

const NAMES = [
  'app',
  'BrowserWindow',
  'dialog',
  'globalShortcut',
  'ipcMain',
  'Menu',
  'nativeImage',
  'nativeTheme',
  'protocol',
  'screen',
  'session',
  'shell',
  'Tray',
];

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'electron') return next(specifier, context);
    const launch = /[?&]launch=(\d+)/.exec(context.parentURL ?? '')?.[1];
    if (launch === undefined)
      throw new Error(`only the main bundle may import electron, not ${context.parentURL}`);
    const source = `const electron = globalThis.__standIns.get('${launch}');\n${NAMES.map((name) => `export const ${name} = electron.${name};`).join('\n')}`;
    return {
      url: `data:text/javascript,${encodeURIComponent(source)}`,
      format: 'module',
      shortCircuit: true,
    };
  },
});

export interface StandInDoor extends OpenDoor {
  system: StandIn['system'];
}

/** Runs the built main bundle against a stand-in for Electron, its windows in real Chromium. */
export async function openStandIn({ browser, folder, dataFolder, now }: DoorOptions): Promise<StandInDoor> {
  const context = await browser.newContext({ colorScheme: 'dark' });
  const argv = [process.execPath, root, ...(folder === null ? [] : [folder])];
  const standIn = createElectron(context, argv);
  await routeInterface(context, standIn);
  count += 1;
  const launch = String(count);
  launched.set(launch, standIn.electron);

  const before = { argv: process.argv, data: process.env.RAMBLE_DATA, now: process.env.RAMBLE_NOW };
  process.argv = argv;
  process.env.RAMBLE_DATA = dataFolder;
  process.env.RAMBLE_NOW = now;
  const { system } = standIn;
  let page: Page;
  try {
    await import(`${main}?launch=${launch}`);
    page = await windowAt('/');
  } finally {
    process.argv = before.argv;
    restore('RAMBLE_DATA', before.data);
    restore('RAMBLE_NOW', before.now);
  }

  async function windowAt(path: string): Promise<Page> {
    const until = Date.now() + 15_000;
    while (Date.now() < until) {
      for (const { page: open, webContents } of system.windows()) {
        if (open !== null && !webContents.loading && new URL(open.url()).pathname === path) return open;
      }
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`no window came at ${path}; ${system.errors.join('; ')}`);
  }

  return {
    page,
    context,
    system,
    async rambleWindow() {
      system.shortcuts.get('CommandOrControl+Alt+E')?.();
      return windowAt('/ramble');
    },
    async close() {
      system.app.quit();
      await system.quitted;
      await context.close();
      launched.delete(launch);
    },
  };
}

/** Everything at the page's origin comes from the main bundle's own handler; nothing else is reached. */
async function routeInterface(context: BrowserContext, standIn: StandIn): Promise<void> {
  await context.route('**/*', async (route) => {
    const request = route.request();
    if (request.isNavigationRequest() && !mayGo(standIn, request)) return route.abort('aborted');
    if (!request.url().startsWith(`${PAGE_ORIGIN}/`)) return route.abort();
    const response = await standIn.answer(request.url(), request.method());
    return route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
}

function mayGo(standIn: StandIn, request: Request): boolean {
  try {
    const frame = request.frame();
    return standIn.mayNavigate(frame.page(), request.url(), frame.parentFrame() === null);
  } catch {
    // A window that the page opened, which Playwright does not know yet: the main bundle never lets one be.
    return false;
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
