import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { refuseCalls } from './fixtures/refuse-calls.ts';
import { browserTest, expect, goTo, saved, standInTest, test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';
const START = '# The Evening Ramble\n\nFirst line.\n';

test.use({ files: { [TONIGHT]: START, 'Other.md': 'Another note.\n' } });

/** What is typed gets no answer until it is let go. */
async function hold(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const held: (() => void)[] = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (String(data).includes('"notes.push"')) held.push(() => send.call(this, data));
      else send.call(this, data);
    };
    Object.assign(window, {
      release() {
        WebSocket.prototype.send = send;
        for (const one of held) one();
      },
    });
  });
  return () => page.evaluate(() => (window as unknown as { release(): void }).release());
}

/** Types in another note what gets no answer, and closes that; gives what lets the text go. */
async function closeHeldBack(page: Page): Promise<() => Promise<void>> {
  await expect(textOf(page)).toContainText('First line.');
  await goTo(page, 'Other');
  await expect(textOf(page)).toContainText('Another note.');
  await expect(textOf(page)).toBeFocused();
  const release = await hold(page);
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Held back.');
  await page.keyboard.press('Alt+w');
  return release;
}

browserTest(
  'C52: a note whose text is on its way is not closed without a word, and once it is kept it is',
  async ({ page, vault }) => {
    const release = await closeHeldBack(page);
    await expect(page.getByText('“Other” is not saved')).toBeVisible();
    await expect(textOf(page)).toContainText('Held back.');
    await release();
    await saved(page);
    await page.keyboard.press('Alt+w');
    await expect(textOf(page)).toContainText('First line.');
    expect(vault.read('Other.md')).toBe('Another note.\nHeld back.');
  },
);

browserTest(
  'C52: a note that was closed all the same is written when its text comes through',
  async ({ page, vault }) => {
    const release = await closeHeldBack(page);
    await page.getByRole('button', { name: 'Close it all the same' }).click();
    await expect(textOf(page)).toContainText('First line.');
    await release();
    await expect.poll(() => vault.read('Other.md')).toBe('Another note.\nHeld back.');
  },
);

test('C52: keys for a note that cannot be opened stay on screen, and go into it once it can', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('Other');
  await expect(page.getByRole('option').first()).toContainText('Other');
  rmSync(join(vault.folder, 'Other.md'));
  await page.keyboard.press('Enter');
  await page.keyboard.type('Early words.', { delay: 30 });
  const typed = page.getByRole('textbox', { name: 'What you typed' });
  await expect(typed).toHaveValue('Early words.');
  await expect(page.getByRole('alert')).toContainText('no note');
  vault.write('Other.md', 'Back again.\n');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(textOf(page)).toContainText('Early words.');
  await saved(page);
  expect(vault.read('Other.md')).toBe('Early words.Back again.\n');
});

test('C52: keys for a note that is closed before it could be opened are offered', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('Other');
  await expect(page.getByRole('option').first()).toContainText('Other');
  rmSync(join(vault.folder, 'Other.md'));
  await page.keyboard.press('Enter');
  await page.keyboard.type('Early words.', { delay: 30 });
  await expect(page.getByRole('textbox', { name: 'What you typed' })).toHaveValue('Early words.');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(page.getByText('You had typed: “Early words.”')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy it' })).toBeVisible();
  expect(vault.read(TONIGHT)).toBe(START);
});

test('C52: keys for a note that is read-only are offered, and not put where they are kept nowhere', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  const bytes = Buffer.from([0x6f, 0x6e, 0x65, 0xff, 0xfe, 0x0a]);
  vault.write('Odd.md', bytes);
  await goTo(page, 'Odd');
  await page.keyboard.type('Early words.');
  await expect(page.getByRole('status').first()).toContainText('Read only');
  expect(vault.bytes('Odd.md')).toEqual(bytes);
  expect(vault.read(TONIGHT)).toBe(START);
});

/** Types what is kept nowhere but in the window. */
async function typeUnkept(page: Page): Promise<void> {
  await expect(textOf(page)).toContainText('First line.');
  await expect(textOf(page)).toBeFocused();
  // Neither the journal nor the file takes it.
  await refuseCalls(page, 'notes.push', 'The disk is full.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Nowhere else.');
  await expect(page.getByText('Not saved: The disk is full.')).toBeVisible();
}

browserTest(
  'C14: a page that holds what nothing keeps asks before it goes, and others do not',
  async ({ page }) => {
    let asked = 0;
    page.on('dialog', (dialog) => {
      asked += 1;
      void dialog.dismiss();
    });
    await expect(textOf(page)).toContainText('First line.');
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('Kept.');
    await page.reload();
    await expect(textOf(page)).toContainText('Kept.');
    expect(asked).toBe(0);
    await typeUnkept(page);
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => asked).toBe(1);
    await expect(textOf(page)).toContainText('Nowhere else.');
  },
);

standInTest(
  'C14: the desk and the app stay where a window holds what nothing keeps, until that is given up',
  async ({ page, standIn: { system } }) => {
    const [desk] = system.windows();
    await typeUnkept(page);
    desk?.close();
    desk?.close();
    await expect.poll(() => system.questions.length).toBe(1);
    expect(system.questions[0]).toMatchObject({
      message: 'What you typed is kept nowhere but in this window.',
      detail: expect.stringContaining('“2021-02-09 - The Evening Ramble” is not saved: The disk is full.'),
    });
    system.questions[0]?.answer('Keep it open');
    await expect(textOf(page)).toContainText('Nowhere else.');
    system.app.quit();
    await expect.poll(() => system.questions.length).toBe(2);
    system.questions[1]?.answer('Keep it open');
    await page.keyboard.type(' More.');
    await expect(textOf(page)).toContainText('Nowhere else. More.');
    expect(desk?.isDestroyed()).toBe(false);
    // Whoever asks for both is asked once.
    desk?.close();
    system.app.quit();
    await expect.poll(() => system.questions.length).toBe(3);
    system.questions[2]?.answer('Close it and lose what I typed');
    await system.quitted;
    expect(system.questions.length).toBe(3);
  },
);

standInTest(
  'C14: what is typed in one window while another’s question stands is asked about, too',
  async ({ page, door, standIn: { system } }) => {
    await expect(textOf(page)).toContainText('First line.');
    const ramble = await door.rambleWindow();
    await typeUnkept(ramble);
    system.app.quit();
    await expect.poll(() => system.questions.length).toBe(1);
    await page.bringToFront();
    await textOf(page).click();
    await typeUnkept(page);
    system.questions[0]?.answer('Close it and lose what I typed');
    await expect.poll(() => system.questions.length).toBe(2);
    system.questions[1]?.answer('Keep it open');
    await page.keyboard.type(' More.');
    await expect(textOf(page)).toContainText('Nowhere else. More.');
    system.app.quit();
    for (const question of [2, 3]) {
      await expect.poll(() => system.questions.length).toBe(question + 1);
      system.questions[question]?.answer('Close it and lose what I typed');
    }
    await system.quitted;
  },
);

standInTest(
  'C14: much that is typed just before the end is handed over, one part after the other',
  async ({ page, vault, standIn: { system } }) => {
    await expect(textOf(page)).toContainText('First line.');
    await expect(textOf(page)).toBeFocused();
    await page.evaluate(() => {
      const { ramble } = window as unknown as { ramble: { send(name: string, params: unknown): unknown } };
      const { send } = ramble;
      ramble.send = async (name, params) => {
        if (name === 'notes.push') await new Promise((done) => setTimeout(done, 900));
        return send(name, params);
      };
    });
    await page.keyboard.press('ControlOrMeta+End');
    // So many are not all sent ahead of the answers.
    const typed = 'ten keys. '.repeat(12);
    await page.keyboard.type(typed);
    system.app.quit();
    await system.quitted;
    expect(system.questions).toEqual([]);
    expect(vault.read(TONIGHT)).toBe(START + typed);
  },
);
