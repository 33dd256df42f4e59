import { expect, it } from 'vitest';
import { extractAtRandom } from '../support/extraction-property.ts';

/** How many random vaults: the same for every commit; the soak has others each time. */
const RUNS = Number(process.env.RAMBLE_RUNS ?? 20_000);
const SEED = Number(process.env.RAMBLE_SEED ?? 20_210_209);

it('an extraction from a random vault keeps every word, every meaning and every construct, and can be taken back', {
  timeout: 1_000_000_000,
}, () => {
  const { planned, refused, links, taken } = extractAtRandom({ runs: RUNS, seed: SEED });
  expect(links).toBeGreaterThan(RUNS);
  expect(taken).toBeGreaterThan(RUNS / 100);
  expect(refused).toBeLessThan(planned / 20);
});
