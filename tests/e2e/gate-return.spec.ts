import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type DoorProcess, startBrowserDoor } from './fixtures/browser-door.ts';
import { expect, saved, browserTest as test, textOf } from './fixtures/test.ts';
import { serveThief } from './fixtures/thief.ts';

const NOTE = '2021-02-09 - The Evening Ramble.md';
const NOW = '2021-02-09T21:00';
/** How long the door stays away: `RAMBLE_AWAY_SECONDS=60` is C08 to the letter. */
const AWAY_MS = Number(process.env.RAMBLE_AWAY_SECONDS ?? 3) * 1000;
/** A window that waits tries again every four seconds. */
const BACK_MS = 15_000;

let dataFolder: string;
let folder: string;
const doors: DoorProcess[] = [];

async function startDoor(on = folder, args: string[] = []): Promise<DoorProcess> {
  const door = await startBrowserDoor({ folder: on, dataFolder, now: NOW, args });
  doors.push(door);
  return door;
}

async function killDoor(door: DoorProcess): Promise<void> {
  door.child.kill('SIGKILL');
  await door.ended;
}

async function openPage(page: Page, door: DoorProcess): Promise<void> {
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  await textOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
}

const status = (page: Page) => page.getByRole('status').first();

test.beforeEach(({ vault }) => {
  test.setTimeout(90_000 + 2 * AWAY_MS);
  vault.write(NOTE, 'Here.\n');
  folder = vault.folder;
  dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
});
test.afterEach(async () => {
  for (const door of doors.splice(0)) await door.stop();
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true });
});

test('C08: the door is killed while the tab types on, and returns: the tab says so, keeps the text, sends it once', async ({
  chromium,
  vault,
}) => {
  const page = await chromium.newPage();
  await openPage(page, await startDoor());
  let typed = 'Here.\n';
  for (let round = 1; round <= 2; round += 1) {
    const type = async (words: string) => {
      typed += words;
      await page.keyboard.type(words);
    };
    await type(`Before ${round}. `);
    // In the middle of a word, with keys under way.
    const typing = type('0123456789abcdefghijklmnopqrstuvwxyz ');
    await killDoor(doors.at(-1) as DoorProcess);
    await typing;
    await expect(status(page)).toContainText('Not saved');
    await type(`While it was away ${round}. `);
    await page.waitForTimeout(AWAY_MS);
    await expect(status(page)).toContainText('Not saved');
    expect(vault.read(NOTE)).not.toContain(`While it was away ${round}.`);
    await startDoor();
    await expect.poll(() => vault.read(NOTE), { timeout: BACK_MS }).toBe(typed);
    await saved(page);
    await type(`And on ${round}.\n`);
    await saved(page);
    await expect.poll(() => vault.read(NOTE)).toBe(typed);
  }
  expect(vault.list()).toEqual([NOTE]);
  await page.close();
});

test('C08: a note that had no file yet is made once, with all that was typed', async ({
  chromium,
  vault,
}) => {
  rmSync(join(vault.folder, NOTE));
  const page = await chromium.newPage();
  const door = await startDoor();
  await page.goto(door.address.href);
  await expect(textOf(page)).toBeFocused();
  const template = (await textOf(page).textContent()) ?? '';
  await killDoor(door);
  await page.keyboard.type('The first words.');
  await expect(status(page)).toContainText('Not saved');
  await startDoor();
  await saved(page).catch(() => undefined);
  await expect.poll(() => vault.list(), { timeout: BACK_MS }).toEqual([NOTE]);
  await expect.poll(() => vault.read(NOTE).match(/The first words\./g)?.length).toBe(1);
  await expect(textOf(page)).toContainText(`${template}The first words.`);
  await page.close();
});

test('C08, B39: a thief on the port meanwhile gets nothing of use, and the text arrives when it has gone', async ({
  chromium,
  vault,
}) => {
  const page = await chromium.newPage();
  const door = await startDoor();
  await openPage(page, door);
  await killDoor(door);
  const thief = await serveThief(Number(door.address.port));
  await page.keyboard.type('A secret thought.');
  await expect.poll(() => thief.asked.length, { timeout: BACK_MS }).toBeGreaterThan(1);
  // The door is there again, and cannot have its port yet.
  const second = await startDoor();
  await page.waitForTimeout(1000);
  expect(thief.heard).toEqual([]);
  expect(thief.asked.filter((asked) => !asked.startsWith('POST /return'))).toEqual([]);
  await expect(status(page)).toContainText('Not saved');
  // All that the thief was told, told to the door itself, opens nothing.
  for (const body of thief.bodies) {
    for (const path of ['/return', '/session']) {
      const answer = await fetch(`${second.address.origin}${path}`, {
        method: 'POST',
        headers: { Origin: second.address.origin, 'Content-Type': 'application/json' },
        body,
      });
      if (answer.ok) expect(Object.keys((await answer.json()) as object).sort()).toEqual(['nonce', 'proof']);
      else expect(answer.status).toBe(401);
    }
  }
  await thief.close();
  await expect.poll(() => vault.read(NOTE), { timeout: 2 * BACK_MS }).toBe('Here.\nA secret thought.');
  await saved(page);
  await page.close();
});

test('C08, B39: a thief that passes everything on to the door learns nothing either', async ({
  chromium,
  vault,
}) => {
  const page = await chromium.newPage();
  const door = await startDoor();
  await openPage(page, door);
  await killDoor(door);
  const thief = await serveThief(Number(door.address.port), () => doors.at(-1)?.address.origin);
  await startDoor();
  await page.keyboard.type('A secret thought.');
  await expect.poll(() => thief.asked.length, { timeout: BACK_MS }).toBeGreaterThan(1);
  // What it was asked it has yet to pass on, and to hear the answer.
  await expect.poll(() => thief.passedOn, { timeout: BACK_MS }).toBeGreaterThan(0);
  await page.waitForTimeout(4500);
  expect(thief.asked.filter((asked) => !asked.startsWith('POST /return'))).toEqual([]);
  expect(thief.heard).toEqual([]);
  expect(vault.read(NOTE)).toBe('Here.\n');
  await thief.close();
  await expect.poll(() => vault.read(NOTE), { timeout: 2 * BACK_MS }).toBe('Here.\nA secret thought.');
  await page.close();
});

test('C08: what was typed for one folder is never written into another that is open when the door returns', async ({
  chromium,
  vault,
}) => {
  const page = await chromium.newPage();
  const door = await startDoor();
  await openPage(page, door);
  await killDoor(door);
  await page.keyboard.type('Of the first folder.');
  vault.write('elsewhere/other/Here.md', 'Another folder.\n');
  const other = await startDoor(join(vault.folder, 'elsewhere', 'other'), ['--port', door.address.port]);
  await expect(status(page)).toContainText('another folder', { timeout: BACK_MS });
  await expect(textOf(page)).toContainText('Of the first folder.');
  expect(vault.list().filter((name) => name.startsWith('elsewhere/other/'))).toEqual([
    'elsewhere/other/Here.md',
  ]);
  await killDoor(other);
  await startDoor();
  await expect.poll(() => vault.read(NOTE), { timeout: BACK_MS }).toBe('Here.\nOf the first folder.');
  expect(vault.list().filter((name) => name.startsWith('elsewhere/other/'))).toEqual([
    'elsewhere/other/Here.md',
  ]);
  await page.close();
});

test('C08: leaving a page with text that nobody has is asked about', async ({ chromium }) => {
  const page = await chromium.newPage();
  const door = await startDoor();
  await openPage(page, door);
  await killDoor(door);
  await page.keyboard.type('Only here.');
  await expect(status(page)).toContainText('Not saved');
  const asked = page.waitForEvent('dialog');
  void page.reload().catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(textOf(page)).toContainText('Only here.');
  await page.close();
});

test('B39: the port of an earlier run is for windows that were left on it: no page is served there', async ({
  chromium,
}) => {
  const page = await chromium.newPage();
  const door = await startDoor();
  await openPage(page, door);
  await killDoor(door);
  const second = await startDoor();
  expect(second.address.port).not.toBe(door.address.port);
  await expect(status(page)).toHaveText('Saved', { timeout: BACK_MS });
  await expect(page.getByText('was started again')).toBeVisible();
  // A program that had the port meanwhile may have left a service worker for it: what it would be given is worth nothing.
  const answer = await page.reload();
  expect(answer?.status()).toBe(410);
  await expect(page.locator('body')).toContainText('started again');
  expect(await page.locator('script').count()).toBe(0);
  await page.close();
});
