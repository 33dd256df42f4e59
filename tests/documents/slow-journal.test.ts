import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../src/backend/documents/journal/open-journal.ts';
import type { Entry } from '../../src/backend/documents/journal/protocol.ts';
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

describe('C14: an edit that could not be kept, with the next one on its way', () => {
  const insert = (version: number, at: number, length: number): Entry => ({
    type: 'edited',
    document: 7,
    edit: {
      version,
      peer: 'w1.a',
      kind: 'typed',
      at,
      changes: JSON.stringify(ChangeSet.of({ from: length, insert: 'x' }, length)),
    },
  });
  const begun = (version: number, text: string): Entry => ({
    type: 'begun',
    document: 7,
    path: 'a.md',
    snapshot: { version, at: 1, raw: Buffer.from(text) },
  });
  const openStore = async () => {
    const { db } = await openJournal(join(makeVault().folder, 'journal.db'));
    return { db, store: new JournalStore(db) };
  };

  it('is refused, and so is what is kept nowhere yet', async () => {
    const { store } = await openStore();
    expect(() => store.commit([[insert(1, 1, 0)]])).toThrow('before change 1');
    store.commit([[begun(0, '')], [insert(1, 1, 0)]]);
    expect(() => store.commit([[insert(3, 3, 2)]])).toThrow('before change 3');
    expect(store.load('a.md')).toMatchObject({ version: 1 });
    store.commit([[begun(3, 'xxx')], [insert(4, 4, 3)]]);
    expect(store.load('a.md')).toMatchObject({ version: 4, snapshot: { version: 3 } });
  });

  it('is kept once where it comes again', async () => {
    const { store } = await openStore();
    const entries = [begun(0, ''), insert(1, 1, 0), insert(2, 2, 1)];
    store.commit([entries]);
    store.commit([[insert(1, 1, 0)], [insert(2, 2, 1)]]);
    expect(store.load('a.md')).toMatchObject({ version: 2, edits: [{ version: 1 }, { version: 2 }] });
  });

  it.each(['an edit', 'a text'])(
    'does not bring back what a journal kept behind a gap: %s is next',
    async (next) => {
      const { db, store } = await openStore();
      store.commit([[begun(0, ''), insert(1, 1, 0), insert(2, 2, 1), insert(3, 3, 2)]]);
      db.exec('DELETE FROM edit WHERE version = 2');
      expect(store.load('a.md')).toMatchObject({ version: 1 });
      store.commit([[next === 'an edit' ? insert(2, 9, 1) : begun(2, 'xy')]]);
      expect(store.load('a.md')).toMatchObject({ version: 2 });
      expect(store.upTo(7, 3)).toBeNull();
    },
  );
});
