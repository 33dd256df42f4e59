import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, isDamage, loadSqlite, sqliteCode } from '../../sqlite.ts';
import { salvage } from './salvage.ts';
import { ADDED_SCHEMA, APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';

export interface OpenedJournal {
  db: Database;
  /** What was found wrong and what was done about it, in words; `null` where all was well. */
  problem: string | null;
}

const BUSY_MS = 250;

/**
 * Opens the journal, which is never removed: one that is damaged, empty where it should not be, or of another version is set aside
 * under another name, what can be read of it is taken over, and the user is told. Throws where the folder cannot be written, and
 * `SQLITE_BUSY` while another program holds the file.
 */
export async function openJournal(file: string): Promise<OpenedJournal> {
  const Sqlite = await loadSqlite();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fault = await findFault(file);
  let aside: string | null = null;
  if (fault !== null) aside = setAside(file);
  closeSync(openSync(file, 'a', 0o600));
  const db = new Sqlite(file, { timeout: BUSY_MS });
  try {
    db.pragma('journal_mode = WAL');
    // NORMAL may roll back what was committed when the power fails.
    db.pragma('synchronous = FULL');
    db.pragma('wal_autocheckpoint = 1000');
    db.pragma('journal_size_limit = 16777216');
    prepare(db);
    if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite refused synchronous=FULL');
    if (fault === null || aside === null) return { db, problem: null };
    const taken = fault === 'newer' ? 0 : salvage(Sqlite, aside, db);
    return { db, problem: tellWhatWasDone(fault, aside, taken) };
  } catch (error) {
    db.close();
    throw error;
  }
}

type Fault = 'damaged' | 'newer' | 'foreign';

async function findFault(file: string): Promise<Fault | null> {
  if (!existsSync(file))
    return existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0 ? 'damaged' : null;
  // An empty file is a journal that was never begun, unless its -wal says otherwise.
  if (statSync(file).size === 0)
    return existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0 ? 'damaged' : null;
  const Sqlite = await loadSqlite();
  let db: Database | null = null;
  try {
    db = new Sqlite(file, { timeout: BUSY_MS });
    if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') return 'damaged';
    const version = db.pragma('user_version', { simple: true }) as number;
    const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (tables === 0 && version === 0) return null;
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) return 'foreign';
    return version > SCHEMA_VERSION ? 'newer' : version === SCHEMA_VERSION ? null : 'damaged';
  } catch (error) {
    if (isDamage(error) || sqliteCode(error) === 'SQLITE_ERROR') return 'damaged';
    throw error;
  } finally {
    db?.close();
  }
}

function prepare(db: Database): void {
  db.transaction(() => {
    db.exec(ADDED_SCHEMA);
    if (db.pragma('user_version', { simple: true }) === SCHEMA_VERSION) return;
    db.exec(SCHEMA);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  }).immediate();
}

/** Gives the file, with what belongs to it, a name of its own. */
function setAside(file: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const aside = file.replace(/\.db$/, ` set aside ${stamp}.db`);
  for (const ending of ['-wal', '-shm', ''])
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending);
  return aside;
}

function tellWhatWasDone(fault: Fault, aside: string, taken: number): string {
  const name = aside.slice(aside.lastIndexOf('/') + 1);
  const rescued = taken === 0 ? '' : ` What was in no file yet was read from it (${taken} notes).`;
  if (fault === 'newer')
    return `The notes’ history was written by a newer version of Evening Ramble. It was set aside as “${name}”, untouched; a new history was begun.`;
  return `The notes’ history was damaged. It was set aside as “${name}”, and a new one was begun.${rescued} Your notes are whole.`;
}
