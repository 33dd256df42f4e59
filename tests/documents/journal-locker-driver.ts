import { writeSync } from 'node:fs';
import { loadSqlite } from '../../src/backend/sqlite.ts';

/**
 * Another program that holds a journal for itself. Arguments: the file, for how many milliseconds, and `alone` where nobody else may
 * even read (which is only to be had while nobody has it open).
 */
const [file = '', milliseconds = '0', how] = process.argv.slice(2);
const db = new (await loadSqlite())(file);
if (how === 'alone') db.pragma('locking_mode = EXCLUSIVE');
db.exec('BEGIN EXCLUSIVE');
writeSync(1, 'locked\n');
setTimeout(() => {
  db.exec('COMMIT');
  db.close();
}, Number(milliseconds));
