import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, saved, standInTest as test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';
test.use({
  files: {
    [TONIGHT]: 'Begun.\n',
    'Note.md':
      'A [web link](https://example.org/x) and [bad](file:///etc/passwd) and [js](javascript:alert(1)).\n',
  },
});

test('windows are closed in: isolated, sandboxed, without Node, everything denied unless listed', async ({
  standIn: { system },
}) => {
  const [desk] = system.windows();
  expect(desk?.options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
  });
  const granted: Record<string, boolean> = {};
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'fullscreen',
    'openExternal',
    'usb',
    'hid',
    'clipboard-sanitized-write',
  ]) {
    system.session.requestHandler?.(null, permission, (answer) => {
      granted[permission] = answer && (system.session.checkHandler?.(null, permission) ?? false);
    });
  }
  expect(Object.entries(granted).filter(([, answer]) => answer)).toEqual([
    ['clipboard-sanitized-write', true],
  ]);
  expect(system.session.deviceHandler?.()).toBe(false);
  expect(system.session.spellChecker).toBe(false);
  expect(system.schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  for (const [name, details] of [
    ['will-navigate', { url: 'https://evil.test/' }],
    ['will-frame-navigate', { url: 'app://ramble/', isMainFrame: false }],
    ['will-redirect', {}],
    ['will-attach-webview', {}],
  ] as const) {
    let prevented = false;
    desk?.webContents.emit(name, {
      ...details,
      preventDefault: () => {
        prevented = true;
      },
    });
    expect(prevented, name).toBe(true);
  }
  expect(desk?.webContents.openHandler({ url: 'https://example.org' })).toEqual({ action: 'deny' });
});

test('B41: a frame that is not ours is not heard', async ({ standIn: { system } }) => {
  for (const url of ['https://evil.test/', 'app://ramble.evil.test/', 'file:///x', '']) {
    expect(await system.invokeFrom(url, 'ramble:call', 'notes.open', { path: TONIGHT })).toMatchObject({
      ok: false,
      error: { code: 'unsupported' },
    });
  }
});

test('B12: the app’s scheme serves the interface and nothing else', async ({ page, standIn: _ }) => {
  for (const path of [
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '/etc/passwd',
    '/index.html%00',
    '/assets/',
  ]) {
    const status = await page.evaluate(
      async (address) => (await fetch(address)).status,
      `https://ramble.stand-in${path}`,
    );
    expect(status, path).toBe(404);
  }
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
  expect(policy?.replace(/nonce-[\w+/=]{20,}/, 'nonce-X')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-X'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});

test('the menu’s commands reach the window, with the keys of the palette', async ({
  page,
  standIn: { system },
}) => {
  await expect(textOf(page)).toContainText('Begun.');
  expect(system.menuItem('quick-open')).toMatchObject({
    accelerator: 'CommandOrControl+O',
    registerAccelerator: false,
  });
  system.clickMenu('quick-open');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  system.clickMenu('toggle-theme');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'daylight');
});

test('links reach the system only as http, https and mailto', async ({ page, standIn: { system } }) => {
  await expect(textOf(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('note');
  await page.keyboard.press('Enter');
  await expect(textOf(page)).toContainText('web link');
  for (const word of ['bad', 'js', 'web link'])
    await page.locator('.cm-link', { hasText: word }).click({ modifiers: ['ControlOrMeta'] });
  await expect.poll(() => system.opened).toEqual(['https://example.org/x']);
});

test('the tray and the shortcut bring the ramble window, and closing it only hides it', async ({
  page,
  door,
  standIn: { system },
}) => {
  await expect(textOf(page)).toContainText('Begun.');
  const ramble = await door.rambleWindow();
  const window = system.windows().find((open) => open.page === ramble);
  await expect.poll(() => window?.isVisible()).toBe(true);
  window?.close();
  await expect.poll(() => window?.isVisible()).toBe(false);
  expect(window?.isDestroyed()).toBe(false);
  system.clickTray();
  await expect.poll(() => window?.isVisible()).toBe(true);
});

test('a second start brings the window forward, with the folder it was given', async ({
  page,
  vault,
  standIn: { system },
}) => {
  await expect(textOf(page)).toContainText('Begun.');
  vault.write('inner/Inner note.md', 'Inside.\n');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Typed a moment before.');
  system.app.emit('second-instance', {}, ['electron', '.', 'inner'], vault.folder);
  await expect(page.locator('.status > span').last()).toHaveText('1 note');
  await expect(page.locator('.side.left')).not.toContainText('Note');
  expect(vault.read(TONIGHT)).toBe('Begun.\nTyped a moment before.');
  expect(vault.list().filter((name) => name.startsWith('inner'))).toEqual(['inner', 'inner/Inner note.md']);
});

test('quitting hands over what was typed a moment before, and remembers the windows', async ({
  page,
  vault,
  standIn: { system },
}) => {
  await expect(textOf(page)).toContainText('Begun.');
  const dataFolder = system.app.paths.get('userData') ?? '';
  system.windows()[0]?.setBounds({ x: 40, y: 50, width: 1000, height: 700 });
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Last words.');
  system.app.quit();
  await system.quitted;
  expect(vault.read(TONIGHT)).toBe('Begun.\nLast words.');
  const file = join(dataFolder, 'windows.json');
  expect(existsSync(file)).toBe(true);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    main: { x: 40, y: 50, width: 1000, height: 700, maximized: false },
  });
});

test('closing the desk hands over what was typed a moment before', async ({
  page,
  vault,
  standIn: { system },
}) => {
  await expect(textOf(page)).toContainText('Begun.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Gone.');
  system.windows()[0]?.close();
  await expect.poll(() => vault.read(TONIGHT)).toBe('Begun.\nGone.');
  await saved(page).catch(() => undefined);
});
