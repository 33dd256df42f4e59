import { beforeEach, expect, it } from 'vitest';
import { offerTyped } from '../../src/renderer/state/offer-typed.ts';
import { tell, useWindow } from '../../src/renderer/state/store.ts';

const texts = () => useWindow.getState().notices.map(({ text }) => text);
beforeEach(() => useWindow.setState({ notices: [] }));

it('the last four are shown, each once', () => {
  for (const text of ['a', 'b', 'c', 'd', 'b', 'e']) tell({ text, sticky: true });
  expect(texts()).toEqual(['c', 'd', 'b', 'e']);
});

it('what was typed and is nowhere else stays, whatever is told after it, and beside what looks alike', () => {
  const start = 'the same first words of two long thoughts, which are cut off where they are shown, ';
  for (const end of ['one', 'two']) offerTyped(start + end, '“a” was closed before it was open.');
  for (let count = 0; count < 6; count += 1) tell({ text: `notice ${count}`, sticky: true });
  expect(texts().filter((text) => text.includes('You had typed'))).toHaveLength(2);
  expect(texts()).toHaveLength(6);
});
