import type BetterSqlite3 from 'better-sqlite3';
import type { Database } from '../../sqlite.ts';

const TABLES = [
  'document',
  'snapshot',
  'edit',
  'kept',
  'overlap',
  'moving',
  'change',
  'change_part',
  'change_trash',
  'change_search',
];

/**
 * Copies what can still be read of a damaged journal into a new one, row by row, so that a broken page costs only what is on it.
 * A document without a snapshot is left out: its text cannot be told. Gives how many documents were taken over. Never throws.
 */
export function salvage(Sqlite: typeof BetterSqlite3, from: string, into: Database): number {
  let damaged: Database;
  try {
    damaged = new Sqlite(from);
  } catch {
    return 0;
  }
  try {
    damaged.pragma('query_only = ON');
    for (const table of TABLES) copyTable(damaged, into, table);
  } catch {
    // What was copied so far stays.
  } finally {
    damaged.close();
  }
  into.exec('DELETE FROM document WHERE id NOT IN (SELECT document FROM snapshot)');
  return into.prepare('SELECT count(*) FROM document').pluck().get() as number;
}

function copyTable(damaged: Database, into: Database, table: string): void {
  const columns = (into.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const copy = (order: string) => {
    for (const row of damaged.prepare(`SELECT * FROM ${table} ${order}`).iterate()) {
      const values = row as Record<string, unknown>;
      try {
        insert.run(...columns.map((name) => values[name] ?? null));
      } catch {
        // A row that makes no sense is left out.
      }
    }
  };
  // From both ends: what lies behind a broken page is reached from the other side.
  for (const order of ['', 'ORDER BY 1 DESC']) {
    try {
      copy(order);
    } catch {
      // The next direction.
    }
  }
}
