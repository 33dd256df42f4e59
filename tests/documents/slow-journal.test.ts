import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeSet } from '@codemirror/state';
import { afterEach, expect, it } from 'vitest';
import { openJournal } from '../../src/backend/documents/journal/open-journal.ts';
import { JournalStore } from '../../src/backend/documents/journal/store.ts';
import { openAppOn } from '../faults/app-on.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';

afterEach(cleanUp);

it('C56: two documents of one note, begun while the journal could not be asked, lose nothing of either', async () => {
  const vault = makeVault({ 'a.md': 'one\ntwo\n' });
  const data = makeVault().folder;
  const first = await openAppOn({ vault: vault.folder, data });
  await first.client.call('notes.open', { path: 'a.md' });
  await first.app.close();
  const [id = ''] = readdirSync(join(data, 'vaults'));
  const { db } = await openJournal(join(data, 'vaults', id, 'journal.db'));
  const store = new JournalStore(db);
  const known = store.load('a.md');
  const edited = (document: number, insert: string, from: number) =>
    store.commit([
      [
        {
          type: 'edited',
          document,
          edit: {
            version: 1,
            peer: 'w1.a',
            kind: 'typed',
            at: 1,
            changes: JSON.stringify(ChangeSet.of({ from, insert }, 8)),
          },
        },
      ],
    ]);
  // The older one, with its file; and one begun beside it, whose number is smaller.
  edited(known?.id ?? 0, 'mine ', 0);
  const raw = Buffer.from('one\ntwo\n');
  store.commit([[{ type: 'begun', document: 7, path: 'a.md', snapshot: { version: 0, at: 1, raw } }]]);
  edited(7, 'also mine ', 4);
  db.close();

  const { client, app } = await openAppOn({ vault: vault.folder, data });
  await eventually(() => vault.read('a.md') === 'mine one\nalso mine two\n', 'both are in the file');
  expect((await client.call('notes.open', { path: 'a.md' })).text).toBe('mine one\nalso mine two\n');
  await app.close();
});
