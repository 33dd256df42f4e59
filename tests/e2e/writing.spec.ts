import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { TestVault } from '../support/app.ts';
import { holdAnswers } from './fixtures/held-answers.ts';
import { browserTest, expect, goTo, saved, test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';

test.use({
  files: {
    [TONIGHT]: '# The Evening Ramble\n\nFirst line.\n',
    'Reading notes/@chan2021.md':
      '---\ntitle: Our Roadmap\n---\n# Our Roadmap\n\n## Three challenges\n\nText.\n',
    'Chief Learning Officer.md': '---\naliases: [CLO]\n---\nA role.\n',
  },
});

test('`[[` completes to a note, and Ctrl Enter follows the link', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('By [[roadm');
  await expect(page.locator('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)')).toContainText(
    'Our Roadmap',
  );
  await page.keyboard.press('Enter');
  await page.keyboard.type('.');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nFirst line.\nBy [[@chan2021|Our Roadmap]].');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(textOf(page)).toContainText('Three challenges');
});

test('`[[` completes to a note that the index learns of only after it was asked for', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('By [[okap');
  await saved(page);
  const list = page.locator('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)');
  await expect(list).toHaveCount(0);
  vault.write('Okapi.md', 'Of the forest.\n');
  await expect(list).toContainText('Okapi');
  await page.keyboard.press('Enter');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nFirst line.\nBy [[Okapi]]');
});

browserTest(
  '`[[` completes to a note that the index learned of while the answer was on its way',
  async ({ page, vault }) => {
    const answers = await holdAnswers(
      page,
      (name, { query }) => name === 'find.linkTargets' && query === 'okap',
    );
    await expect(textOf(page)).toContainText('First line.');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('By [[okap');
    await saved(page);
    await expect.poll(answers.count).toBe(1);
    const before = answers.told('index.updated');
    vault.write('Okapi.md', 'Of the forest.\n');
    await expect.poll(() => answers.told('index.updated')).toBeGreaterThan(before);
    answers.letGo();
    await expect(page.locator('.cm-tooltip-autocomplete')).toContainText('Okapi');
  },
);

test('Ctrl-click follows a link; one to a note that is not there offers to make it', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('See [[teaching organizations]] ');
  await page.keyboard.press('ControlOrMeta+Home');
  const link = page.locator('.cm-link-new', { hasText: 'teaching organizations' });
  await expect(link).toBeVisible();
  await link.click({ modifiers: ['ControlOrMeta'] });
  await expect(page.getByRole('dialog')).toContainText('Make “teaching organizations”?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'teaching organizations', exact: true })).toHaveAttribute(
    'aria-current',
    'page',
  );
  await expect.poll(() => vault.list()).toContain('teaching organizations.md');
});

test('C21: another program’s change of a clean note is shown, cursor and undo stay, and nothing is written', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  // At once, so that it is one step to undo however slowly keys are taken.
  await page.keyboard.insertText('Mine.');
  await saved(page);
  const theirs = '# The Evening Ramble\n\nAbove.\n\nFirst line.\nMine.';
  const file = join(vault.folder, TONIGHT);
  vault.write(TONIGHT, theirs);
  const { ino, mtimeNs } = statSync(file, { bigint: true });
  await expect(textOf(page)).toContainText('Above.');
  await saved(page);
  // Longer than any save waits.
  await page.waitForTimeout(1500);
  expect(statSync(file, { bigint: true })).toMatchObject({ ino, mtimeNs });
  await page.keyboard.type('!');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe(`${theirs}!`);
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(textOf(page)).not.toContainText('Mine.');
  await expect.poll(() => vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nAbove.\n\nFirst line.\n');
});

test('another program’s change is shown, and the cursor stays where it was', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  vault.write(TONIGHT, '# The Evening Ramble\n\nAbove.\n\nFirst line.\n');
  await expect(textOf(page)).toContainText('Above.');
  await page.keyboard.type('Mine.');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nAbove.\n\nFirst line.\nMine.');
});

test('C23: where another program changed the same line, both are shown and kept until one is chosen', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  // The other program writes between the key and the save that follows it.
  await page.keyboard.type(' Mine.');
  vault.write(TONIGHT, '# The Evening Ramble\n\nFirst line. Theirs.\n');
  const overlap = page.getByRole('region', { name: 'Two versions of the same lines' });
  await expect(overlap).toContainText('First line. Theirs.');
  await expect(textOf(page)).toContainText('First line. Mine.');
  await saved(page);
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nFirst line. Mine.\n');
  await overlap.getByRole('button', { name: 'Keep both' }).click();
  await expect(overlap).toHaveCount(0);
  await expect
    .poll(() => vault.read(TONIGHT))
    .toBe('# The Evening Ramble\n\nFirst line. Mine.\nFirst line. Theirs.\n');
});

/**
 * Types the word and protects the file before that is saved: a note that cannot be written takes no keys, so it must have some first.
 * Where the save was sooner, once more. Gives what stands in the note by then.
 */
async function typeUnsaved(page: Page, vault: TestVault, word: string): Promise<string> {
  const file = join(vault.folder, TONIGHT);
  let typed = '';
  await expect(async () => {
    chmodSync(file, 0o644);
    await saved(page);
    await textOf(page).click();
    await page.keyboard.press('ControlOrMeta+End');
    // At once: it may not take long to the next line.
    await page.keyboard.insertText(word);
    typed += word;
    chmodSync(file, 0o444);
    await expect(page.getByRole('status').first()).toContainText('Not saved: The file is write-protected', {
      timeout: 3000,
    });
  }).toPass();
  return typed;
}

test('a save that fails is said, tried again, and clears when it worked', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  const kept = await typeUnsaved(page, vault, 'Kept. ');
  chmodSync(join(vault.folder, TONIGHT), 0o644);
  await saved(page);
  expect(vault.read(TONIGHT)).toBe(`# The Evening Ramble\n\nFirst line.\n${kept}`);
});

test('C13: while nothing can be saved, typing goes on, it is said, and the whole text can be copied out', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  const kept = await typeUnsaved(page, vault, 'Kept. ');
  await textOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('More.');
  await page.getByRole('button', { name: 'Copy the text' }).click();
  await expect(page.locator('.notices')).toContainText('The text is copied.');
  chmodSync(join(vault.folder, TONIGHT), 0o644);
  await saved(page);
  const whole = `# The Evening Ramble\n\nFirst line.\n${kept}More.`;
  expect(vault.read(TONIGHT)).toBe(whole);
  // Into the note once more: what was copied is all of it.
  await textOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+v');
  await expect.poll(() => vault.read(TONIGHT)).toBe(`${whole}\n${whole}`);
});

test('C13: where the browser lets nothing be copied, that is said with what to do', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    document.execCommand = () => false;
  });
  await typeUnsaved(page, vault, 'Kept. ');
  await page.getByRole('button', { name: 'Copy the text' }).click();
  await expect(page.locator('.notices')).toContainText('The text could not be copied. Select all of it');
  chmodSync(join(vault.folder, TONIGHT), 0o644);
  await saved(page);
});

test('keys that come before the note is there are typed into it', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('CLO');
  await expect(page.getByRole('option').first()).toContainText('Chief Learning Officer');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Early words. ');
  await expect.poll(() => vault.read('Chief Learning Officer.md')).toContain('Early words. ');
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nFirst line.\n');
});

test('keys that come before quick open has its answer are typed into what it opens', async ({
  page,
  vault,
}) => {
  await expect(textOf(page)).toContainText('First line.');
  // Before the folder is read nobody can find anything in it.
  await expect(page.getByRole('contentinfo')).toContainText('3 notes');
  for (const words of ['Early words. ', 'More of them. ']) {
    await page.keyboard.press('ControlOrMeta+o');
    await expect(page.getByPlaceholder('Title, alias or folder')).toBeFocused();
    await page.keyboard.type(`CLO\n${words}`);
    await expect.poll(() => vault.read('Chief Learning Officer.md')).toContain(words);
    await page.keyboard.press('ControlOrMeta+d');
    await expect(textOf(page)).toContainText('First line.');
  }
  await page.keyboard.press('ControlOrMeta+o');
  await page.keyboard.type('CLO\nof no company');
  await expect.poll(() => vault.read('Chief Learning Officer.md')).toContain('of no company');
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nFirst line.\n');
});

test('keys after an Enter that found nothing go on with the query', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  await page.keyboard.press('ControlOrMeta+o');
  const query = page.getByPlaceholder('Title, alias or folder');
  await expect(query).toBeFocused();
  await page.keyboard.type('nowhere\nto be');
  await expect(query).toHaveValue('nowhereto be');
  await expect(query).toBeFocused();
  await page.keyboard.type(' found');
  await expect(query).toHaveValue('nowhereto be found');
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nFirst line.\n');
});

test('C37: switching notes while a save is pending never mixes them up', async ({ page, vault }) => {
  await expect(textOf(page)).toContainText('First line.');
  for (let round = 0; round < 5; round += 1) {
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type(`t${round} `);
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('CLO');
    await expect(page.getByRole('option').first()).toContainText('Chief Learning Officer');
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toContainText('A role.');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type(`c${round} `);
    await page.keyboard.press('ControlOrMeta+d');
    await expect(textOf(page)).toContainText('First line.');
    await expect(textOf(page)).toBeFocused();
  }
  await saved(page);
  await expect.poll(() => vault.read('Chief Learning Officer.md')).toContain('c0 c1 c2 c3 c4 ');
  expect(vault.read(TONIGHT)).toBe('# The Evening Ramble\n\nFirst line.\nt0 t1 t2 t3 t4 ');
  expect(vault.read('Chief Learning Officer.md')).toBe('---\naliases: [CLO]\n---\nA role.\nc0 c1 c2 c3 c4 ');
});

test('a link to a heading or block that is not there looks like one to a note that is not', async ({
  page,
  vault,
}) => {
  vault.write(
    TONIGHT,
    '[[@chan2021#Three challenges|one]] [[@chan2021#Four|two]] [[@chan2021#^no|three]]\n\n[four](Chief%20Learning%20Officer.md) [five](Nowhere.md) [six](Chief%20Learning%20Officer.md#No)\n\nEnd.\n',
  );
  await expect(textOf(page)).toContainText('End.');
  await page.keyboard.press('ControlOrMeta+End');
  await expect(page.locator('.cm-link-new')).toHaveText(['two', 'three', 'five', 'six']);
  await expect(page.locator('.cm-link')).toHaveText(['one', 'two', 'three', 'four', 'five', 'six']);
});

test('what is selected is counted as the note is: without its properties', async ({ page }) => {
  await expect(textOf(page)).toContainText('First line.');
  await goTo(page, 'Our Roadmap');
  await expect(textOf(page)).toContainText('Three challenges');
  await expect(page.getByText('5 words', { exact: true })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+a');
  await expect(page.getByText('5 of 5 words', { exact: true })).toBeVisible();
});
