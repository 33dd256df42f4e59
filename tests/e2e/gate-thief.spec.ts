import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowserDoor } from './fixtures/browser-door.ts';
import { expect, browserTest as test, textOf } from './fixtures/test.ts';
import { serveThief } from './fixtures/thief.ts';

const NOTE = '2021-02-09 - The Evening Ramble.md';

test('B39: a page that was left open hands its text to nobody who took the port', async ({
  chromium,
  vault,
}) => {
  vault.write(NOTE, 'Here.\n');
  const dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  const door = await startBrowserDoor({ folder: vault.folder, dataFolder, now: '2021-02-09T21:00' });
  const page = await chromium.newPage();
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  await door.stop();
  const thief = await serveThief(Number(door.address.port));
  await textOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('A secret thought.');
  await expect.poll(() => thief.asked.length, { timeout: 15_000 }).toBeGreaterThan(0);
  await page.waitForTimeout(3000);
  expect(thief.heard).toEqual([]);
  await expect(page.getByRole('status').first()).toContainText('Not saved');
  await expect(textOf(page)).toContainText('A secret thought.');
  await page.close();
  await thief.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

test('B39: a socket on which the door has not shown itself is told nothing', async ({ chromium, vault }) => {
  vault.write(NOTE, 'Here.\n');
  const dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  const door = await startBrowserDoor({ folder: vault.folder, dataFolder, now: '2021-02-09T21:00' });
  const page = await chromium.newPage();
  const heard: string[] = [];
  let opened = 0;
  await page.routeWebSocket('**/socket', (socket) => {
    opened += 1;
    // Whoever took the port in the moment between the token and the socket: silent, wrong, or garbled; then the door itself.
    if (opened > 3) return void socket.connectToServer();
    socket.onMessage((message) => heard.push(String(message)));
    const hello = { proof: 'P'.repeat(43), folder: null, outlived: false };
    if (opened === 1) socket.send(JSON.stringify({ event: { name: 'vault.resumed', payload: {} } }));
    if (opened === 2) socket.send(JSON.stringify({ hello }));
    if (opened === 3) socket.send('{');
  });
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.', { timeout: 20_000 });
  expect(opened).toBe(4);
  expect(heard).toEqual([]);
  await page.close();
  await door.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});
