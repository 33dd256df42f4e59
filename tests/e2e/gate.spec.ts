import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DoorProcess, startBrowserDoor } from './fixtures/browser-door.ts';
import { launchChromium } from './fixtures/chromium.ts';
import { expect, saved, browserTest as test, textOf } from './fixtures/test.ts';

const NOW = '2021-02-09T21:00';
let door: DoorProcess;
let dataFolder: string;
const servers: Server[] = [];

test.beforeEach(async ({ vault }) => {
  dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  door = await startBrowserDoor({ folder: vault.folder, dataFolder, now: NOW });
});
test.afterEach(async () => {
  await door?.stop();
  for (const server of servers.splice(0)) server.close();
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true });
});

/** Another page of this machine; gives its address and the requests that reached it. */
async function serve(page: string, port = 0): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.setHeader('Content-Type', 'text/html').end(page);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('B30: a rebound name is turned away', async () => {
  const browser = await launchChromium(['--host-resolver-rules=MAP rebind.test 127.0.0.1']);
  const page = await browser.newPage();
  const response = await page.goto(`http://rebind.test:${door.address.port}/`);
  expect(response?.status()).toBe(421);
  const status = await page.evaluate(
    async () =>
      (
        await fetch('/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{}',
        })
      ).status,
  );
  expect(status).toBe(421);
  await browser.close();
});

test('B31, B32, B38: a page of another port can neither read, nor speak, nor frame', async ({ chromium }) => {
  const other = await serve('<!doctype html><title>other</title>');
  const page = await chromium.newPage();
  await page.goto(other.origin);
  const tried = await page.evaluate(async (target) => {
    const results: Record<string, string> = {};
    const attempt = async (name: string, work: () => Promise<unknown>) => {
      results[name] = await work().then(
        (value) => `got ${String(value)}`,
        () => 'refused',
      );
    };
    await attempt('read', async () => (await fetch(target)).text());
    await attempt('session', async () =>
      (
        await fetch(`${target}/session`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{"code":"x"}',
        })
      ).text(),
    );
    await attempt(
      'socket',
      () =>
        new Promise((done, fail) => {
          const socket = new WebSocket(`${target.replace('http', 'ws')}/socket`, [
            'ramble',
            'token.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
          ]);
          socket.onopen = () => done('open');
          socket.onerror = () => fail(new Error('refused'));
        }),
    );
    await attempt(
      'script',
      () =>
        new Promise((done, fail) => {
          const script = document.createElement('script');
          script.src = `${target}/`;
          script.onload = () => done('ran');
          script.onerror = () => fail(new Error('refused'));
          document.head.append(script);
        }),
    );
    return results;
  }, door.address.origin);
  expect(tried).toEqual({ read: 'refused', session: 'refused', socket: 'refused', script: 'refused' });
  await page.setContent(
    `<iframe src="${door.address.origin}/"></iframe><iframe sandbox="allow-scripts" srcdoc="<script>fetch('${door.address.origin}/session',{method:'POST',headers:{'Content-Type':'application/json'},body:'{}'}).then(()=>parent.postMessage('got','*'),()=>parent.postMessage('refused','*'))</script>"></iframe><script>addEventListener('message',(event)=>{document.title=event.data})</script>`,
  );
  await expect(page).toHaveTitle('refused');
  expect(await page.frames()[1]?.locator('#root').count()).toBe(0);
  await page.close();
});

test('B34, B39: the token is in no address, history, storage, file, output or list of arguments', async ({
  chromium,
  vault,
}) => {
  vault.write('2021-02-09 - The Evening Ramble.md', 'Here.\n');
  const context = await chromium.newContext();
  const page = await context.newPage();
  let secrets: string[] = [];
  page.on('response', async (response) => {
    if (!response.url().endsWith('/session')) return;
    const { token, key } = (await response.json()) as { token: string; key: string };
    secrets = [token, key];
  });
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  expect(secrets.map((secret) => secret.length)).toEqual([43, 43]);
  expect(page.url()).toBe(`${door.address.origin}/`);
  const kept = await page.evaluate(async () =>
    JSON.stringify([
      document.cookie,
      { ...localStorage },
      { ...sessionStorage },
      location.href,
      document.referrer,
      (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
      (await caches.keys()).length,
    ]),
  );
  expect(kept).toBe(JSON.stringify(['', {}, {}, `${door.address.origin}/`, '', 0, 0]));
  const state = JSON.stringify(await page.evaluate(() => history.state));
  const isIn = (text: string | Buffer) => secrets.some((secret) => text.includes(secret));
  expect(isIn(state)).toBe(false);
  expect(isIn(door.output())).toBe(false);
  const files = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dataFolder, name))
    .filter((file) => statSync(file).isFile());
  for (const file of files) {
    expect(isIn(readFileSync(file)), file).toBe(false);
    expect(statSync(file).mode & 0o077, file).toBe(0);
  }
  if (process.platform === 'linux') {
    for (const process of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      let args = '';
      try {
        args = readFileSync(`/proc/${process}/cmdline`, 'utf8');
      } catch {
        continue;
      }
      expect(isIn(args)).toBe(false);
    }
  }
  await context.close();
});

test('a reload keeps the session; the address itself works once', async ({ chromium, vault }) => {
  vault.write('2021-02-09 - The Evening Ramble.md', 'Here.\n');
  const page = await chromium.newPage();
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  for (let round = 0; round < 3; round += 1) {
    await page.reload();
    await expect(textOf(page)).toContainText('Here.');
  }
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Typed just before the reload.');
  await page.reload();
  await expect
    .poll(() => vault.read('2021-02-09 - The Evening Ramble.md'))
    .toContain('Typed just before the reload.');
  const second = await chromium.newPage();
  await second.goto(door.address.href);
  await expect(second.getByText('The address was used already')).toBeVisible();
  await page.close();
  await second.close();
});

test('B39: whoever takes the port next finds nothing to take', async ({ chromium, vault }) => {
  vault.write('2021-02-09 - The Evening Ramble.md', 'A secret.\n');
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('A secret.');
  await saved(page);
  await door.stop();
  await expect(page.getByRole('status').first()).toContainText('Not saved');
  const thief = await serve('<!doctype html><title>thief</title>', Number(door.address.port));
  await page.goto(`${thief.origin}/`);
  const found = await page.evaluate(async () =>
    JSON.stringify([
      document.cookie,
      { ...localStorage },
      { ...sessionStorage },
      (await caches.keys()).length,
      document.body.textContent,
    ]),
  );
  expect(found).toBe(JSON.stringify(['', {}, {}, 0, '']));
  expect(thief.asked.filter((asked) => /cookie|authorization/i.test(asked))).toEqual([]);
  await context.close();
});

test('text typed while the door is away is kept, said to be unsaved, and written when it is back', async ({
  chromium,
  vault,
}) => {
  vault.write('2021-02-09 - The Evening Ramble.md', 'Here.\n');
  const page = await chromium.newPage();
  await page.goto(door.address.href);
  await expect(textOf(page)).toContainText('Here.');
  door.child.kill('SIGSTOP');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Kept.');
  await page.waitForTimeout(600);
  expect(vault.read('2021-02-09 - The Evening Ramble.md')).toBe('Here.\n');
  await expect(page.getByRole('status').first()).not.toHaveText('Saved');
  door.child.kill('SIGCONT');
  await saved(page);
  expect(vault.read('2021-02-09 - The Evening Ramble.md')).toBe('Here.\nKept.');
  await page.close();
});
