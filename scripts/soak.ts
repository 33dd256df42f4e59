import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { setup } from '../tests/support/build-modules.ts';
import { run } from './run.ts';

// What these start in processes of their own starts much sooner once it is built.
const removeBuilt = await setup();
const { everythingAtOnce } = await import('../tests/documents/everything.ts');
const { killWhileTyping } = await import('../tests/faults/kill-rounds.ts');
const { losePower } = await import('../tests/faults/power-rounds.ts');
const { hasStrace } = await import('../tests/faults/sweep.ts');
const { growAndRebuild } = await import('../tests/integration/index-sequences.ts');
const { cleanUp } = await import('../tests/support/app.ts');
const { extractAtRandom } = await import('../tests/support/extraction-property.ts');

/**
 * The long versions of the tests that look for lost text and for an index that went astray, for as long as they are given: `npm run
 * test:soak -- --minutes 60`. Prints every minute, and at the end, how many of each were done and how many of them lost something; a loss
 * is printed with the seed that shows it again.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const started = Date.now();
const until = started + Number(values.minutes) * 60_000;
const firstSeed = Number(values.seed ?? Date.now() % 1_000_000_000);
const KILLS_AT_ONCE = 25;
const CRASHES_AT_ONCE = 250;
const SEQUENCES_AT_ONCE = 100;
const EXTRACTIONS_AT_ONCE = 2000;
/** What else goes on in this process waits so long. */
const EXTRACTIONS_IN_A_ROW = 20;
const EVERYTHING_MS = 45_000;
/** One process goes on for this long, for its memory to be seen. */
const STEADY_MS = 300_000;
/** How much more an app may hold at the end of a long evening than after its first minute, in MB: what it keeps must not grow with time. */
const MOST_GROWTH = 150;

let seed = firstSeed;
const nextSeed = () => {
  seed += 1000;
  return seed;
};

/** What one kind of round has done, and what it lost. */
const tallies = new Map<string, { done: number; lost: number }>();

function count(kind: string, done: number, lost: readonly string[] = []): void {
  const tally = tallies.get(kind) ?? { done: 0, lost: 0 };
  tallies.set(kind, { done: tally.done + done, lost: tally.lost + lost.length });
  for (const what of lost) console.log(`LOST  ${kind}: ${what.slice(0, 3000)}`);
}

async function kill(): Promise<void> {
  const { kills, typed, lost } = await killWhileTyping({ kills: KILLS_AT_ONCE, seed: nextSeed() });
  count('kills', kills, lost);
  count('keystrokes', typed);
}

async function cutPower(): Promise<void> {
  const marks = 30 + (seed % 5) * 20;
  const { crashes } = await losePower({ seed: nextSeed(), marks, crashes: CRASHES_AT_ONCE });
  count('losses of power', crashes);
}

/** The test's own numbers of runs, with another seed. */
async function interleave(): Promise<void> {
  const own = String(nextSeed());
  const ran = await run(
    'vitest',
    ['run', '--project', 'documents', 'tests/documents/interleavings.test.ts'],
    { env: { RAMBLE_SEED: own } },
  );
  if (ran.code !== 0) return count('interleavings', 0, [`RAMBLE_SEED=${own}: ${ran.output.slice(-2900)}`]);
  count('interleavings', 1000);
  count('runs of two windows', 500);
}

async function extract(): Promise<void> {
  for (let round = 0; round < EXTRACTIONS_AT_ONCE; round += EXTRACTIONS_IN_A_ROW) {
    const own = nextSeed();
    try {
      count('extractions', extractAtRandom({ runs: EXTRACTIONS_IN_A_ROW, seed: own }).planned);
    } catch (error) {
      count('extractions', 0, [
        `RAMBLE_SEED=${own}: ${error instanceof Error ? error.message : String(error)}`,
      ]);
    }
    await nextTurn();
  }
}

/** Extractions and renames with links in 500 notes, at steps that no round before was killed at. */
async function killManyLinks(): Promise<void> {
  const every = String(700 + (Math.floor(nextSeed() / 1000) % 900));
  const ran = await run('vitest', ['run', '--project', 'faults', 'tests/faults/many-links.test.ts'], {
    env: { RAMBLE_KILL_EVERY: every },
  });
  const met = [...ran.output.matchAll(/killed at (\d+) calls/g)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
  const lost = ran.code === 0 ? [] : [`RAMBLE_KILL_EVERY=${every}: ${ran.output.slice(-2900)}`];
  count('kills of changes in 500 notes', met, lost);
}

async function growIndex(): Promise<void> {
  for (let round = 0; round < SEQUENCES_AT_ONCE; round += 1) {
    const own = nextSeed();
    const folder = mkdtempSync(join(tmpdir(), 'ramble-soak-'));
    const { grown, built } = await growAndRebuild(folder, own, 50);
    rmSync(folder, { recursive: true, force: true });
    count('index sequences', 1, isDeepStrictEqual(grown, built) ? [] : [`seed ${own}`]);
  }
}

async function everything(kills: boolean): Promise<void> {
  const ms = Math.max(5000, Math.min(until - Date.now(), kills ? EVERYTHING_MS : STEADY_MS));
  const done = await everythingAtOnce({ seed: nextSeed(), ms, kills });
  cleanUp();
  count(`rounds of everything at once${kills ? ', with kills' : ', in one process'}`, 1, done.lost);
  count('edits in them', done.edits);
  count('writes and moves by others in them', done.outside + done.moved);
  if (kills) return;
  const memory = done.memory.filter((megabytes) => !Number.isNaN(megabytes));
  const [early, late] = [Math.max(...memory.slice(0, 60)), Math.max(...memory.slice(-60))];
  const grew = `held ${early.toFixed(0)} MB in its first minute and ${late.toFixed(0)} MB in its last`;
  console.log(`      the app ${grew} (${memory.length} s)`);
  if (late - early > MOST_GROWTH) count('memory', 0, [`the app ${grew}`]);
}

async function repeat(...works: (() => Promise<void>)[]): Promise<void> {
  for (let at = 0; Date.now() < until; at += 1) {
    const work = works[at % works.length] as () => Promise<void>;
    await work().catch((error: unknown) =>
      count('rounds that did not end', 0, [
        `${work.name}: ${error instanceof Error ? error.message : String(error)}`,
      ]),
    );
  }
}

function report(): void {
  const minutes = ((Date.now() - started) / 60_000).toFixed(0);
  const told = [...tallies].map(
    ([kind, { done, lost }]) => `${done.toLocaleString('en')} ${kind}${lost === 0 ? '' : ` (${lost} LOST)`}`,
  );
  console.log(`${minutes} min: ${told.join('; ')}`);
}

console.log(`${values.minutes} minutes, first seed ${firstSeed}`);
const timer = setInterval(report, 60_000);
await Promise.all([
  repeat(kill),
  repeat(...(hasStrace() ? [cutPower, cutPower] : []), interleave, growIndex, extract, killManyLinks),
  repeat(
    () => everything(true),
    () => everything(true),
    () => everything(false),
  ),
]);
clearInterval(timer);
removeBuilt();
report();
const lost = [...tallies.values()].reduce((sum, tally) => sum + tally.lost, 0);
console.log(lost === 0 ? 'Nothing was lost.' : `${lost} losses.`);
process.exit(lost === 0 ? 0 : 1);
