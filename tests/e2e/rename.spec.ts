import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, saved, test, textOf } from './fixtures/test.ts';

const RAMBLE = '2021-02-09 - The Evening Ramble.md';

test.describe('a note that is renamed', () => {
  test.use({
    files: {
      [RAMBLE]: '# Tonight\n\nRead [[Old page#Part|it]] again.\n',
      'Old page.md': '# Part\n\nWords, and [[#Part]].\n',
      'Map.md': '---\nup: "[[Old page]]"\n---\n- [[old page]] and [x](Old%20page.md)\n',
      'Taken.md': '',
    },
  });

  test('takes its links along, shown before, undone as one, with the keyboard alone', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('Tonight');
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('old page');
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toContainText('Words, and');
    await page.keyboard.press('F2');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Folder and name')).toHaveValue('Old page');
    await page.keyboard.type('taken');
    await expect(dialog.getByRole('alert')).toContainText('is there already');
    await dialog.getByLabel('Folder and name').fill('Pages/New page');
    await expect(dialog).toContainText('4 places in 2 notes will change.');
    await expect(dialog.getByRole('region', { name: 'Map' })).toContainText(
      '[[New page]] and [x](Pages/New%20page.md)',
    );
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect.poll(() => existsSync(join(vault.folder, 'Pages/New page.md'))).toBe(true);
    expect(existsSync(join(vault.folder, 'Old page.md'))).toBe(false);
    expect(vault.read(RAMBLE)).toContain('[[New page#Part|it]]');
    expect(vault.read('Map.md')).toBe(
      '---\nup: "[[New page]]"\n---\n- [[New page]] and [x](Pages/New%20page.md)\n',
    );
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => existsSync(join(vault.folder, 'Old page.md'))).toBe(true);
    await expect.poll(() => vault.read('Map.md')).toContain('[[old page]] and [x](Old%20page.md)');
  });

  test('so are a heading’s', async ({ page, vault }) => {
    await expect(textOf(page)).toContainText('Tonight');
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('old page');
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toContainText('Words, and');
    await page.keyboard.press('Shift+F2');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Heading')).toHaveValue('Part');
    await page.keyboard.type('Whole');
    await expect(dialog).toContainText('3 places in 2 notes will change.');
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await saved(page);
    expect(vault.read('Old page.md')).toBe('# Whole\n\nWords, and [[#Whole]].\n');
    expect(vault.read(RAMBLE)).toContain('[[Old page#Whole|it]]');
  });
});

test.describe('what else has a name', () => {
  test.use({
    files: {
      [RAMBLE]: '# Tonight\n\nSee [[f/Page#^old-id]].\n\n```query\ntag:in/box\n```\n',
      'f/Page.md': '# Page\n\nwords ^old-id\n\n#in/box\n',
    },
  });

  test('a block id, a tag and a folder are renamed with what names them, undone as one', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('Tonight');
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('page');
    await expect(page.getByRole('option').first()).toContainText('Page');
    await page.keyboard.press('Enter');
    await page.locator('.cm-line', { hasText: 'words' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+F2');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Block id')).toHaveValue('old-id');
    await dialog.getByLabel('Block id').fill('new-id');
    await expect(dialog).toContainText('2 places in 2 notes will change.');
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect.poll(() => vault.read(RAMBLE)).toContain('[[f/Page#^new-id]]');

    await page.getByRole('button', { name: /^in\/box/ }).focus();
    await page.keyboard.press('F2');
    await expect(dialog.getByLabel('Tag')).toHaveValue('in/box');
    await dialog.getByLabel('Tag').fill('later');
    await expect(dialog).toContainText('2 places in 2 notes will change.');
    await expect(dialog.getByRole('region', { name: 'Page' })).toContainText('#later');
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect.poll(() => vault.read(RAMBLE)).toContain('tag:later');
    await expect.poll(() => vault.read('f/Page.md')).toContain('#later');
    await textOf(page).focus();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => vault.read(RAMBLE)).toContain('tag:in/box');
    await expect.poll(() => vault.read('f/Page.md')).toContain('#in/box');

    await page.keyboard.press('ControlOrMeta+p');
    await page.keyboard.type('note’s folder');
    await page.keyboard.press('Enter');
    await expect(dialog.getByLabel('Folder')).toHaveValue('f');
    await dialog.getByLabel('Folder').fill('g/h');
    await expect(dialog).toContainText('1 place in 1 note will change.');
    await page.keyboard.press('Enter');
    await expect.poll(() => existsSync(join(vault.folder, 'g/h/Page.md'))).toBe(true);
    await expect.poll(() => vault.read(RAMBLE)).toContain('[[g/h/Page#^new-id]]');
  });
});
