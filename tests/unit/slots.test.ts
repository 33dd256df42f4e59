import { expect, it } from 'vitest';
import { createSlots } from '../../src/backend/documents/slots.ts';

const never = () => new Promise<void>(() => undefined);

it('so many works run at once, the others in the order in which they came', async () => {
  const slots = createSlots(2, 10_000);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((number) =>
    slots.use(() => {
      begun.push(number);
      return new Promise<void>((done) => ends.push(done));
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await works[1];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
});

it('a work that hangs keeps the others waiting only so long, and one that fails not at all', async () => {
  const slots = createSlots(1, 5);
  void slots.use(never);
  await expect(slots.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await slots.use(async () => 'done')).toBe('done');
});
