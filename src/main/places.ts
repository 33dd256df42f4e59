import { join, resolve } from 'node:path';

const built = import.meta.dirname;
const packageRoot = resolve(built, '..', '..');

/** Where the parts of the built app are; the same in a checkout and in a package. */
export const places = {
  preload: join(built, '..', 'preload', 'index.cjs'),
  interface: join(built, '..', 'renderer'),
  indexWorker: join(built, 'index-worker.mjs'),
  sample: join(packageRoot, 'resources', 'sample-vault'),
  icons: join(packageRoot, 'resources', 'icons'),
};
