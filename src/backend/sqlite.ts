import type BetterSqlite3 from 'better-sqlite3';

export type Database = BetterSqlite3.Database;
type DatabaseConstructor = typeof BetterSqlite3;

const OLDEST_NODE = 22;

/**
 * Loads better-sqlite3: in worker threads only, so that the main thread never waits for a database. Throws where Node is too old,
 * before the native module would bring the whole process down.
 */
export async function loadSqlite(version = process.versions.node): Promise<DatabaseConstructor> {
  if (Number.parseInt(version, 10) < OLDEST_NODE) {
    throw new Error(
      `Node ${version} is too old for Evening Ramble’s index. Start the app with “npm start”, which brings its own Node, or install Node ${OLDEST_NODE} or newer.`,
    );
  }
  return (await import('better-sqlite3')).default;
}

const statements = new WeakMap<Database, Map<string, Statement>>();

type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = BetterSqlite3.Statement<
  Parameters,
  Row
>;

/**
 * A statement of a database, prepared once: to prepare one takes as long as to run it. Whoever plucks it does so always. Throws what
 * SQLite throws.
 */
export function statementOf<Parameters extends unknown[] = unknown[], Row = unknown>(
  db: Database,
  sql: string,
): Statement<Parameters, Row> {
  const ofDatabase = statements.get(db) ?? new Map<string, Statement>();
  statements.set(db, ofDatabase);
  const statement = ofDatabase.get(sql) ?? db.prepare<unknown[], unknown>(sql);
  ofDatabase.set(sql, statement);
  return statement as Statement<Parameters, Row>;
}

/** SQLite's code of a failure (`SQLITE_CORRUPT`), or `''`. */
export function sqliteCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : '';
}

/** Whether a failure means that the database file is damaged, foreign or gone: only building it anew helps. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR|READONLY_DBMOVED|CANTOPEN)/.test(sqliteCode(error));
}
