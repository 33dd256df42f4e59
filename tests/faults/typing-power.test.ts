import { describe, expect, test } from 'vitest';
import { losePower } from './power-rounds.ts';
import { hasStrace } from './sweep.ts';

describe.runIf(hasStrace())('typing when the power goes', () => {
  test('C06: in 500 losses of power, unsynced writes dropped, torn or reordered, all that was acknowledged survives', async () => {
    const { crashes, operations } = await losePower({ seed: 1, marks: 60, crashes: 500 });
    expect(crashes).toBe(500);
    expect(operations).toBeGreaterThan(300);
  });
});
