import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Database, loadSqlite } from '../sqlite.ts';
import { checkSum, forgetSum } from './index-sum.ts';
import { indexTrouble } from './index-trouble.ts';
import { APPLICATION_ID, PAGE_BYTES, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** 64 MB: full text is written over and over while it grows, and each checkpoint waits for the disk. Where it is quiet it is put in sooner. */
const CHECKPOINT_PAGES = 8000;
/** How long SQLite waits for another process that writes. */
export const BUSY_MS = 5000;

/** Where the index of this version is kept: each version has its own, so that going back to an older app costs nothing. */
export function indexFile(dataFolder: string): string {
  return join(dataFolder, `index-${SCHEMA_VERSION}.db`);
}

/** How long the index of an older version lies there unused before it is taken for left behind. */
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;

/** Removes the indexes of older versions that nobody has used for a month. */
export function removeOldIndexes(file: string, now = Date.now()): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) {
    const found = /^index(?:-(\d+))?\.db$/.exec(name);
    if (found === null || Number(found[1] ?? 0) >= SCHEMA_VERSION) continue;
    const old = join(folder, name);
    if (now - statSync(old).mtimeMs > UNUSED_MS) removeDatabase(old);
  }
}

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
    const db = new Sqlite(file, { timeout: BUSY_MS });
    try {
      // One that is there would be written to, and be another than it was vouched for.
      if (sizeOf(file) === 0) {
        db.pragma(`page_size = ${PAGE_BYTES}`);
        db.pragma('auto_vacuum = INCREMENTAL');
      }
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('temp_store = MEMORY');
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      if (prepareSchema(db)) {
        return { db, inode: statSync(file).ino };
      }
    } catch (error) {
      db.close();
      if (indexTrouble(error) !== 'damage' || attempt === 3) throw error;
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
  const db = new Sqlite(file, { readonly: true, timeout: BUSY_MS });
  try {
    if (isOurs(db)) return { db, inode };
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return null;
}

/**
 * Whether an index that can be read is not to be trusted: it is another than the one that was closed, or was never closed and nobody has it
 * open (after a crash it may lack what stood beside it). One that was still being built goes on from where it was. Throws as `open` does.
 */
export async function isSuspect(file: string): Promise<boolean> {
  if (sizeOf(file) === 0) return false;
  const vouched = checkSum(file);
  if (vouched !== 'unknown') return vouched === 'other';
  const hasLog = sizeOf(`${file}-wal`) > 0;
  const Sqlite = await loadSqlite();
  const db = new Sqlite(file, { timeout: 0, fileMustExist: true });
  try {
    // To be had only where nobody else is connected.
    db.pragma('locking_mode = EXCLUSIVE');
    const isBuilt = db.prepare("SELECT 1 FROM meta WHERE key = 'built'").get() !== undefined;
    return isBuilt || !hasLog;
  } catch (error) {
    return indexTrouble(error) !== 'busy';
  } finally {
    db.close();
  }
}

/** Whether queries can be answered from an index, whatever else is wrong with it. Never throws. */
export async function isReadable(file: string): Promise<boolean> {
  try {
    const open = await openForReading(file);
    open?.db.close();
    return open !== null;
  } catch {
    return false;
  }
}

/** Puts a whole index in the place of another. Who has that one open goes on reading it until it looks for the file again. */
export function swapIn(built: string, file: string): void {
  // What stood beside the other must never be read into the new one.
  const removeBeside = (index: string) => {
    for (const ending of ['-wal', '-shm']) rmSync(index + ending, { force: true });
  };
  forgetSum(file);
  removeBeside(file);
  renameSync(built, file);
  removeBeside(file);
  removeBeside(built);
}

/** The inode at `file`, `null` where nothing is. */
export function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}

/** Removes an index with the files that belong to it. */
export function removeDatabase(file: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal', '.sum']) rmSync(file + ending, { force: true });
}

/** The bytes of the file, 0 where there is none. */
export function sizeOf(file: string): number {
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
