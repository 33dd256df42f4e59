import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Names the folder with the built modules in the environment: see `build-modules.ts`. Without it, what runs is the sources. */
export const MODULES_FOLDER = 'RAMBLE_TEST_MODULES';

/** A module for a thread or process of its own: its built file, or the source at `path` from the project's folder. */
export function moduleAt(name: string, path: string): URL {
  const folder = process.env[MODULES_FOLDER];
  return pathToFileURL(
    folder === undefined ? join(import.meta.dirname, '..', '..', path) : join(folder, `${name}.mjs`),
  );
}

/** A program of the tests, in `folder` of them: `driverAt('faults', 'typing')` is `tests/faults/typing-driver.ts`. */
export const driverAt = (folder: string, name: string): URL =>
  moduleAt(`${name}-driver`, `tests/${folder}/${name}-driver.ts`);

/** The app's worker threads. */
export const WORKERS = {
  index: moduleAt('index-worker', 'src/backend/index/worker.ts'),
  journal: moduleAt('journal-worker', 'src/backend/documents/journal/worker.ts'),
};
