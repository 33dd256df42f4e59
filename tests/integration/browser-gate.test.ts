import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Gate } from '../../src/browser/gate.ts';
import { type DoorServer, type DoorServices, startDoorServer } from '../../src/browser/server.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { sendRaw } from '../support/raw-http.ts';

const WORD = expect.stringMatching(/^[\w-]{43}$/);

const calls: unknown[] = [];
let door: DoorServer;
let port: number;
let host: string;

beforeEach(async () => {
  calls.length = 0;
  const { folder } = makeVault({
    'index.html': '<!doctype html><meta nonce="__STYLE_NONCE__"><title>t</title>',
    'assets/a.js': 'export {}',
  });
  door = await startDoorServer({
    interfaceFolder: folder,
    port: 0,
    services: Promise.resolve({
      listen: () => () => {},
      dispatch: async (name, params) => {
        calls.push([name, params]);
        return { ok: true, result: 'done' };
      },
    }),
  });
  host = door.origin.slice('http://'.length);
  port = Number(host.split(':')[1]);
});
afterEach(async () => {
  await door.close();
  cleanUp();
});

interface Ask {
  method?: string;
  path?: string;
  headers?: string[];
  body?: string;
}

const ask = ({ method = 'GET', path = '/', headers = [`Host: ${host}`], body = '' }: Ask) =>
  sendRaw(
    port,
    `${method} ${path} HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}Connection: close\r\n\r\n${body}`,
  );

function session(code: unknown, over: { origin?: string | null; type?: string; extra?: string[] } = {}) {
  const body = JSON.stringify({ code });
  const origin = over.origin === undefined ? door.origin : over.origin;
  return ask({
    method: 'POST',
    path: '/session',
    headers: [
      `Host: ${host}`,
      ...(origin === null ? [] : [`Origin: ${origin}`]),
      `Content-Type: ${over.type ?? 'application/json'}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(over.extra ?? []),
    ],
    body,
  });
}

async function grant(): Promise<{ token: string; resume: string }> {
  const { status, body } = await session(door.newCode());
  expect(status).toBe(200);
  return JSON.parse(body.replace(/^[\da-f]+\r\n|\r\n0\r\n\r\n$/g, '')) as { token: string; resume: string };
}

/** Opens a socket; gives the status it was refused with, or the socket. */
function openSocket(
  protocols: string[],
  options: { origin?: string; path?: string; headers?: Record<string, string> } = {},
) {
  const messages: unknown[] = [];
  return new Promise<{ status: number; socket: WebSocket | null; messages: unknown[] }>((done) => {
    const socket = new WebSocket(`ws://${host}${options.path ?? '/socket'}`, protocols, {
      ...('origin' in options && options.origin === undefined
        ? {}
        : { origin: options.origin ?? door.origin }),
      headers: options.headers ?? {},
    });
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    socket.on('open', () => done({ status: 101, socket, messages }));
    socket.on('unexpected-response', (_request, response) =>
      done({ status: response.statusCode ?? 0, socket: null, messages }),
    );
    socket.on('error', () => done({ status: 0, socket: null, messages }));
  });
}

describe('B28: a POST of another page, and no GET, changes anything', () => {
  it.each([
    ['text/plain, as a form can send', { type: 'text/plain' }],
    ['a form', { type: 'application/x-www-form-urlencoded' }],
    ['JSON with a charset trick', { type: 'application/json; boundary=x' }],
    ['without an Origin', { origin: null }],
    ['from another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ])('%s', async (_name, over) => {
    const code = door.newCode();
    expect((await session(code, over)).status).toBe(403);
    // The code was not spent by it.
    expect((await session(code)).status).toBe(200);
  });

  it('GET /session, PUT and OPTIONS do nothing', async () => {
    expect((await ask({ path: `/session?code=${door.newCode()}` })).status).toBe(404);
    expect((await ask({ method: 'PUT', path: '/session' })).status).toBe(405);
    const preflight = await ask({
      method: 'OPTIONS',
      path: '/session',
      headers: [`Host: ${host}`, 'Origin: http://evil.test', 'Access-Control-Request-Method: POST'],
    });
    expect(preflight.status).toBe(405);
    expect(preflight.head).not.toMatch(/access-control/i);
  });
});

it.each([
  ['evil.test'],
  ['127.evil.test'],
  ['localhost.evil.test'],
  ['localhost:PORT'],
  ['0.0.0.0:PORT'],
  ['127.0.0.1'],
  ['127.0.0.1:1'],
  ['127.0.0.1:PORT.evil.test'],
  ['[::1]:PORT'],
  ['127.1:PORT'],
])('B29: Host %s is turned away before routing', async (named) => {
  expect((await ask({ headers: [`Host: ${named.replace('PORT', String(port))}`] })).status).toBe(421);
});

it('B29: no Host, two of them, an absolute target', async () => {
  expect([400, 421]).toContain((await ask({ headers: [] })).status);
  expect([400, 421]).toContain((await ask({ headers: [`Host: ${host}`, `Host: ${host}`] })).status);
  expect((await ask({ headers: [`Host: ${host}`, 'host: evil.test'] })).status).not.toBe(200);
  expect((await ask({ path: `http://evil.test/` })).status).toBe(421);
  expect((await ask({ path: `http://${host}/` })).status).toBe(421);
  expect((await ask({ path: '//evil.test/' })).status).toBe(421);
  expect((await ask({})).status).toBe(200);
});

it.each([
  ['http://localhost:PORT'],
  ['null'],
  ['file://'],
  ['http://127.0.0.1:PORT.evil.test'],
  ['https://127.0.0.1:PORT'],
  ['http://127.0.0.1:1'],
])('B31: Origin %s is refused, and never told that it may', async (named) => {
  const origin = named.replace('PORT', String(port));
  for (const answer of [
    await session(door.newCode(), { origin }),
    await ask({ headers: [`Host: ${host}`, `Origin: ${origin}`] }),
  ]) {
    expect(answer.status).toBe(403);
    expect(answer.head).not.toMatch(/access-control/i);
  }
});

describe('B32: the socket opens only for our page with a token of this run', () => {
  it('refuses before the upgrade', async () => {
    const { token } = await grant();
    const good = ['ramble', `token.${token}`];
    expect((await openSocket(good, { origin: 'http://evil.test' })).status).toBe(403);
    expect((await openSocket(good, { origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await openSocket(good, { origin: undefined as unknown as string })).status).toBe(403);
    expect((await openSocket(good, { path: '/other' })).status).toBe(421);
    expect((await openSocket([])).status).toBe(401);
    expect((await openSocket(['ramble'])).status).toBe(401);
    expect((await openSocket(['ramble', `token.${'A'.repeat(43)}`])).status).toBe(401);
    expect(
      (
        await openSocket(['ramble'], {
          headers: { Cookie: `token=${token}`, Authorization: `Bearer ${token}` },
        })
      ).status,
    ).toBe(401);
    expect(calls).toEqual([]);
    const { status, socket } = await openSocket(good);
    expect(status).toBe(101);
    expect(socket?.protocol).toBe('ramble');
    socket?.close();
  });

  it('carries calls and nothing else', async () => {
    const { token } = await grant();
    const { socket, messages } = await openSocket(['ramble', `token.${token}`]);
    socket?.send(JSON.stringify({ id: 7, name: 'notes.open', params: { path: 'a.md' } }));
    await eventually(() => messages.length === 2, 'the call is answered');
    expect(messages).toEqual([
      { hello: { proof: WORD, folder: null, outlived: false, lastWord: WORD } },
      { id: 7, reply: { ok: true, result: 'done' } },
    ]);
    const closed = new Promise((done) => socket?.once('close', done));
    socket?.send('{');
    expect(await closed).toBe(1008);
  });

  it('does not know the token of another run', async () => {
    const { token } = await grant();
    await door.close();
    const { folder } = makeVault({ 'index.html': 'x' });
    door = await startDoorServer({
      interfaceFolder: folder,
      port,
      services: Promise.resolve({
        listen: () => () => {},
        dispatch: async () => ({ ok: true, result: 0 }),
      }),
    });
    expect((await openSocket(['ramble', `token.${token}`])).status).toBe(401);
  });
});

describe('a window that comes before the services are there', () => {
  it('has the page, and hears the greeting and its answer once they are', async () => {
    const services = Promise.withResolvers<DoorServices>();
    await door.close();
    const { folder } = makeVault({ 'index.html': 'x' });
    door = await startDoorServer({ interfaceFolder: folder, port, services: services.promise });
    expect((await ask({})).status).toBe(200);
    const { token } = await grant();
    const { socket, messages } = await openSocket(['ramble', `token.${token}`]);
    socket?.send(JSON.stringify({ id: 7, name: 'app.state', params: {} }));
    expect(messages).toEqual([]);
    services.resolve({
      dispatch: async () => ({ ok: true, result: 'done' }),
      listen: () => () => {},
      folderId: () => 'f',
    });
    await eventually(() => messages.length === 2, 'the greeting and the answer');
    expect(messages[0]).toMatchObject({ hello: { folder: 'f' } });
    expect(messages[1]).toEqual({ id: 7, reply: { ok: true, result: 'done' } });
    socket?.close();
  });
});

describe('C07: what a page says that is being closed', () => {
  const say = (said: object, origin = door.origin) => {
    const body = JSON.stringify(said);
    return ask({
      method: 'POST',
      path: '/last',
      headers: [
        `Host: ${host}`,
        `Origin: ${origin}`,
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(body)}`,
      ],
      body,
    });
  };

  async function lastWord(): Promise<{ word: string; socket: WebSocket }> {
    const { token } = await grant();
    const { socket, messages } = await openSocket(['ramble', `token.${token}`]);
    await eventually(() => messages.length === 1, 'the door has said its first word');
    const [{ hello }] = messages as [{ hello: { lastWord: string } }];
    return { word: hello.lastWord, socket: socket as WebSocket };
  }

  it('arrives also when its socket is cut, and is an edit or nothing', async () => {
    const { word, socket } = await lastWord();
    const params = { document: 'a', version: 0, peer: 'w', edits: [] };
    expect((await say({ word, name: 'notes.push', params })).status).toBe(204);
    const closed = new Promise((done) => socket.once('close', done));
    socket.terminate();
    await closed;
    expect((await say({ word, name: 'notes.push', params })).status).toBe(204);
    expect((await say({ word, name: 'notes.open', params: { path: 'a.md' } })).status).toBe(403);
    expect(calls).toEqual([
      ['notes.push', params],
      ['notes.push', params],
    ]);
  });

  it('is refused without the word of a connection, from another page, and where it is too large', async () => {
    const { word, socket } = await lastWord();
    expect((await say({ name: 'notes.push', params: {} })).status).toBe(401);
    expect((await say({ word: 'A'.repeat(43), name: 'notes.push', params: {} })).status).toBe(401);
    expect((await say({ word, name: 'notes.push' }, 'http://127.0.0.1:1')).status).toBe(403);
    const large = { word, name: 'notes.push', params: 'x'.repeat(70_000) };
    expect([0, 413]).toContain((await say(large)).status);
    expect(calls).toEqual([]);
    socket.close();
  });

  it('is heard for five seconds after the connection was cut', () => {
    let now = 0;
    const gate = new Gate({ now: () => now });
    const { word, cut } = gate.newLastWord();
    now = 1_000_000;
    expect(gate.admitsLast(word)).toBe(true);
    cut();
    now += 4999;
    expect(gate.admitsLast(word)).toBe(true);
    now += 2;
    expect(gate.admitsLast(word)).toBe(false);
  });
});

describe('B33: guessing', () => {
  it.each([[null], [''], ['x'], [['a', 'b']], [{}], [42], ['undefined'], ['A'.repeat(500)]])(
    'the code %j is none',
    async (code) => {
      expect((await session(code)).status).toBe(401);
    },
  );

  it('is slowed down to ten a second', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 30; guess += 1) statuses.push((await session(`guess-${guess}`)).status);
    const gate = new Gate({ now: () => 0 });
    for (let guess = 0; guess < 10; guess += 1)
      expect(gate.claim('wrong')).toEqual({ ok: false, status: 401 });
    expect(gate.claim('wrong')).toEqual({ ok: false, status: 429 });
    expect(gate.claim(gate.newCode())).toEqual({ ok: false, status: 429 });
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(30);
    expect(statuses).toContain(429);
  });
});

describe('B35: a code opens one session, once, soon', () => {
  it('not twice, not after thirty seconds', () => {
    let now = 0;
    const gate = new Gate({ now: () => now });
    const code = gate.newCode();
    expect(gate.claim(code).ok).toBe(true);
    expect(gate.claim(code).ok).toBe(false);
    const late = gate.newCode();
    now = 30_001;
    expect(gate.claim(late).ok).toBe(false);
  });

  it('a window that has opened a hundred others, over weeks, can open one more', () => {
    const gate = new Gate();
    const desk = gate.claim(gate.newCode());
    if (!desk.ok) throw new Error('the code is refused');
    for (let opened = 0; opened < 100; opened += 1) expect(gate.claim(desk.grant.token).ok).toBe(true);
  });

  it('a reload’s code works once, and gives the next', async () => {
    const { resume } = await grant();
    expect((await session(resume)).status).toBe(200);
    expect((await session(resume)).status).toBe(401);
  });
});

it('B36: nothing of this machine but loopback is listened on', async () => {
  const listening = spawnSync('ss', ['-ltnH']).stdout?.toString() ?? '';
  if (listening !== '') {
    const ours = listening.split('\n').filter((line) => line.includes(`:${port} `));
    expect(ours.every((line) => line.includes(`127.0.0.1:${port}`))).toBe(true);
  }
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((entry) => entry?.family === 'IPv4' && !entry.internal);
  if (outside === undefined) return;
  const reached = await new Promise((done) => {
    const socket = connect(port, outside.address, () => done(true));
    socket.on('error', () => done(false));
  });
  expect(reached).toBe(false);
});

it.each([['//evil.test'], ['/\\evil.test'], ['/?next=https://evil.test'], ['/%2f%2fevil.test']])(
  'B37: %s redirects nowhere',
  async (path) => {
    const { status, head } = await ask({ path });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(head).not.toMatch(/^location:/im);
  },
);

it('B38: every answer forbids to be framed, read across origins, guessed in type or kept', async () => {
  for (const path of ['/', '/ramble', '/assets/a.js', '/missing']) {
    const { head } = await ask({ path });
    expect(head).toMatch(/x-content-type-options: nosniff/i);
    expect(head).toMatch(/x-frame-options: deny/i);
    expect(head).toMatch(/cross-origin-opener-policy: same-origin/i);
    expect(head).toMatch(/cross-origin-resource-policy: same-origin/i);
    expect(head).toMatch(/referrer-policy: no-referrer/i);
    expect(head).toMatch(/cache-control: no-store/i);
    expect(head).not.toMatch(/set-cookie|access-control/i);
  }
  const { head, body } = await ask({});
  const policy = /content-security-policy: (.*)/i.exec(head)?.[1] ?? '';
  expect(policy.replace(/nonce-[\w+/=]{20,}/, 'nonce-X')).toBe(
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-X'; img-src 'self' blob:; font-src 'self'; connect-src 'self' ws://${host}; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(body).toContain(/nonce-([\w+/=]+)/.exec(policy)?.[1]);
  expect(
    (
      await ask({
        headers: [
          `Host: ${host}`,
          'Sec-Fetch-Site: cross-site',
          'Sec-Fetch-Mode: no-cors',
          'Sec-Fetch-Dest: script',
        ],
      })
    ).status,
  ).toBe(403);
  expect(
    (
      await ask({
        headers: [
          `Host: ${host}`,
          'Sec-Fetch-Site: same-site',
          'Sec-Fetch-Mode: navigate',
          'Sec-Fetch-Dest: iframe',
        ],
      })
    ).status,
  ).toBe(403);
});

it('serves what was built and nothing beside it', async () => {
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/../../x',
    '/index.html%00',
    '/assets',
    join('/', 'etc', 'passwd'),
  ]) {
    expect((await ask({ path })).status, path).toBe(404);
  }
});

describe('B40: floods', () => {
  it('a large body, a large frame and a header flood are cut off', async () => {
    const body = `{"code":"${'x'.repeat(2_000_000)}"}`;
    const { status } = await ask({
      method: 'POST',
      path: '/session',
      headers: [
        `Host: ${host}`,
        `Origin: ${door.origin}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ],
      body,
    });
    expect([0, 413]).toContain(status);
    expect(
      (
        await ask({
          headers: [
            `Host: ${host}`,
            ...Array.from({ length: 3000 }, (_, at) => `X-${at}: ${'y'.repeat(20)}`),
          ],
        })
      ).status,
    ).toBe(431);
    const { token } = await grant();
    const { socket } = await openSocket(['ramble', `token.${token}`]);
    const closed = new Promise((done) => socket?.once('close', done));
    socket?.on('error', () => undefined);
    socket?.send('x'.repeat(71 * 1024 * 1024));
    expect([1006, 1009]).toContain(await closed);
  });

  it('a client that drips its headers is cut off, and the others are served meanwhile', async () => {
    const started = Date.now();
    const drip = sendRaw(port, `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `, 12_000);
    expect((await ask({})).status).toBe(200);
    const { status } = await drip;
    expect(Date.now() - started).toBeLessThan(9000);
    expect([0, 408]).toContain(status);
  });

  it('two hundred idle sockets leave room for a window', async () => {
    const idle = Array.from({ length: 200 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await new Promise((done) => setTimeout(done, 200));
    const { token } = await grant();
    const { status, socket } = await openSocket(['ramble', `token.${token}`]);
    expect(status).toBe(101);
    socket?.close();
    for (const open of idle) open.destroy();
  });
});
