import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { loadSqlite, sqliteCode } from '../sqlite.ts';

/** Held by the one process that answers for a vault. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock of a vault's data folder; `null` while another process has it. It is SQLite's lock on a file of its own: the system
 * takes it back when the process ends, however it ends, so there is no stale lock, whatever process ids and clocks do. The only
 * database that the main thread opens; nothing is ever written in it.
 */
export async function takeLock(dataFolder: string): Promise<Lock | null> {
  const Sqlite = await loadSqlite();
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const file = join(dataFolder, 'lock');
  makeFile(file);
  const db = new Sqlite(file, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (sqliteCode(error).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

/** For its owner only. Never opened here when it is there already: closing it would give up a lock that this process has on it. */
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
