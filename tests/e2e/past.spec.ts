import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { holdAnswers } from './fixtures/held-answers.ts';
import { browserTest, expect, saved, test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';

test.use({ files: { [TONIGHT]: 'Old.\n', 'Other.md': 'Other begun.\n' } });

async function typeAtEnd(page: Page, words: string): Promise<void> {
  await textOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(words);
  await saved(page);
}

async function openHistory(page: Page) {
  await page.keyboard.press('ControlOrMeta+Shift+h');
  return page.getByRole('dialog', { name: /History of/ });
}

test('the moments of a note that was deleted and made again are not taken for each other’s', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('Old.');
  await typeAtEnd(page, 'abcdefgh');
  rmSync(join(vault.folder, TONIGHT));
  await expect(page.getByText('was removed by another program')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+d');
  await expect(textOf(page)).toBeFocused();
  // As many edits as before: its versions have the same numbers.
  await page.keyboard.type('ABCDEFGH');
  await saved(page);
  const dialog = await openHistory(page);
  await expect(dialog).toContainText('Another note of this name, before');
  const old = dialog.locator('.earlier ~ .moment').first();
  await old.click();
  await expect(old).toHaveAttribute('aria-current', 'true');
  await expect(dialog.locator('.was')).toContainText('abcdefgh');
  await dialog.getByRole('button', { name: 'Bring all of it back' }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => vault.read(TONIGHT)).toBe('Old.\nabcdefgh');
});

browserTest(
  'what is brought back is the moment that is shown, also while another is on its way',
  async ({ page, vault }) => {
    let hold = false;
    const answers = await holdAnswers(page, (name) => hold && name === 'history.text');
    await expect(textOf(page)).toContainText('Old.');
    await typeAtEnd(page, 'Mine.\n');
    vault.write(TONIGHT, 'Old.\nMine.\nTheirs.\n');
    await expect(textOf(page)).toContainText('Theirs.');
    await typeAtEnd(page, 'Mine again.\n');

    const dialog = await openHistory(page);
    const [shown, wanted] = [
      dialog.getByRole('button', { name: /Another program/ }),
      dialog.getByRole('button', { name: /As it was/ }),
    ];
    await shown.click();
    await expect(dialog.locator('.is')).toContainText('Mine again.');
    const back = dialog.getByRole('button', { name: 'Bring all of it back' });
    await expect(back).toBeEnabled();
    hold = true;
    await wanted.click();
    await expect(back).toBeDisabled();
    for (const button of await dialog.getByRole('button', { name: 'Bring this back' }).all())
      await expect(button).toBeDisabled();
    await expect.poll(answers.count).toBe(1);
    answers.letGo();
    await expect(back).toBeEnabled();
    await back.click();
    await expect.poll(() => vault.read(TONIGHT)).toBe('Old.\n');
  },
);

test('the past is walked by the arrow keys as soon as it is open', async ({ page }) => {
  await expect(textOf(page)).toContainText('Old.');
  await typeAtEnd(page, 'Mine.\n');
  const dialog = await openHistory(page);
  await expect(dialog.getByRole('button', { name: /As it was/ })).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(dialog.getByRole('button', { name: /You wrote/ })).toBeFocused();
  await expect(dialog).toContainText('just what it was then');
  await page.keyboard.press('End');
  await expect(dialog.getByRole('button', { name: /As it was/ })).toBeFocused();
});

test('a deleted note’s whole past can be walked, and it comes back as it was at any moment', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('Old.');
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('Other');
  await expect(page.getByRole('option').first()).toContainText('Other');
  await page.keyboard.press('Enter');
  await expect(textOf(page)).toContainText('Other begun.');
  await typeAtEnd(page, 'Mine.\n');
  vault.write('Other.md', 'Cut down.\n');
  await expect(textOf(page)).toContainText('Cut down.');
  rmSync(join(vault.folder, 'Other.md'));
  await expect(page.getByText('was removed by another program')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+p');
  await page.keyboard.type('Deleted');
  await page.keyboard.press('Enter');
  const list = page.getByRole('dialog', { name: 'Deleted notes' });
  await list.getByRole('button', { name: 'History' }).click();
  const past = page.getByRole('dialog', { name: /History of Other, which was deleted/ });
  await expect(past.locator('.hunk-text')).toHaveText('Cut down.\n');
  await page.keyboard.press('End');
  await expect(past.locator('.hunk-text')).toHaveText('Other begun.\n');
  await page.keyboard.press('ArrowUp');
  await expect(past.locator('.hunk-text')).toHaveText('Other begun.\nMine.\n');
  expect(vault.list()).not.toContain('Other.md');
  await past.getByRole('button', { name: 'Bring it back as it was then' }).click();
  await expect(textOf(page)).toContainText('Mine.');
  await expect.poll(() => vault.read('Other.md')).toBe('Other begun.\nMine.\n');
  // Its last text is in its past as well.
  const dialog = await openHistory(page);
  await expect(dialog.locator('.was')).toContainText('Cut down.');
});

test('a part that the note has no more is said not to be replaced', async ({ page, door, vault }) => {
  await expect(textOf(page)).toContainText('Old.');
  await typeAtEnd(page, 'Mine.\n');
  const other = await door.rambleWindow();
  await expect(textOf(other)).toContainText('Mine.');
  await page.bringToFront();
  const dialog = await openHistory(page);
  await expect(dialog.locator('.is')).toContainText('Mine.');
  // The window is held from looking again at what the note is now.
  await page.evaluate(() => {
    for (let timer = 1; timer < 10_000; timer += 1) clearInterval(timer);
  });
  vault.write(TONIGHT, 'Old.\nMine, and theirs.\n');
  await expect(textOf(other)).toContainText('and theirs');
  await expect(textOf(page)).toContainText('and theirs');
  await dialog.getByRole('button', { name: 'Bring this back' }).click();
  await expect(dialog.getByRole('alert')).toContainText('has changed just now');
  expect(vault.read(TONIGHT)).toBe('Old.\nMine, and theirs.\n');
});

test('a moment of an extraction offers to take all of it back', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('Old.');
  await typeAtEnd(page, '\n## A thought\n\nLong enough.\n');
  vault.write('Other.md', `See [[${TONIGHT.slice(0, -3)}#A thought]].\n`);
  await expect(page.getByRole('complementary', { name: 'About this note' })).toContainText('See 2021');
  await page.keyboard.press('ControlOrMeta+Shift+e');
  await page.getByRole('dialog').getByRole('button', { name: 'Extract Enter' }).click();
  await expect.poll(() => vault.list().includes('A thought.md')).toBe(true);
  await expect.poll(() => vault.read('Other.md')).toContain('[[A thought]]');
  await typeAtEnd(page, 'Since.');
  const dialog = await openHistory(page);
  await dialog.getByRole('button', { name: /Extraction/ }).click();
  await expect(dialog.getByText('An extraction changed this note and 2 others.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Take the whole extraction back' }).click();
  await expect(page.getByText('The extraction is taken back in 3 notes.')).toBeVisible();
  await expect.poll(() => vault.read('Other.md')).toContain('#A thought]]');
  await expect.poll(() => vault.read(TONIGHT)).toContain('## A thought\n\nLong enough.\n');
  expect(vault.read(TONIGHT)).toContain('Since.');
  await expect.poll(() => vault.list().includes('A thought.md')).toBe(false);
});
