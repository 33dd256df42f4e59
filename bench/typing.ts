import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { launchChromium } from '../tests/e2e/fixtures/chromium.ts';
import { quantile, row } from './report.ts';

const ROUNDS = 4;
const KEYS = 150;

/** From a key to the frame that shows it, in a note of 1 MB: the editor alone is the floor, then with everything that is handed over. */
export async function benchTyping(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-bench-'));
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
  const paragraph =
    'She said that [[Another note|it]] was **never** about patience, and that #reading is a way of waiting. ';
  const text = `## A section\n\n${paragraph.repeat(6)}\n\n> A quotation of some length.\n\n`
    .repeat(1_000_000 / 700)
    .slice(0, 1_000_000);
  const browser = await launchChromium();
  const times: Record<'alone' | 'shared', number[]> = { alone: [], shared: [] };
  // Turn by turn: what else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const how of ['alone', 'shared'] as const) {
      const page = await browser.newPage();
      await page.addScriptTag({ path: join(folder, 'page.js') });
      await page.evaluate(([shared, content]) => window.open(shared as boolean, content as string), [
        how === 'shared',
        text,
      ] as const);
      await page.waitForTimeout(1500);
      for (let key = 0; key < KEYS; key += 1)
        await page.keyboard.press(key % 8 === 7 ? 'Space' : 'x', { delay: 8 });
      times[how].push(...(await page.evaluate(() => window.keyTimes)).slice(20));
      await page.close();
    }
  }
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  const [alone, shared] = [quantile(times.alone, 0.95), quantile(times.shared, 0.95)];
  console.log(
    `\ntyping in a note of 1 MB: the editor alone p50 ${quantile(times.alone, 0.5).toFixed(1)} ms, p95 ${alone.toFixed(1)} ms`,
  );
  row(
    'key to painted frame, every edit handed over',
    'linear',
    `p50 ${quantile(times.shared, 0.5).toFixed(1)} ms, p95 ${shared.toFixed(1)} ms (${(shared - alone).toFixed(1)} ms more)`,
  );
}
