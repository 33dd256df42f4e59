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
/** A journal that was not closed is looked through before it is used, up to so many bytes: more would keep the first keystroke waiting. */
const LARGEST_CHECKED = 32 * 1024 * 1024;

/**
 * Opens the journal, which is never removed: one that is damaged, empty where it should not be, or of another version is set aside
 * under another name, what can be read of it is taken over, and the user is told. Damage deep in a large one, or in one that was
 * closed well, is found when it is read: `isSuspect` then says to look through all of it. Throws where the folder cannot be written,
 * and `SQLITE_BUSY` while another program holds the file.
 */
export async function openJournal(file: string, { isSuspect = false } = {}): Promise<OpenedJournal> {
  const Sqlite = await loadSqlite();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fault = await findFault(file, isSuspect);
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
    markBegun(file);
    if (fault === null) return { db, problem: null };
    if (aside === null) return { db, problem: GONE };
    const taken = fault === 'newer' || fault === 'lost' ? 0 : salvage(Sqlite, aside, db);
    return { db, problem: tellWhatWasDone(fault, aside, taken) };
  } catch (error) {
    db.close();
    throw error;
  }
}

type Fault = 'damaged' | 'lost' | 'newer' | 'foreign';

async function findFault(file: string, isSuspect: boolean): Promise<Fault | null> {
  const [size, log] = [sizeOf(file), sizeOf(`${file}-wal`)];
  // SQLite takes an empty file for a database in which nothing is yet: so it is before the first start only.
  const empty = existsSync(begunMark(file)) ? 'lost' : null;
  if (size === 0) return log > 0 ? 'damaged' : empty;
  const Sqlite = await loadSqlite();
  let db: Database | null = null;
  try {
    db = new Sqlite(file, { timeout: BUSY_MS });
    const isChecked = isSuspect || (log > 0 && size + log <= LARGEST_CHECKED);
    if (isChecked && db.pragma('quick_check(1)', { simple: true }) !== 'ok') return 'damaged';
    const version = db.pragma('user_version', { simple: true }) as number;
    const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (tables === 0 && version === 0) return empty;
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) return 'foreign';
    return version > SCHEMA_VERSION ? 'newer' : version === SCHEMA_VERSION ? null : 'damaged';
  } catch (error) {
    if (isDamage(error) || sqliteCode(error) === 'SQLITE_ERROR') return 'damaged';
    throw error;
  } finally {
    db?.close();
  }
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** A file that says that there was a journal. */
const begunMark = (file: string) => file.replace(/\.db$/, '.begun');

function markBegun(file: string): void {
  try {
    closeSync(openSync(begunMark(file), 'a', 0o600));
  } catch {
    // Without it an empty journal is taken for a new one.
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

/** Gives the file, with what belongs to it, a name of its own; `null` where there is none. */
function setAside(file: string): string | null {
  if (['', '-wal'].every((ending) => !existsSync(file + ending))) return null;
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const aside = file.replace(/\.db$/, ` set aside ${stamp}.db`);
  for (const ending of ['-wal', '-shm', ''])
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending);
  return aside;
}

const GONE = 'The notes’ history is not there any more, so a new one was begun. Your notes are whole.';

function tellWhatWasDone(fault: Fault, aside: string, taken: number): string {
  const name = aside.slice(aside.lastIndexOf('/') + 1);
  if (fault === 'lost') return `${GONE} What was left is “${name}”.`;
  const rescued = taken === 0 ? '' : ` What was in no file yet was read from it (${taken} notes).`;
  if (fault === 'newer')
    return `The notes’ history was written by a newer version of Evening Ramble. It was set aside as “${name}”, untouched; a new history was begun.`;
  return `The notes’ history was damaged. It was set aside as “${name}”, and a new one was begun.${rescued} Your notes are whole.`;
}
