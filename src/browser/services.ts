import { join } from 'node:path';
import { type App, createApp } from '../backend/app.ts';
import { version } from '../backend/version.ts';
import { awaitReturns } from './await-returns.ts';
import type { DoorServer } from './server.ts';

export interface OpenServicesOptions {
  packageRoot: string;
  dataFolder: string;
  /** `null` opens the last one again, if there is one. */
  folder: string | null;
  clock: (() => Date) | undefined;
  /** Left out where there is nothing to show another window with. */
  showRambleWindow: (() => Promise<void>) | undefined;
  /** Already listening. */
  server: DoorServer;
}

export interface OpenServices {
  app: App;
  /** See `awaitReturns()`. */
  returns: { close(): Promise<void> };
}

/** All that is behind this door, with its folder open. Throws `bad-folder`, `io`. */
export async function openServices(options: OpenServicesOptions): Promise<OpenServices> {
  const { packageRoot, dataFolder, folder, clock, showRambleWindow, server } = options;
  const built = join(packageRoot, 'out', 'main');
  const app = createApp({
    door: {
      capabilities: {
        pickFolder: false,
        rambleWindow: showRambleWindow !== undefined,
        revealFile: false,
        menu: false,
      },
      ...(showRambleWindow === undefined ? {} : { showRambleWindow }),
    },
    dataFolder,
    sampleFolder: join(packageRoot, 'resources', 'sample-vault'),
    workers: { index: join(built, 'index-worker.mjs'), journal: join(built, 'journal-worker.mjs') },
    version,
    ...(clock === undefined ? {} : { clock }),
  });
  if (folder === null) await app.openLastFolder();
  else await app.openFolder(folder);
  return { app, returns: awaitReturns({ server, dataFolder, folderId: app.folderId, listen: app.listen }) };
}
