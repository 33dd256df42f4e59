import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

/** Ends what hangs, and nothing else: a machine may be five times as slow as another, and the tests are many at once. */
const TIMEOUT_MS = 300_000;

const suite = (name: string) => ({
  test: {
    globalSetup: ['tests/support/build-modules.ts'],
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
    // See STEADY_THREADS in scripts/start.ts.
    execArgv: ['--no-memory-protection-keys'],
  },
});

export default defineConfig({
  test: {
    // Twice the cores of a small machine: most tests here wait for a disk or another process.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [suite('unit'), suite('contract'), suite('integration'), suite('documents'), suite('faults')],
  },
});
