import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

const suite = (name: string, timeout: number) => ({
  test: {
    globalSetup: ['tests/support/build-modules.ts'],
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    // See STEADY_THREADS in scripts/start.ts.
    execArgv: ['--no-memory-protection-keys'],
  },
});

export default defineConfig({
  test: {
    // Twice the cores of a small machine: most tests here wait for a disk or another process.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      suite('unit', 60_000),
      suite('contract', 60_000),
      suite('integration', 60_000),
      suite('documents', 60_000),
      suite('faults', 300_000),
    ],
  },
});
