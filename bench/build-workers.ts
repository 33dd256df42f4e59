import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildModules } from '../scripts/build-modules.ts';

/** Addresses of the worker threads' modules. */
export interface Workers {
  index: string;
  journal: string;
}

/** Builds the worker threads: see `buildModules`. */
export async function buildWorkers(): Promise<Workers> {
  const root = join(import.meta.dirname, '..');
  const folder = join(root, 'out', 'bench');
  await buildModules(folder, {
    index: join(root, 'src/backend/index/worker.ts'),
    journal: join(root, 'src/backend/documents/journal/worker.ts'),
  });
  const address = (name: string) => pathToFileURL(join(folder, `${name}.mjs`)).href;
  return { index: address('index'), journal: address('journal') };
}
