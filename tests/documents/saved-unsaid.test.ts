import { ChangeSet } from '@codemirror/state';
import { afterEach, expect, it } from 'vitest';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { openAuthority } from '../faults/authority.ts';
import { cleanUp, makeVault } from '../support/app.ts';

afterEach(cleanUp);

it('C05: what was saved just before a kill, and changed by another program since, is there once', async () => {
  const vault = makeVault({ 'a.md': 'one\n' });
  const folders = { vault: vault.folder, data: makeVault().folder };
  // The journal never hears that the save was done: it knows that it was about to be.
  const before = await openAuthority(folders, undefined, ({ type }) => type !== 'saved');
  const { id } = await before.documents.open('a.md' as NotePath);
  await before.documents.push(id, 0, 'w', [
    { kind: 'typed', changes: changesToJson(ChangeSet.of({ from: 4, insert: 'mine\n' }, 4)) },
  ]);
  await before.documents.flushAll();
  await before.close();
  expect(vault.read('a.md')).toBe('one\nmine\n');
  vault.write('a.md', 'one\nmine\ntheirs\n');

  const after = await openAuthority(folders);
  const document = await after.documents.open('a.md' as NotePath);
  expect(document.text.toString()).toBe('one\nmine\ntheirs\n');
  await after.documents.flush(document);
  await after.close();
  expect(vault.read('a.md')).toBe('one\nmine\ntheirs\n');
});
