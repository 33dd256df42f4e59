import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DoorProcess, startBrowserDoor } from './fixtures/browser-door.ts';
import { expect, browserTest as test, textOf } from './fixtures/test.ts';

let door: DoorProcess;
let dataFolder: string;
let other: Server;
let otherOrigin: string;
const referers: (string | undefined)[] = [];

test.beforeEach(async ({ vault }) => {
  vault.write('2021-02-09 - The Evening Ramble.md', 'Here.\n');
  dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  door = await startBrowserDoor({ folder: vault.folder, dataFolder, now: '2021-02-09T21:00' });
  referers.length = 0;
  other = createServer((request, response) => {
    if (request.url !== '/favicon.ico') referers.push(request.headers.referer);
    response
      .setHeader('Content-Type', 'text/html')
      .end('<!doctype html><title>other</title><button>open</button>');
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  otherOrigin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
});
test.afterEach(async () => {
  await door?.stop();
  other?.closeAllConnections();
  other?.close();
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true });
});

test('B34: a site that is linked to, or gone to, hears of no address', async ({ chromium }) => {
  const page = await chromium.newPage();
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  const opened = page.waitForEvent('popup');
  await page.evaluate((target) => {
    const link = document.createElement('a');
    link.href = target;
    link.target = '_blank';
    link.rel = 'opener';
    document.body.append(link);
    link.click();
  }, otherOrigin);
  const popup = await opened;
  await expect(popup).toHaveTitle('other');
  expect(await popup.evaluate(() => window.opener === null)).toBe(true);
  await page.evaluate((target) => location.assign(target), otherOrigin);
  await expect(page).toHaveTitle('other');
  expect(referers).toEqual([undefined, undefined]);
  await page.goBack();
  await expect(textOf(page)).toContainText('Here.');
  expect(page.url()).toBe(`${door.address.origin}/`);
  await page.close();
  await popup.close();
});

test('B38: a page that opens the app in a window has no hold on it', async ({ chromium }) => {
  const page = await chromium.newPage();
  await page.goto(otherOrigin);
  await page.evaluate((target) => {
    document.querySelector('button')?.addEventListener('click', () => {
      Object.assign(window, { held: window.open(target) });
    });
  }, door.address.href);
  const opened = page.waitForEvent('popup');
  await page.getByRole('button').click();
  const app = await opened;
  await expect(textOf(app)).toContainText('Here.');
  expect(await app.evaluate(() => window.opener === null)).toBe(true);
  const held = () => page.evaluate(() => (window as unknown as { held: Window }).held.closed);
  expect(await held()).toBe(true);
  await page.close();
  await app.close();
});

test('a page that was refused takes a fresh address typed over the old one', async ({ chromium }) => {
  const page = await chromium.newPage();
  await page.goto(`${door.address.origin}/#${'A'.repeat(43)}`);
  await expect(page.getByText('The address was used already')).toBeVisible();
  expect(page.url()).toBe(`${door.address.origin}/`);
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  expect(page.url()).toBe(`${door.address.origin}/`);
  await page.close();
});

test('a page that has to wait keeps its code, and not in its address', async ({ chromium }) => {
  const page = await chromium.newPage();
  let asked = 0;
  await page.route('**/session', (route) => {
    asked += 1;
    if (asked === 1) return route.fulfill({ status: 429 });
    return asked === 2 ? route.abort() : route.continue();
  });
  await page.goto(door.address.href);
  expect(page.url()).toBe(`${door.address.origin}/`);
  await expect(textOf(page)).toContainText('Here.');
  expect(asked).toBe(3);
  await page.close();
});

test('a window that lost its connection comes back by itself, and can be reloaded still', async ({
  chromium,
  vault,
}) => {
  const page = await chromium.newPage();
  await page.addInitScript(() => {
    const sockets: WebSocket[] = [];
    const Plain = window.WebSocket;
    Object.assign(window, {
      sockets,
      WebSocket: class extends Plain {
        constructor(address: string, protocols: string[]) {
          super(address, protocols);
          sockets.push(this);
        }
      },
    });
  });
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  await textOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.evaluate(() => (window as unknown as { sockets: WebSocket[] }).sockets[0]?.close());
  await page.keyboard.type('Typed in between.');
  await expect.poll(() => vault.read('2021-02-09 - The Evening Ramble.md')).toBe('Here.\nTyped in between.');
  const offered = await page.evaluate(() => (window as unknown as { sockets: WebSocket[] }).sockets.length);
  expect(offered).toBe(2);
  await page.reload();
  await expect(textOf(page)).toContainText('Typed in between.');
  await page.close();
});
