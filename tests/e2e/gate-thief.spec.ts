import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { startBrowserDoor } from './fixtures/browser-door.ts';
import { expect, test, textOf } from './fixtures/test.ts';

const NOTE = '2021-02-09 - The Evening Ramble.md';

/** A server that says yes to everything, and what was said to it. */
async function serveThief(port: number): Promise<{ server: Server; asked: string[]; heard: string[] }> {
  const asked: string[] = [];
  const heard: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const grant = { token: 'T'.repeat(43), resume: 'R'.repeat(43), proof: 'P'.repeat(43) };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(grant));
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'ramble' });
  server.on('upgrade', (request, socket, head) => {
    asked.push(`upgrade ${request.url}`);
    sockets.handleUpgrade(request, socket, head, (window) => {
      window.on('message', (data) => heard.push(String(data)));
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return { server, asked, heard };
}

test('B39: a page that was left open hands its text to nobody who took the port', async ({
  chromium,
  doorName,
  vault,
}) => {
  test.skip(doorName !== 'browser', 'the gate is the browser door’s');
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
  for (const socket of [thief.server]) socket.closeAllConnections();
  thief.server.close();
  rmSync(dataFolder, { recursive: true, force: true });
});
