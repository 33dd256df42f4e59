import { type App, createApp } from '../../src/backend/app.ts';
import type { VaultState } from '../../src/contract/app.ts';
import { type Client, createClient } from '../../src/contract/client.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import { WORKERS } from '../support/modules.ts';
import type { Folders } from './folders.ts';

export interface AppOn {
  client: Client;
  app: App;
  events: AppEvent[];
  /** What the app says of its vault now. */
  vaultState(): Promise<VaultState | null>;
}

/** The whole app on folders that are there already, whatever a crash left in them. */
export async function openAppOn({ vault, data }: Folders): Promise<AppOn> {
  const app = createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder: data,
    sampleFolder: data,
    workers: WORKERS,
    version: 'test',
    rememberFolder: false,
  });
  const events: AppEvent[] = [];
  app.listen((event) => events.push(event));
  await app.openFolder(vault);
  const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
  return {
    client,
    app,
    events,
    vaultState: async () => (await client.call('app.state', {})).vault,
  };
}
