import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Database, statementOf } from '../../sqlite.ts';
import { KeptChanges } from './changes.ts';
import type {
  ChangeRow,
  DocumentPlace,
  EditRow,
  Entry,
  KeptSearch,
  LoadedDocument,
  MomentRow,
  OverlapRow,
  Questions,
  SnapshotRow,
  UnsavedDocument,
} from './protocol.ts';
import { thinOut } from './thin-out.ts';

interface DocumentRow {
  id: number;
  path: string;
  version: number;
  saved_version: number | null;
  saved_revision: string | null;
  saved_raw: Uint8Array | null;
  saving_version: number | null;
  saving_revision: string | null;
  gone_at: number | null;
}

/** The journal's tables: what is kept of every document, and what can be asked of it. Throws what SQLite throws. */
export class JournalStore implements Questions {
  readonly #db: Database;
  readonly #changes: KeptChanges;
  readonly #commit: (entries: Entry[][]) => void;

  constructor(db: Database) {
    this.#db = db;
    this.#changes = new KeptChanges(db);
    this.#commit = db.transaction((commits: Entry[][]) => {
      for (const entries of commits) for (const entry of entries) this.#keep(entry);
    }).immediate;
  }

  /** Keeps all of it durably, or throws and keeps nothing. An entry that is there already is kept once. */
  commit(entries: Entry[][]): void {
    this.#commit(entries);
  }

  load(path: string): LoadedDocument | null {
    const row = this.#row(
      'SELECT * FROM document WHERE path = ? ORDER BY gone_at IS NOT NULL, begun DESC LIMIT 1',
      path,
    );
    return row === undefined ? null : this.#loaded(row);
  }

  at(path: string): number[] {
    return this.#statement('SELECT id FROM document WHERE path = ? ORDER BY begun')
      .pluck()
      .all(path) as number[];
  }

  loadById(id: number): LoadedDocument | null {
    const row = this.#row('SELECT * FROM document WHERE id = ?', id);
    return row === undefined ? null : this.#loaded(row);
  }

  unsaved(): UnsavedDocument[] {
    return this.#statement(
      `SELECT id, path FROM document
         WHERE version > coalesce(saved_version, 0) AND gone_at IS NULL ORDER BY begun`,
    ).all() as UnsavedDocument[];
  }

  lastWritten(days: number): number[] {
    return this.#statement(
      // Each evening begins a note; to look at all that were ever opened would hold up what is typed.
      `WITH latest AS (SELECT id FROM document ORDER BY begun DESC LIMIT 500)
       SELECT max(at) FROM (
         SELECT (SELECT at FROM edit WHERE document = id ORDER BY version DESC LIMIT 1) AS at FROM latest
         UNION ALL SELECT at FROM snapshot WHERE document IN (SELECT id FROM latest))
       WHERE at IS NOT NULL GROUP BY at / 86400000 ORDER BY 1 DESC LIMIT ?`,
    )
      .pluck()
      .all(days) as number[];
  }

  upTo(id: number, version: number): { snapshot: SnapshotRow; edits: EditRow[] } | null {
    const snapshot = this.#snapshot(id, version);
    if (snapshot === null) return null;
    const edits = this.#edits(id, snapshot.version, version);
    return snapshot.version + edits.length === version ? { snapshot, edits } : null;
  }

  editsAfter(id: number, version: number): EditRow[] | null {
    const last = this.#statement('SELECT version FROM document WHERE id = ?').pluck().get(id) as
      | number
      | undefined;
    if (last === undefined || version > last) return null;
    const edits = this.#edits(id, version, last);
    return version + edits.length === last ? edits : null;
  }

  moments(id: number): MomentRow[] {
    return this.#statement(
      `SELECT moment.version, moment.at, moment.kind, moment.peer, moment.kept, change.id AS change,
           change.kind AS changeKind
         FROM (
           SELECT version, at, kind, peer, NULL AS kept FROM edit WHERE document = $id
           UNION ALL
           SELECT version, at, 'snapshot', '', NULL FROM snapshot WHERE document = $id
             AND NOT EXISTS (SELECT 1 FROM edit WHERE edit.document = $id AND edit.version = snapshot.version)
           UNION ALL
           SELECT version, at, reason, '', id FROM kept WHERE document = $id
         ) AS moment
         LEFT JOIN change ON moment.kept IS NULL AND change.number = (
           -- Where one brought a note back as another had made it, the first.
           SELECT min(number) FROM change AS one JOIN change_part AS part ON part.change = one.id
           WHERE part.document = $id AND part.version = moment.version)
         ORDER BY moment.version, moment.kept`,
    )
      .all({ id })
      .map((row) => {
        const { changeKind, ...moment } = row as MomentRow & { changeKind: string | null };
        // What a change begins has no edit of its own.
        return moment.kind === 'snapshot' && changeKind !== null ? { ...moment, kind: changeKind } : moment;
      });
  }

  keptRaw(kept: number): Uint8Array | null {
    const raw = this.#statement('SELECT raw FROM kept WHERE id = ?').pluck().get(kept) as
      | Uint8Array
      | undefined;
    return raw === undefined ? null : inflateRawSync(raw);
  }

  documents(): DocumentPlace[] {
    return this.#statement(
      `SELECT id, path, gone_at AS goneAt, coalesce(
           (SELECT at FROM edit WHERE edit.document = id ORDER BY edit.version DESC LIMIT 1),
           (SELECT max(at) FROM snapshot WHERE snapshot.document = id), 0) AS at
         FROM document`,
    ).all() as DocumentPlace[];
  }

  savedAs(revision: string): { id: number; path: string }[] {
    return this.#statement(
      'SELECT id, path FROM document WHERE ? IN (saved_revision, saving_revision) LIMIT 20',
    ).all(revision) as { id: number; path: string }[];
  }

  /** See {@link thinOut}. */
  thinOut(now: number): Generator<number> {
    return thinOut(this.#db, this, now);
  }

  change(id: number) {
    return this.#changes.get(id);
  }

  changes(most: number): ChangeRow[] {
    return this.#changes.list(most);
  }

  searching(): (KeptSearch & { change: number })[] {
    return this.#changes.searching();
  }

  trashing(): { document: number; path: string }[] {
    return this.#changes.trashing();
  }

  moving(): { from: string; to: string }[] {
    return this.#statement('SELECT source AS "from", target AS "to" FROM moving ORDER BY source').all() as {
      from: string;
      to: string;
    }[];
  }

  #keep(entry: Entry): void {
    switch (entry.type) {
      case 'moving':
        return this.#run('INSERT INTO moving VALUES (?, ?) ON CONFLICT DO NOTHING', entry.from, entry.to);
      case 'move-ended':
        return this.#run('DELETE FROM moving WHERE source = ? AND target = ?', entry.from, entry.to);
      case 'path-moved':
        return this.#run(
          // '0' is the character after '/'.
          `UPDATE document SET path = $to || substr(path, length($from) + 1)
           WHERE gone_at IS NULL AND (path = $from OR (path >= $from || '/' AND path < $from || '0'))`,
          { from: entry.from, to: entry.to },
        );
      case 'changed':
        return this.#changes.keep(entry.change);
      case 'change-failed':
        return this.#changes.forget(entry.id);
      case 'searches-ended':
        return this.#changes.endSearches(entry.change);
      case 'trash-ended':
        return this.#changes.endTrash(entry.document);
      default:
        return this.#keepOf(entry.document, entry);
    }
  }

  #keepOf(document: number, entry: Extract<Entry, { document: number }>): void {
    switch (entry.type) {
      case 'begun': {
        const { version } = entry.snapshot;
        this.#run(
          // What could not be kept for a while begins again with its present text.
          `INSERT INTO document (id, begun, path, version)
           VALUES (?, (SELECT coalesce(max(begun), 0) + 1 FROM document), ?, ?)
           ON CONFLICT (id) DO UPDATE SET path = excluded.path, version = excluded.version`,
          document,
          entry.path,
          version,
        );
        this.#run('DELETE FROM edit WHERE document = ? AND version > ?', document, version);
        return this.keepSnapshot(document, entry.snapshot);
      }
      case 'edited':
        return this.#keepEdit(document, entry.edit);
      case 'snapshot':
        this.#run(
          'UPDATE document SET version = max(version, ?) WHERE id = ?',
          entry.snapshot.version,
          document,
        );
        return this.keepSnapshot(document, entry.snapshot);
      case 'saving':
        return this.#run(
          'UPDATE document SET saving_version = ?, saving_revision = ? WHERE id = ?',
          entry.version,
          entry.revision,
          document,
        );
      case 'saved':
        return this.#run(
          `UPDATE document SET saved_version = coalesce(?, saved_version), saved_revision = ?, saved_raw = ?
           WHERE id = ?`,
          entry.version,
          entry.revision,
          entry.raw === null ? null : deflateRawSync(entry.raw),
          document,
        );
      case 'moved':
        return this.#run('UPDATE document SET path = ? WHERE id = ?', entry.path, document);
      case 'gone':
        return this.#run('UPDATE document SET gone_at = ? WHERE id = ?', entry.at, document);
      case 'returned':
        return this.#run('UPDATE document SET gone_at = NULL WHERE id = ?', document);
      case 'kept':
        return this.#run(
          `INSERT INTO kept (document, version, at, reason, raw) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (document, version, at) DO NOTHING`,
          document,
          entry.version,
          entry.at,
          entry.reason,
          deflateRawSync(entry.raw),
        );
      case 'overlapped': {
        const { id, version, start, end, theirs } = entry.overlap;
        return this.#run(
          'INSERT OR REPLACE INTO overlap VALUES (?, ?, ?, ?, ?, ?)',
          document,
          id,
          version,
          start,
          end,
          theirs,
        );
      }
      case 'settled-overlap':
        return this.#run('DELETE FROM overlap WHERE document = ? AND id = ?', document, entry.id);
    }
  }

  /** An edit is of use with every edit before it only; one that follows nothing would be replayed on the wrong text. */
  #keepEdit(document: number, { version, peer, kind, at, changes }: EditRow): void {
    const last = this.#statement('SELECT version FROM document WHERE id = ?').pluck().get(document);
    if (typeof last !== 'number' || version > last + 1)
      throw new Error(`what was typed before change ${version} could not be kept`);
    const kept = this.#statement(
      'SELECT peer = ? AND at = ? AND changes = ? FROM edit WHERE document = ? AND version = ?',
    )
      .pluck()
      .get(peer, at, changes, document, version);
    if (kept === 1) return;
    // What was kept behind a gap can never be read.
    this.#run('DELETE FROM edit WHERE document = ? AND version >= ?', document, version);
    this.#run('INSERT INTO edit VALUES (?, ?, ?, ?, ?, ?)', document, version, peer, kind, at, changes);
    this.#run('UPDATE document SET version = ? WHERE id = ?', version, document);
  }

  keepSnapshot(document: number, { version, at, raw }: SnapshotRow): void {
    this.#run(
      'INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?)',
      document,
      version,
      at,
      deflateRawSync(raw),
    );
  }

  #loaded(row: DocumentRow): LoadedDocument | null {
    const found = this.#snapshot(row.id, row.version);
    if (found === null) return null;
    const edits = this.#edits(row.id, found.version, row.version);
    return {
      id: row.id,
      path: row.path,
      version: found.version + edits.length,
      savedVersion: row.saved_version,
      savedRevision: row.saved_revision,
      savedRaw: row.saved_raw === null ? null : inflateRawSync(row.saved_raw),
      savingVersion: row.saving_version,
      savingRevision: row.saving_revision,
      goneAt: row.gone_at,
      snapshot: found,
      edits,
      unsaved: this.#unsaved(row),
      overlaps: this.#statement(
        'SELECT id, version, start, "end", theirs FROM overlap WHERE document = ? ORDER BY id',
      ).all(row.id) as OverlapRow[],
    };
  }

  #unsaved({ id, version, saved_version: saved }: DocumentRow): number {
    if (version <= (saved ?? 0)) return 0;
    const edits = this.#statement(
      "SELECT count(*) FROM edit WHERE document = ? AND version > ? AND kind <> 'outside'",
    )
      .pluck()
      .get(id, saved ?? 0) as number;
    // What could not be kept for a while was begun again with its text: one change, as far as anybody knows.
    return Math.max(1, edits);
  }

  #snapshot(id: number, version: number): SnapshotRow | null {
    const row = this.#statement(
      'SELECT version, at, raw FROM snapshot WHERE document = ? AND version <= ? ORDER BY version DESC LIMIT 1',
    ).get(id, version) as SnapshotRow | undefined;
    return row === undefined ? null : { ...row, raw: inflateRawSync(row.raw) };
  }

  /** The edits after one version up to another, as far as there is no gap. */
  #edits(id: number, after: number, upTo: number): EditRow[] {
    const rows = this.#statement(
      'SELECT version, peer, kind, at, changes FROM edit WHERE document = ? AND version > ? AND version <= ? ORDER BY version',
    ).all(id, after, upTo) as EditRow[];
    const gap = rows.findIndex((row, index) => row.version !== after + index + 1);
    return gap < 0 ? rows : rows.slice(0, gap);
  }

  #row(sql: string, parameter: string | number): DocumentRow | undefined {
    return this.#statement(sql).get(parameter) as DocumentRow | undefined;
  }

  #statement(sql: string) {
    return statementOf(this.#db, sql);
  }

  #run(sql: string, ...parameters: unknown[]): void {
    this.#statement(sql).run(...parameters);
  }
}
