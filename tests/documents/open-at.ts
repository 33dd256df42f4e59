import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../src/backend/app.ts';
import type { VaultState } from '../../src/contract/app.ts';
import { type Client, createClient } from '../../src/contract/client.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import { WORKERS } from '../support/modules.ts';

export interface AppAt {
  client: Client;
  events: AppEvent[];
  vaultState(): Promise<VaultState>;
  close(): Promise<void>;
}

/** The app on a vault and a data folder that may be there already, with a clock that the test moves. */
export async function openAt(
  vault: string,
  data: string,
  clock: () => Date = () => new Date('2021-02-09T21:00'),
): Promise<AppAt> {
  const app = createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder: data,
    sampleFolder: data,
    workers: WORKERS,
    version: 'test',
    clock,
  });
  const events: AppEvent[] = [];
  app.listen((event) => events.push(event));
  await app.openFolder(vault);
  const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
  return {
    client,
    events,
    async vaultState() {
      const { vault: state } = await client.call('app.state', {});
      if (state === null) throw new Error('no vault is open');
      return state;
    },
    close: app.close,
  };
}

/** The folder that holds the journal of the only vault of a data folder. */
export function journalFolder(data: string): string {
  const [vault] = readdirSync(join(data, 'vaults'));
  return join(data, 'vaults', String(vault));
}
