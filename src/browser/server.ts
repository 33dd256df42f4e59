import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { readInterface } from '../backend/interface-files.ts';
import type { AppEvent } from '../contract/events.ts';
import type { Dispatch } from '../contract/router.ts';
import { Gate, isForUs, isFromUs, mayRead } from './gate.ts';

const LARGEST_SESSION_BODY = 1024;
const LARGEST_MESSAGE = 70 * 1024 * 1024;
/** A window that does not read what it is sent is gone, or no window. */
const LARGEST_BACKLOG = 64 * 1024 * 1024;
const MOST_CONNECTIONS = 256;

export interface DoorServerOptions {
  dispatch: Dispatch;
  listen(listener: (event: AppEvent) => void): () => void;
  /** The built interface. */
  interfaceFolder: string;
  /** 0 takes a free one. */
  port: number;
  /** Hears of each session that is opened, and by which code. */
  onSession?(code: string): void;
}

export interface DoorServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** A fresh one-use launch code. */
  newCode(): string;
  /** How many windows are connected. */
  windows(): number;
  close(): Promise<void>;
}

/** Serves the interface and carries the contract over a socket, on loopback only, to whoever came through the gate. */
export async function startDoorServer(options: DoorServerOptions): Promise<DoorServer> {
  const answer = readInterface(options.interfaceFolder);
  const gate = new Gate();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: () => 'ramble',
  });
  const server = createServer({
    requireHostHeader: false,
    headersTimeout: 5000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16 * 1024,
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.maxRequestsPerSocket = 1000;
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(options.port, '127.0.0.1', done);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;

  server.on('request', (request, response) => {
    for (const [name, value] of FIXED_HEADERS) response.setHeader(name, value);
    if (!isForUs(request, host)) end(response, 421);
    else if (request.method === 'GET' || request.method === 'HEAD') serveFile(request, response);
    else if (request.method === 'POST' && request.url === '/session') void openSession(request, response);
    else end(response, request.method === 'POST' ? 403 : 405);
  });

  function serveFile(request: IncomingMessage, response: ServerResponse): void {
    if (!mayRead(request, origin)) return end(response, 403);
    const found = answer(request.url ?? '', [`ws://${host}`]);
    if (found === null) return end(response, 404);
    for (const [name, value] of Object.entries(found.headers)) response.setHeader(name, value);
    response.setHeader('Content-Length', found.body.length);
    response.end(request.method === 'HEAD' ? undefined : found.body);
  }

  async function openSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromUs(request, origin) || request.headers['content-type'] !== 'application/json') {
      request.resume();
      return end(response, 403);
    }
    const body = await readBody(request);
    if (body === null) return end(response, 413);
    const code = codeOf(body);
    const claim = gate.claim(code);
    if (!claim.ok) return end(response, claim.status);
    options.onSession?.(String(code));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(claim.grant));
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    // Half a connection is one of few: who was refused may not keep it by not hanging up.
    const refuse = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        socket.destroy(),
      );
    if (!isForUs(request, host) || request.url !== '/socket') return refuse('421 Misdirected Request');
    if (!isFromUs(request, origin)) return refuse('403 Forbidden');
    if (!gate.admits(tokenOf(request))) return refuse('401 Unauthorized');
    sockets.handleUpgrade(request, socket, head, (window) => carry(window));
  });

  function carry(window: WebSocket): void {
    window.on('error', () => window.terminate());
    window.on('message', (data, isBinary) => {
      const call = isBinary ? null : parseCall(String(data));
      if (call === null) return window.close(1008, 'not a call');
      void options.dispatch(call.name, call.params).then((reply) => send(window, { id: call.id, reply }));
    });
  }

  const stopListening = options.listen((event) => {
    for (const window of sockets.clients) send(window, { event });
  });

  return {
    origin,
    newCode: () => gate.newCode(),
    windows: () => sockets.clients.size,
    async close() {
      stopListening();
      for (const window of sockets.clients) window.close(1001, 'the app has ended');
      const closed = new Promise<void>((done) => server.close(() => done()));
      setTimeout(() => {
        for (const window of sockets.clients) window.terminate();
        server.closeAllConnections();
      }, 300).unref();
      server.closeIdleConnections();
      await closed;
    },
  };
}

const FIXED_HEADERS: [string, string][] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  // A page or note in a browser's cache outlives the app and could be read by whatever takes the port next.
  ['Cache-Control', 'no-store'],
  [
    'Permissions-Policy',
    [
      'accelerometer camera microphone geolocation gyroscope magnetometer midi usb serial hid payment',
      'display-capture encrypted-media idle-detection local-fonts picture-in-picture screen-wake-lock',
      'publickey-credentials-get storage-access window-management xr-spatial-tracking',
    ]
      .flatMap((line) => line.split(' '))
      .map((feature) => `${feature}=()`)
      .join(', '),
  ],
];

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader('Connection', 'close');
  response.end();
}

/** The request's body, `null` where it is larger than a code can be. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  let body = '';
  try {
    for await (const part of request) {
      body += part;
      if (body.length > LARGEST_SESSION_BODY) return null;
    }
  } catch {
    return null;
  }
  return body;
}

function codeOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { code?: unknown } | null)?.code;
  } catch {
    return undefined;
  }
}

/** The token travels as a subprotocol: in no address, so in no history and no log. */
function tokenOf(request: IncomingMessage): string | null {
  const offered = request.headers['sec-websocket-protocol'];
  const parts = typeof offered === 'string' ? offered.split(',').map((part) => part.trim()) : [];
  return parts.length === 2 && parts[0] === 'ramble'
    ? (/^token\.([\w-]{20,100})$/.exec(parts[1] ?? '')?.[1] ?? null)
    : null;
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
