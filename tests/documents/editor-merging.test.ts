import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWindows, type WindowMaker } from '../support/window.ts';

let windows: WindowMaker;
beforeAll(async () => {
  windows = await startWindows();
});
afterAll(() => windows.close());

it('C36: two edits that come at once are moved over one’s own as the authority moves them', async () => {
  const page = await windows.bare();
  expect(await page.evaluate(() => window.mergeInOne())).toEqual({ editor: 'abcd12M', authority: 'abcd12M' });
  await page.close();
});

it('C36: the editor and the authority come to one text, however edits cross and however many come at once', async () => {
  const page = await windows.bare();
  expect(await page.evaluate(() => window.merge(1, 1500))).toEqual([]);
  await page.close();
});
