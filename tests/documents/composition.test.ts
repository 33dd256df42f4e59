import type { CDPSession } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault, openApp } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { type NoteWindow, startWindows, type WindowMaker } from '../support/window.ts';

let windows: WindowMaker;
beforeAll(async () => {
  windows = await startWindows();
});
afterAll(() => windows.close());

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  cleanUp();
});

/** A note in a window, with an input method to compose in it, and somebody else who types in it. */
async function composing(text: string) {
  const vault = makeVault({ 'a.md': text });
  const app = await openApp(vault);
  const pane = await windows.open(app.client, 'a.md');
  const other = await Typist.open(app.client, 'a.md');
  open.push(app, other, pane);
  const input = await pane.page.context().newCDPSession(pane.page);
  await pane.page.evaluate((at) => window.parts.editor.setCursor(at), text.length);
  return { vault, pane, other, input };
}

const compose = (input: CDPSession, text: string) =>
  input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });

const waiting = (pane: NoteWindow) => pane.page.evaluate(() => window.parts.editor.waiting());

it('C50: what another types meanwhile waits until a character is composed, and nothing is asked again and again', async () => {
  const { vault, pane, other, input } = await composing('one\n');
  await compose(input, 'k');
  await compose(input, 'か');
  other.type(0, 'theirs\n');
  await other.push();
  const composed = ['かn', 'かん', 'かんj', 'かんじ'];
  for (const text of composed) {
    await compose(input, text);
    await eventually(async () => (await waiting(pane)) === 0, 'what is composed is handed over');
    expect(await pane.text()).toBe(`one\n${text}`);
  }
  const calls = pane.calls.length;
  await new Promise((done) => setTimeout(done, 1000));
  expect(pane.calls.length - calls).toBeLessThan(5);
  await input.send('Input.insertText', { text: '漢字' });
  await eventually(async () => (await pane.text()) === 'theirs\none\n漢字', 'both are there');
  await pane.page.keyboard.type('!');
  await pane.says('saved');
  expect(vault.read('a.md')).toBe('theirs\none\n漢字!');
  await eventually(() => other.text === 'theirs\none\n漢字!', 'the other has it too');
});

it('C50: another’s words in the very line that is composed in do not break what is composed', async () => {
  const { vault, pane, other, input } = await composing('one two');
  await compose(input, 'に');
  other.type(3, ' and a half,');
  other.type(0, '# ');
  await other.push();
  await compose(input, 'にほ');
  await compose(input, 'にほん');
  await input.send('Input.insertText', { text: '日本' });
  await pane.says('saved');
  await eventually(() => vault.read('a.md') === '# one and a half, two日本', 'the file has both');
  expect(await pane.text()).toBe('# one and a half, two日本');
});

it.each([
  ['the next plain key', (pane: NoteWindow) => pane.page.keyboard.press('End')],
  [
    'the note is left',
    (pane: NoteWindow) => pane.page.evaluate(() => (document.activeElement as HTMLElement).blur()),
  ],
])('C50: an input method that ends without a word holds nothing back beyond %s', async (_, next) => {
  const { vault, pane, other, input } = await composing('one\n');
  await pane.page.evaluate(() =>
    addEventListener('compositionend', (event) => event.stopImmediatePropagation(), true),
  );
  await compose(input, 'か');
  other.type(0, 'theirs\n');
  await other.push();
  await input.send('Input.insertText', { text: '可' });
  await next(pane);
  await eventually(async () => (await pane.text()) === 'theirs\none\n可', 'what the other typed is shown');
  await pane.says('saved');
  expect(vault.read('a.md')).toBe('theirs\none\n可');
});

it('C50: a composition that is given up leaves nothing behind, and what waited comes in', async () => {
  const { vault, pane, other, input } = await composing('one\n');
  await compose(input, 'か');
  other.type(0, 'theirs\n');
  await other.push();
  await compose(input, '');
  await input.send('Input.insertText', { text: '' });
  await eventually(async () => (await pane.text()) === 'theirs\none\n', 'what the other typed is shown');
  await eventually(() => vault.read('a.md') === 'theirs\none\n', 'the file has it');
});

it('C50: joined emoji, combining marks and right-to-left words stay whole while another types around them', async () => {
  const words = ['🏳️‍🌈', 'é̂', 'שלום', 'العربية', '👍🏽', 'क्षि', '👩‍👩‍👧‍👦'];
  const { vault, pane, other } = await composing('');
  const input = await pane.page.context().newCDPSession(pane.page);
  for (const word of words) {
    await input.send('Input.insertText', { text: `${word} ` });
    other.type(0, '→\n');
    await other.push();
  }
  await pane.says('saved');
  const expected = `${'→\n'.repeat(words.length)}${words.join(' ')} `;
  await eventually(() => vault.read('a.md') === expected, 'the file has every one of them');
  expect(await pane.text()).toBe(expected);
  // Two steps back, the blank and the whole of the last: never half of it.
  await pane.page.keyboard.press('Backspace');
  await pane.page.keyboard.press('Backspace');
  await pane.says('saved');
  const left = expected.slice(0, -'👩‍👩‍👧‍👦 '.length);
  await eventually(() => vault.read('a.md') === left, 'the file has what is left');
});
