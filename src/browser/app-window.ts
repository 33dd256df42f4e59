import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

export interface LaunchAddress {
  origin: string;
  path: '/' | '/ramble';
  /** One-use. */
  code: string;
}

export interface AppWindows {
  /** Opens an app window on an address. The code is in no argument list: a file that only we can read leads on. */
  open(address: LaunchAddress, size: { width: number; height: number }): ChildProcess;
  /** Removes the file that led to a code, once it is used. */
  forget(code: string): void;
  /** Removes what is left of the redirect files. */
  close(): void;
}

export function appWindows(browser: string, dataFolder: string): AppWindows {
  const folder = join(dataFolder, 'launch');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const files = new Map<string, string>();
  const forget = (code: string) => {
    const file = files.get(code);
    if (file !== undefined) rmSync(file, { force: true });
    files.delete(code);
  };
  removeStale(folder);

  return {
    open({ origin, path, code }, { width, height }) {
      const file = join(folder, `${randomBytes(8).toString('hex')}.html`);
      writeFileSync(file, redirectPage(`${origin}${path}#${code}`), { mode: 0o600, flag: 'wx' });
      files.set(code, file);
      setTimeout(() => forget(code), REDIRECT_LIVES_MS).unref();
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
    forget,
    close() {
      for (const code of [...files.keys()]) forget(code);
    },
  };
}

/** What a door left that was killed. A younger file may be another door's, whose window is just opening. */
function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > REDIRECT_LIVES_MS) rmSync(file, { force: true });
  }
}

function redirectPage(address: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Evening Ramble</title><meta name="referrer" content="no-referrer"><script>location.replace(${JSON.stringify(address)})</script>\n`;
}
