import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { makeVault } from '../support/app.ts';
import { type Ended, root } from './terminal-fixtures.ts';

export interface Window {
  token: string;
  socket: WebSocket;
  call(name: string, params: unknown): Promise<{ ok: boolean; result?: unknown }>;
}

/** Comes through the gate as the door's page does: a code for a token, the token for a socket. */
export async function openWindow(origin: string, code: string): Promise<Window> {
  const response = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { Origin: origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  if (!response.ok) throw new Error(`the gate answered ${response.status}`);
  const { token } = (await response.json()) as { token: string };
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`, ['ramble', `token.${token}`], {
    origin,
  });
  await new Promise((done, fail) => {
    socket.once('open', done);
    socket.once('error', fail);
  });
  socket.on('error', () => undefined);
  let lastId = 0;
  return {
    token,
    socket,
    call(name, params) {
      lastId += 1;
      const id = lastId;
      socket.send(JSON.stringify({ id, name, params }));
      return new Promise((done, fail) => {
        socket.once('close', () => fail(new Error('the socket was closed')));
        socket.on('message', (data) => {
          const message = JSON.parse(String(data)) as {
            id?: number;
            reply: { ok: boolean; result?: unknown };
          };
          if (message.id === id) done(message.reply);
        });
      });
    },
  };
}

/**
 * A program in place of an installed browser, which notes what it was started with. `visit` follows the redirect file as a browser
 * would, stays a moment and ends; `fail` ends at once, as without a display.
 */
export function makeBrowser(behaviour: 'visit' | 'fail'): { program: string; notes: string } {
  const { folder } = makeVault();
  const program = join(folder, 'browser.mjs');
  const notes = join(folder, 'notes.json');
  const ws = JSON.stringify(import.meta.resolve('ws'));
  const visit = `
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from ${ws};
const mode = (place) => (statSync(place).mode & 0o777).toString(8);
const args = process.argv.slice(2);
const file = fileURLToPath(args.find((arg) => arg.startsWith('--app=')).slice(6));
const address = new URL(/location\\.replace\\("([^"]+)"\\)/.exec(readFileSync(file, 'utf8'))[1]);
const modes = [mode(file), mode(dirname(file))];
const processes = process.platform !== 'linux' ? [] : readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((name) => {
  try { return readFileSync('/proc/' + name + '/cmdline', 'utf8'); } catch { return ''; }
});
const code = address.hash.slice(1);
const response = await fetch(address.origin + '/session', { method: 'POST', headers: { Origin: address.origin, 'Content-Type': 'application/json' }, body: JSON.stringify({ code }) });
const { token, resume, key } = await response.json();
const socket = new WebSocket(address.origin.replace('http', 'ws') + '/socket', ['ramble', 'token.' + token], { origin: address.origin });
await new Promise((done) => socket.once('open', done));
const told = processes.filter((line) => [code, token, resume, key].some((secret) => line.includes(secret)));
writeFileSync(${JSON.stringify(notes)}, JSON.stringify({ args, modes, told, left: readdirSync(dirname(file)), secrets: [code, token, resume, key] }));
setTimeout(() => process.exit(0), 500);
`;
  const fail = 'process.exit(1);';
  writeFileSync(program, `#!${process.execPath}\n${behaviour === 'visit' ? visit : fail}`, { mode: 0o755 });
  return { program, notes };
}

export interface RunningDoor {
  pid: number;
  printed(): { stdout: string; stderr: string };
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** Starts the built door with what is given, and a display as far as it can tell. */
export function runDoor(args: string[], environment: NodeJS.ProcessEnv = {}): RunningDoor {
  const { INIT_CWD: _cwd, RAMBLE_NOW: _now, ...rest } = process.env;
  const child = spawn(process.execPath, [join(root, 'out', 'main', 'browser.mjs'), ...args], {
    env: { ...rest, DISPLAY: ':77', RAMBLE_DATA: makeVault().folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return {
    pid: child.pid ?? 0,
    printed: () => said,
    kill: (signal) => child.kill(signal),
    ended: new Promise((done) => child.on('close', (code, signal) => done({ code, signal, ...said }))),
  };
}

/** The one-use address among what a door printed. */
export function addressIn(stdout: string): URL | null {
  const found = /^Open (http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43})\n$/.exec(stdout)?.[1];
  return found === undefined ? null : new URL(found);
}
