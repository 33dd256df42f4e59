import { AxeBuilder } from '@axe-core/playwright';
import { expect, saved, test, textOf } from './fixtures/test.ts';

test.use({
  files: {
    'Note.md':
      '# Note\n\nSee [[2021-02-08 - The Evening Ramble]] and [[Missing]]. #tag\n\n> Quoted. [h.](https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/example.org/x/)\n\nReply.\n',
    '2021-02-08 - The Evening Ramble.md': '# The Evening Ramble\n\nYesterday [[Note]].\n',
  },
});

test('the window opens at tonight’s ramble, takes keys, and complains of nothing', async ({
  page,
  complaints,
}) => {
  await expect(textOf(page)).toBeFocused();
  await expect(page.locator('.cm-note-overline')).toHaveText('Tuesday 9 February 2021');
  await page.keyboard.type('Quiet day.');
  await saved(page);
  await expect(page.getByText('2021-02-08')).toHaveCount(0);
  expect(complaints).toEqual([]);
});

for (const theme of ['Dusk', 'Daylight']) {
  test(`${theme} is accessible: the desk, quick open, extract, search, settings`, async ({ page }) => {
    const check = async (where: string) => {
      const { violations } = await new AxeBuilder({ page })
        // Otherwise it opens a page of its own at the end, which Electron does not let it.
        .setLegacyMode()
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(
        violations.map(
          (found) => `${where}: ${found.id} at ${found.nodes.map((node) => node.html).join(' ')}`,
        ),
      ).toEqual([]);
    };
    await expect(textOf(page)).toBeFocused();
    if (theme === 'Daylight') await page.keyboard.press('ControlOrMeta+Shift+L');
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase());
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('note');
    await expect(page.getByRole('option').first()).toBeVisible();
    await check('quick open');
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toContainText('Reply.');
    await check('desk');
    await page.keyboard.press('ControlOrMeta+Shift+E');
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('extract');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+Shift+F');
    await expect(page.getByText('in quotations only')).toBeVisible();
    await check('search, nothing typed');
    await page.keyboard.type('reply');
    await expect(page.getByRole('option').first()).toBeVisible();
    await check('search');
    await page.keyboard.press('ControlOrMeta+s');
    await check('search, naming one');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Saved as “reply”')).toBeVisible();
    await page.getByRole('combobox').fill('');
    await expect(page.getByRole('option', { name: 'reply' })).toBeVisible();
    await check('saved searches');
    await page.keyboard.type('a) b');
    await expect(page.locator('.query-fault')).toBeVisible();
    await check('a search that is wrong');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+,');
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('settings');
  });
}
