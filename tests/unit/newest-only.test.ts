import { expect, test } from 'vitest';
import { NewestOnly } from '../../src/backend/newest-only.ts';

/** A question that is answered when we say so. */
function question() {
  let answer: (value: string) => void = () => undefined;
  let begun = 0;
  const promise = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const work = () => {
    begun += 1;
    return promise;
  };
  return { work, answer, begun: () => begun };
}

test('of what one asker asks meanwhile only the newest is done', async () => {
  const newest = new NewestOnly();
  const [a, b, c] = [question(), question(), question()];
  const first = newest.run('window', a.work);
  const second = newest.run('window', b.work);
  const third = newest.run('window', c.work);
  await expect(second).rejects.toMatchObject({ code: 'superseded' });
  expect([a.begun(), b.begun(), c.begun()]).toEqual([1, 0, 0]);
  a.answer('a');
  expect(await first).toBe('a');
  c.answer('c');
  expect(await third).toBe('c');
  expect([b.begun(), c.begun()]).toEqual([0, 1]);
});

test('askers do not wait for each other, nor for what failed', async () => {
  const newest = new NewestOnly();
  const [a, b] = [question(), question()];
  const first = newest.run('one', a.work);
  const other = newest.run('other', b.work);
  expect(b.begun()).toBe(1);
  b.answer('b');
  expect(await other).toBe('b');
  const failing = newest.run('other', () => Promise.reject(new Error('no')));
  const after = newest.run('other', async () => 'after');
  await expect(failing).rejects.toThrow('no');
  expect(await after).toBe('after');
  a.answer('a');
  expect(await first).toBe('a');
});
