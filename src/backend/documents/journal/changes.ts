import { type Database, statementOf } from '../../sqlite.ts';
import type { ChangePart, ChangeRow, KeptChange, KeptSearch } from './protocol.ts';

type Row = Omit<ChangeRow, 'moves' | 'made' | 'trashed'> & { moves: string };

const ROWS = `
  SELECT id, at, kind, undoes, moves,
    (SELECT count(*) FROM change_part WHERE change_part.change = change.id) AS notes,
    (SELECT back.id FROM change AS back WHERE back.undoes = change.id) AS takenBackBy
  FROM change`;

/** The changes of several notes that a journal knows. Throws what SQLite throws. */
export class KeptChanges {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps a change; one that is there already is kept once. */
  keep({ id, at, kind, undoes, moves, parts, trashed, searches }: KeptChange): void {
    const kept = statementOf(this.#db, 'SELECT 1 FROM change WHERE id = ?').get(id);
    if (kept !== undefined) return;
    statementOf(this.#db, 'INSERT INTO change (id, at, kind, undoes, moves) VALUES (?, ?, ?, ?, ?)').run(
      id,
      at,
      kind,
      undoes,
      JSON.stringify(moves),
    );
    const part = statementOf(
      this.#db,
      'INSERT INTO change_part (document, version, change, made) VALUES (?, ?, ?, ?)',
    );
    for (const { document, version, made } of parts) part.run(document, version, id, Number(made));
    const trash = statementOf(
      this.#db,
      'INSERT INTO change_trash (change, document, path, waits) VALUES (?, ?, ?, 1)',
    );
    for (const { document, path } of trashed) trash.run(id, document, path);
    const search = statementOf(
      this.#db,
      'INSERT OR IGNORE INTO change_search (change, name, before, after, waits) VALUES (?, ?, ?, ?, 1)',
    );
    for (const { name, before, after } of searches) search.run(id, name, before, after);
  }

  /** Forgets a change. */
  forget(id: number): void {
    for (const [table, column] of [
      ['change_part', 'change'],
      ['change_trash', 'change'],
      ['change_search', 'change'],
      ['change', 'id'],
    ])
      statementOf(this.#db, `DELETE FROM ${table} WHERE ${column} = ?`).run(id);
  }

  endTrash(document: number): void {
    statementOf(this.#db, 'UPDATE change_trash SET waits = 0 WHERE document = ?').run(document);
  }

  /** The saved searches that changes have still to write anew, the earliest change first. */
  searching(): (KeptSearch & { change: number })[] {
    return statementOf<[], KeptSearch & { change: number }>(
      this.#db,
      `SELECT change, name, before, after FROM change_search JOIN change ON change.id = change_search.change
       WHERE waits = 1 ORDER BY number`,
    ).all();
  }

  endSearches(change: number): void {
    statementOf(this.#db, 'UPDATE change_search SET waits = 0 WHERE change = ?').run(change);
  }

  get(id: number): (KeptChange & { takenBackBy: number | null }) | null {
    const row = statementOf<[number], Row>(this.#db, `${ROWS} WHERE id = ?`).get(id);
    if (row === undefined) return null;
    const parts = statementOf<[number], Omit<ChangePart, 'made'> & { made: number }>(
      this.#db,
      'SELECT document, version, made FROM change_part WHERE change = ?',
    ).all(id);
    const trashed = statementOf<[number], { document: number; path: string }>(
      this.#db,
      'SELECT document, path FROM change_trash WHERE change = ?',
    ).all(id);
    const searches = statementOf<[number], KeptSearch>(
      this.#db,
      'SELECT name, before, after FROM change_search WHERE change = ?',
    ).all(id);
    const { notes: _, moves, ...rest } = row;
    return {
      ...rest,
      moves: JSON.parse(moves),
      parts: parts.map(({ made, ...part }) => ({ ...part, made: made === 1 })),
      trashed,
      searches,
    };
  }

  /** The latest, the latest first. */
  list(most: number): ChangeRow[] {
    const made = statementOf<[number], string>(
      this.#db,
      'SELECT path FROM change_part JOIN document ON document.id = change_part.document WHERE change = ? AND made = 1',
    ).pluck();
    const trashed = statementOf<[number], string>(
      this.#db,
      'SELECT path FROM change_trash WHERE change = ? ORDER BY path',
    ).pluck();
    return statementOf<[number], Row>(this.#db, `${ROWS} ORDER BY number DESC LIMIT ?`)
      .all(most)
      .map(({ moves, ...row }) => {
        return { ...row, moves: JSON.parse(moves), made: made.all(row.id), trashed: trashed.all(row.id) };
      });
  }

  /** The notes that are still to go with a change. What somebody has written in since stays, for good. */
  trashing(): { document: number; path: string }[] {
    statementOf(
      this.#db,
      `UPDATE change_trash SET waits = 0 WHERE waits = 1 AND EXISTS
         (SELECT 1 FROM edit JOIN change ON change.id = change_trash.change
          WHERE edit.document = change_trash.document AND edit.at > change.at)`,
    ).run();
    return statementOf(this.#db, 'SELECT document, path FROM change_trash WHERE waits = 1').all() as {
      document: number;
      path: string;
    }[];
  }
}
