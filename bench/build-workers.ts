import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

/** Addresses of the worker threads' modules. */
export interface Workers {
  index: string;
  journal: string;
}

/** Builds the worker threads as the app has them: from the sources, each thread would first strip the types of sixty files. */
export async function buildWorkers(): Promise<Workers> {
  const root = join(import.meta.dirname, '..');
  const outDir = join(root, 'out', 'bench');
  rmSync(outDir, { recursive: true, force: true });
  await build({
    root,
    logLevel: 'error',
    configFile: false,
    build: {
      ssr: true,
      outDir,
      rollupOptions: {
        input: {
          index: join(root, 'src/backend/index/worker.ts'),
          journal: join(root, 'src/backend/documents/journal/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  });
  const address = (name: string) => pathToFileURL(join(outDir, `${name}.mjs`)).href;
  return { index: address('index'), journal: address('journal') };
}
