import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowserDoor } from './fixtures/browser-door.ts';
import { expect, saved, browserTest as test, textOf } from './fixtures/test.ts';

const NOTE = '2021-02-09 - The Evening Ramble.md';

test('C01: what a crash left in no file is there again, and said once', async ({ chromium, vault }) => {
  vault.write(NOTE, 'Here.\n');
  const file = join(vault.folder, NOTE);
  const dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  const options = { folder: vault.folder, dataFolder, now: '2021-02-09T21:00' };
  const first = await startBrowserDoor(options);
  const lost = await chromium.newPage();
  await lost.goto(first.address.href);
  await expect(textOf(lost)).toContainText('Here.');
  await lost.keyboard.press('ControlOrMeta+End');
  await lost.keyboard.type('In the file. ');
  await saved(lost);
  // From here on it can be kept in the journal only.
  chmodSync(file, 0o444);
  await lost.keyboard.type('Kept');
  await expect(lost.getByRole('status').first()).toContainText('Not saved: The file is write-protected');
  // What is younger than a quarter of a second may not be kept yet.
  await lost.waitForTimeout(1000);
  first.child.kill('SIGKILL');
  await first.ended;
  await lost.close();
  chmodSync(file, 0o644);
  expect(vault.read(NOTE)).toBe('Here.\nIn the file. ');

  const second = await startBrowserDoor(options);
  const page = await chromium.newPage();
  await page.goto(second.address.href);
  const notice = page.getByText(
    'Evening Ramble ended in the middle of something. Restored 4 changes in 1 note.',
  );
  await expect(notice).toBeVisible();
  await expect(textOf(page)).toContainText('In the file. Kept');
  await expect.poll(() => vault.read(NOTE)).toBe('Here.\nIn the file. Kept');
  await page.reload();
  await expect(textOf(page)).toContainText('In the file. Kept');
  await saved(page);
  await page.waitForTimeout(1000);
  await expect(notice).toHaveCount(0);
  await page.close();
  await second.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});
