import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, goTo, saved, test, textOf } from './fixtures/test.ts';

const seed = readFileSync(new URL('../fixtures/seed-note.md', import.meta.url), 'utf8');
const seedBody = seed.slice(seed.indexOf('Ok, ended up'));
const heading = 'Our Roadmap for Becoming a Strategic [[Chief Learning Officer]]';
const title = 'Our Roadmap for Becoming a Strategic Chief Learning Officer';
const RAMBLE = '2021-02-09 - The Evening Ramble.md';
const maps = ['+ Building Not A Robot MoC', '+ Learning & Development MoC', '+ L&D Careers MOC'];

test.describe('the seed', () => {
  test.use({
    files: {
      [RAMBLE]: `5:58pm Quiet day.\n\n# ${heading}\n\n${seedBody}\n# Learning ecosystems\n\nStill thinking.\n`,
      ...Object.fromEntries(maps.map((map) => [`${map}.md`, `# ${map}\n`])),
    },
  });

  test('its section becomes a page with tags and parent maps; the link, the backlink and quick open find it', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('Quiet day.');
    await page.locator('.cm-heading', { hasText: 'Our Roadmap' }).click();
    await page.locator('.cm-extract:not(.cm-extract-quiet)').click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Title')).toHaveValue(title);
    await dialog.getByLabel('Tags').fill('p/learning-ecosystem/inbox');
    await dialog.getByRole('combobox').fill('okapi');
    await expect(dialog.getByRole('option')).toHaveCount(0);
    vault.write('+ Okapi MoC.md', '# Okapi\n');
    await expect(dialog.getByRole('option').first()).toHaveText('+ Okapi MoC');
    for (const [words, map] of [
      ['robot', maps[0]],
      ['learning dev', maps[1]],
      ['careers', maps[2]],
    ]) {
      await dialog.getByRole('combobox').fill(words ?? '');
      await expect(dialog.getByRole('option').first()).toHaveText(map ?? '');
      await page.keyboard.press('Enter');
    }
    await dialog.getByRole('button', { name: 'Extract Enter' }).click();
    await expect(dialog).toHaveCount(0);
    await saved(page);

    expect(vault.read(`${title}.md`)).toBe(
      `---\ntags: ["p/learning-ecosystem/inbox"]\n---\n\n+ ${maps.map((map) => `[[${map}]]`).join(' | ')}\n\n# ${heading}\n\nfrom [[2021-02-09 - The Evening Ramble]]\n\n${seedBody.trimEnd()}\n`,
    );
    const left = vault.read(RAMBLE);
    expect(left).toContain(`5:58pm Quiet day.\n\n-> [[${title}]]\n`);
    expect(left).toContain('\n# Learning ecosystems\n\nStill thinking.\n');
    expect(left).not.toContain('For too long');
    await expect(textOf(page)).toContainText(`-> [[${title}]]`);
    await expect(textOf(page)).not.toContainText('For too long');

    await page.keyboard.press('ControlOrMeta+o');
    await page.keyboard.type('roadmap strat');
    await expect(page.getByRole('option').first()).toContainText(title);
    await page.keyboard.press('Enter');
    await expect(textOf(page)).toContainText('Ok, ended up taking long enough notes');
    await expect(page.locator('.card')).toContainText('2021-02-09 - The Evening Ramble');
    await expect(page.locator('.card-line')).toContainText(`-> ${title}`);
  });
});

test.describe('a selection', () => {
  test.use({
    files: { [RAMBLE]: '# The Evening Ramble\n\n> A quote.\n\nMy reply.\n\nLast.\n', 'Taken.md': 'There.\n' },
  });

  test('is pulled out with the keyboard alone; a name that is taken is refused with choices', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('My reply.');
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    for (let line = 0; line < 3; line += 1) await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('ControlOrMeta+Shift+E');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('taken');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('There is a note called “taken” already');
    expect(vault.read('Taken.md')).toBe('There.\n');
    await dialog.getByRole('button', { name: 'Call it “taken 2”' }).click();
    await expect(dialog).toHaveCount(0);
    expect(vault.read('taken 2.md')).toBe(
      '# taken 2\n\nfrom [[2021-02-09 - The Evening Ramble]]\n\n> A quote.\n\nMy reply.\n',
    );
    expect(vault.read(RAMBLE)).toBe('# The Evening Ramble\n\n-> [[taken 2]]\n\nLast.\n');
    await page.keyboard.type(' and on');
    await saved(page);
    expect(vault.read(RAMBLE)).toBe('# The Evening Ramble\n\n-> [[taken 2]] and on\n\nLast.\n');
  });

  test('comes back with undo, the page with it; redo takes it out again', async ({ page, vault }) => {
    await expect(textOf(page)).toContainText('My reply.');
    await page.keyboard.press('ControlOrMeta+Home');
    // All at once: letters with long pauses between them are undone one by one.
    await page.keyboard.insertText('Before. ');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    for (let line = 0; line < 3; line += 1) await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('ControlOrMeta+Shift+E');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('Pulled');
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    const out = 'Before. # The Evening Ramble\n\n-> [[Pulled]]\n\nLast.\n';
    expect(vault.read(RAMBLE)).toBe(out);
    const pulled = vault.read('Pulled.md');

    for (let round = 0; round < 2; round += 1) {
      await page.keyboard.press('ControlOrMeta+z');
      await expect(textOf(page)).toContainText('My reply.');
      await expect
        .poll(() => vault.read(RAMBLE))
        .toBe('Before. # The Evening Ramble\n\n> A quote.\n\nMy reply.\n\nLast.\n');
      await expect.poll(() => existsSync(join(vault.folder, 'Pulled.md'))).toBe(false);
      await page.keyboard.press('ControlOrMeta+y');
      await expect.poll(() => vault.read(RAMBLE)).toBe(out);
      await expect.poll(() => existsSync(join(vault.folder, 'Pulled.md'))).toBe(true);
      expect(vault.read('Pulled.md')).toBe(pulled);
    }
    // Keys that come before the answer to the one before.
    for (const key of ['z', 'y', 'z', 'y', 'z']) await page.keyboard.press(`ControlOrMeta+${key}`);
    await expect(textOf(page)).toContainText('My reply.');
    await expect.poll(() => existsSync(join(vault.folder, 'Pulled.md'))).toBe(false);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(textOf(page)).not.toContainText('Before.');
    // What the last of them asked for may be on its way yet.
    await expect
      .poll(() => vault.read(RAMBLE))
      .toBe('# The Evening Ramble\n\n> A quote.\n\nMy reply.\n\nLast.\n');
  });
});

test.describe('a section that others link to', () => {
  const ramble = '# The Evening Ramble\n\n## Lamp\n\nOil.\n\n## Wick\n\nCotton.\n';
  test.use({
    files: {
      [RAMBLE]: ramble,
      'Other.md': 'See [[2021-02-09 - The Evening Ramble#Lamp]].\n',
      'Lists.md': '# Lists\n\n## Some day\n\nx\n\n## Done\n',
    },
  });

  test('is shown with every line that follows, opens beside with Ctrl Enter, and one undo takes all of it back', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('Oil.');
    await page.locator('.cm-line', { hasText: 'Oil.' }).click();
    await page.keyboard.press('Alt+Shift+N');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Title')).toHaveValue('Lamp');
    await expect(dialog.getByRole('region', { name: 'Other' })).toContainText('See [[Lamp]].');
    await expect(dialog.getByRole('region', { name: 'Lamp' })).toContainText('Oil.');
    expect(vault.read('Other.md')).toContain('#Lamp');
    await dialog.getByLabel('Title').press('ControlOrMeta+Enter');
    await expect(dialog).toHaveCount(0);
    await expect(textOf(page)).toContainText('from 2021-02-09 - The Evening Ramble');
    expect(vault.read('Other.md')).toBe('See [[Lamp]].\n');
    await page.keyboard.press('ControlOrMeta+d');
    await expect(textOf(page)).toContainText('-> [[Lamp]]');
    await textOf(page).click();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => vault.read(RAMBLE)).toBe(ramble);
    await expect.poll(() => vault.read('Other.md')).toContain('#Lamp');
    await expect.poll(() => existsSync(join(vault.folder, 'Lamp.md'))).toBe(false);
  });

  test('is taken back by the notice, and undo does it again', async ({ page, vault }) => {
    await expect(textOf(page)).toContainText('Oil.');
    await page.locator('.cm-line', { hasText: 'Oil.' }).click();
    await page.keyboard.press('ControlOrMeta+Shift+E');
    await page.getByRole('dialog').getByRole('button', { name: 'Extract Enter' }).click();
    await expect.poll(() => vault.read('Other.md')).toBe('See [[Lamp]].\n');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await expect.poll(() => vault.read(RAMBLE)).toBe(ramble);
    await expect.poll(() => existsSync(join(vault.folder, 'Lamp.md'))).toBe(false);
    await expect(textOf(page)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => vault.read('Other.md')).toBe('See [[Lamp]].\n');
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => vault.read(RAMBLE)).toBe(ramble);
    await expect.poll(() => vault.read('Other.md')).toContain('#Lamp');
  });

  test('stays taken back where the keys of undo were quicker than the notice', async ({ page, vault }) => {
    await expect(textOf(page)).toContainText('Oil.');
    await page.locator('.cm-line', { hasText: 'Oil.' }).click();
    await page.keyboard.press('ControlOrMeta+Shift+E');
    await page.getByRole('dialog').getByRole('button', { name: 'Extract Enter' }).click();
    await expect.poll(() => vault.read('Other.md')).toBe('See [[Lamp]].\n');
    await textOf(page).click();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => vault.read(RAMBLE)).toBe(ramble);
    await page.getByRole('button', { name: 'Take it back' }).click();
    await textOf(page).click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('Later.');
    await expect.poll(() => vault.read(RAMBLE)).toBe(`${ramble}Later.`);
    expect(vault.read('Other.md')).toContain('#Lamp');
  });

  test('goes under a heading of a note that is there, with own words left behind; the next goes like the last without a dialog', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('Oil.');
    await page.locator('.cm-line', { hasText: 'Oil.' }).click();
    await page.keyboard.press('ControlOrMeta+Shift+E');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('a note that is there').click();
    await dialog.getByLabel('Note', { exact: true }).fill('lists');
    await expect(dialog.getByRole('option').first()).toContainText('Lists');
    await page.keyboard.press('Enter');
    await dialog.getByText('under a heading').click();
    await dialog.locator('select').selectOption({ label: '\u2003Some day' });
    await dialog.getByText('own words').click();
    await dialog.getByRole('textbox', { name: 'Own words' }).fill('moved: {{link}}');
    await expect(dialog.getByRole('region', { name: 'Lists' })).toContainText('Oil.');
    await dialog.getByRole('button', { name: 'Extract Enter' }).click();
    await expect(dialog).toHaveCount(0);
    expect(vault.read('Lists.md')).toContain('x\n\n## Lamp\n\nOil.\n\n## Done');
    expect(vault.read(RAMBLE)).toContain('\n\nmoved: [[Lists]]\n\n## Wick');

    await page.locator('.cm-line', { hasText: 'Cotton.' }).click();
    await page.keyboard.press('ControlOrMeta+Alt+x');
    await expect.poll(() => existsSync(join(vault.folder, 'Wick.md'))).toBe(true);
    await expect.poll(() => vault.read(RAMBLE)).toContain('moved: [[Wick]]');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  test('is one of all of its level when the note is split; and a page is folded back from the palette', async ({
    page,
    vault,
  }) => {
    await expect(textOf(page)).toContainText('Oil.');
    await page.locator('.cm-line', { hasText: 'Oil.' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Extract to a page' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('every section of level 2').click();
    await expect(dialog.getByLabel('Title of page 2')).toHaveValue('Wick');
    await dialog.getByRole('button', { name: 'Extract Enter' }).click();
    await expect(dialog).toHaveCount(0);
    expect(vault.read(RAMBLE)).toBe('# The Evening Ramble\n\n-> [[Lamp]]\n\n-> [[Wick]]\n');
    expect(vault.read('Other.md')).toBe('See [[Lamp]].\n');

    await goTo(page, 'wick', 'Wick');
    await expect(textOf(page)).toContainText('Cotton.');
    await page.keyboard.press('ControlOrMeta+p');
    await page.keyboard.type('fold');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Into').fill('lamp');
    await expect(dialog.getByRole('option').first()).toContainText('Lamp');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('region', { name: 'Lamp' })).toContainText('Cotton.');
    // What another program does meanwhile is part of what is shown.
    vault.write('Wick.md', `---\nmade of: cotton\n---\n${vault.read('Wick.md')}`);
    await expect(dialog.getByRole('region', { name: 'Wick' })).toContainText('made of: cotton');
    await dialog.getByRole('button', { name: 'Fold it in' }).click();
    await expect(dialog).toHaveCount(0);
    expect(existsSync(join(vault.folder, 'Wick.md'))).toBe(false);
    expect(vault.read('Lamp.md')).toContain('Cotton.');
    // It was no other program that took the note away.
    await expect(page.locator('.pane[data-path="Wick.md"]')).toHaveCount(0);
    await expect(page.locator('.notices')).not.toContainText('another program');
  });
});

test.describe('a link that cannot follow', () => {
  test.use({
    files: {
      [RAMBLE]: '# R\n\n## Lamp\n\nOil.\n',
      'b.md': 'See [[2021-02-09 - The Evening Ramble#Lamp]].\n',
      '.obsidian/hotkeys.json': '{"note-composer:split-file":[{"modifiers":["Mod","Alt"],"key":"N"}]}',
    },
  });

  test('Obsidian’s own key opens the dialog, and the settings say so', async ({ page }) => {
    await page.locator('.cm-heading', { hasText: 'Lamp' }).click();
    await page.keyboard.press('ControlOrMeta+Alt+N');
    await expect(page.getByRole('dialog', { name: 'Extract to a page of its own' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+,');
    await expect(page.getByRole('dialog', { name: 'Settings' }).locator('.keys')).toContainText(
      /Ctrl Shift E.*Alt Shift N.*from Obsidian’s settings, Ctrl Alt N/,
    );
  });

  test('Enter before the preview waits for it, and again where it shows a link that would be left', async ({
    page,
    vault,
  }) => {
    chmodSync(join(vault.folder, 'b.md'), 0o444);
    await page.locator('.cm-heading', { hasText: 'Lamp' }).click();
    await page.keyboard.press('ControlOrMeta+Shift+E');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Extract, and leave 1 link' })).toBeVisible();
    // The title and Enter in one go: there is no preview of them yet.
    await dialog.getByLabel('Title').evaluate(async (input: HTMLInputElement) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, 'The lamp');
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => setTimeout(done));
      input.form?.requestSubmit();
    });
    await expect(dialog.getByRole('region', { name: 'The lamp' })).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Extract, and leave 1 link' })).toBeVisible();
    expect(existsSync(join(vault.folder, 'The lamp.md'))).toBe(false);
    await dialog.getByLabel('Title').press('Enter');
    await expect(dialog).toHaveCount(0);
    expect(vault.read('The lamp.md')).toContain('Oil.');
    expect(vault.read('b.md')).toContain('#Lamp');
  });
});

test.describe('a note with properties, and a picture that only it uses', () => {
  test.use({
    files: {
      'Evenings/Long evening.md': '---\nmood: quiet\nup: "[[R]]"\n---\n![](img/lamp.png)\n\nOil.\n',
      'Evenings/img/lamp.png': 'no picture',
      'R.md': '# R\n',
    },
  });

  test('offers to copy the ones and to take the other along, shows both first, and one undo brings all back', async ({
    page,
    vault,
  }) => {
    const note = 'Evenings/Long evening.md';
    const before = vault.read(note);
    await expect(textOf(page)).toBeVisible();
    await goTo(page, 'Long evening');
    await textOf(page).getByText('Oil.').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+Shift+E');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('Lamp');
    await dialog.getByLabel('Folder').fill('Pages');
    await dialog.getByLabel('Copy the properties').check();
    await dialog.getByLabel('Take “lamp.png” along: only this text links to it').check();
    const preview = dialog.getByLabel('What would change');
    await expect(preview).toContainText('goes to Pages/img/lamp.png');
    await expect(preview).toContainText('mood: quiet');
    await dialog.getByRole('button', { name: 'Extract Enter' }).click();
    // The file goes first, then the notes are written.
    await expect.poll(() => vault.list()).toContain('Pages/Lamp.md');
    expect(vault.list()).toContain('Pages/img/lamp.png');
    await expect.poll(() => vault.read('Pages/Lamp.md')).toContain('---\nmood: quiet\nup: "[[R]]"\n---\n');
    await expect(textOf(page)).toContainText('[[Lamp]]');
    await page.keyboard.press('ControlOrMeta+Z');
    await expect.poll(() => vault.list()).toContain('Evenings/img/lamp.png');
    await expect.poll(() => vault.read(note)).toBe(before);
  });
});
