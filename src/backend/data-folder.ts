import { homedir, platform } from 'node:os';
import { join } from 'node:path';

const NAME = 'evening-ramble';

/**
 * The app's own folder, the same for every door: what Electron calls `userData`. `RAMBLE_DATA` names another, for tests and for
 * whoever keeps several.
 */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.RAMBLE_DATA;
  if (named) return named;
  switch (platform()) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', NAME);
    case 'win32':
      return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), NAME);
    default:
      return join(environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'), NAME);
  }
}

/** Where what the app keeps of one folder of notes lies. `id` is the vault's. */
export function vaultDataFolder(dataFolder: string, id: string): string {
  return join(dataFolder, 'vaults', id);
}
