import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp } from '../support/app.ts';
import { everythingAtOnce } from './everything.ts';

const SEED = Number(process.env.RAMBLE_SEED ?? 67);

afterEach(cleanUp);

// `npm run test:soak` goes on with it for as long as it is given.
describe('everything at once', () => {
  it.each([
    ['with kills', true],
    ['in one process', false],
  ])('C67: typing, other programs, moves, stops, %s: nothing is lost', async (_, kills) => {
    const done = await everythingAtOnce({ seed: SEED, ms: 12_000, kills });
    expect(done.lost).toEqual([]);
    expect(done.edits).toBeGreaterThan(50);
    expect(done.outside).toBeGreaterThan(5);
    if (kills) expect(done.kills).toBeGreaterThan(0);
  });
});
