import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../faults/random.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { inspectionOf } from '../support/inspection.ts';
import { type StartedApp, startApp } from './start-app.ts';

afterAll(cleanUp);

const COUNT = 1500;
const nameOf = (at: number) => `${at % 3 === 0 ? 'folder/' : ''}n${at}.md`;
const FILES = Object.fromEntries(
  Array.from({ length: COUNT }, (_, at) => [
    nameOf(at),
    `# Heading ${at}\n\nword${at} [[n${(at + 1) % COUNT}#Heading ${at + 1}]] #tag${at % 7}\n\n> quoted ${at}\n\nmine\n`,
  ]),
);

function dataFolder(from?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (from !== undefined) cpSync(from, folder, { recursive: true });
  return folder;
}

/** How much of the folder has been taken in, 1 being all of it, as a window is told; `null` before it is told anything. */
function takenIn({ events }: StartedApp): number | null {
  const told = events.flatMap((event) => (event.name === 'vault.progressed' ? [event.payload] : [])).at(-1);
  if (told === undefined) return null;
  return told.indexing === null ? 1 : told.indexing.done / told.indexing.total;
}

/** Begins to take the folder in, which waits until somebody asks for something. */
async function begin(folder: string, data: string): Promise<StartedApp> {
  const app = await startApp(folder, data);
  app.client.call('find.quick', { query: 'n', limit: 1 }).catch(() => undefined);
  return app;
}

/** What the app understands in the end. */
async function understood(folder: string, data: string): Promise<unknown> {
  const app = await begin(folder, data);
  await eventually(() => takenIn(app) === 1, 'the folder is taken in', 60_000);
  const inspected = await inspectionOf(app.client);
  await app.close();
  return inspected;
}

test('C53: an app that is killed again and again while it takes a folder in understands in the end what one does that was not', async () => {
  const { folder, list } = makeVault(FILES);
  const files = list();
  const right = await understood(folder, dataFolder());
  const data = dataFolder();
  const random = createRandom(7);
  const killedAt: number[] = [];
  for (const share of [0, 0.3, 0.6]) {
    const app = await begin(folder, data);
    const taken = await eventually(() => {
      const now = takenIn(app);
      return now !== null && now >= share ? { now } : null;
    }, `${share} of the folder is taken in`);
    // What is told is what was put in: the kill is to come in between.
    await pause(random() * 40);
    await app.kill();
    killedAt.push(taken.now);
    // What is left is never taken for the whole, nor twice what is in it already.
    expect(await understood(folder, dataFolder(data)), `killed at ${killedAt}`).toEqual(right);
  }
  expect(killedAt.filter((share) => share < 1).length, `killed at ${killedAt}`).toBeGreaterThan(0);
  expect(await understood(folder, data)).toEqual(right);
  expect(list()).toEqual(files);
});
