import { saved as allSaved, expect, goTo, test, textOf } from './fixtures/test.ts';

test.use({
  files: {
    'Reading notes/Slow Libraries.md':
      '# Slow Libraries\n\n> A quiet library is slow by design.\n\nI want a quiet room near me. #inbox/to-read\n\nquiet\n\nquiet again\n\nquiet still\n',
    '2021-02-01 - The Evening Ramble.md': '# The Evening Ramble\n\nRain, and a quiet evening. #my/inbox\n',
    'Chairs.md': '# Chairs\n\n> quiet chairs\n\nabout chairs.\n',
  },
});

const open = async (page: import('@playwright/test').Page, query: string) => {
  await expect(textOf(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Shift+F');
  await page.keyboard.type(query);
};

test('operators narrow a search as it is typed; each note stands with its lines', async ({ page }) => {
  await open(page, 'mine:quiet -tag:my');
  const groups = page.locator('[cmdk-group]');
  await expect(groups).toHaveCount(1);
  await expect(groups.first()).toContainText('Slow Libraries');
  await expect(groups.first()).toContainText('Reading notes');
  await expect(page.getByRole('option')).toHaveCount(3);
  await expect(groups.first()).toContainText('1 more line');
  await page.getByRole('combobox').fill('quoted:quiet');
  await expect(groups).toHaveCount(2);
  await expect(page.getByRole('option', { name: 'quiet chairs' })).toBeVisible();
  await page.getByRole('combobox').fill('tag:inbox');
  await expect(groups).toHaveCount(1);
  await expect(page.locator('mark')).toHaveText('#inbox/to-read');
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-lit')).toContainText('near me');
});

test('what is wrong in a search is underlined in its place, and said', async ({ page }) => {
  await open(page, 'quiet tags:inbox');
  await expect(page.locator('.query-fault')).toHaveText('tags:');
  await expect(page.locator('.query-error')).toContainText('Is tag: meant?');
  await expect(page.getByRole('combobox')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('option')).toHaveCount(0);
  // The underline stands where the letters stand.
  const place = await page.evaluate(() => {
    const under = document.querySelector('.query-fault')?.getBoundingClientRect();
    const input = document.querySelector('[cmdk-input]');
    if (under === undefined || input === null) return null;
    const pen = document.createElement('canvas').getContext('2d');
    if (pen === null) return null;
    const { font, paddingLeft } = getComputedStyle(input);
    pen.font = font;
    return (
      under.left -
      (input.getBoundingClientRect().left + Number.parseFloat(paddingLeft) + pen.measureText('quiet ').width)
    );
  });
  expect(Math.abs(place ?? 99)).toBeLessThan(2);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.getByRole('combobox').fill('quiet (room "near');
  await expect(page.locator('.query-fault')).toHaveCount(0);
  await expect(page.getByRole('option', { name: 'near me' })).toBeVisible();
});

test('a search is saved under a name, offered when nothing is typed, and forgotten', async ({
  page,
  vault,
}) => {
  await open(page, 'mine:quiet');
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('ControlOrMeta+s');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+s');
  await page.keyboard.type('My quiet');
  await page.keyboard.press('Enter');
  await expect(page.locator('.finder-save')).toContainText('Saved as “My quiet”');
  await expect.poll(() => vault.read('.ramble/settings.json')).toContain('"mine:quiet"');
  await page.getByRole('combobox').fill('');
  const saved = page.getByRole('option', { name: 'My quiet' });
  await expect(saved).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox')).toHaveValue('mine:quiet');
  await expect(page.locator('mark').first()).toBeVisible();
  await page.getByRole('combobox').fill('');
  await expect(saved).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(saved).toHaveCount(0);
  await expect.poll(() => vault.read('.ramble/settings.json')).not.toContain('mine:quiet');
});

const FENCE = '```query\nquoted:quiet\n```\n';

test.describe('a query in a note', () => {
  test.use({
    files: {
      'List.md': `Before.\n\n${FENCE}\nAfter.\n`,
      'Twice.md': `${FENCE}\n${FENCE}`,
      'Broken.md': '```query\ntag:(inbox\n```\n',
      'Chairs.md': '# Chairs\n\n> quiet chairs <img src=x onerror=window.__pwned=1>\n\nabout chairs.\n',
      'Other.md': 'nothing\n',
    },
  });

  test('shows what it finds beneath it, as it is now; a line opens; the text stays as it is', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('List');
    await page.keyboard.press('Enter');
    const list = page.locator('.pane:not([hidden]) .cm-query');
    await expect(list.locator('.cm-query-title')).toHaveText(['Chairs']);
    await expect(list.locator('.cm-query-line')).toContainText('quiet chairs <img');
    await expect(list.locator('mark')).toHaveText('quiet');
    vault.write('Other.md', '> a quiet quotation\n');
    await expect(list.locator('.cm-query-title')).toHaveCount(2);
    // Typing in the fence changes the text, and what is found.
    await textOf(page).getByText('quoted:quiet').click();
    await page.keyboard.press('End');
    await page.keyboard.type(' -chairs');
    await expect(list.locator('.cm-query-title')).toHaveText(['Other']);
    await page.keyboard.press('Enter');
    await page.keyboard.type('-nothing');
    await allSaved(page);
    expect(vault.read('List.md')).toBe(
      'Before.\n\n```query\nquoted:quiet -chairs\n-nothing\n```\n\nAfter.\n',
    );
    await list.getByRole('button', { name: 'a quiet quotation' }).click();
    await expect(page.locator('.cm-lit')).toContainText('a quiet quotation');
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('Broken');
    await page.keyboard.press('Enter');
    await expect(list).toContainText('This parenthesis is not closed.');
  });

  test('shows what it finds also where another asks for the same', async ({ page }) => {
    await expect(textOf(page)).toBeFocused();
    await goTo(page, 'Twice');
    const titles = page.locator('.pane:not([hidden]) .cm-query .cm-query-title');
    await expect(titles).toHaveText(['Chairs', 'Chairs']);
  });
});
