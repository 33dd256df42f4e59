import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readRegularSync } from '../../src/backend/vault/read-regular.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import { cleanUp, makeVault } from '../support/app.ts';

afterEach(cleanUp);

it('C39: of many who make one note at once, one does, and nothing of theirs is overwritten', async () => {
  const { folder, read } = makeVault();
  for (let round = 0; round < 20; round += 1) {
    const path = `${round}.md` as never;
    const makers = await Promise.all(Array.from({ length: 6 }, () => openVault(folder)));
    const made = await Promise.allSettled(
      makers.map((vault, at) => vault.writeAtomic(path, Buffer.from(`from ${at}`), { expect: null })),
    );
    const winners = made.flatMap(({ status }, at) => (status === 'fulfilled' ? [at] : []));
    expect(winners).toHaveLength(1);
    expect(read(path)).toBe(`from ${winners[0]}`);
  }
});

it('C32: a pipe or folder that took a note’s place is no note, and nothing waits for it', () => {
  const { folder } = makeVault();
  execFileSync('mkfifo', [join(folder, 'pipe.md')]);
  mkdirSync(join(folder, 'folder.md'));
  expect(readRegularSync(join(folder, 'pipe.md'), 100)).toBeNull();
  expect(readRegularSync(join(folder, 'folder.md'), 100)).toBeNull();
});
