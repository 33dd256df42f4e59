import { join, resolve } from 'node:path';
import { app } from 'electron';

const built = import.meta.dirname;
const resources = app.isPackaged ? process.resourcesPath : resolve(built, '..', '..', 'resources');

/** Where the parts of the built app are. In a package the resources lie beside the archive: its files cannot be copied as a folder. */
export const places = {
  preload: join(built, '..', 'preload', 'index.cjs'),
  interface: join(built, '..', 'renderer'),
  workers: { index: join(built, 'index-worker.mjs'), journal: join(built, 'journal-worker.mjs') },
  sample: join(resources, 'sample-vault'),
  icons: join(resources, 'icons'),
};
