import { mkdirSync, rmSync } from 'node:fs';
import { build } from 'vite';
import { root } from './run.ts';

/** What the system loads itself: it cannot be part of another file. */
const NATIVE = ['better-sqlite3', '@parcel/watcher', 'koffi'];

/**
 * Builds each module, with everything that it imports, to `NAME.mjs` in a folder of its own: from the sources, each thread and process
 * would first read some hundred files and strip their types. The folder is emptied before.
 */
export async function buildModules(outDir: string, modules: Record<string, string>): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  await build({
    root,
    logLevel: 'error',
    configFile: false,
    ssr: { noExternal: true, external: NATIVE },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      rollupOptions: {
        input: modules,
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
      },
    },
  });
}
