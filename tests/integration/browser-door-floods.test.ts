import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenNote } from '../../src/contract/notes.ts';
import { changesBetween } from '../../src/core/text/diff.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { sendRaw } from '../support/raw-http.ts';
import { addressIn, openWindow, type RunningDoor, runDoor, type Window } from './browser-door-fixtures.ts';

const MEGABYTE = 1024 * 1024;
let vault: TestVault;
let door: RunningDoor;
let address: URL;
let window: Window;
const held: Socket[] = [];

beforeEach(async () => {
  vault = makeVault({ 'A note.md': 'Here.\n' });
  door = runDoor(['--no-open', vault.folder]);
  address = await eventually(() => addressIn(door.printed().stdout), 'the door prints its address');
  window = await openWindow(address.origin, address.hash.slice(1));
});
afterEach(async () => {
  for (const socket of held.splice(0)) socket.destroy();
  door.kill('SIGKILL');
  await door.ended;
});
afterAll(cleanUp);

/** Connects, says something, and never hangs up by itself. */
function hold(text: string): Socket {
  const socket = connect({ port: Number(address.port), host: '127.0.0.1', allowHalfOpen: true });
  if (text !== '') socket.write(text);
  socket.on('error', () => undefined).resume();
  held.push(socket);
  return socket;
}

async function saveIn(from: Window, text: string): Promise<void> {
  const opened = await from.call('notes.open', { path: 'A note.md' });
  const { document, version, text: before } = opened.result as OpenNote;
  const edits = [{ kind: 'typed', changes: changesBetween(before, text).toJSON() }];
  const { ok } = await from.call('notes.push', { document, version, peer: 'test.1', edits });
  expect(ok).toBe(true);
  expect((await from.call('notes.flush', { document })).ok).toBe(true);
  expect(vault.read('A note.md')).toBe(text);
}

/** Whether somebody new is let in: `fetch` would come by a connection that it kept. */
async function reachable(): Promise<boolean> {
  const { status } = await sendRaw(
    Number(address.port),
    `GET / HTTP/1.1\r\nHost: ${address.host}\r\nConnection: close\r\n\r\n`,
  );
  return status === 200;
}

const residentMemory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${door.pid}/status`, 'utf8'))?.[1]) * 1024;

describe('B40: floods', () => {
  it('what was refused an upgrade cannot hold its connection', async () => {
    for (let at = 0; at < 300; at += 1) {
      const host = at % 2 === 0 ? 'evil.test' : address.host;
      hold(`GET /socket HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    }
    await new Promise((done) => setTimeout(done, 500));
    expect(await reachable()).toBe(true);
    await saveIn(window, 'Typed meanwhile.\n');
  });

  it('silent, slow and half-said connections are ended, and typed text is saved meanwhile', async () => {
    for (let at = 0; at < 70; at += 1) {
      hold('');
      hold(`GET / HTTP/1.1\r\nHost: ${address.host}\r\nX-Slow: `);
      hold(
        `POST /session HTTP/1.1\r\nHost: ${address.host}\r\nOrigin: ${address.origin}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
      );
    }
    await saveIn(window, 'Typed in the flood.\n');
    // Headers have five seconds, a body ten.
    const open = () => held.filter((socket) => !socket.readableEnded && !socket.destroyed).length;
    for (const until = Date.now() + 14_000; open() > 0 && Date.now() < until; ) {
      await new Promise((done) => setTimeout(done, 100));
    }
    expect(open()).toBe(0);
    expect(await reachable()).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')('huge bodies and frames cost no memory', async () => {
    const before = residentMemory();
    const part = Buffer.alloc(MEGABYTE, 'x');
    for (const origin of [address.origin, 'http://evil.test']) {
      const socket = hold(
        `POST /session HTTP/1.1\r\nHost: ${address.host}\r\nOrigin: ${origin}\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n`,
      );
      let written = 0;
      while (written < 200 && !socket.destroyed && socket.writable) {
        await new Promise((done) => socket.write(part, done));
        written += 1;
      }
      expect(written).toBeLessThan(200);
    }
    // A window's token gives a session of its own, as for a window that it opened.
    const other = await openWindow(address.origin, window.token);
    const closed = new Promise((done) => other.socket.once('close', done));
    other.socket.send(Buffer.alloc(100 * MEGABYTE, 'x').toString());
    expect([1006, 1009]).toContain(await closed);
    expect(residentMemory() - before).toBeLessThan(100 * MEGABYTE);
    await saveIn(window, 'Typed after it.\n');
  });
});
