import { mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isInside, outsideVault } from './contain.ts';
import { faultCode } from './file-fault.ts';

/**
 * Makes missing folders up to `folder` (on disk), after making sure that the nearest one that is there lies in the vault. Gives the
 * first that it made. `path` is what the user wants to make. Throws `outside-vault` and the system's own errors.
 */
export async function makeFolders(root: string, folder: string, path: string): Promise<string | undefined> {
  let nearest = folder;
  for (;;) {
    try {
      if (!isInside(root, await realpath(nearest))) throw outsideVault(path);
      // A vault whose own folder is gone (a drive taken out) must not come back as an empty one.
      return nearest === folder ? undefined : await mkdir(folder, { recursive: true });
    } catch (error) {
      if (faultCode(error) !== 'ENOENT' || nearest === root) throw error;
      nearest = dirname(nearest);
    }
  }
}
