import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowserDoor } from '../tests/e2e/fixtures/browser-door.ts';
import { launchChromium } from '../tests/e2e/fixtures/chromium.ts';
import { root } from './run.ts';

/** Takes the pictures of docs/ anew, from the built app on a copy of the sample notes: node scripts/screenshots.ts [folder] */
const target = process.argv[2] ?? join(root, 'docs');
const base = mkdtempSync(join(tmpdir(), 'ramble-pictures-'));
const folder = join(base, 'notes');
cpSync(join(root, 'resources', 'sample-vault'), folder, { recursive: true });
const door = await startBrowserDoor({ folder, dataFolder: join(base, 'data'), now: '2026-03-05T21:10' });
const browser = await launchChromium();
const context = await browser.newContext({
  viewport: { width: 1360, height: 860 },
  colorScheme: 'dark',
  deviceScaleFactor: 1.5,
});
const page = await context.newPage();
await page.goto(door.address.href);
await page.locator('.cm-line', { hasText: 'Patience is hardly mentioned' }).click();
await page.waitForTimeout(600);
await page.screenshot({ path: join(target, 'dusk.png') });

await page.keyboard.press('Control+Shift+E');
await page.getByRole('textbox', { name: 'Tags' }).fill('p/second-look/inbox');
await page.getByRole('combobox').fill('craft');
await page.keyboard.press('Enter');
await page.waitForTimeout(300);
await page.screenshot({ path: join(target, 'extract.png') });
await page.keyboard.press('Escape');

await page.keyboard.press('Control+Shift+L');
await page.keyboard.press('Control+o');
await page.keyboard.type('slow');
await page.getByRole('option').first().waitFor();
await page.keyboard.press('Enter');
await page.waitForTimeout(1800);
await page.screenshot({ path: join(target, 'daylight.png') });

await page.keyboard.press('Control+Shift+L');
const [ramble] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Control+Alt+e')]);
await ramble.setViewportSize({ width: 760, height: 720 });
await ramble.locator('.cm-line', { hasText: 'Patience is hardly mentioned' }).click();
await ramble.waitForTimeout(600);
await ramble.screenshot({ path: join(target, 'ramble-window.png') });

await browser.close();
await door.stop();
rmSync(base, { recursive: true, force: true });
