import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type DoorProcess, startBrowserDoor } from './fixtures/browser-door.ts';
import { type StandInProcess, startStandIn } from './fixtures/stand-in-process.ts';
import { expect, saved, browserTest as test, textOf } from './fixtures/test.ts';

const NOTE = '2021-02-09 - The Evening Ramble.md';

let dataFolder: string;
let door: DoorProcess;
let standIn: StandInProcess;
let page: Page;

test.beforeEach(({ vault }) => {
  test.setTimeout(120_000);
  vault.write(NOTE, 'Here.\n');
  dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
});
test.afterEach(async () => {
  await page?.close();
  await standIn?.kill();
  await door?.stop();
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true });
});

const lines = async () => (await textOf(page).locator('.cm-line').allTextContents()).join('\n');

async function typeInBrowser(words: string): Promise<void> {
  await textOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(words);
}

for (const first of ['the browser door', 'the Electron door'] as const) {
  for (const killed of ['the browser door', 'the Electron door'] as const) {
    test(`C34: a browser’s window and the Electron door’s on one note stay in step; ${first} was first, ${killed} is killed, the other goes on`, async ({
      chromium,
      vault,
    }) => {
      const options = { folder: vault.folder, dataFolder, now: '2021-02-09T21:00' };
      const openBrowser = async () => {
        door = await startBrowserDoor(options);
        page = await chromium.newPage();
        await page.goto(door.address.href);
        await expect(textOf(page)).toContainText('Here.');
      };
      if (first === 'the browser door') await openBrowser();
      standIn = await startStandIn(options);
      if (first === 'the Electron door') await openBrowser();

      await typeInBrowser('From the browser.\n');
      await expect.poll(async () => (await standIn.look()).text).toContain('From the browser.');
      await standIn.type('From Electron.\n');
      await expect.poll(lines).toContain('From Electron.');
      // Both at once, each at the end of what it sees.
      await Promise.all([
        typeInBrowser('browser browser browser '),
        standIn.type('electron electron electron '),
      ]);
      await expect.poll(async () => (await standIn.look()).text === (await lines())).toBe(true);
      const both = await lines();
      const typed = `Here.\nFrom the browser.\nFrom Electron.\n${'browser '.repeat(3)}${'electron '.repeat(3)}`;
      expect([...both].toSorted()).toEqual([...typed].toSorted());
      await saved(page);
      await expect.poll(() => vault.read(NOTE)).toBe(both);

      if (killed === 'the browser door') {
        door.child.kill('SIGKILL');
        await door.ended;
        await expect(page.getByRole('status').first()).toContainText('Not saved');
        await standIn.type('\nElectron goes on.');
        await expect.poll(async () => (await standIn.look()).status).toBe('Saved');
        await expect.poll(() => vault.read(NOTE)).toBe(`${both}\nElectron goes on.`);
      } else {
        await standIn.kill();
        await typeInBrowser('\nThe browser goes on.');
        await saved(page);
        await expect.poll(() => vault.read(NOTE)).toBe(`${both}\nThe browser goes on.`);
      }
      expect(vault.list()).toEqual([NOTE]);
    });
  }
}
