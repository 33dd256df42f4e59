import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserTest, expect, saved, test, textOf } from './fixtures/test.ts';

const TONIGHT = '2021-02-09 - The Evening Ramble.md';

test.describe('the ramble window', () => {
  test.use({ files: { [TONIGHT]: 'Begun.\n', 'Other.md': 'Other text.\n' } });

  test('shows tonight’s note and nothing else, in step with the desk', async ({ page, door, vault }) => {
    await expect(textOf(page)).toContainText('Begun.');
    const ramble = await door.rambleWindow();
    await expect(textOf(ramble)).toContainText('Begun.');
    await expect(ramble.locator('.side')).toHaveCount(0);
    await textOf(ramble).click();
    await ramble.keyboard.press('ControlOrMeta+End');
    await ramble.keyboard.type('From the small window.');
    await expect.poll(() => vault.read(TONIGHT)).toContain('From the small window.');
    await expect(textOf(page)).toContainText('From the small window.');
    await page.bringToFront();
    await textOf(page).click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type(' From the desk.');
    await expect(textOf(ramble)).toContainText('From the desk.');
    await saved(page);
    expect(vault.list().filter((name) => name.includes('kept'))).toEqual([]);
  });

  browserTest('comes forward as it is when it is asked for again', async ({ page, door, vault }) => {
    await expect(textOf(page)).toContainText('Begun.');
    const ramble = await door.rambleWindow();
    await expect(textOf(ramble)).toContainText('Begun.');
    await ramble.evaluate(() => Object.assign(window, { isTheSame: true }));
    await page.bringToFront();
    await page.keyboard.press('ControlOrMeta+Alt+e');
    await textOf(ramble).click();
    await ramble.keyboard.press('ControlOrMeta+End');
    await ramble.keyboard.type('Gone on with.');
    await expect.poll(() => vault.read(TONIGHT)).toContain('Gone on with.');
    expect(await ramble.evaluate(() => 'isTheSame' in window)).toBe(true);
    expect(await ramble.evaluate(() => window.opener)).toBeNull();
  });
});

test.describe('the first run', () => {
  test.use({ files: null });

  test('opens a folder, refusing what is none with the reason', async ({ page, vault }) => {
    vault.write('file.txt', 'x');
    vault.write('notes/A note.md', 'Here.\n');
    const folder = page.getByRole('textbox', { name: 'Folder' });
    await folder.fill(join(vault.folder, 'file.txt'));
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('is a file');
    await folder.fill(join(vault.folder, 'nowhere'));
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('nowhere');
    await folder.fill(join(vault.folder, 'notes'));
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toBeFocused();
    await expect(page.locator('.status > span').last()).toHaveText('1 note');
  });

  test('goes on to another folder of the same name', async ({ page, vault }) => {
    vault.write('one/notes/A.md', 'Here.\n');
    vault.write('two/notes/B.md', 'There.\n');
    vault.write('two/notes/C.md', 'There, too.\n');
    const folder = page.getByRole('textbox', { name: 'Folder' });
    await folder.fill(join(vault.folder, 'one', 'notes'));
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.type('Of one.');
    await saved(page);
    await page.keyboard.press('ControlOrMeta+p');
    await page.keyboard.type('another folder');
    await page.keyboard.press('Enter');
    await folder.fill(join(vault.folder, 'two', 'notes'));
    await page.keyboard.press('Enter');
    await expect(page.locator('.status')).toContainText('2 notes');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.type('Of two.');
    await saved(page);
    expect(vault.read(`one/notes/${TONIGHT}`)).toContain('Of one.');
    expect(vault.read(`one/notes/${TONIGHT}`)).not.toContain('Of two.');
    expect(vault.read(`two/notes/${TONIGHT}`)).toContain('Of two.');
  });

  test('makes a folder of notes from the sample', async ({ page }) => {
    const parent = mkdtempSync(join(tmpdir(), 'ramble-sample-'));
    await page.getByText('Make a notes folder from the sample').click();
    await page.getByRole('textbox', { name: 'New folder' }).fill(join(parent, 'my notes'));
    await page.getByRole('button', { name: 'Make it' }).click();
    await expect(textOf(page)).toBeFocused();
    expect(statSync(join(parent, 'my notes', 'Welcome.md')).isFile()).toBe(true);
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('welcome');
    await expect(page.getByRole('option').first()).toContainText('Welcome');
    await page.keyboard.press('Enter');
    await expect(page.locator('.cm-image img').first()).toBeVisible();
    rmSync(parent, { recursive: true, force: true });
  });
});

test.describe('bad input', () => {
  test.use({
    files: {
      'latin.md': Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]),
      'long.md': `${'word '.repeat(80_000)}\n`,
      'odd #1 | name.md': 'Odd.\n',
    },
  });

  test('a note that is no UTF-8 opens for reading, with the reason, and is never written', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('latin');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status').first()).toContainText('not UTF-8');
    await expect(textOf(page)).toHaveAttribute('contenteditable', 'false');
    expect(vault.bytes('latin.md').equals(Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]))).toBe(true);
  });

  test('a line of 400 kB opens and takes keys', async ({ page, vault }) => {
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('long');
    await expect(page.getByRole('option').first()).toContainText('long');
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toContainText('word word');
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.type('START ');
    await saved(page);
    expect(vault.read('long.md').slice(0, 16)).toBe('START word word ');
  });

  test('a name with # and | opens, saves, and is linked to by what can be linked', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('odd');
    await expect(page.getByRole('option').first()).toContainText('odd #1 | name');
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toContainText('Odd.');
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('More.');
    await saved(page);
    expect(vault.read('odd #1 | name.md')).toBe('Odd.\nMore.');
  });
});
