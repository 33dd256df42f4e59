import { join } from 'node:path';
import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Journal, startJournal } from '../../src/backend/documents/journal/journal.ts';
import { keepThin, thinningTime } from '../../src/backend/documents/journal/keep-thin.ts';
import type { Entry } from '../../src/backend/documents/journal/protocol.ts';
import { cleanUp, makeVault } from '../support/app.ts';
import { WORKERS } from '../support/modules.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-03-01T12:00:00Z');

const journals: Journal[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const journal of journals.splice(0)) await journal.close();
  cleanUp();
});

function start(): Journal {
  const journal = startJournal({
    file: join(makeVault().folder, 'journal.db'),
    workerModule: WORKERS.journal,
    onProblem: () => undefined,
    onBegunAnew: () => undefined,
  });
  journals.push(journal);
  return journal;
}

function begun(document: number, at: number): Entry {
  const raw = Buffer.from('');
  return { type: 'begun', document, path: `${document}.md`, snapshot: { version: 0, at, raw } };
}

function typed(document: number, version: number, at: number): Entry {
  const changes = JSON.stringify(ChangeSet.of({ from: version - 1, insert: 'x' }, version - 1));
  return { type: 'edited', document, edit: { version, peer: 'w', kind: 'typed', at, changes } };
}

describe('thinning out', () => {
  it('C65: lets what is typed meanwhile through, and what is asked', async () => {
    const journal = start();
    for (let document = 1; document <= 8; document += 1) {
      const at = (version: number) => NOW - (300 - Math.floor(version / 100)) * DAY_MS;
      const edits = Array.from({ length: 600 }, (_, index) => typed(document, index + 1, at(index)));
      const saved: Entry = { type: 'saved', document, version: 600, revision: 'r', raw: null };
      await journal.commit([begun(document, at(0)), ...edits, saved]);
    }
    await journal.commit([begun(99, NOW)]);
    let over = false;
    const thinning = journal.thinOut(NOW).then((gone) => {
      over = true;
      return gone;
    });
    let commits = 0;
    for (let version = 1; !over; version += 1) {
      await journal.commit([typed(99, version, NOW)]);
      expect((await journal.ask('loadById', 99))?.version).toBe(version);
      commits += 1;
    }
    expect(await thinning).toBe(8 * 600);
    // One at least between any two notes.
    expect(commits).toBeGreaterThan(8);
    expect(await journal.ask('upTo', 7, 600)).toMatchObject({ edits: [] });
  });

  it('C59: a clock that is years ahead for six evenings makes nothing old; after seven it is believed', async () => {
    const journal = start();
    const evening = async (document: number, at: number) =>
      journal.commit([begun(document, at), typed(document, 1, at)]);
    for (let day = 1; day <= 40; day += 1) await evening(day, NOW + day * DAY_MS);
    const ahead = NOW + 5 * 365 * DAY_MS;
    const clock = () => new Date(ahead + 6 * DAY_MS);
    const times: (number | null)[] = [];
    for (let day = 0; day <= 6; day += 1) {
      times.push(await thinningTime(journal, clock));
      await evening(100 + day, ahead + day * DAY_MS);
    }
    expect(times).toEqual([34, 35, 36, 37, 38, 39, 40].map((day) => NOW + day * DAY_MS));
    expect(await thinningTime(journal, clock)).toBe(ahead);
    expect(await thinningTime(journal, () => new Date(NOW))).toBe(NOW);
  });

  it('C59: where there are few days nothing is old; the days of a single note count', async () => {
    const journal = start();
    const clock = () => new Date(NOW + 365 * DAY_MS);
    expect(await thinningTime(journal, clock)).toBe(null);
    const raw = Buffer.from('');
    await journal.commit([begun(1, NOW)]);
    for (let day = 1; day <= 6; day += 1) {
      expect(await thinningTime(journal, clock)).toBe(null);
      const at = NOW + day * DAY_MS;
      await journal.commit([
        typed(1, day, at),
        { type: 'snapshot', document: 1, snapshot: { version: day, at, raw } },
      ]);
    }
    expect(await thinningTime(journal, clock)).toBe(NOW);
  });

  it('C65: is done a while after the start, and daily while the app is open', async () => {
    vi.useFakeTimers();
    const times: number[] = [];
    const thinOut = async (now: number) => times.push(now);
    let days = 6;
    const ask = async () => Array.from({ length: days }, () => Date.now());
    const stop = keepThin({ thinOut, ask } as unknown as Journal, () => new Date(Date.now()));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(times).toEqual([]);
    days = 7;
    const begin = Date.now();
    await vi.advanceTimersByTimeAsync(3 * DAY_MS);
    expect(times.map((time) => time - begin)).toEqual([1, 2, 3].map((day) => day * DAY_MS));
    stop();
    await vi.advanceTimersByTimeAsync(3 * DAY_MS);
    expect(times.length).toBe(3);
  });
});
