import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Nothing that the browser would do by itself: no update, no sync, no reports, no look-ups. */
const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--disable-default-apps',
  '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication',
  '--no-pings',
  '--dns-prefetch-disable',
  '--disable-crash-reporter',
];
const REDIRECT_LIVES_MS = 35_000;

export interface AppWindows {
  /** Opens an app window on an address that holds a one-use code. The code is in no argument list: a file only we can read leads on. */
  open(address: string, size: { width: number; height: number }): ChildProcess;
  /** Removes what is left of the redirect files. */
  close(): void;
}

export function appWindows(browser: string, dataFolder: string): AppWindows {
  const folder = join(dataFolder, 'launch');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const clear = () => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
  };
  clear();
  return {
    open(address, { width, height }) {
      const file = join(folder, `${randomBytes(8).toString('hex')}.html`);
      writeFileSync(file, redirectPage(address), { mode: 0o600, flag: 'wx' });
      setTimeout(() => rmSync(file, { force: true }), REDIRECT_LIVES_MS).unref();
      return spawn(
        browser,
        [
          `--app=${pathToFileURL(file).href}`,
          `--user-data-dir=${join(dataFolder, 'browser-profile')}`,
          `--window-size=${width},${height}`,
          '--class=evening-ramble',
          ...QUIET,
          // Chromium's sandbox refuses to run as root.
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
        { stdio: 'ignore' },
      );
    },
    close: clear,
  };
}

function redirectPage(address: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Evening Ramble</title><meta name="referrer" content="no-referrer"><script>location.replace(${JSON.stringify(address)})</script>\n`;
}
