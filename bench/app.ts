import { fork } from 'node:child_process';
import { createApp } from '../src/backend/app.ts';
import { createClient } from '../src/contract/client.ts';
import type { Workers } from './build-workers.ts';
import { benchExtract } from './extract.ts';
import { HUBS } from './make-vault.ts';
import { ratio, row, stallOf, stallRow } from './report.ts';

interface AppBench {
  folder: string;
  data: string;
  paths: readonly string[];
  /** Walking the folder and asking each file's size, in milliseconds. */
  walk: number;
  workers: Workers;
}

/** What needs the whole app, in a process that did nothing else: what other series leave in one is in nobody's app. */
export function benchApp(bench: AppBench): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--measure']);
    child.send(bench);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the process that measures ended with ${code}`)),
    );
  });
}

/** Renames, extractions, and the list of rambles. */
async function measure({ folder, data, paths, walk, workers }: AppBench): Promise<void> {
  const app = createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder: data,
    sampleFolder: folder,
    workers: { index: new URL(workers.index), journal: new URL(workers.journal) },
    version: 'bench',
  });
  await app.openFolder(folder);
  const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
  await app.settled();
  stallRow('main loop while rambles are listed', await stallOf(() => client.call('journal.rambles', {})));
  // Before the renames, which leave thousands of notes open.
  await benchExtract(folder, paths, client);
  for (const hub of Object.keys(HUBS)) {
    const what = { kind: 'note' as const, path: `${hub}.md`, to: `${hub} renamed.md` };
    const started = performance.now();
    const { plan, places } = await client.call('rename.plan', { what });
    const planned = performance.now() - started;
    await client.call('rename.run', { what, plan, leaveStrays: true, awaitFiles: true });
    const all = performance.now() - started;
    const each = `${(all / Math.max(1, places)).toFixed(2)} ms a link`;
    row(`rename of a note with ${places} links`, 'linear', `${each}, shown after ${ratio(planned, walk)}`);
  }
  await app.close();
}

if (process.argv[2] === '--measure')
  process.once('message', async (bench) => {
    await measure(bench as AppBench);
    process.exit(0);
  });
