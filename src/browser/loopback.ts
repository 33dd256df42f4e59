import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

// An import would load the client as well, for which each start would wait.
const { createServer } = process.getBuiltinModule('node:http');

const MOST_CONNECTIONS = 256;

/** A server on loopback, with limits to what one connection may take. */
export interface LoopbackServer {
  server: Server;
  /** `127.0.0.1:PORT` */
  host: string;
  port: number;
}

/** Listens on a port of loopback only; 0 takes a free one. Throws what the system says. */
export async function listenOnLoopback(port: number): Promise<LoopbackServer> {
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
    server.listen(port, '127.0.0.1', done);
  });
  const taken = (server.address() as AddressInfo).port;
  return { server, host: `127.0.0.1:${taken}`, port: taken };
}
