import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { type VaultState, vaultState } from '../../contract/app.ts';
import type { AppEvent } from '../../contract/events.ts';
import type { Reply } from '../../contract/router.ts';
import { ADDRESS_FILE } from './host.ts';
import { readLines, sendLine } from './lines.ts';

const addressShape = z.object({ path: z.string(), token: z.string() });
const HELLO_MS = 2000;

/** What a call came to: an answer, the word that nothing was done and another process has to be asked, or nothing any more. */
export type Outcome = { kind: 'reply'; reply: Reply } | { kind: 'elsewhere' } | { kind: 'lost' };

/** A connection to the process that answers for a vault. */
export interface Guest {
  /** What the vault was like when the connection was made. */
  state: VaultState;
  call(name: string, params: unknown): Promise<Outcome>;
  close(): void;
}

export interface GuestListeners {
  onEvent(event: AppEvent): void;
  onLost(): void;
}

/** Connects to the process that has the lock; `null` where it does not listen (yet, or any more). */
export async function connectGuest(dataFolder: string, listeners: GuestListeners): Promise<Guest | null> {
  const address = readAddress(dataFolder);
  if (address === null) return null;
  const socket = connect(address.path);
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let nextId = 1;
  let state: VaultState | null = null;
  let closed = false;

  const admitted = new Promise<boolean>((done) => {
    const timer = setTimeout(() => socket.destroy(), HELLO_MS);
    socket.on('connect', () => sendLine(socket, { token: address.token }));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      done(false);
      for (const tell of waiting.values()) tell({ kind: 'lost' });
      waiting.clear();
      if (state !== null && !closed) listeners.onLost();
    });
    readLines(socket, (message) => {
      const { id, reply, elsewhere, event, state: told } = message as Message;
      if (told !== undefined) {
        state = vaultState.parse(told);
        clearTimeout(timer);
        done(true);
      } else if (event !== undefined) listeners.onEvent(event);
      else if (id !== undefined) {
        waiting.get(id)?.(
          elsewhere === true || reply === undefined ? { kind: 'elsewhere' } : { kind: 'reply', reply },
        );
        waiting.delete(id);
      }
    });
  });
  if (!(await admitted) || state === null) return null;
  return guestOver(socket);

  function guestOver(over: Socket): Guest {
    return {
      state: state as VaultState,
      call(name, params) {
        if (over.destroyed || over.writableEnded) return Promise.resolve({ kind: 'elsewhere' });
        const id = nextId;
        nextId += 1;
        return new Promise((done) => {
          waiting.set(id, done);
          sendLine(over, { id, name, params });
        });
      },
      close() {
        closed = true;
        over.end();
        setTimeout(() => over.destroy(), 500).unref();
      },
    };
  }
}

interface Message {
  id?: number;
  reply?: Reply;
  elsewhere?: boolean;
  event?: AppEvent;
  state?: unknown;
}

function readAddress(dataFolder: string): { path: string; token: string } | null {
  try {
    return addressShape.parse(JSON.parse(readFileSync(join(dataFolder, ADDRESS_FILE), 'utf8')));
  } catch {
    return null;
  }
}
