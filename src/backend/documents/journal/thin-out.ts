import { ChangeSet } from '@codemirror/state';
import type { Database } from '../../sqlite.ts';
import { NoteText } from '../note-text.ts';
import type { EditRow, SnapshotRow } from './protocol.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Every keystroke of so many days is kept. */
export const WHOLE_DAYS = 30;
/** After that the last text of each day, for so many days; then of each month. */
export const DAILY_DAYS = 365;

interface Store {
  upTo(id: number, version: number): { snapshot: SnapshotRow; edits: EditRow[] } | null;
  keepSnapshot(id: number, snapshot: SnapshotRow): void;
}

/**
 * Thins out the past: all of the last 30 days stays; of older days the last text, of what is older than a year the last text of
 * each month. The last text of a note, deleted or not, and what is in no file yet always stay. A portion at a time, each kept by itself
 * and with no more in it than a day or month of one note, so that what is typed never waits for all of the past; gives how many edits
 * went with it.
 */
export function* thinOut(db: Database, store: Store, now: number): Generator<number> {
  const next = db.prepare('SELECT min(id) FROM document WHERE id > ?').pluck();
  for (let id = next.get(0) as number | null; id !== null; id = next.get(id) as number | null)
    yield* thinDocument(db, store, id, now);
  yield thinChanges(db, now);
}

/** What it takes to take a change back goes with the edits. */
function thinChanges(db: Database, now: number): number {
  db.transaction(() => {
    const old = 'SELECT id FROM change WHERE at < ?';
    const cutoff = now - WHOLE_DAYS * DAY_MS;
    db.prepare(`DELETE FROM change_part WHERE change IN (${old})`).run(cutoff);
    db.prepare(`DELETE FROM change_trash WHERE waits = 0 AND change IN (${old})`).run(cutoff);
    db.prepare(`DELETE FROM change_search WHERE change IN (${old})`).run(cutoff);
    db.prepare('DELETE FROM change WHERE at < ?').run(cutoff);
  }).immediate();
  return 0;
}

function* thinDocument(db: Database, store: Store, id: number, now: number): Generator<number> {
  const whole = <Value>(work: () => Value): Value => db.transaction(work).immediate();
  let last = -1;
  for (;;) {
    const period = oldestPeriod(db, id, now);
    if (period === null) break;
    const thinned = whole(() => {
      const found = store.upTo(id, period.version);
      if (found === null) return false;
      const { version, at } = period;
      store.keepSnapshot(id, { version, at, raw: replay(found).bytes() });
      db.prepare('DELETE FROM edit WHERE document = ? AND version <= ?').run(id, period.version);
      return true;
    });
    if (!thinned) return;
    last = period.version;
    yield period.edits;
  }
  whole(() => thinSnapshots(db, id, now, last));
  yield 0;
}

/** The last of a note’s first edits that are of one day or month, where all of them may go; `null` where none may. */
function oldestPeriod(
  db: Database,
  id: number,
  now: number,
): { version: number; at: number; edits: number } | null {
  const saved = db
    .prepare(
      // Where an overlap is that was not settled follows from every edit since it was noted.
      `SELECT min(coalesce(saved_version, -1),
         (SELECT coalesce(min(version), 9e15) FROM overlap WHERE document = id))
       FROM document WHERE id = ?`,
    )
    .pluck()
    .get(id);
  const rows = db
    .prepare<[number], { version: number; at: number }>(
      'SELECT version, at FROM edit WHERE document = ? ORDER BY version',
    )
    .iterate(id);
  let last: { version: number; at: number } | null = null;
  let edits = 0;
  for (const row of rows) {
    // Only a beginning without a young edit in it goes: clocks jump, versions do not.
    const stays = row.at >= now - WHOLE_DAYS * DAY_MS || row.version > (saved as number);
    if (stays || (last !== null && periodOf(last.at, now) !== periodOf(row.at, now))) break;
    last = row;
    edits += 1;
  }
  return last === null ? null : { ...last, edits };
}

/** Of the snapshots that no edit needs any more, the last of each period stays. */
function thinSnapshots(db: Database, id: number, now: number, thinned: number): void {
  const first = db.prepare('SELECT min(version) FROM edit WHERE document = ?').pluck().get(id) as
    | number
    | null;
  const snapshots = db
    .prepare('SELECT version, at FROM snapshot WHERE document = ? ORDER BY version')
    .all(id) as { version: number; at: number }[];
  // The snapshot that the first edit is made on, and everything after it, stays.
  const needed = first === null ? (snapshots.at(-1)?.version ?? 0) : first - 1;
  const spare = snapshots.filter(({ version, at }) => version < needed && at < now - WHOLE_DAYS * DAY_MS);
  for (const [index, snapshot] of spare.entries()) {
    const next = spare[index + 1];
    if (
      next !== undefined &&
      periodOf(next.at, now) === periodOf(snapshot.at, now) &&
      snapshot.version !== thinned
    )
      db.prepare('DELETE FROM snapshot WHERE document = ? AND version = ?').run(id, snapshot.version);
  }
}

/** What a time is thinned with: its day, or its month when it is older than a year. */
function periodOf(at: number, now: number): string {
  const date = new Date(at);
  const month = `${date.getFullYear()}-${date.getMonth()}`;
  return now - at > DAILY_DAYS * DAY_MS ? month : `${month}-${date.getDate()}`;
}

/** The text that a snapshot and the edits after it come to. */
export function replay({ snapshot, edits }: { snapshot: SnapshotRow; edits: EditRow[] }): NoteText {
  let text = NoteText.fromBytes(snapshot.raw);
  for (const { changes } of edits) text = text.apply(ChangeSet.fromJSON(JSON.parse(changes)));
  return text;
}
