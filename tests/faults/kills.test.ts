import { describe, expect, test } from 'vitest';
import { killWhileTyping } from './kill-rounds.ts';

const KILLS = 201;
const LANES = 3;

describe('a process that is killed while somebody types', () => {
  test(`C01: ${KILLS} kills at random moments lose nothing acknowledged, and nothing older than 250 ms`, async () => {
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      killWhileTyping({ kills: KILLS / LANES, seed: 101 + lane }),
    );
    const all = await Promise.all(lanes);
    const sum = (of: 'kills' | 'whileOpening' | 'typed' | 'acked' | 'restored') =>
      all.reduce((total, counts) => total + counts[of], 0);
    const lost = all.flatMap((counts) => counts.lost);
    process.stdout.write(
      `${sum('kills')} kills (${sum('whileOpening')} while opening), ${sum('typed')} keystrokes, ${sum('acked')} acknowledged, ` +
        `${sum('restored')} edits restored from the journal, ${lost.length} lost\n`,
    );
    expect(lost).toEqual([]);
    expect(sum('kills')).toBe(KILLS);
    expect(sum('acked')).toBeGreaterThan(KILLS);
    expect(sum('restored')).toBeGreaterThan(0);
  }, 900_000);
});
