import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VaultState } from '../../contract/app.ts';
import { RambleError } from '../../contract/errors.ts';
import type { AppEvent } from '../../contract/events.ts';
import type { Reply } from '../../contract/router.ts';
import { readLines, sendLine } from './lines.ts';

/** The file, readable for this user only, that says where the process with the lock listens. */
export const ADDRESS_FILE = 'authority.json';
/** What the system allows as a socket's path. */
const LONGEST_SOCKET_PATH = 100;

export interface HostParts {
  dataFolder: string;
  call(name: string, params: unknown): Promise<Reply>;
  settled(): Promise<void>;
  state(): VaultState;
}

/** Answers for a vault to the other processes of this user that have it open. */
export interface Host {
  tell(event: AppEvent): void;
  /** Takes no more calls, and resolves when those under way are answered; the others are told to go elsewhere. */
  finish(): Promise<void>;
  close(): void;
}

/** Begins to listen. Throws what the system says. */
export async function startHost(parts: HostParts): Promise<Host> {
  const { dataFolder } = parts;
  const token = randomBytes(32);
  const guests = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  let finishing = false;

  const server = createServer((socket) => {
    let admitted = false;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => guests.delete(socket));
    readLines(socket, (message) => {
      if (admitted) return take(socket, message as { id: number; name: string; params: unknown });
      const offered = Buffer.from(String((message as { token?: unknown } | null)?.token), 'hex');
      if (offered.length !== token.length || !timingSafeEqual(offered, token)) return socket.destroy();
      admitted = true;
      guests.add(socket);
      sendLine(socket, { state: parts.state() });
    });
  });

  function take(socket: Socket, { id, name, params }: { id: number; name: string; params: unknown }): void {
    if (finishing) return sendLine(socket, { id, elsewhere: true });
    const work = answer(name, params).then((reply) => sendLine(socket, { id, reply }));
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  async function answer(name: string, params: unknown): Promise<Reply> {
    if (name !== 'settled') return parts.call(name, params);
    try {
      await parts.settled();
      return { ok: true, result: {} };
    } catch (error) {
      if (error instanceof RambleError) return { ok: false, error: error.toShape() };
      throw error;
    }
  }

  removeOldSockets(dataFolder);
  const path = socketPath(dataFolder);
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(path, done);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  const address = join(dataFolder, ADDRESS_FILE);
  writeFileSync(`${address}.new`, JSON.stringify({ path, token: token.toString('hex') }), { mode: 0o600 });
  renameSync(`${address}.new`, address);

  return {
    tell(event) {
      for (const guest of guests) sendLine(guest, { event });
    },
    async finish() {
      finishing = true;
      server.close();
      rmSync(address, { force: true });
      await Promise.allSettled([...underWay]);
    },
    close() {
      for (const guest of guests) guest.end();
    },
  };
}

function socketPath(dataFolder: string): string {
  const name = `authority-${randomBytes(6).toString('hex')}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\evening-ramble-${name}`;
  const path = join(dataFolder, `${name}.sock`);
  return path.length <= LONGEST_SOCKET_PATH ? path : join(tmpdir(), `evening-ramble-${name}.sock`);
}

function removeOldSockets(dataFolder: string): void {
  for (const name of readdirSync(dataFolder))
    if (/^authority-[0-9a-f]+\.sock$/.test(name)) rmSync(join(dataFolder, name), { force: true });
}
