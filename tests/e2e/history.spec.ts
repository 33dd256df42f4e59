import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { browserTest, expect, goTo, saved, test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';
const START = '# The Evening Ramble\n\nFirst line.\n';

test.use({ files: { [TONIGHT]: START, 'Other.md': 'Another note.\n' } });

test('the past of a note can be looked at, and brought back whole or in part', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Second line.\n');
  await saved(page);
  vault.write(TONIGHT, '# The Evening Ramble\n\nFirst line, changed elsewhere.\nSecond line.\n');
  await expect(textOf(page)).toContainText('changed elsewhere');
  await page.keyboard.press('ControlOrMeta+Shift+h');
  const dialog = page.getByRole('dialog', { name: /History of/ });
  await expect(dialog.getByText('Another program')).toBeVisible();
  await expect(dialog.getByText('You wrote')).toBeVisible();

  await dialog.getByRole('button', { name: /You wrote/ }).click();
  await expect(dialog.locator('.was')).toContainText('First line.');
  await expect(dialog.locator('.is')).toContainText('changed elsewhere');
  await dialog.getByRole('button', { name: 'Bring this back' }).click();
  await expect(dialog).toContainText('just what it was then');
  await page.keyboard.press('Escape');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe(`${START}Second line.\n`);

  await page.keyboard.press('ControlOrMeta+Shift+h');
  await dialog.getByRole('button', { name: /As it was/ }).click();
  await dialog.getByRole('button', { name: 'Bring all of it back' }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => vault.read(TONIGHT)).toBe(START);
});

test('C38: a note that is renamed elsewhere while its past is looked at gets it under its new name', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  await goTo(page, 'Other');
  await expect(textOf(page)).toContainText('Another note.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('More.\n');
  await saved(page);
  await page.keyboard.press('ControlOrMeta+Shift+h');
  await expect(page.getByRole('dialog', { name: 'History of Other' })).toBeVisible();
  renameSync(join(vault.folder, 'Other.md'), join(vault.folder, 'Elsewhere.md'));
  const dialog = page.getByRole('dialog', { name: 'History of Elsewhere' });
  await dialog.getByRole('button', { name: /As it was/ }).click();
  await dialog.getByRole('button', { name: 'Bring all of it back' }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => vault.read('Elsewhere.md')).toBe('Another note.\n');
  expect(vault.list()).not.toContain('Other.md');
});

test('C27: a note deleted elsewhere closes, is listed, and can be brought back', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await goTo(page, 'Other');
  await expect(textOf(page)).toContainText('Another note.');
  rmSync(join(vault.folder, 'Other.md'));
  await expect(page.getByText('was removed by another program')).toBeVisible();
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+p');
  await page.keyboard.type('Deleted');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Deleted notes' });
  await expect(dialog).toContainText('Another note.');
  await dialog.getByRole('button', { name: 'Bring back' }).click();
  await expect(textOf(page)).toContainText('Another note.');
  expect(vault.read('Other.md')).toBe('Another note.\n');
});

test('C64: undo takes back one’s own, across a merge and a reload of the window', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Mine.');
  await saved(page);
  vault.write(TONIGHT, '# The Evening Ramble\n\nTheirs.\n\nFirst line.\nMine.');
  await expect(textOf(page)).toContainText('Theirs.');
  await page.reload();
  await expect(textOf(page)).toContainText('Theirs.');
  await expect(textOf(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(textOf(page)).not.toContainText('Mine.');
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(textOf(page)).toContainText('Theirs.');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nTheirs.\n\nFirst line.\n');
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nTheirs.\n\nFirst line.\nMine.');
});

test('C07: a reload right after a key keeps it', async ({ page, vault }) => {
  for (let round = 1; round <= 5; round += 1) {
    await expect(textOf(page)).toContainText('First line.');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type(`k${round}`);
    await page.reload();
  }
  await expect(textOf(page)).toContainText('k1k2k3k4k5');
  await expect.poll(() => vault.read(TONIGHT)).toBe(`${START}k1k2k3k4k5`);
});

test('C07: closing the window right after a key keeps it', async ({ page, vault, door }) => {
  await expect(textOf(page)).toContainText('First line.');
  let written = START;
  for (let round = 1; round <= 6; round += 1) {
    await page.bringToFront();
    const other = await door.rambleWindow();
    await expect(textOf(other)).toContainText(written.split('\n').at(-1) ?? '');
    await textOf(other).click();
    await other.keyboard.press('ControlOrMeta+End');
    await other.keyboard.type(`k${round}`);
    await Promise.all([other.waitForEvent('close'), other.close({ runBeforeUnload: true })]);
    written += `k${round}`;
    await expect.poll(() => vault.read(TONIGHT)).toBe(written);
  }
});

browserTest(
  'C07: what the socket of a closed window did not carry any more arrives all the same',
  async ({ page, vault, door }) => {
    await expect(textOf(page)).toContainText('First line.');
    const other = await door.rambleWindow();
    await expect(textOf(other)).toContainText('First line.');
    await textOf(other).click();
    await other.keyboard.press('ControlOrMeta+End');
    // As the browser does with what was sent just before a page is closed.
    await other.evaluate(() => {
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        if (!String(data).includes('"notes.push"')) send.call(this, data);
      };
    });
    await other.keyboard.type('kept');
    await other.close({ runBeforeUnload: true });
    await expect.poll(() => vault.read(TONIGHT)).toBe(`${START}kept`);
  },
);

browserTest(
  'B39: a page that a service worker controls says nothing that the worker would be given',
  async ({ page, door }) => {
    await expect(textOf(page)).toContainText('First line.');
    const saysLast = async (isControlled: boolean) => {
      const other = await door.rambleWindow();
      await expect(textOf(other)).toContainText('First line.');
      await other.evaluate((controlled) => {
        const { send } = WebSocket.prototype;
        WebSocket.prototype.send = function (data) {
          if (!String(data).includes('"notes.push"')) send.call(this, data);
        };
        if (controlled)
          Object.defineProperty(navigator, 'serviceWorker', {
            value: { controller: {} },
            configurable: true,
          });
        const { fetch } = window;
        window.fetch = (...args) => {
          document.title = `fetched ${String(args[0])}`;
          return fetch(...args);
        };
      }, isControlled);
      await textOf(other).click();
      await other.keyboard.type('x');
      const title = await other.evaluate(() => {
        dispatchEvent(new Event('pagehide'));
        return document.title;
      });
      await other.close();
      await page.bringToFront();
      return title;
    };
    expect(await saysLast(false)).toBe('fetched /last');
    expect(await saysLast(true)).not.toContain('fetched');
  },
);

browserTest(
  'C07: what is a quarter of a second old when the page crashes is kept',
  async ({ page, vault }) => {
    await expect(textOf(page)).toContainText('First line.');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('kept');
    await page.waitForTimeout(250);
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    await expect.poll(() => vault.read(TONIGHT)).toBe(`${START}kept`);
  },
);

test('C36: two windows on one note stay in step, keystroke by keystroke', async ({ page, door, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  const other = await door.rambleWindow();
  await expect(textOf(other)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  await textOf(other).click();
  await other.keyboard.press('ControlOrMeta+Home');
  await Promise.all([page.keyboard.type('from the one'), other.keyboard.type('from the other ')]);
  await expect(textOf(page)).toContainText('from the other');
  await expect(textOf(other)).toContainText('from the one');
  await saved(page);
  const text = 'from the other # The Evening Ramble\n\nFirst line.\nfrom the one';
  await expect.poll(() => vault.read(TONIGHT)).toBe(text);
});

test('C31: a copy that synchronising left is recognised, and what it has can be taken over', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  const copy = '2021-02-09 - The Evening Ramble.sync-conflict-20210209-211500-ABCDEFG.md';
  vault.write(copy, `${START}From the other machine.\n`);
  await page.getByRole('button', { name: 'Compare' }).click();
  const dialog = page.getByRole('dialog', { name: /and its copy/ });
  await expect(dialog.locator('.was')).toContainText('From the other machine.');
  await dialog.getByRole('button', { name: 'Take this over' }).click();
  await expect(dialog).toContainText('just what the note holds now');
  await page.keyboard.press('Escape');
  await expect.poll(() => vault.read(TONIGHT)).toBe(`${START}From the other machine.\n`);
  expect(vault.read(copy)).toBe(`${START}From the other machine.\n`);
});
