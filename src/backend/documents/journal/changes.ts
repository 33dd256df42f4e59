import type { Database } from '../../sqlite.ts';
import type { ChangePart, ChangeRow, KeptChange } from './protocol.ts';

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
  keep({ id, at, kind, undoes, moves, parts, trashed }: KeptChange): void {
    const kept = this.#db.prepare('SELECT 1 FROM change WHERE id = ?').get(id);
    if (kept !== undefined) return;
    this.#db
      .prepare('INSERT INTO change (id, at, kind, undoes, moves) VALUES (?, ?, ?, ?, ?)')
      .run(id, at, kind, undoes, JSON.stringify(moves));
    const part = this.#db.prepare(
      'INSERT INTO change_part (document, version, change, made) VALUES (?, ?, ?, ?)',
    );
    for (const { document, version, made } of parts) part.run(document, version, id, Number(made));
    const trash = this.#db.prepare(
      'INSERT INTO change_trash (change, document, path, waits) VALUES (?, ?, ?, 1)',
    );
    for (const { document, path } of trashed) trash.run(id, document, path);
  }

  /** Forgets a change. */
  forget(id: number): void {
    for (const [table, column] of [
      ['change_part', 'change'],
      ['change_trash', 'change'],
      ['change', 'id'],
    ])
      this.#db.prepare(`DELETE FROM ${table} WHERE ${column} = ?`).run(id);
  }

  endTrash(document: number): void {
    this.#db.prepare('UPDATE change_trash SET waits = 0 WHERE document = ?').run(document);
  }

  get(id: number): (KeptChange & { takenBackBy: number | null }) | null {
    const row = this.#db.prepare<[number], Row>(`${ROWS} WHERE id = ?`).get(id);
    if (row === undefined) return null;
    const parts = this.#db
      .prepare<[number], Omit<ChangePart, 'made'> & { made: number }>(
        'SELECT document, version, made FROM change_part WHERE change = ?',
      )
      .all(id);
    const trashed = this.#db
      .prepare<[number], { document: number; path: string }>(
        'SELECT document, path FROM change_trash WHERE change = ?',
      )
      .all(id);
    const { notes: _, moves, ...rest } = row;
    return {
      ...rest,
      moves: JSON.parse(moves),
      parts: parts.map(({ made, ...part }) => ({ ...part, made: made === 1 })),
      trashed,
    };
  }

  /** The latest, the latest first. */
  list(most: number): ChangeRow[] {
    const made = this.#db
      .prepare<[number], string>(
        'SELECT path FROM change_part JOIN document ON document.id = change_part.document WHERE change = ? AND made = 1',
      )
      .pluck();
    const trashed = this.#db
      .prepare<[number], string>('SELECT path FROM change_trash WHERE change = ? ORDER BY path')
      .pluck();
    return this.#db
      .prepare<[number], Row>(`${ROWS} ORDER BY number DESC LIMIT ?`)
      .all(most)
      .map(({ moves, ...row }) => {
        return { ...row, moves: JSON.parse(moves), made: made.all(row.id), trashed: trashed.all(row.id) };
      });
  }

  trashing(): { document: number; path: string }[] {
    return this.#db.prepare('SELECT document, path FROM change_trash WHERE waits = 1').all() as {
      document: number;
      path: string;
    }[];
  }
}
