import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { keepCompiled } from '../backend/compiled-code.ts';
import { dataFolder } from '../backend/data-folder.ts';
import { checkFolder } from '../backend/vault/check-folder.ts';
import { RambleError } from '../contract/errors.ts';
import { type AppWindows, appWindows } from './app-window.ts';
import { type DoorArguments, HELP, readArguments } from './arguments.ts';
import { doorKey } from './door-key.ts';
import { findBrowser, hasDisplay } from './find-browser.ts';
import { type DoorServer, type DoorServices, startDoorServer } from './server.ts';
import type { OpenServices } from './services.ts';

/** How long no window may be connected, once the browser has ended, before the door ends too. */
const LINGER_MS = 3000;
/** As long as the address works that the browser was started on, its window may still come. */
const FIRST_WINDOW_MS = 30_000;
const MAIN_WINDOW = { width: 1360, height: 860 };
const RAMBLE_WINDOW = { width: 760, height: 720 };
const USED_WRONGLY = 2;
const NOT_FOUND = 3;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Says what is wrong in words, without a stack: it is the user's to mend. */
function giveUp(error: unknown, code: number): never {
  say(error instanceof Error ? error.message : String(error));
  process.exit(code);
}

const wanted = readWanted();
const packageRoot = resolve(import.meta.dirname, '..', '..');
keepCompiled(import.meta.dirname);
const data = dataFolder();
const browser = wanted.noOpen || !hasDisplay() ? null : findBrowser();
const windows: AppWindows | null = browser === null ? null : appWindows(browser, data);
let visited = false;
let services: OpenServices | null = null;
let ending = false;

const folder =
  wanted.folder === undefined ? null : resolve(process.env.INIT_CWD ?? process.cwd(), wanted.folder);
if (folder !== null) await checkFolder(folder).catch((error: unknown) => giveUp(error, NOT_FOUND));

const opening = Promise.withResolvers<DoorServices>();
const server = await startServer();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
if (windows === null) offerAddress();
else {
  const child = windows.open({ origin: server.origin, path: '/', code: server.newCode() }, MAIN_WINDOW);
  child.on('error', (error) => {
    say(`The browser could not be started (${error.message}).`);
    offerAddress();
  });
  child.on('exit', (code) => {
    if (code === 0 || visited) return endWhenAlone();
    say('The browser ended before it showed a window.');
    offerAddress();
  });
}

// They take longer to load than it takes the browser to ask for the page: it is shown the way first.
const { openServices } = await import('./services.ts');
services = await openServices({
  packageRoot,
  dataFolder: data,
  folder,
  clock: wanted.clock,
  showRambleWindow: windows === null ? undefined : () => showRambleWindow(windows),
  server,
}).catch((error: unknown) => {
  windows?.close();
  return giveUp(error, NOT_FOUND);
});
opening.resolve(services.app);

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  windows?.close();
  await services?.returns.close();
  await server.close();
  await services?.app.close();
  process.exit(0);
}

function readWanted(): DoorArguments {
  try {
    const read = readArguments(process.argv.slice(2), process.env);
    if (!read.help) return read;
  } catch (error) {
    giveUp(error, USED_WRONGLY);
  }
  process.stdout.write(HELP);
  process.exit(0);
}

async function startServer(): Promise<DoorServer> {
  try {
    return await startDoorServer({
      services: opening.promise,
      interfaceFolder: join(packageRoot, 'out', 'renderer'),
      port: wanted.port,
      key: await doorKey(data),
      onSession(code) {
        visited = true;
        windows?.forget(code);
      },
    });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'listen') return giveUp(error, 1);
    const why = code === 'EADDRINUSE' ? 'another program has it' : code;
    return giveUp(`Port ${wanted.port} cannot be used: ${why}. Leave --port out, or name another.`, 1);
  }
}

async function showRambleWindow(opened: AppWindows): Promise<void> {
  const address = { origin: server.origin, path: '/ramble', code: server.newCode() } as const;
  await once(opened.open(address, RAMBLE_WINDOW), 'spawn').catch((error: Error) => {
    throw new RambleError('unsupported', `The browser could not be started (${error.message}).`);
  });
}

function printAddress(): void {
  process.stdout.write(`Open ${server.origin}/#${server.newCode()}\n`);
}

/** Leaves the window to the user. */
function offerAddress(): void {
  printAddress();
  say('The address works once, within thirty seconds. Ctrl-C ends Evening Ramble.');
  if (!process.stdin.isTTY) return;
  say('Press Enter for a fresh address.');
  createInterface({ input: process.stdin }).on('line', printAddress);
}

/** The browser's process is over; a window that was handed to another process may still be coming, connected, or reloading. */
function endWhenAlone(since = Date.now()): void {
  const patience = visited ? LINGER_MS : FIRST_WINDOW_MS;
  if (server.windows() > 0) setTimeout(() => endWhenAlone(), 500);
  else if (Date.now() - since >= patience) void end();
  else setTimeout(() => endWhenAlone(since), 250);
}
