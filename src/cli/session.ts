import { join, resolve } from 'node:path';
import { type App, createApp } from '../backend/app.ts';
import { clockAt } from '../backend/clock.ts';
import { dataFolder } from '../backend/data-folder.ts';
import { version } from '../backend/version.ts';
import { type Client, createClient } from '../contract/client.ts';
import { RambleError } from '../contract/errors.ts';

export interface SessionOptions {
  vault?: string;
  now?: string;
}

export interface Session {
  client: Client;
  /** Resolves when the index knows the folder as it is now. */
  settled(): Promise<void>;
}

// Built, this module is out/main/terminal.mjs or a chunk beside it; unbuilt, src/cli/session.ts.
const isBuilt = !import.meta.filename.endsWith('.ts');
const packageRoot = isBuilt
  ? import.meta.dirname.slice(0, import.meta.dirname.lastIndexOf('out'))
  : resolve(import.meta.dirname, '..', '..');
const indexWorker = isBuilt
  ? join(packageRoot, 'out', 'main', 'index-worker.mjs')
  : join(packageRoot, 'src', 'backend', 'index', 'worker.ts');

/** Opens the vault that the options name, runs `work` on it, and closes it again. */
export async function withVault<Value>(
  options: SessionOptions,
  work: (session: Session) => Promise<Value>,
): Promise<Value> {
  const app: App = createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder: dataFolder(),
    sampleFolder: join(packageRoot, 'resources', 'sample-vault'),
    indexWorker,
    version,
    rememberFolder: false,
    ...(options.now === undefined ? {} : { clock: clockAt(options.now) }),
  });
  try {
    const named = options.vault ?? process.env.RAMBLE_VAULT;
    const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
    if (named === undefined) await app.openLastFolder();
    else await app.openFolder(resolve(process.env.INIT_CWD ?? process.cwd(), named));
    const { vault, notice } = await client.call('app.state', {});
    if (vault === null) {
      throw new RambleError(
        'no-vault',
        notice ?? 'No folder of notes is known yet: name one with --vault DIR or RAMBLE_VAULT.',
      );
    }
    return await work({ client, settled: app.settled });
  } finally {
    await app.close();
  }
}
