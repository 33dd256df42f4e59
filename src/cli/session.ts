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
  ? resolve(import.meta.dirname.slice(0, import.meta.dirname.lastIndexOf('out')))
  : resolve(import.meta.dirname, '..', '..');
const workers = isBuilt
  ? {
      index: join(packageRoot, 'out', 'main', 'index-worker.mjs'),
      journal: join(packageRoot, 'out', 'main', 'journal-worker.mjs'),
    }
  : {
      index: join(packageRoot, 'src', 'backend', 'index', 'worker.ts'),
      journal: join(packageRoot, 'src', 'backend', 'documents', 'journal', 'worker.ts'),
    };

/** Opens the vault that the options name, runs `work` on it, and closes it again. Throws `no-vault` and `bad-folder`. */
export async function withVault<Value>(
  options: SessionOptions,
  work: (session: Session) => Promise<Value>,
): Promise<Value> {
  const folder = vaultFolder(options.vault);
  const app: App = createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder: dataFolder(),
    sampleFolder: join(packageRoot, 'resources', 'sample-vault'),
    workers,
    version,
    rememberFolder: false,
    ...(options.now === undefined ? {} : { clock: clockAt(options.now) }),
  });
  try {
    const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
    if (folder === null) await app.openLastFolder();
    else await app.openFolder(folder);
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

/** The folder that was named, absolute unless it begins with `~`; `null` where none was. */
function vaultFolder(option: string | undefined): string | null {
  // An empty variable in a script must not make the folder one happens to stand in the vault.
  if (option === '')
    throw new RambleError('invalid-params', '--vault takes a folder, and was given an empty text.');
  const named = option ?? process.env.RAMBLE_VAULT;
  if (!named) return null;
  // `npm run` starts us in the package's folder and says where the user was.
  const from = process.cwd() === packageRoot ? (process.env.INIT_CWD ?? packageRoot) : process.cwd();
  return /^~(?=$|[/\\])/.test(named) ? named : resolve(from, named);
}
