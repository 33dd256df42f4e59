import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { startBrowserDoor } from '../tests/e2e/fixtures/browser-door.ts';
import { launchChromium } from '../tests/e2e/fixtures/chromium.ts';
import { milliseconds, quantile, row } from './report.ts';

const ROUNDS = 9;
const KEYS = 220;
/** A held key repeats so fast. Keys that come faster than frames are painted wait for each other: that measures a queue. */
const KEY_MS = 33;
/** The first keys after a note was opened meet code that is not compiled yet. */
const WARMING = 20;
const NOTE = 'large.md';
const MOST_MORE_MS = 1;

/**
 * From a key to the frame that shows it, in a note of 1 MB: the editor alone is the floor, then with every edit handed over through the
 * door's socket. The page, its door and what runs beside them are the same for both.
 */
export async function benchTyping(): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'ramble-bench-'));
  const folder = join(base, 'vault');
  mkdirSync(folder);
  const script = await buildPage(base);
  const paragraph =
    'She said that [[Another note|it]] was **never** about patience, and that #reading is a way of waiting. ';
  const text = `## A section\n\n${paragraph.repeat(6)}\n\n> A quotation of some length.\n\n`
    .repeat(1_000_000 / 700)
    .slice(0, 1_000_000);
  writeFileSync(join(folder, NOTE), text);
  const browser = await launchChromium();
  const rounds: Record<'alone' | 'shared', number[][]> = { alone: [], shared: [] };
  // Turn by turn: what else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const how of ['alone', 'shared'] as const) {
      const now = '2021-02-09T21:00';
      const door = await startBrowserDoor({ folder, dataFolder: join(base, 'data'), now });
      const page = await browser.newPage();
      // The door's own page, under its policy, with the bench instead of the app.
      await page.route('**/assets/index-*.js', (route) => route.fulfill({ path: script }));
      await page.goto(door.address.href);
      await page.waitForFunction(() => 'show' in window);
      await page.evaluate(([path, shared]) => window.show(path, shared), [NOTE, how === 'shared'] as const);
      await page.waitForTimeout(1500);
      const begun = performance.now();
      for (let key = 0; key < KEYS; key += 1) {
        await page.waitForTimeout(Math.max(0, begun + key * KEY_MS - performance.now()));
        await page.keyboard.press(key % 8 === 7 ? 'Space' : 'x', { delay: 8 });
      }
      if (how === 'shared') await page.waitForFunction(() => window.waiting() === 0);
      rounds[how].push((await page.evaluate(() => window.keyTimes)).slice(WARMING));
      await page.close();
      await door.stop();
    }
  }
  await browser.close();
  rmSync(base, { recursive: true, force: true });
  const p95 = (taken: number[]) => quantile(taken, 0.95);
  const of = (how: 'alone' | 'shared') =>
    `p50 ${milliseconds(quantile(rounds[how].flat(), 0.5))}, p95 ${milliseconds(p95(rounds[how].flat()))}`;
  // Of each round by itself, and of these the middle one: a round in which the machine did something else tells nothing.
  const more = quantile(
    rounds.shared.map((taken, round) => p95(taken) - p95(rounds.alone[round] ?? [])),
    0.5,
  );
  console.log(`\ntyping in a note of 1 MB: the editor alone ${of('alone')}`);
  row(
    'key to painted frame, every edit handed over',
    'linear',
    `${of('shared')} (${more.toFixed(1)} ms more in the middle one of ${ROUNDS} rounds)`,
    { must: `p95 ${MOST_MORE_MS} ms more`, held: more <= MOST_MORE_MS },
  );
}

/** Gives the file with the built script. */
async function buildPage(folder: string): Promise<string> {
  await build({
    root: import.meta.dirname,
    logLevel: 'error',
    configFile: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      lib: {
        entry: join(import.meta.dirname, 'typing-page.ts'),
        formats: ['iife'],
        name: 'bench',
        fileName: () => 'page.js',
      },
    },
  });
  return join(folder, 'page.js');
}
