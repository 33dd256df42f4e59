import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { type DoorServer, startDoorServer } from '../../src/browser/server.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import type { Reply } from '../../src/contract/router.ts';
import { describeContract } from './contract-suite.ts';

/** Comes through the door's gate as its page does: a one-use code for a token, the token for a socket. */
async function openSocket({ origin, newCode }: DoorServer): Promise<WebSocket> {
  const response = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { Origin: origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: newCode() }),
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
  return socket;
}

describeContract('the browser door’s socket', async (app) => {
  const interfaceFolder = mkdtempSync(join(tmpdir(), 'ramble-interface-'));
  writeFileSync(join(interfaceFolder, 'index.html'), '<!doctype html><title>x</title>');
  const server = await startDoorServer({
    services: Promise.resolve(app),
    interfaceFolder,
    port: 0,
  });
  const socket = await openSocket(server);
  const waiting = new Map<number, (reply: Reply) => void>();
  const listeners = new Set<(event: AppEvent) => void>();
  let lastId = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { id: number; reply: Reply } | { event: AppEvent };
    if ('event' in message) for (const listener of listeners) listener(message.event);
    else waiting.get(message.id)?.(message.reply);
  });
  return {
    transport: {
      send(name, params) {
        lastId += 1;
        const id = lastId;
        socket.send(JSON.stringify({ id, name, params }));
        return new Promise<Reply>((done) => waiting.set(id, done));
      },
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async close() {
      socket.close();
      await server.close();
      rmSync(interfaceFolder, { recursive: true, force: true });
    },
  };
});
