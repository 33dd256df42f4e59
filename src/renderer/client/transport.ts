import type { Transport } from '../../contract/client.ts';
import type { ConnectionState } from '../state/store.ts';
import { connectSocket } from './socket-transport.ts';

/** What the preload script of the Electron door puts on the window. */
export interface Bridge extends Transport {
  /** The app is about to end: resolves once everything typed is handed over. */
  onFlush(flush: () => Promise<void>): void;
}

declare global {
  interface Window {
    ramble?: Bridge;
  }
}

export interface ConnectOptions {
  onState(state: ConnectionState): void;
  onFlush(): Promise<void>;
}

/** The way to the services: the bridge where there is one, otherwise the browser door's socket. */
export function connect({ onState, onFlush }: ConnectOptions): Transport {
  if (window.ramble === undefined) return connectSocket(onState);
  window.ramble.onFlush(onFlush);
  onState({ kind: 'open', outlived: false });
  return window.ramble;
}
