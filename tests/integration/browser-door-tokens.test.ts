import { afterEach, beforeEach, expect, it } from 'vitest';
import { Gate, type Grant } from '../../src/browser/gate.ts';
import { type DoorServer, startDoorServer } from '../../src/browser/server.ts';
import { cleanUp, makeVault } from '../support/app.ts';
import { sendRaw } from '../support/raw-http.ts';

const PAUSE_MS = 1100;
let door: DoorServer;
let token: string;

beforeEach(async () => {
  door = await startDoorServer({
    interfaceFolder: makeVault({ 'index.html': '<!doctype html>' }).folder,
    port: 0,
    services: Promise.resolve({
      listen: () => () => {},
      dispatch: async () => ({ ok: true, result: {} }),
    }),
  });
  const response = await fetch(`${door.origin}/session`, {
    method: 'POST',
    headers: { Origin: door.origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: door.newCode() }),
  });
  token = ((await response.json()) as Grant).token;
});
afterEach(async () => {
  await door.close();
  cleanUp();
});

/** Asks for a socket as a page of ours would, with these protocol headers; gives the status. */
async function upgrade(protocols: string[]): Promise<number> {
  const { host, port } = new URL(door.origin);
  const headers = [
    `Host: ${host}`,
    `Origin: ${door.origin}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...protocols.map((line) => `Sec-WebSocket-Protocol: ${line}`),
  ];
  const { status } = await sendRaw(
    Number(port),
    `GET /socket HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`,
    300,
  );
  return status;
}

it.each<[string, (right: string) => string[]]>([
  ['none', () => []],
  ['an empty one', () => ['ramble, token.']],
  ['the word undefined', () => ['ramble, token.undefined']],
  ['a bearer of nothing', () => ['ramble, Bearer undefined']],
  ['its first half', (right) => [`ramble, token.${right.slice(0, 22)}`]],
  ['all but its last letter', (right) => [`ramble, token.${right.slice(0, -1)}`]],
  ['one letter more', (right) => [`ramble, token.${right}A`]],
  ['the right one without the protocol', (right) => [`token.${right}`]],
  ['the right one beside another protocol', (right) => [`other, token.${right}`]],
  ['the right one behind a wrong one', (right) => [`ramble, token.${'A'.repeat(43)}`, `token.${right}`]],
])('B33: a socket is refused with, for a token, %s', async (_name, protocols) => {
  expect(await upgrade(protocols(token))).toBe(401);
  expect(await upgrade([`ramble, token.${token}`])).toBe(101);
});

it('B33: sockets that guess are slowed down together with codes', async () => {
  for (let guess = 0; guess < 10; guess += 1) {
    expect(await upgrade([`ramble, token.${'A'.repeat(40)}${guess}`])).toBe(401);
  }
  const gate = new Gate({ now: () => 0 });
  for (let guess = 0; guess < 10; guess += 1) gate.admits('A'.repeat(43), 'x');
  expect(gate.claim(gate.newCode())).toEqual({ ok: false, status: 429 });
  await new Promise((done) => setTimeout(done, PAUSE_MS));
  expect(await upgrade([`ramble, token.${token}`])).toBe(101);
});
