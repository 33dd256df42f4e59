import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { openAuthority } from '../faults/authority.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';

afterAll(cleanUp);

it('C27: a note that was deleted and begun again is not let go of with the one before', async () => {
  const vault = makeVault({ 'a.md': 'Old.\n' });
  const { documents, close } = await openAuthority({ vault: vault.folder, data: makeVault().folder });
  const path = 'a.md' as NotePath;
  const old = await documents.open(path);
  rmSync(join(vault.folder, 'a.md'));
  // The system says it more than once.
  for (let count = 0; count < 3; count += 1) documents.hint([path]);
  const begun = await eventually(async () => {
    const open = await documents.open(path, 'New.\n');
    return open === old ? null : open;
  }, 'the old one is let go of');
  await pause(2500);
  expect(await documents.open(path, 'Newer.\n')).toBe(begun);
  await close();
});
