import type { Transport } from '../../contract/client.ts';
import type { AppEvent } from '../../contract/events.ts';
import type { Reply } from '../../contract/router.ts';
import type { ConnectionState } from '../state/store.ts';
import { askWhetherItIsOurs } from './come-back.ts';
import { POST } from './post.ts';
import { prove } from './prove.ts';
import { firstGrant, type Grant, keepForReload, openSession, RefusedError } from './session.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;
const LONGEST_SILENCE_MS = 10_000;
const REFUSED =
  'The address was used already, or is too old. In the terminal, press Enter for a fresh one, or start Evening Ramble again.';

/** What the door says first on a socket. */
interface Hello {
  /** That it is the door, by the window's key. */
  proof: string;
  /** Stands for the folder that is open; `null` while none is. */
  folder: string | null;
  /** The window was let in by a door that is no more. */
  outlived: boolean;
  /** By which this window may say something more when this connection is cut. */
  lastWord: string;
}

type Message =
  | { hello: Hello }
  | { folder: string | null }
  | { event: AppEvent }
  | { id: number; reply: Reply };

/**
 * Carries the contract over the browser door's socket. While the app does not answer, calls fail at once and the connection is tried
 * again; nothing is sent until the other side has shown, on this very connection, that it is this user's door with this window's folder.
 */
export function connectSocket(onState: (state: ConnectionState) => void): Transport {
  const listeners = new Set<(event: AppEvent) => void>();
  const waiting = new Map<number, { done(reply: Reply): void; fail(error: Error): void }>();
  let socket: WebSocket | null = null;
  let lastWord = '';
  let nextId = 1;
  let wait = FIRST_WAIT_MS;
  /** What the window shows is of this folder; `undefined` until it has been connected. */
  let folder: string | null | undefined;
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

  /** Opens a socket by showing `shown`, which tells whoever listens there nothing that it could use. */
  function open(grant: Grant, shown: string, subprotocol: string): void {
    const next = new WebSocket(`ws://${location.host}/socket`, ['ramble', subprotocol]);
    let state: ConnectionState = { kind: 'lost' };
    // One message after the other, and none before the first is found true.
    let heard: Promise<unknown> = Promise.resolve();
    const hear = async (message: Message) => {
      if (socket === next) return receive(message);
      const isOurs =
        'hello' in message && message.hello.proof === (await prove(grant, 'socket', location.host, shown));
      if (!isOurs) return next.close();
      if (next.readyState !== WebSocket.OPEN) return;
      if (folder == null || message.hello.folder === folder) return connected(next, message.hello);
      state = { kind: 'elsewhere' };
      next.close();
    };
    next.addEventListener('message', ({ data }) => {
      heard = heard.then(() => hear(JSON.parse(String(data)) as Message)).catch(() => next.close());
    });
    const tooLate = setTimeout(() => socket !== next && next.close(), LONGEST_SILENCE_MS);
    next.addEventListener('close', () => {
      clearTimeout(tooLate);
      socket = null;
      onState(state);
      for (const { fail } of waiting.values()) fail(new Error(failure));
      waiting.clear();
      tryLater(() => reopen(grant));
    });
  }

  function connected(next: WebSocket, hello: Hello): void {
    const before = folder;
    socket = next;
    folder = hello.folder;
    lastWord = hello.lastWord;
    wait = FIRST_WAIT_MS;
    onState({ kind: 'open', outlived: hello.outlived });
    decide();
    if (before === undefined) return;
    // Whatever happened while nobody listened.
    if (before !== folder) return tell({ name: 'vault.opened', payload: {} });
    tell({ name: 'vault.resumed', payload: {} });
    tell({ name: 'index.updated', payload: {} });
  }

  /**
   * The app may have ended and another program have taken its port, one that agrees to everything: what was typed is not for it.
   * This page stays as it is, because its text may be kept nowhere else.
   */
  async function reopen(grant: Grant): Promise<void> {
    const door = await askWhetherItIsOurs(grant).catch(() => null);
    if (door === null) return tryLater(() => reopen(grant));
    open(grant, door.proof, `back.${door.word}.${door.proof}`);
  }

  function receive(message: Message): void {
    if ('event' in message) tell(message.event);
    else if ('folder' in message) folder = message.folder;
    else if ('id' in message) {
      waiting.get(message.id)?.done(message.reply);
      waiting.delete(message.id);
    }
  }

  async function start(): Promise<void> {
    try {
      const grant = await firstGrant();
      keepForReload(grant.resume);
      window.rambleGrant = () => openSession(grant.token);
      open(grant, grant.token, `token.${grant.token}`);
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
    // What a socket was given a moment ago goes with the page that is closed; this does not. Too much of it is refused by the browser.
    sendLast(name, params) {
      // A worker that another program left for this port would be given what is fetched; of a socket it sees nothing.
      if (socket === null || navigator.serviceWorker?.controller) return;
      const post = { word: lastWord, name, params };
      void fetch('/last', { ...POST, body: JSON.stringify(post), keepalive: true }).catch(() => undefined);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
