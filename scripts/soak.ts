import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { killWhileTyping } from '../tests/faults/kill-rounds.ts';
import { losePower } from '../tests/faults/power-rounds.ts';
import { hasStrace } from '../tests/faults/sweep.ts';
import { growAndRebuild } from '../tests/integration/index-sequences.ts';
import { run } from './run.ts';

/**
 * The long versions of the tests that look for lost text and for an index that went astray, for as long as they are given: `npm run test:soak -- --minutes 60`. Prints
 * every minute, and at the end, how many of each were done and what they lost; a loss is printed with the seed that shows it again.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const until = Date.now() + Number(values.minutes) * 60_000;
const firstSeed = Number(values.seed ?? Date.now() % 1_000_000_000);
const KILLS_AT_ONCE = 25;
const CRASHES_AT_ONCE = 250;

const done = { kills: 0, keystrokes: 0, powerLosses: 0, interleavings: 0, twoPeerRuns: 0, indexSequences: 0 };
let lost = 0;
function lose(what: string): void {
  lost += 1;
  console.log(`LOST  ${what}`);
}

let seed = firstSeed;
const nextSeed = () => {
  seed += 1000;
  return seed;
};

async function kill(): Promise<void> {
  const counts = await killWhileTyping({ kills: KILLS_AT_ONCE, seed: nextSeed() });
  done.kills += counts.kills;
  done.keystrokes += counts.typed;
  for (const what of counts.lost) lose(what);
}

async function cutPower(): Promise<void> {
  const { crashes } = await losePower({
    seed: nextSeed(),
    marks: 30 + (seed % 5) * 20,
    crashes: CRASHES_AT_ONCE,
  });
  done.powerLosses += crashes;
}

/** The test's own numbers of runs, with another seed. */
async function interleave(): Promise<void> {
  const own = String(nextSeed());
  const ran = await run(
    'vitest',
    ['run', '--project', 'documents', 'tests/documents/interleavings.test.ts'],
    {
      env: { RAMBLE_SEED: own },
    },
  );
  if (ran.code !== 0) lose(`RAMBLE_SEED=${own}: ${ran.output.slice(-3000)}`);
  done.interleavings += 1000;
  done.twoPeerRuns += 500;
}

const INDEX_SEQUENCES = 100;

async function growIndex(): Promise<void> {
  for (let count = 0; count < INDEX_SEQUENCES; count += 1) {
    const own = nextSeed();
    const folder = mkdtempSync(join(tmpdir(), 'ramble-soak-'));
    const { grown, built } = await growAndRebuild(folder, own, 50);
    rmSync(folder, { recursive: true, force: true });
    if (!isDeepStrictEqual(grown, built)) lose(`index sequence, seed ${own}`);
    done.indexSequences += 1;
  }
}

async function repeat(...works: (() => Promise<void>)[]): Promise<void> {
  for (let at = 0; Date.now() < until; at += 1) {
    const work = works[at % works.length] as () => Promise<void>;
    await work().catch((error: unknown) =>
      lose(error instanceof Error ? error.message.slice(0, 3000) : String(error)),
    );
  }
}

function report(): void {
  const numbers = Object.entries(done).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
  console.log(`${new Date().toISOString().slice(11, 19)}  ${numbers.join(', ')}; ${lost} lost`);
}

console.log(`${values.minutes} minutes, first seed ${firstSeed}`);
const timer = setInterval(report, 60_000);
await Promise.all([
  repeat(kill),
  repeat(...(hasStrace() ? [cutPower, cutPower] : []), interleave, growIndex),
]);
clearInterval(timer);
report();
process.exit(lost === 0 ? 0 : 1);
