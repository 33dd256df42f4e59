import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { STYLE_NONCE_PLACEHOLDER } from './src/contract/window-policy.ts';

const here = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      // All that is not native: many small files, which the start of the process and of each of its threads would read one by one.
      externalizeDeps: { exclude: ['zod', 'yaml', 'dayjs', 'fuse.js', 'ws'] },
      rollupOptions: {
        // The three doors share one build, so that they share one copy of the services.
        input: {
          electron: here('src/main/index.ts'),
          browser: here('src/browser/index.ts'),
          terminal: here('src/cli/index.ts'),
          'index-worker': here('src/backend/index/worker.ts'),
          'journal-worker': here('src/backend/documents/journal/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload script is one CommonJS file that may require nothing but electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: here('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('src/renderer'),
    plugins: [react()],
    html: { cspNonce: STYLE_NONCE_PLACEHOLDER },
    build: {
      outDir: here('out/renderer'),
      rollupOptions: { input: { index: here('src/renderer/index.html') } },
    },
  },
});
