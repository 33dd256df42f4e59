import { defineConfig } from '@playwright/test';
import type { DoorName } from './tests/e2e/fixtures/test.ts';

const doors: DoorName[] = ['browser', 'stand-in', 'electron'];

export default defineConfig<object, { doorName: DoorName }>({
  testDir: 'tests/e2e',
  testMatch: '*.spec.ts',
  globalSetup: './tests/e2e/fixtures/prepare-chromium.ts',
  workers: 2,
  retries: 0,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  // What is built is run as it is built: Playwright would compile it again for every test.
  build: { external: ['**/out/**'] },
  projects: doors.map((doorName) => ({ name: doorName, use: { doorName } })),
});
