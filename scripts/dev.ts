import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { root, run } from './run.ts';

/**
 * Develops with hot reload. Where Electron's binary is there: electron-vite's own. Otherwise the browser door: the interface from
 * Vite's server (changes appear at once), the services rebuilt and started again when their sources change.
 */
const electron = join(root, 'node_modules', 'electron', 'path.txt');
const folder = process.argv[2];

if (
  existsSync(electron) &&
  (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
) {
  const { code } = await run('electron-vite', ['dev', ...(folder === undefined ? [] : ['--', folder])], {
    shown: true,
  });
  process.exit(code);
}

const BUILD = ['build', '--logLevel', 'warn'];
let door: ChildProcess | null = null;

/** Starts the browser door and gives the one-use address that it prints. */
function startDoor(port: number): Promise<URL> {
  const started = spawn(
    join(root, 'node_modules', '.bin', 'node'),
    [
      join(root, 'out', 'main', 'browser.mjs'),
      '--no-open',
      '--port',
      String(port),
      ...(folder === undefined ? [] : [folder]),
    ],
    { cwd: process.env.INIT_CWD ?? process.cwd(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  door = started;
  return new Promise((done, fail) => {
    started.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const found = /Open (\S+)/.exec(text)?.[1];
      if (found !== undefined) done(new URL(found));
    });
    started.on('exit', (code) => fail(new Error(`the browser door ended with ${code}`)));
  });
}

const built = await run('electron-vite', BUILD);
if (built.code !== 0) {
  console.error(built.output);
  process.exit(1);
}
const address = await startDoor(0);
const origin = address.origin;
const rewritten = { target: origin, headers: { host: address.host, origin }, ws: true };
const server = await createServer({
  root: join(root, 'src', 'renderer'),
  configFile: false,
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/session': rewritten, '/socket': rewritten } },
});
await server.listen();
const shown = server.resolvedUrls?.local[0] ?? '';
console.log(`Open ${shown}${address.hash}`);

let waiting: NodeJS.Timeout | null = null;
for (const part of ['core', 'contract', 'backend', 'browser']) {
  watch(join(root, 'src', part), { recursive: true }, () => {
    if (waiting !== null) clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const again = await run('electron-vite', BUILD);
      if (again.code !== 0) return console.error(again.output);
      door?.removeAllListeners('exit');
      door?.kill();
      const next = await startDoor(Number(address.port));
      console.log(`The services were rebuilt: open ${shown}${next.hash}`);
    }, 200);
  });
}
process.on('SIGINT', () => {
  door?.kill();
  process.exit(0);
});
