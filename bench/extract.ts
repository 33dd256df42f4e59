import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../src/contract/client.ts';
import { extraction } from '../tests/support/extract-what.ts';
import { milliseconds, quantile, row, times } from './report.ts';

const LINKS = 500;
const SOURCE = 'The source.md';
const PLANS = 100;
const RUNS = 10;
/** The index's threads give their memory back up to some ten seconds after their work. */
const REST_MS = 15_000;

/** Pulls a section out that many notes link to, and takes it back. The floor is to write the same files, and nothing more. */
export async function benchExtract(folder: string, paths: readonly string[], client: Client): Promise<void> {
  const linking = paths.slice(0, LINKS);
  writeFileSync(
    join(folder, SOURCE),
    '# The source\n\nBefore.\n\n## The section\n\nWhat moves.\n\n## After\n\nStays.\n',
  );
  for (const path of linking) appendFileSync(join(folder, path), '\nSee [[The source#The section]].\n');
  const plan = async () => {
    const found = await client.call('extract.findSection', { path: SOURCE, heading: 'The section' });
    const what = extraction({
      path: SOURCE,
      version: found.version,
      range: found.selection,
      title: 'The section',
    });
    return { what, planned: await client.call('extract.plan', { what }) };
  };
  // The watch tells of the links in its own time.
  while ((await plan()).planned.notes.length < linking.length) await pause(100);
  // Nobody plans beside the work on 500 notes that another program has just written.
  await pause(REST_MS);
  const planning = await times(PLANS, plan);
  const floor = await times(RUNS, async () => {
    const bare = join(folder, '..', 'bare');
    mkdirSync(bare, { recursive: true });
    for (const [at, path] of linking.entries()) {
      const bytes = readFileSync(join(folder, path));
      writeFileSync(join(bare, `${at}.md`), bytes);
    }
  });
  const running = { kept: [] as number[], written: [] as number[] };
  for (let round = 0; round < 2 * RUNS; round += 1) {
    const awaitFiles = round % 2 === 1;
    const { what, planned } = await plan();
    const started = performance.now();
    const run = { what, plan: planned.plan, leaveStrays: false, awaitFiles };
    const { change } = await client.call('extract.run', run);
    running[awaitFiles ? 'written' : 'kept'].push(performance.now() - started);
    await client.call('history.takeBack', { change });
  }
  const bare = quantile(floor, 0.5);
  const told = (taken: readonly number[], share: number) =>
    `${milliseconds(quantile(taken, share))} = ${(quantile(taken, share) / bare).toFixed(1)} B`;
  row(
    `plan of an extraction with ${LINKS} links to it`,
    'linear',
    `p50 ${told(planning, 0.5)}, p95 ${told(planning, 0.95)}`,
    { must: 'p95 30 ms', held: quantile(planning, 0.95) <= 30 },
  );
  row(
    `the same done, B = those files written bare`,
    'linear',
    `p50 ${told(running.kept, 0.5)}, p95 ${told(running.kept, 0.95)}`,
    { must: 'p95 300 ms', held: quantile(running.kept, 0.95) <= 300 },
  );
  row(
    'the same, every file written',
    'linear',
    `p50 ${told(running.written, 0.5)}, p95 ${told(running.written, 0.95)}`,
  );
}
