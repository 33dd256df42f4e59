import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The two folders that a crash may harm, side by side in one. */
export interface Folders {
  vault: string;
  data: string;
}

/** Gives `work` a new folder, without links in its path, that goes when it ends. */
export async function withFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ramble-faults-')));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new vault and data folder in `folder`: empty, or copies of others. */
export function makeFolders(folder: string, from?: Folders): Folders {
  const made = { vault: join(folder, 'vault'), data: join(folder, 'data') };
  for (const name of ['vault', 'data'] as const) {
    if (from === undefined) mkdirSync(made[name], { recursive: true });
    else cpSync(from[name], made[name], { recursive: true, preserveTimestamps: true });
  }
  return made;
}
