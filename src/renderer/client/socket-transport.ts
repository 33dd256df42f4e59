import type { Transport } from '../../contract/client.ts';
import type { AppEvent } from '../../contract/events.ts';
import type { Reply } from '../../contract/router.ts';
import type { ConnectionState } from '../state/store.ts';
import { firstGrant, type Grant, keepForReload, openSession, RefusedError } from './session.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;
const REFUSED =
  'The address was used already, or is too old. In the terminal, press Enter for a fresh one, or start Evening Ramble again.';

/**
 * Carries the contract over the browser door's socket. While the app does not answer, calls fail at once and the connection is tried
 * again; nothing is sent until the server has shown that it is the one that let this page in.
 */
export function connectSocket(onState: (state: ConnectionState) => void): Transport {
  const listeners = new Set<(event: AppEvent) => void>();
  const waiting = new Map<number, { done(reply: Reply): void; fail(error: Error): void }>();
  let socket: WebSocket | null = null;
  let nextId = 1;
  let wait = FIRST_WAIT_MS;
  let wasOpen = false;
  let failure = 'the connection was lost';
  let decide: () => void = () => {};
  /** Once the first connection stands, or is refused: calls made before wait for it. */
  const decided = new Promise<void>((done) => {
    decide = done;
  });

  const tell = (event: AppEvent) => {
    for (const listener of listeners) listener(event);
  };

  function tryLater(again: () => Promise<void>): void {
    setTimeout(() => void again(), wait);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }

  function open(grant: Grant): void {
    keepForReload(grant.resume);
    window.rambleGrant = () => openSession(grant.token);
    const next = new WebSocket(`ws://${location.host}/socket`, ['ramble', `token.${grant.token}`]);
    next.addEventListener('open', () => {
      socket = next;
      wait = FIRST_WAIT_MS;
      onState({ kind: 'open' });
      decide();
      // Whatever happened while nobody listened.
      if (wasOpen) {
        tell({ name: 'vault.resumed', payload: {} });
        tell({ name: 'index.updated', payload: {} });
      }
      wasOpen = true;
    });
    next.addEventListener('message', ({ data }) => receive(String(data)));
    next.addEventListener('close', () => {
      socket = null;
      onState({ kind: 'lost' });
      for (const { fail } of waiting.values()) fail(new Error(failure));
      waiting.clear();
      tryLater(() => reopen(grant));
    });
  }

  /**
   * The app may have ended and another program have taken its port, one that agrees to everything: what was typed is not for it.
   * This page stays as it is, because its text may be kept nowhere else.
   */
  async function reopen(known: Grant): Promise<void> {
    try {
      const next = await openSession(known.token);
      if (next.proof !== known.proof) throw new RefusedError();
      open(next);
    } catch {
      tryLater(() => reopen(known));
    }
  }

  function receive(data: string): void {
    const message = JSON.parse(data) as { id: number; reply: Reply } | { event: AppEvent };
    if ('event' in message) return tell(message.event);
    waiting.get(message.id)?.done(message.reply);
    waiting.delete(message.id);
  }

  async function start(): Promise<void> {
    try {
      open(await firstGrant());
    } catch (error) {
      if (!(error instanceof RefusedError)) {
        onState({ kind: 'lost' });
        return tryLater(start);
      }
      keepForReload(null);
      // A fresh address differs from this one in its hash only, which by itself loads nothing.
      addEventListener('hashchange', () => location.reload());
      failure = 'this window was refused';
      onState({ kind: 'refused', message: REFUSED });
      decide();
    }
  }
  void start();

  return {
    async send(name, params) {
      await decided;
      if (socket === null) throw new Error(failure);
      const id = nextId;
      nextId += 1;
      const reply = new Promise<Reply>((done, fail) => waiting.set(id, { done, fail }));
      socket.send(JSON.stringify({ id, name, params }));
      return reply;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
