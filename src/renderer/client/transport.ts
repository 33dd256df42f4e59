import type { Transport } from '../../contract/client.ts';
import type { ConnectionState } from '../state/store.ts';
import { connectSocket } from './socket-transport.ts';

/** What the preload script of the Electron door puts on the window. */
export interface Bridge extends Transport {
  /** The window is to be closed: resolves once everything typed is handed over, with what could not be and why; `null` for nothing. */
  onFlush(flush: () => Promise<string | null>): void;
}

declare global {
  interface Window {
    ramble?: Bridge;
  }
}

export interface ConnectOptions {
  onState(state: ConnectionState): void;
  onFlush(): Promise<string | null>;
}

/** Whether the door asks, before it closes the window, about what could not be handed over. A browser leaves that to the page. */
export const doorAsks = () => window.ramble !== undefined;

/** The way to the services: the bridge where there is one, otherwise the browser door's socket. */
export function connect({ onState, onFlush }: ConnectOptions): Transport {
  if (window.ramble === undefined) return connectSocket(onState);
  window.ramble.onFlush(onFlush);
  onState({ kind: 'open', outlived: false });
  return window.ramble;
}
