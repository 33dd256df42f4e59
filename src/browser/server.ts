import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { readInterface } from '../backend/interface-files.ts';
import type { AppEvent } from '../contract/events.ts';
import type { Dispatch } from '../contract/router.ts';
import { type Admission, Gate, isForUs, isFromUs, mayRead } from './gate.ts';
import { leftPage } from './left-page.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import { end, FIXED_HEADERS, readBody } from './requests.ts';

const LARGEST_MESSAGE = 70 * 1024 * 1024;
const LARGEST_QUESTION = 1024;
/** Browsers carry no more for a page that is gone. */
const LARGEST_LAST = 64 * 1024;
/** A window that does not read what it is sent is gone, or no window. */
const LARGEST_BACKLOG = 64 * 1024 * 1024;

/** What is behind the door. */
export interface DoorServices {
  dispatch: Dispatch;
  listen(listener: (event: AppEvent) => void): () => void;
  /** What stands for the folder that is open, `null` while none is: a window that comes back must find its own. */
  folderId?(): string | null;
}

export interface DoorServerOptions {
  /** Windows are served before they are there, and answered then. Never rejects. */
  services: Promise<DoorServices>;
  /** The built interface. */
  interfaceFolder: string;
  /** 0 takes a free one. */
  port: number;
  /** See `doorKey()`; without it, windows find back to this process only. */
  key?: Buffer;
  /** Hears of each session that is opened, and by which code. */
  onSession?(code: string): void;
}

export interface DoorServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  port: number;
  /** A fresh one-use launch code. */
  newCode(): string;
  /** How many windows are connected, by port or on all of them. */
  windows(port?: number): number;
  /**
   * Listens also on the port of an earlier run, for the windows that were left on it. No page is served there: who had the port
   * meanwhile may have left a service worker for it, which would be given what opens the door. Throws what the system says.
   */
  awaitReturn(port: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves the interface and carries the contract over a socket, on loopback only, to whoever came through the gate. */
export async function startDoorServer(options: DoorServerOptions): Promise<DoorServer> {
  const answer = readInterface(options.interfaceFolder);
  const gate = new Gate(options.key === undefined ? {} : { key: options.key });
  const { services } = options;
  const portOf = new WeakMap<WebSocket, number>();
  const servers: LoopbackServer[] = [];
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: () => 'ramble',
  });

  /** Listens on a port; `forAll` is false where only windows that were left on it are served. */
  async function serve(port: number, forAll: boolean): Promise<LoopbackServer> {
    const listening = await listenOnLoopback(port);
    const { server, host } = listening;
    const origin = `http://${host}`;
    server.on('request', (request, response) => {
      for (const [name, value] of FIXED_HEADERS) response.setHeader(name, value);
      if (!isForUs(request, host)) end(response, 421);
      else if (request.method === 'GET' || request.method === 'HEAD') {
        if (!mayRead(request, origin)) end(response, 403);
        else if (forAll) serveFile(host, request, response);
        else serveLeftPage(request, response);
      } else if (request.method !== 'POST') end(response, 405);
      else if (request.url === '/session' && forAll) void openSession(origin, request, response);
      else if (request.url === '/return') void challenge(host, request, response);
      else if (request.url === '/last') void takeLast(host, request, response);
      else end(response, 403);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      upgrade(listening, request, socket, head),
    );
    servers.push(listening);
    return listening;
  }

  function serveFile(host: string, request: IncomingMessage, response: ServerResponse): void {
    const found = answer(request.url ?? '', [`ws://${host}`]);
    if (found === null) return end(response, 404);
    for (const [name, value] of Object.entries(found.headers)) response.setHeader(name, value);
    response.setHeader('Content-Length', found.body.length);
    response.end(request.method === 'HEAD' ? undefined : found.body);
  }

  async function openSession(
    origin: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request, response, origin, LARGEST_QUESTION);
    if (body === null) return;
    const claim = gate.claim(body.code);
    if (!claim.ok) return end(response, claim.status);
    options.onSession?.(String(body.code));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(claim.grant));
  }

  async function challenge(host: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, response, `http://${host}`, LARGEST_QUESTION);
    if (body === null) return;
    const asked = gate.challenge(body.ticket, body.nonce, host);
    if (asked === null) return end(response, 401);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(asked));
  }

  /** What a page that is closed had typed: its socket may have been cut before that was sent. */
  async function takeLast(host: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, response, `http://${host}`, LARGEST_LAST);
    if (body === null) return;
    if (!gate.admitsLast(body.word)) return end(response, 401);
    if (body.name !== 'notes.push') return end(response, 403);
    const { dispatch } = await services;
    const reply = await dispatch(body.name, body.params);
    end(response, reply.ok ? 204 : 409);
  }

  function upgrade(
    { host, port }: LoopbackServer,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    socket.on('error', () => socket.destroy());
    // Half a connection is one of few: who was refused may not keep it by not hanging up.
    const refuse = (status: string) => {
      const answer = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
      socket.end(answer, () => socket.destroy());
    };
    if (!isForUs(request, host) || request.url !== '/socket') return refuse('421 Misdirected Request');
    if (!isFromUs(request, `http://${host}`)) return refuse('403 Forbidden');
    const admission = admit(request, host);
    if (admission === null) return refuse('401 Unauthorized');
    sockets.handleUpgrade(request, socket, head, (window) => {
      portOf.set(window, port);
      const { word, cut } = gate.newLastWord();
      window.once('close', cut);
      carry(window);
      // The port may be another's by now: until it has heard this, a window says nothing.
      void services.then((open) =>
        send(window, { hello: { ...admission, folder: folderOf(open), lastWord: word } }),
      );
    });
  }

  function admit(request: IncomingMessage, host: string): Admission | null {
    const shown = shownBy(request);
    if (shown === null) return null;
    return 'token' in shown
      ? gate.admits(shown.token, host)
      : gate.admitsAgain(shown.nonce, shown.proof, host);
  }

  function carry(window: WebSocket): void {
    window.on('error', () => window.terminate());
    window.on('message', (data, isBinary) => {
      const call = isBinary ? null : parseCall(String(data));
      if (call === null) return window.close(1008, 'not a call');
      void services
        .then(({ dispatch }) => dispatch(call.name, call.params))
        .then((reply) => send(window, { id: call.id, reply }));
    });
  }

  const main = await serve(options.port, true);
  let stopListening = () => {};
  void services.then((open) => {
    stopListening = open.listen((event) => {
      for (const window of sockets.clients) {
        if (event.name === 'vault.opened') send(window, { folder: folderOf(open) });
        send(window, { event });
      }
    });
  });

  return {
    origin: `http://${main.host}`,
    port: main.port,
    newCode: () => gate.newCode(),
    windows: (port) =>
      [...sockets.clients].filter((window) => port === undefined || portOf.get(window) === port).length,
    awaitReturn: async (port) => void (await serve(port, false)),
    async close() {
      stopListening();
      for (const window of sockets.clients) window.close(1001, 'the app has ended');
      const closed = servers.map(({ server }) => new Promise<void>((done) => server.close(() => done())));
      setTimeout(() => {
        for (const window of sockets.clients) window.terminate();
        for (const { server } of servers) server.closeAllConnections();
      }, 300).unref();
      for (const { server } of servers) server.closeIdleConnections();
      await Promise.all(closed);
    },
  };
}

function folderOf({ folderId }: DoorServices): string | null {
  return folderId?.() ?? null;
}

/** To a window that was left on this port and is loaded again: what it had in memory is gone, and nothing is given here. */
function serveLeftPage(request: IncomingMessage, response: ServerResponse): void {
  response.statusCode = 410;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  const nonce = randomBytes(18).toString('base64');
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; sandbox; frame-ancestors 'none'`;
  response.setHeader('Content-Security-Policy', policy);
  response.end(request.method === 'HEAD' ? undefined : leftPage(nonce));
}

/**
 * What a window shows travels as a subprotocol: in no address, so in no history and no log. `null` where it shows nothing that makes
 * sense.
 */
function shownBy(request: IncomingMessage): { token: string } | { nonce: string; proof: string } | null {
  const offered = request.headers['sec-websocket-protocol'];
  const parts = typeof offered === 'string' ? offered.split(',').map((part) => part.trim()) : [];
  if (parts.length !== 2 || parts[0] !== 'ramble') return null;
  const token = /^token\.([\w-]{20,100})$/.exec(parts[1] ?? '')?.[1];
  if (token !== undefined) return { token };
  const [, nonce, proof] = /^back\.([\w-]{20,100})\.([\w-]{20,100})$/.exec(parts[1] ?? '') ?? [];
  return nonce === undefined || proof === undefined ? null : { nonce, proof };
}

function parseCall(data: string): { id: number; name: unknown; params: unknown } | null {
  try {
    const call = JSON.parse(data) as { id?: unknown; name?: unknown; params?: unknown } | null;
    if (call === null || typeof call !== 'object' || typeof call.id !== 'number') return null;
    return { id: call.id, name: call.name, params: call.params };
  } catch {
    return null;
  }
}

function send(window: WebSocket, message: unknown): void {
  if (window.readyState !== window.OPEN) return;
  if (window.bufferedAmount > LARGEST_BACKLOG) return window.terminate();
  window.send(JSON.stringify(message));
}
