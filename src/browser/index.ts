import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createApp } from '../backend/app.ts';
import { clockAt } from '../backend/clock.ts';
import { dataFolder } from '../backend/data-folder.ts';
import { version } from '../backend/version.ts';
import { type AppWindows, appWindows } from './app-window.ts';
import { findBrowser, hasDisplay } from './find-browser.ts';
import { startDoorServer } from './server.ts';

const HELP = `Evening Ramble in a browser window.

  browser [FOLDER] [--no-open] [--port N] [--now LOCAL-TIME]

  FOLDER      the notes; without it the last folder
  --no-open   print the one-use address instead of opening a window
  --port N    the port on 127.0.0.1; a free one by default
  --now TIME  stand the clock at a local time, as 2021-02-09T21:15
`;
/** How long no window may be connected, once the browser has ended, before the door ends too. */
const LINGER_MS = 3000;
const MAIN_WINDOW = { width: 1360, height: 860 };
const RAMBLE_WINDOW = { width: 760, height: 720 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    now: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const packageRoot = resolve(import.meta.dirname, '..', '..');
const data = dataFolder();
const browser = values['no-open'] || !hasDisplay() ? null : findBrowser();
const windows: AppWindows | null = browser === null ? null : appWindows(browser, data);
const now = values.now ?? process.env.RAMBLE_NOW;

const app = createApp({
  door: {
    capabilities: { pickFolder: false, rambleWindow: windows !== null, revealFile: false, menu: false },
    ...(windows === null
      ? {}
      : {
          async showRambleWindow() {
            windows.open(`${server.origin}/ramble#${server.newCode()}`, RAMBLE_WINDOW);
          },
        }),
  },
  dataFolder: data,
  sampleFolder: join(packageRoot, 'resources', 'sample-vault'),
  indexWorker: new URL('./index-worker.mjs', import.meta.url),
  version,
  ...(now === undefined ? {} : { clock: clockAt(now) }),
});

const folder = positionals[0];
try {
  if (folder === undefined) await app.openLastFolder();
  else await app.openFolder(resolve(process.env.INIT_CWD ?? process.cwd(), folder));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(3);
}

const server = await startDoorServer({
  dispatch: app.dispatch,
  listen: app.listen,
  interfaceFolder: join(packageRoot, 'out', 'renderer'),
  port: Number(values.port),
});

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  windows?.close();
  await server.close();
  await app.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());

if (windows === null) printAddress();
else {
  const child = windows.open(`${server.origin}/#${server.newCode()}`, MAIN_WINDOW);
  child.on('error', (error) => {
    say(`The browser could not be started (${error.message}).`);
    printAddress();
  });
  child.on('exit', () => endWhenAlone());
}

function printAddress(): void {
  process.stdout.write(`Open ${server.origin}/#${server.newCode()}\n`);
  say('The address works once, within thirty seconds. Ctrl-C ends Evening Ramble.');
  if (!process.stdin.isTTY) return;
  say('Press Enter for a fresh address.');
  createInterface({ input: process.stdin }).on('line', () => {
    process.stdout.write(`Open ${server.origin}/#${server.newCode()}\n`);
  });
}

/** The browser's process is over; a window that was handed to another process may still be connected, or be reloading. */
function endWhenAlone(since = Date.now()): void {
  if (server.windows() > 0) setTimeout(() => endWhenAlone(), 500);
  else if (Date.now() - since >= LINGER_MS) void end();
  else setTimeout(() => endWhenAlone(since), 250);
}
