import { expect, saved, test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';

test.describe('tonight', () => {
  test('is made from its template with the first key, and not before', async ({ page, vault }) => {
    await expect(textOf(page)).toBeFocused();
    await expect(page.getByRole('status').first()).toHaveText('Nothing written yet');
    expect(vault.list()).toEqual([]);
    await page.keyboard.type('Q');
    await saved(page);
    expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nQ');
    await page.keyboard.type('uiet day.');
    await saved(page);
    expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nQuiet day.');
    expect(vault.list()).toEqual([TONIGHT]);
  });

  test.describe('after midnight', () => {
    test.use({ now: '2021-02-10T01:30', files: { [TONIGHT]: 'Begun at nine.\n' } });
    test('is still the evening before', async ({ page, vault }) => {
      await expect(textOf(page)).toContainText('Begun at nine.');
      await page.keyboard.press('ControlOrMeta+End');
      await page.keyboard.type('And on.');
      await saved(page);
      expect(vault.read(TONIGHT)).toBe('Begun at nine.\nAnd on.');
    });
  });

  test.describe('as Obsidian’s settings name it', () => {
    test.use({ files: { '.obsidian/daily-notes.json': '{"folder":"Journal","format":"YYYY-MM-DD"}' } });
    test('is written there', async ({ page, vault }) => {
      await expect(textOf(page)).toBeFocused();
      await page.keyboard.type('x');
      await saved(page);
      expect(vault.list()).toContain('Journal/2021-02-09.md');
    });
  });

  test('follows the settings that are changed in the window', async ({ page, vault }) => {
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+,');
    await page.getByLabel('Folder', { exact: false }).first().fill('Evenings');
    await page.getByRole('button', { name: 'Keep' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(JSON.parse(vault.read('.ramble/settings.json'))).toMatchObject({
      journal: { folder: 'Evenings' },
    });
    await page.keyboard.press('ControlOrMeta+d');
    await expect(page.locator('.pane:not([hidden])')).toHaveAttribute(
      'data-path',
      'Evenings/2021-02-09 - The Evening Ramble.md',
    );
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.type('x');
    await saved(page);
    expect(vault.list()).toContain('Evenings/2021-02-09 - The Evening Ramble.md');
  });
});
