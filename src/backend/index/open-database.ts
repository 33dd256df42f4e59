import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, isDamage, loadSqlite } from '../sqlite.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** 16 MB: full text is written over and over while it grows, and each checkpoint waits for the disk. */
const CHECKPOINT_PAGES = 4000;

/** An open index and the file it is. While it is open its inode cannot be given to another file. */
export interface OpenDatabase {
  db: Database;
  inode: number;
}

/**
 * Opens the index for writing. What is no index of this version (missing, empty, garbage, damaged, older or newer) is removed and
 * begun anew: it is a cache. Throws where the folder cannot be written.
 */
export async function openForWriting(file: string): Promise<OpenDatabase> {
  const Sqlite = await loadSqlite();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt += 1) {
    // A leftover -wal beside a file that is gone or empty would be read into the new one.
    if (sizeOf(file) === 0) removeDatabase(file);
    // SQLite gives its side files the mode of the database.
    closeSync(openSync(file, 'a', 0o600));
    const db = new Sqlite(file, { timeout: 5000 });
    try {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      if (prepareSchema(db)) {
        return { db, inode: statSync(file).ino };
      }
    } catch (error) {
      db.close();
      if (!isDamage(error) || attempt === 3) throw error;
      removeDatabase(file);
      continue;
    }
    db.close();
    if (attempt === 3) throw new Error(`the index at ${file} cannot be built anew`);
    removeDatabase(file);
  }
}

/** Opens the index for queries; `null` while there is none of this version. Throws what SQLite says of a damaged one. */
export async function openForReading(file: string): Promise<OpenDatabase | null> {
  const inode = inodeOf(file);
  if (inode === null) return null;
  const Sqlite = await loadSqlite();
  const db = new Sqlite(file, { readonly: true, timeout: 5000 });
  try {
    if (isOurs(db)) return { db, inode };
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return null;
}

/** The inode at `file`, `null` where nothing is. */
export function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}

/** Removes an index with the files that belong to it. */
export function removeDatabase(file: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(file + ending, { force: true });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function isOurs(db: Database): boolean {
  return (
    db.pragma('application_id', { simple: true }) === APPLICATION_ID &&
    db.pragma('user_version', { simple: true }) === SCHEMA_VERSION
  );
}

/** Makes the schema in an empty database; `false` where there is another one. */
function prepareSchema(db: Database): boolean {
  return db
    .transaction(() => {
      if (isOurs(db)) return true;
      if (db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() !== 0) return false;
      db.exec(SCHEMA);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
      return true;
    })
    .immediate();
}
