import type { Transport } from '../../contract/client.ts';
import type { AppEvent } from '../../contract/events.ts';
import type { Reply } from '../../contract/router.ts';
import type { ConnectionState } from '../state/store.ts';

interface Grant {
  token: string;
  resume: string;
}

declare global {
  interface Window {
    /** A window that this one opened asks here for a session of its own. */
    rambleGrant?: () => Promise<Grant>;
  }
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;
const REFUSED =
  'The address was used already, or is too old. In the terminal, press Enter for a fresh one, or start Evening Ramble again.';

async function openSession(code: string): Promise<Grant> {
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
    cache: 'no-store',
  });
  if (!response.ok) throw new Error(`refused (${response.status})`);
  return (await response.json()) as Grant;
}

/** The code this page was opened with: in its address, in its own history entry after a reload, or from the window that opened it. */
async function firstGrant(): Promise<Grant> {
  const code = location.hash.slice(1) || (history.state as { resume?: string } | null)?.resume;
  if (code) return openSession(code);
  const opener = window.opener as Window | null;
  if (opener?.rambleGrant) return opener.rambleGrant();
  throw new Error('this window was opened without a code');
}

/**
 * Carries the contract over the browser door's socket. The token stays in this page's memory; the code for a reload stays in this
 * page's history entry. While the app does not answer, calls fail at once and the connection is tried again.
 */
export function connectSocket(onState: (state: ConnectionState) => void): Transport {
  const listeners = new Set<(event: AppEvent) => void>();
  const waiting = new Map<number, { done(reply: Reply): void; fail(error: Error): void }>();
  let socket: WebSocket | null = null;
  let token = '';
  let nextId = 1;
  let wait = FIRST_WAIT_MS;
  let wasOpen = false;
  let firstOpen: () => void = () => {};
  const opened = new Promise<void>((done) => {
    firstOpen = done;
  });

  const tell = (event: AppEvent) => {
    for (const listener of listeners) listener(event);
  };

  function open(): void {
    const address = `ws://${location.host}/socket`;
    const next = new WebSocket(address, ['ramble', `token.${token}`]);
    next.addEventListener('open', () => {
      socket = next;
      wait = FIRST_WAIT_MS;
      onState({ kind: 'open' });
      firstOpen();
      // Whatever happened while nobody listened.
      if (wasOpen) tell({ name: 'index.updated', payload: {} });
      wasOpen = true;
    });
    next.addEventListener('message', ({ data }) => receive(String(data)));
    next.addEventListener('close', () => {
      socket = null;
      onState({ kind: 'lost' });
      for (const { fail } of waiting.values()) fail(new Error('the connection was lost'));
      waiting.clear();
      setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    });
  }

  function receive(data: string): void {
    const message = JSON.parse(data) as { id: number; reply: Reply } | { event: AppEvent };
    if ('event' in message) return tell(message.event);
    waiting.get(message.id)?.done(message.reply);
    waiting.delete(message.id);
  }

  window.rambleGrant = () => openSession(token);
  firstGrant().then(
    (grant) => {
      token = grant.token;
      history.replaceState({ resume: grant.resume }, '', location.pathname);
      open();
    },
    () => {
      history.replaceState(null, '', location.pathname);
      onState({ kind: 'refused', message: REFUSED });
    },
  );

  return {
    async send(name, params) {
      if (!wasOpen) await opened;
      if (socket === null) throw new Error('the connection was lost');
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
