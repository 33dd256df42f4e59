import { holdAnswers } from './fixtures/held-answers.ts';
import { refuseCalls } from './fixtures/refuse-calls.ts';
import { browserTest, expect, goTo, test, textOf } from './fixtures/test.ts';

const EVIL = '<img src=x onerror=window.__pwned=1>';

test.use({
  files: {
    'Reading notes/@marlow2019.md':
      '---\ntitle: Slow Libraries\naliases: ["Unhurried"]\n---\n# Slow Libraries\n\n## On chairs\n\nA chair.\n\nSee [[2021-02-01 - The Evening Ramble]].\n',
    'Café Ideas.md': 'Ideas about coffee. #places/café\n',
    [`${EVIL}.md`]: `---\ntags: [plain]\naliases: ["${EVIL}"]\n---\n# ${EVIL}\n\n<script>window.__pwned=1</script> ${EVIL}\n\n[[2021-02-01 - The Evening Ramble]] ${EVIL}\n`,
    '2021-02-01 - The Evening Ramble.md':
      '# The Evening Ramble\n\nRead [[@marlow2019|Marlow]] today.\n\n## A thought\n\nabout chairs.\n',
    '2021-01-20 - The Evening Ramble.md': 'January.\n',
    '+ Craft MoC.md': '[[Café Ideas]]\n',
  },
});

test('quick open finds by title, alias, folder, heading, without accents; Enter opens', async ({ page }) => {
  await expect(textOf(page)).toBeFocused();
  for (const [words, expected] of [
    ['slow lib', 'Slow Libraries'],
    ['unhurried', 'Slow Libraries'],
    ['reading notes', 'Slow Libraries'],
    ['cafe id', 'Café Ideas'],
    ['on chairs', '# On chairs'],
  ]) {
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type(words ?? '');
    await expect(page.getByRole('option').first()).toContainText(expected ?? '');
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('on chairs');
  await expect(page.getByRole('option').first()).toContainText('# On chairs');
  await page.keyboard.press('Enter');
  await expect(textOf(page)).toContainText('A chair.');
  await expect(page.locator('.cm-lit')).toContainText('On chairs');
  await page.keyboard.press('ControlOrMeta+o');
  await expect(page.getByRole('option').first()).toContainText('Slow Libraries');
});

test('quick open shows beside the list what the chosen note says; # lists headings only', async ({
  page,
}) => {
  await expect(textOf(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+o');
  const preview = page.getByRole('region', { name: 'Preview of the chosen note' });
  await page.keyboard.type('cafe');
  await expect(preview).toContainText('Ideas about coffee.');
  await page.getByRole('combobox').fill('#thought');
  await expect(page.getByRole('option')).toHaveCount(1);
  await expect(preview).toContainText('about chairs.');
  await expect(preview).not.toContainText('Read');
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-lit')).toContainText('A thought');
});

test('Shift Enter makes a note of the typed name', async ({ page, vault }) => {
  await expect(textOf(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('A new idea: what/if?');
  await page.keyboard.press('Shift+Enter');
  await expect.poll(() => vault.list()).toContain('A new idea what if.md');
});

test('B07: a title, alias, heading or text is never HTML, wherever it is shown', async ({ page }) => {
  await expect(textOf(page)).toBeFocused();
  const safe = async () =>
    expect(await page.evaluate(() => (window as unknown as { __pwned?: number }).__pwned)).toBeUndefined();
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('onerror');
  await expect(page.getByRole('option').first()).toContainText(EVIL);
  await page.keyboard.press('Enter');
  await expect(textOf(page)).toContainText('<script>');
  await safe();
  await page.keyboard.press('ControlOrMeta+Shift+F');
  await page.keyboard.type('pwned');
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('2021-02-01');
  await page.keyboard.press('Enter');
  await expect(page.locator('.card-title', { hasText: EVIL })).toBeVisible();
  await safe();
  await expect(page.locator('.pane img:not(.cm-widgetBuffer), .side img, dialog img')).toHaveCount(0);
});

test('the sides: backlinks with their line, outline, tags, rambles by month, maps', async ({ page }) => {
  await expect(textOf(page)).toBeFocused();
  const left = page.locator('.side.left');
  await expect(left).toContainText('Mon 1');
  await left.getByRole('button', { name: /January 2021/ }).click();
  await expect(left).toContainText('Wed 20');
  await left
    .getByRole('button', { name: /^places/ })
    .first()
    .click();
  await expect(left.locator('.nested')).toContainText('Café Ideas');
  await expect(left.getByRole('button', { name: /Craft/ })).toBeVisible();
  await left.getByRole('button', { name: /Mon 1/ }).click();
  await expect(textOf(page)).toContainText('today.');
  const right = page.locator('.side.right');
  await expect(right.locator('.row.outline')).toHaveText(['The Evening Ramble', 'A thought']);
  await expect(right.locator('.card', { hasText: 'Slow Libraries' }).locator('.card-line')).toHaveText(
    'See 2021-02-01 - The Evening Ramble.',
  );
  await right.locator('.card-line', { hasText: 'See' }).click();
  await expect(textOf(page)).toContainText('A chair.');
  await expect(page.locator('.cm-lit')).toContainText('See');
});

test.describe('unlinked mentions', () => {
  test.use({
    files: {
      'Slow reading.md': '# Slow reading\n\nWhat it is.\n',
      '2021-02-09 - The Evening Ramble.md': '# The Evening Ramble\n\nMore slow reading tonight.\n',
    },
  });

  test('are shown under the backlinks; L makes a link of one, which is a backlink then', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('tonight');
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('slow reading');
    await expect(page.getByRole('option').first()).toContainText('Slow reading');
    await page.keyboard.press('Enter');
    // A note takes the keys once it is there.
    await expect(textOf(page)).toContainText('What it is.');
    const right = page.locator('.side.right');
    await expect(right.getByRole('heading', { name: /Unlinked mentions/ })).toBeVisible();
    await right.locator('.mention .card-line').focus();
    await page.keyboard.press('l');
    await expect
      .poll(() => vault.read('2021-02-09 - The Evening Ramble.md'))
      .toBe('# The Evening Ramble\n\nMore [[Slow reading|slow reading]] tonight.\n');
    await expect(right.locator('.mention')).toHaveCount(0);
    await expect(right.locator('.card-title')).toHaveText('2021-02-09 - The Evening Ramble');
  });
});

test('search shows the lines, and opens at one', async ({ page }) => {
  await expect(textOf(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Shift+F');
  await page.keyboard.type('chairs about');
  const option = page.getByRole('option').first();
  await expect(option).toContainText('about chairs.');
  await expect(option.locator('mark').first()).toHaveText('about');
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-lit')).toContainText('about chairs.');
});

test('a look-up that fails says so, and what was typed after Enter goes on in the field', async ({
  page,
}) => {
  await expect(textOf(page)).toBeFocused();
  const hold = await refuseCalls(page, 'find.quick', 'The index could not answer.');
  await page.keyboard.press('ControlOrMeta+o');
  await expect(page.getByRole('alert')).toHaveText('The index could not answer.');
  await page.keyboard.type('lam');
  await page.keyboard.press('Enter');
  await page.keyboard.type('p');
  await expect(page.getByRole('combobox')).toHaveValue('lamp');
  await expect(page.getByRole('combobox')).toBeFocused();
  // What is asked again has not failed yet.
  await hold();
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('combobox')).toHaveValue('lam');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.keyboard.type('p');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await refuseCalls(page, 'find.text', 'The index could not answer.');
  await page.keyboard.press('ControlOrMeta+Shift+f');
  await page.keyboard.type('lamp');
  await expect(page.getByRole('alert')).toHaveText('The index could not answer.');
});

test.describe('while an answer is on its way', () => {
  test.use({
    files: {
      'Alpha.md': 'A.\n',
      'Beta.md': 'B.\n',
      'x.md': 'To [[Alpha]]. Alpha is named.\n',
    },
  });

  browserTest('a note is shown with nothing of the one before', async ({ page }) => {
    const answers = await holdAnswers(
      page,
      (name, { path }) => /^links\.(backlinks|mentions)$/.test(name) && path === 'Beta.md',
    );
    await expect(textOf(page)).toBeFocused();
    await goTo(page, 'Alpha');
    const side = page.getByRole('complementary', { name: 'About this note' });
    await expect(side).toContainText('To Alpha.');
    await expect(side).toContainText('Unlinked mentions');
    await goTo(page, 'Beta');
    await expect(textOf(page)).toContainText('B.');
    await expect.poll(answers.count).toBe(2);
    await expect(side).not.toContainText('To Alpha.');
    await expect(side).not.toContainText('Unlinked mentions');
    answers.letGo();
    await expect(side).toContainText('No other note links here yet.');
  });

  browserTest('no note is said not to be there', async ({ page }) => {
    const answers = await holdAnswers(page, (name, { query }) => name === 'find.quick' && query === 'Beta');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('zzqq');
    const finder = page.getByRole('dialog');
    await expect(finder).toContainText('No note is called “zzqq”');
    await finder.getByRole('combobox').fill('Beta');
    await expect.poll(answers.count).toBe(1);
    await expect(finder).not.toContainText('No note is called');
    answers.letGo();
    await expect(page.getByRole('option').first()).toContainText('Beta');
  });
});
