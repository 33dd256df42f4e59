import { expect, saved, standInTest as test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';
test.use({ files: { [TONIGHT]: 'Begun.\n' } });

test('B42: a page goes nowhere, opens nothing, frames nothing', async ({ page, standIn }) => {
  await expect(textOf(page)).toContainText('Begun.');
  const address = page.url();
  const attempts: (() => void)[] = [
    () => location.assign('https://evil.test/'),
    () => location.replace('file:///etc/passwd'),
    () => location.assign('data:text/html,x'),
    () => void open('https://evil.test/'),
    () => void open('about:blank'),
    () => {
      const link = document.createElement('a');
      link.href = 'https://evil.test/';
      link.target = '_blank';
      link.click();
    },
    () =>
      document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://evil.test/' })),
    () => document.body.append(Object.assign(document.createElement('iframe'), { src: '/' })),
  ];
  for (const attempt of attempts) {
    await page.evaluate(attempt);
    await page.waitForTimeout(50);
    expect(page.url(), String(attempt)).toBe(address);
    await expect.poll(() => standIn.context.pages().length, String(attempt)).toBe(2);
  }
  for (const frame of page.frames().slice(1)) {
    expect(await frame.evaluate(() => 'ramble' in globalThis).catch(() => false)).toBe(false);
  }
  expect(standIn.system.opened).toEqual([]);
  await expect(textOf(page)).toContainText('Begun.');
});

test('a page that crashed is loaded again, with nothing lost, and not for ever', async ({
  page,
  vault,
  standIn: { system },
}) => {
  await expect(textOf(page)).toContainText('Begun.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('More.');
  await saved(page);
  const contents = system.windows()[0]?.webContents;
  contents?.emit('render-process-gone', {}, { reason: 'crashed' });
  await page.waitForEvent('load');
  await expect(textOf(page)).toContainText('More.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(' And more.');
  await expect.poll(() => vault.read(TONIGHT)).toBe('Begun.\nMore. And more.');
  let loads = 0;
  page.on('load', () => {
    loads += 1;
  });
  for (let crash = 0; crash < 9; crash += 1) {
    contents?.emit('render-process-gone', {}, { reason: 'oom' });
    await page.waitForLoadState().catch(() => undefined);
    await page.waitForTimeout(30);
  }
  expect(loads).toBeLessThanOrEqual(2);
});

test('a second start with a folder that is none says so and changes nothing', async ({
  page,
  vault,
  standIn: { system },
}) => {
  await expect(textOf(page)).toContainText('Begun.');
  const argv = ['electron', '--original-process-start-time=1', '/app', '--inspect', 'nowhere'];
  system.app.emit('second-instance', {}, argv, vault.folder);
  await expect.poll(() => system.errors.join()).toContain('nowhere');
  await expect(textOf(page)).toContainText('Begun.');
});

test('the app ends with its last window in sight', async ({ page, door, standIn: { system } }) => {
  await expect(textOf(page)).toContainText('Begun.');
  await door.rambleWindow();
  const [desk, ramble] = system.windows();
  desk?.close();
  await expect.poll(() => desk?.isDestroyed()).toBe(true);
  expect(ramble?.isDestroyed()).toBe(false);
  ramble?.close();
  await system.quitted;
});
