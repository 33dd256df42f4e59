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
 * each month. The last text of a note, deleted or not, and what is in no file yet always stay. Gives how many edits went.
 */
export function thinOut(db: Database, store: Store, now: number): number {
  const cutoff = now - WHOLE_DAYS * DAY_MS;
  const documents = db
    .prepare(
      'SELECT DISTINCT document FROM edit WHERE at < ? UNION SELECT DISTINCT document FROM snapshot WHERE at < ?',
    )
    .pluck()
    .all(cutoff, cutoff) as number[];
  let gone = 0;
  // One document a transaction: what waits to be kept does not wait for all of the past.
  for (const id of documents) gone += db.transaction(() => thinDocument(db, store, id, now)).immediate();
  return gone;
}

function thinDocument(db: Database, store: Store, id: number, now: number): number {
  const cutoff = now - WHOLE_DAYS * DAY_MS;
  const row = db
    .prepare(
      // Where an overlap is that was not settled follows from every edit since it was noted.
      `SELECT version, min(coalesce(saved_version, -1),
         (SELECT coalesce(min(version), 9e15) FROM overlap WHERE document = id)) AS saved
       FROM document WHERE id = ?`,
    )
    .get(id) as { version: number; saved: number } | undefined;
  if (row === undefined) return 0;
  const old = db
    .prepare('SELECT version, at FROM edit WHERE document = ? AND at < ? AND version <= ? ORDER BY version')
    .all(id, cutoff, row.saved) as { version: number; at: number }[];
  // Only a beginning without a young edit in it goes: clocks jump, versions do not.
  const firstYoung = db
    .prepare('SELECT min(version) FROM edit WHERE document = ? AND (at >= ? OR version > ?)')
    .pluck()
    .get(id, cutoff, row.saved) as number | null;
  const going = old.filter(({ version }) => firstYoung === null || version < firstYoung);
  const last = going.at(-1);
  if (last !== undefined) {
    for (const [index, edit] of going.entries()) {
      const next = going[index + 1];
      if (next !== undefined && periodOf(next.at, now) === periodOf(edit.at, now)) continue;
      const found = store.upTo(id, edit.version);
      if (found === null) return 0;
      store.keepSnapshot(id, { version: edit.version, at: edit.at, raw: replay(found).bytes() });
    }
    db.prepare('DELETE FROM edit WHERE document = ? AND version <= ?').run(id, last.version);
  }
  thinSnapshots(db, id, now, last?.version ?? -1);
  return going.length;
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
