import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeSet } from '@codemirror/state';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../src/backend/documents/journal/open-journal.ts';
import { JournalStore } from '../../src/backend/documents/journal/store.ts';
import { replay } from '../../src/backend/documents/journal/thin-out.ts';
import { NoteText } from '../../src/backend/documents/note-text.ts';
import { createRandom } from '../faults/random.ts';
import { cleanUp, makeVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { below, drawChange } from './hands.ts';
import { type AppAt, openAt } from './open-at.ts';

const apps: AppAt[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('history', () => {
  it('C65: any moment comes back to the byte, whatever ends its lines', async () => {
    const vault = makeVault({ 'a.md': '\ufeffone\r\ntwo\rthree\n\u2028\f four  ' });
    const read = () => readFileSync(join(vault.folder, 'a.md'));
    let now = Date.parse('2021-02-09T21:00');
    const app = await openAt(vault.folder, makeVault().folder, () => new Date(now));
    apps.push(app);
    const random = createRandom(65);
    const typist = await Typist.open(app.client, 'a.md');
    const bytes: Buffer[] = [read()];
    for (let count = 0; count < 25; count += 1) {
      // Each is a moment of its own.
      now += 60 * 60 * 1000;
      const { from, to, insert } = drawChange(typist.text, random, () => `${below(random, 100)}`);
      typist.type(from, insert, to);
      await typist.save();
      bytes.push(read());
    }
    const { moments } = await app.client.call('history.moments', { path: 'a.md' });
    expect(moments.map(({ version }) => version)).toEqual(bytes.map((_, version) => version).reverse());
    for (const { document, version, kept } of moments) {
      const { text } = await app.client.call('history.text', { document, version, kept });
      expect(text).toBe(NoteText.fromBytes(bytes[version] ?? Buffer.alloc(0)).toString());
      await app.client.call('history.restore', { path: 'a.md', document, version, kept });
      expect(read().equals(bytes[version] ?? Buffer.alloc(0)), `version ${version}`).toBe(true);
    }
  });

  it('C59: is in the order in which it was written, whatever the clock says', async () => {
    const vault = makeVault({ 'a.md': '' });
    let now = Date.parse('2021-02-09T21:00');
    const app = await openAt(vault.folder, makeVault().folder, () => new Date(now));
    apps.push(app);
    const typist = await Typist.open(app.client, 'a.md');
    const hour = 60 * 60 * 1000;
    const jumps = [hour, -hour, 365 * DAY_MS, -365 * DAY_MS, hour, -2 * hour, DAY_MS, -hour];
    for (const [index, jump] of jumps.entries()) {
      now += jump;
      typist.type(typist.text.length, `${index}\n`);
      await typist.save();
    }
    const { moments } = await app.client.call('history.moments', { path: 'a.md' });
    const versions = moments.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => b - a));
    expect(versions[0]).toBe(jumps.length);
    const texts = [];
    for (const { document, version, kept } of moments)
      texts.push((await app.client.call('history.text', { document, version, kept })).text);
    // Each holds what the one before it held.
    for (const [index, text] of texts.entries()) expect(text.startsWith(texts[index + 1] ?? '')).toBe(true);
  });
});

interface Past {
  /** Days before now at which an edit was made, and how far up to them it was saved. */
  ages: number[];
  saved: number;
  gone: boolean;
}
const past: fc.Arbitrary<Past> = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 900 })), {
    minLength: 1,
    maxLength: 40,
  })
  .chain((ages) =>
    fc.record({
      // A clock that jumped leaves some out of order.
      ages: fc.boolean().map((isOrdered) => (isOrdered ? [...ages].sort((a, b) => b - a) : ages)),
      saved: fc.integer({ min: 0, max: ages.length }),
      gone: fc.boolean(),
    }),
  );

describe('thinning out', () => {
  it('C65: keeps all of 30 days, then the last of each day, then of each month, what is in no file, and every note’s last text', async () => {
    const { db } = await openJournal(join(makeVault().folder, 'journal.db'));
    const store = new JournalStore(db);
    let document = 0;
    const check = ({ ages, saved, gone }: Past) => {
      document += 1;
      const at = (index: number) => NOW - (ages[index] ?? 0) * DAY_MS;
      const raw = Buffer.from('');
      store.commit([
        [{ type: 'begun', document, path: `${document}.md`, snapshot: { version: 0, at: at(0), raw } }],
        ages.map((_, index) => ({
          type: 'edited' as const,
          document,
          edit: {
            version: index + 1,
            peer: 'w',
            kind: 'typed' as const,
            at: at(index),
            changes: JSON.stringify(ChangeSet.of({ from: index, insert: 'x' }, index)),
          },
        })),
        [{ type: 'saved', document, version: saved, revision: 'r', raw: null }],
        gone ? [{ type: 'gone' as const, document, at: NOW }] : [],
      ]);
      for (const _ of store.thinOut(NOW));
      const last = store.loadById(document);
      if (last === null) throw new Error('the note is not known any more');
      expect(replay(last).toString()).toBe('x'.repeat(ages.length));
      const isKept = (version: number) =>
        store.moments(document).some((moment) => moment.version === version);
      for (const [index, age] of ages.entries()) {
        const version = index + 1;
        const isLastOf = (period: (at: number) => string) =>
          ages.slice(version).every((_, later) => period(at(version + later)) !== period(at(index)));
        const month = (when: number) => `${new Date(when).getFullYear()} ${new Date(when).getMonth()}`;
        const must =
          age < 30 ||
          version > saved ||
          isLastOf(age <= 365 ? (when) => new Date(when).toDateString() : month);
        if (!must) continue;
        expect(isKept(version), `version ${version}, ${age} days old`).toBe(true);
        const found = store.upTo(document, version);
        if (found === null) throw new Error(`version ${version} cannot be read`);
        expect(replay(found).toString()).toBe('x'.repeat(version));
      }
      return store.moments(document).length;
    };
    fc.assert(
      fc.property(past, (drawn) => void check(drawn)),
      { numRuns: 200 },
    );
    const daily = Array.from({ length: 400 }, (_, index) => 850 - Math.floor(index / 4));
    expect(check({ ages: daily, saved: 400, gone: false })).toBeLessThan(10);
    db.close();
  });

  it('C23: keeps every edit since an overlap was noted that nobody has settled', async () => {
    const { db } = await openJournal(join(makeVault().folder, 'journal.db'));
    const store = new JournalStore(db);
    const document = 1;
    const at = NOW - 40 * DAY_MS;
    const raw = Buffer.from('');
    const edited = (version: number) => ({
      type: 'edited' as const,
      document,
      edit: {
        version,
        peer: 'w',
        kind: 'typed' as const,
        at,
        changes: JSON.stringify(ChangeSet.of({ from: 0, insert: 'x' }, version - 1)),
      },
    });
    const overlap = { id: 1, version: 3, start: 0, end: 3, theirs: 'y' };
    store.commit([
      [{ type: 'begun', document, path: 'a.md', snapshot: { version: 0, at, raw } }],
      [1, 2, 3, 4, 5].map(edited),
      [{ type: 'overlapped', document, overlap }],
      [{ type: 'saved', document, version: 5, revision: 'r', raw: null }],
    ]);
    for (const _ of store.thinOut(NOW));
    expect(store.editsAfter(document, 3)).toHaveLength(2);
    expect(store.editsAfter(document, 2)).toBeNull();
    store.commit([[{ type: 'settled-overlap', document, id: 1 }]]);
    for (const _ of store.thinOut(NOW));
    expect(store.editsAfter(document, 3)).toBeNull();
    db.close();
  });
});
