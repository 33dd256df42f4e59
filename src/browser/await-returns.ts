import { vaultDataFolder } from '../backend/data-folder.ts';
import type { AppEvent } from '../contract/events.ts';
import { type LeftPorts, leftPorts } from './left-ports.ts';
import type { DoorServer } from './server.ts';

/** How soon a port is tried again that another program has: a thief, or a door that is still there. */
const AGAIN_MS = 3000;

export interface AwaitReturnsParts {
  server: DoorServer;
  dataFolder: string;
  folderId(): string | null;
  listen(listener: (event: AppEvent) => void): () => void;
}

/**
 * Listens on the ports where windows of the open folder were left by doors that were killed, as soon as they can be had; and keeps this
 * door's own for the next. Closing forgets the ports on which no window is.
 */
export function awaitReturns({ server, dataFolder, folderId, listen }: AwaitReturnsParts): {
  close(): Promise<void>;
} {
  const taken = new Set([server.port]);
  const known = new Map<string, LeftPorts>();
  let wanted: number[] = [];
  let timer: NodeJS.Timeout | null = null;
  let turn = begin();
  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(work);
  };
  const stop = listen((event) => {
    if (event.name === 'vault.opened') inTurn(begin);
  });

  async function begin(): Promise<void> {
    const id = folderId();
    if (id === null) return;
    const left = known.get(id) ?? leftPorts(vaultDataFolder(dataFolder, id));
    known.set(id, left);
    wanted = (await left.list()).filter((port) => !taken.has(port));
    await left.add(server.port);
    await tryAll();
  }

  async function tryAll(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (const port of wanted) {
      const done = await server.awaitReturn(port).then(
        () => true,
        () => false,
      );
      if (done) taken.add(port);
    }
    wanted = wanted.filter((port) => !taken.has(port));
    if (wanted.length > 0) timer = setTimeout(() => inTurn(tryAll), AGAIN_MS).unref();
  }

  return {
    async close() {
      stop();
      await turn;
      if (timer !== null) clearTimeout(timer);
      const empty = [...taken].filter((port) => server.windows(port) === 0);
      for (const left of known.values()) await left.remove(empty);
    },
  };
}
