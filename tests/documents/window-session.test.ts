import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RambleError } from '../../src/contract/errors.ts';
import { PATIENCE_MS } from '../../src/renderer/note/note-session.ts';
import { createRandom } from '../faults/random.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { Line } from '../support/line.ts';
import { Typist } from '../support/typist.ts';
import { type NoteWindow, startWindows, type WindowMaker } from '../support/window.ts';
import { type AppAt, openAt } from './open-at.ts';
import { shaky } from './shaky-client.ts';

let windows: WindowMaker;
beforeAll(async () => {
  windows = await startWindows();
});
afterAll(() => windows.close());

const open: { close(): Promise<void> }[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  cleanUp();
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  folders.push(folder);
  return folder;
}

async function appOn(vault: TestVault, data = dataFolder()): Promise<AppAt> {
  const app = await openAt(vault.folder, data);
  open.push(app);
  return app;
}

/** Ends the app before its time; nothing else closes it. */
async function end(app: AppAt): Promise<void> {
  open.splice(open.indexOf(app), 1);
  await app.close();
}

async function windowOn(line: Line, path = 'a.md', begin?: string): Promise<NoteWindow> {
  const pane = await windows.open(line, path, begin);
  open.push(pane);
  return pane;
}

/** Types letter by letter at the end, as quickly as can be; each is an edit. */
const typeFast = (pane: NoteWindow, count: number, letters: string) =>
  pane.page.evaluate(
    async ([times, each]) => {
      const { length } = window.parts.editor.text();
      for (let index = 0; index < times; index += 1) {
        window.parts.editor.replace(length + index, length + index, each[index % each.length] as string);
        if (index % 500 === 499) await new Promise((done) => setTimeout(done));
      }
    },
    [count, letters] as const,
  );

describe('the session of a window', () => {
  it('C08: hands over in portions what was typed while nobody answered, once', async () => {
    const vault = makeVault({ 'a.md': '' });
    const line = new Line((await appOn(vault)).client);
    const pane = await windowOn(line);
    line.cut();
    await typeFast(pane, 2500, 'abcdefghi\n');
    await pane.says('failed');
    line.mend();
    await pane.says('saved', 200_000);
    const expected = Array.from({ length: 2500 }, (_, index) => 'abcdefghi\n'[index % 10]).join('');
    expect(vault.read('a.md')).toBe(expected);
    expect(await pane.text()).toBe(expected);
    const portions = pane.calls
      .filter(({ name }) => name === 'notes.push')
      .map(({ params }) => (params as { edits: unknown[] }).edits.length);
    // Ten times as much as this is all that one call takes.
    expect(Math.max(...portions)).toBe(1000);
  });

  it('C08: text that is too much for one message goes in several', async () => {
    const vault = makeVault({ 'a.md': '' });
    const line = new Line((await appOn(vault)).client);
    const pane = await windowOn(line);
    line.cut();
    for (const letter of 'abcd') await pane.replace(0, 0, `${letter.repeat(3_000_000)}\n`);
    line.mend();
    await pane.says('saved', 200_000);
    expect(vault.read('a.md').length).toBe(12_000_004);
    for (const { name, params } of pane.calls)
      if (name === 'notes.push') expect(JSON.stringify(params).length).toBeLessThan(7_000_000);
  });

  it('C14: what was typed a moment ago is in no danger, also while the file cannot be written', async () => {
    const vault = makeVault({});
    const line = new Line((await appOn(vault)).client);
    const pane = await windowOn(line, 'folder/a.md', '');
    // No folder can be made where a file is.
    vault.write('folder', 'a file');
    await pane.replace(0, 0, 'one\n');
    await pane.says('failed');
    const typed = await pane.page.evaluate(() => {
      window.parts.editor.replace(0, 0, 'zero\n');
      return { isUnderWay: !window.parts.session.handedOver, danger: window.parts.session.danger };
    });
    expect(typed).toEqual({ isUnderWay: true, danger: null });
    line.cut();
    await pane.replace(0, 0, 'nought\n');
    await eventually(
      async () => (await pane.page.evaluate(() => window.parts.session.danger))?.includes('the line was cut'),
      'what nobody takes is in danger',
    );
  });

  it('C14: nor is what is typed on and on while the answers come late, but what gets none is', async () => {
    const line = new Line((await appOn(makeVault({ 'a.md': '' }))).client);
    const pane = await windowOn(line);
    const answers: (() => void)[] = [];
    line.before = (name) =>
      name === 'notes.push' ? new Promise((done) => answers.push(done)) : Promise.resolve();
    const danger = () => pane.page.evaluate(() => window.parts.session.danger);
    const waiting = () => pane.page.evaluate(() => window.parts.editor.waiting());
    // Longer in all than anything may wait, each key for half of that.
    for (let round = 0; round < 4; round += 1) {
      await pane.replace(0, 0, 'x');
      await eventually(() => answers.length > 0, 'the key is on its way');
      await pane.page.waitForTimeout(PATIENCE_MS / 2);
      await pane.replace(0, 0, 'y');
      const before = await waiting();
      const isLess = async () => (await waiting()) < before;
      // Each call has what was not confirmed when it was made, so some bring nothing new.
      await eventually(() => {
        answers.shift()?.();
        return eventually(isLess, 'less waits', 300).catch(() => false);
      }, 'some of it was taken over');
      expect(await waiting()).toBeGreaterThan(0);
      expect(await danger()).toBe(null);
    }
    await pane.replace(0, 0, 'z');
    await pane.page.waitForTimeout(PATIENCE_MS);
    expect(await danger()).toBe('Evening Ramble does not answer.');
    line.mend();
    for (const answer of answers) answer();
    await pane.says('saved');
  });

  it('C28: learns where its note lies when it was moved while nothing reached the window', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const app = await appOn(vault);
    const line = new Line(app.client);
    const pane = await windowOn(line);
    const { document } = await app.client.call('notes.open', { path: 'a.md' });
    line.cut();
    renameSync(join(vault.folder, 'a.md'), join(vault.folder, 'b.md'));
    await pane.replace(4, 4, 'two\n');
    await pane.says('failed');
    await eventually(
      async () => (await app.client.call('notes.open', { path: 'b.md' })).document === document,
      'the app has followed it',
    );
    line.mend();
    // As the door says once it is reached again.
    await pane.page.evaluate(() => window.tell({ name: 'vault.resumed', payload: {} }));
    await pane.says('saved');
    const pathShown = () => pane.page.evaluate(() => window.parts.session.path);
    await eventually(async () => (await pathShown()) === 'b.md', 'the window has followed it, too');
    expect(vault.list()).toEqual(['b.md']);
    expect(vault.read('b.md')).toBe('one\ntwo\n');
  });

  it('C36: an answer that is lost is asked for again, and nothing is there twice', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const line = new Line((await appOn(vault)).client);
    const pane = await windowOn(line);
    let losses = 3;
    line.deaf = true;
    line.after = (name) => {
      if (name !== 'notes.push' || losses === 0) return;
      losses -= 1;
      throw new RambleError('disconnected', 'the answer was lost');
    };
    await pane.replace(4, 4, 'two\n');
    await pane.says('failed');
    await eventually(() => losses === 0, 'three answers lost');
    line.mend();
    await eventually(() => vault.read('a.md') === 'one\ntwo\n', 'the file has it once');
    expect(await pane.flush()).toBe(true);
    expect(await pane.text()).toBe('one\ntwo\n');
  });

  it('C36: what no event brought is asked for', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const { client } = await appOn(vault);
    const line = new Line(client);
    const pane = await windowOn(line);
    line.deaf = true;
    const other = await Typist.open(client, 'a.md');
    other.type(0, 'zero\n');
    await other.push();
    await pane.replace(4, 4, 'two\n');
    await eventually(async () => (await pane.text()) === 'zero\none\ntwo\n', 'the other’s line is here');
    line.mend();
    await pane.replace(0, 0, 'first\n');
    await pane.says('saved');
    expect(vault.read('a.md')).toBe('first\nzero\none\ntwo\n');
    other.close();
  });

  it('C08: goes on with an app that was ended and is there again; what was typed meanwhile is there once', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const data = dataFolder();
    const first = await appOn(vault, data);
    const line = new Line(first.client);
    const pane = await windowOn(line);
    await pane.replace(4, 4, 'two\n');
    await pane.says('saved');
    line.cut();
    await end(first);
    await pane.replace(8, 8, 'three\n');
    await pane.says('failed');
    const second = await appOn(vault, data);
    await pane.reconnect(new Line(second.client));
    await pane.says('saved');
    expect(vault.read('a.md')).toBe('one\ntwo\nthree\n');
    expect(await pane.page.evaluate(() => window.parts.restarts)).toBe(0);
  });

  it('C56: an app that forgot everything takes over what the window has, and “Saved” is not said before', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const first = await appOn(vault);
    const line = new Line(first.client);
    const pane = await windowOn(line);
    await pane.replace(4, 4, 'two\n');
    await pane.says('saved');
    line.cut();
    await pane.replace(8, 8, 'mine\n');
    await end(first);
    vault.write('a.md', 'theirs\none\ntwo\n');
    const again = new Line((await appOn(vault)).client);
    let refusals = 3;
    again.before = (name) => {
      if (name !== 'notes.open' || refusals === 0) return;
      refusals -= 1;
      throw new RambleError('io', 'The note cannot be read just now.');
    };
    const before = pane.said.length;
    await pane.reconnect(again);
    await pane.says('failed');
    expect(await pane.flush()).toBe(false);
    await pane.says('saved', 20_000);
    expect(refusals).toBe(0);
    expect(vault.read('a.md')).toBe('theirs\none\ntwo\nmine\n');
    expect(await pane.text()).toBe('theirs\none\ntwo\nmine\n');
    for (const { state, text } of pane.said.slice(before))
      if (state.kind === 'saved') expect(text).toBe('theirs\none\ntwo\nmine\n');
  });

  it('C56: a window with nothing new that cannot be brought in step does not say “Saved”, and goes on trying', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const first = await appOn(vault);
    const line = new Line(first.client);
    const pane = await windowOn(line);
    await pane.replace(4, 4, 'two\n');
    await pane.says('saved');
    line.cut();
    await end(first);
    vault.write('a.md', 'another\n');
    const again = new Line((await appOn(vault)).client);
    let refusals = 2;
    again.before = (name) => {
      if (name !== 'notes.open' || refusals === 0) return;
      refusals -= 1;
      throw new RambleError('disconnected', 'not just now');
    };
    await pane.reconnect(again);
    await pane.says('failed');
    await eventually(async () => (await pane.text()) === 'another\n', 'the window has what the file has');
    await pane.says('saved');
  });

  it('C36: two windows on a note without a file, before an app that forgot it: both texts stay', async () => {
    const vault = makeVault({});
    const first = await appOn(vault);
    const line = new Line(first.client);
    const pane = await windowOn(line, 'New.md', '# Tonight\n');
    line.cut();
    await pane.replace(10, 10, 'mine\n');
    await end(first);
    const second = await appOn(vault);
    const other = await Typist.open(second.client, 'New.md', '# Tonight\n');
    other.type(10, 'theirs\n');
    await other.push();
    expect(vault.list()).not.toContain('New.md');
    await pane.reconnect(new Line(second.client));
    await pane.says('saved');
    for (const words of ['# Tonight\n', 'mine\n', 'theirs\n'])
      expect(vault.read('New.md').split(words)).toHaveLength(2);
    expect(await pane.text()).toBe(vault.read('New.md'));
    other.close();
  });

  it('C36: a note whose file is gone, before an app that forgot it, keeps what the window shows', async () => {
    const vault = makeVault({ 'a.md': 'one\ntwo\n' });
    const first = await appOn(vault);
    const line = new Line(first.client);
    const pane = await windowOn(line);
    line.cut();
    await pane.replace(8, 8, 'mine\n');
    await end(first);
    rmSync(join(vault.folder, 'a.md'));
    const second = await appOn(vault);
    // Somebody else asked for it first: it begins as nothing.
    await second.client.call('notes.open', { path: 'a.md', begin: '' });
    await pane.reconnect(new Line(second.client));
    await pane.says('saved');
    expect(vault.read('a.md')).toBe('one\ntwo\nmine\n');
  });

  it('C15: keys that were under way as the note became read-only are said to be unsaved, kept, and written when they can be', async () => {
    const vault = makeVault({ 'a.md': 'one\n' });
    const line = new Line((await appOn(vault)).client);
    const pane = await windowOn(line);
    const release = line.hold('notes.push');
    await pane.replace(4, 4, 'two\n');
    vault.write('a.md', Buffer.from([0x6f, 0xff, 0xfe, 0x0a]));
    await eventually(() => pane.page.evaluate(() => window.parts.readOnly), 'it is read-only');
    release();
    const said = await pane.says('failed');
    expect(said).toMatchObject({ reason: expect.stringMatching(/UTF-8|text/i) });
    expect(await pane.text()).toBe('one\ntwo\n');
    expect(await pane.flush()).toBe(false);
    expect(await pane.page.evaluate(() => window.parts.readOnly)).toBe(true);
    vault.write('a.md', 'one\n');
    await pane.says('saved', 20_000);
    expect(vault.read('a.md')).toBe('one\ntwo\n');
  });

  it('C15: nothing is put into a note that is read-only, by whatever way', async () => {
    const vault = makeVault({ 'a.md': Buffer.from([0x6f, 0xff, 0xfe, 0x0a]) });
    const line = new Line((await appOn(vault)).client);
    const pane = await windowOn(line);
    await pane.says('read-only');
    const before = await pane.text();
    const took = await pane.page.evaluate(() => [
      window.parts.editor.replace(0, 1, 'x'),
      window.parts.editor.type('x'),
    ]);
    expect(took).toEqual([false, false]);
    await pane.page.keyboard.type('y');
    expect(await pane.text()).toBe(before);
    await pane.says('read-only');
    expect(pane.calls.filter(({ name }) => name === 'notes.push')).toEqual([]);
  });

  it('C15: a box that was drawn before the note became read-only ticks nothing', async () => {
    const vault = makeVault({ 'a.md': '- [ ] task\n\nend\n' });
    const line = new Line((await appOn(vault)).client);
    const pane = await windowOn(line);
    await pane.page.evaluate(() => window.parts.editor.goToEnd());
    await pane.page.locator('.cm-task').waitFor();
    vault.write('a.md', Buffer.from([0x6f, 0xff, 0xfe, 0x0a]));
    await pane.says('read-only');
    const before = await pane.text();
    await pane.page.evaluate(() => document.querySelector<HTMLInputElement>('.cm-task')?.click());
    expect(await pane.text()).toBe(before);
    expect(pane.calls.filter(({ name }) => name === 'notes.push')).toEqual([]);
  });

  it('C36: “Saved” is never said of text that is not in the file, over a bad line', async () => {
    const vault = makeVault({ 'a.md': 'begin\n' });
    const data = dataFolder();
    const { client } = await appOn(vault, data);
    const marksOf = (text: string) => text.match(/<\w+>/g) ?? [];
    const lies: string[] = [];
    const pair = await Promise.all(
      ['x', 'y'].map(async (name, index) => {
        const line = new Line(shaky(client, createRandom(71 + index)));
        const pane = await windowOn(line);
        pane.onSaid = ({ state, text }) => {
          if (state.kind !== 'saved') return;
          const inFile = vault.read('a.md');
          for (const mark of marksOf(text)) if (!inFile.includes(mark)) lies.push(mark);
        };
        return { name, line, pane };
      }),
    );
    const random = createRandom(7);
    for (let round = 0; round < 60; round += 1)
      for (const { name, pane } of pair) {
        await pane.page.evaluate((mark) => {
          const { editor } = window.parts;
          const ends = [...editor.text().matchAll(/\n/g)].map(({ index }) => index + 1);
          const at = ends[mark.length % ends.length] ?? 0;
          editor.replace(at, at, mark);
        }, `<${name}${round}>\n`);
        if (random() < 0.3) await new Promise((done) => setTimeout(done, random() * 500));
      }
    const calm = new Line(client);
    for (const { pane } of pair) await pane.reconnect(calm);
    for (const { pane } of pair)
      await eventually(async () => pane.flush(), 'everything is in the file', 30_000);
    for (const { pane } of pair) await pane.says('saved');
    expect(lies).toEqual([]);
    const texts = await Promise.all(pair.map(({ pane }) => pane.text()));
    expect(texts[0]).toBe(vault.read('a.md'));
    expect(texts[1]).toBe(texts[0]);
    const expected = pair.flatMap(({ name }) =>
      Array.from({ length: 60 }, (_, round) => `<${name}${round}>`),
    );
    expect(marksOf(vault.read('a.md')).toSorted()).toEqual(expected.toSorted());
  });
});
