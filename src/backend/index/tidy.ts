import { type Database, statementOf } from '../sqlite.ts';
import { BUSY_MS } from './open-database.ts';
import { FULL_TEXTS } from './schema.ts';

/** 2 MB are kept for what comes next. */
const MOST_FREE_PAGES = 256;
const PAGES_AT_ONCE = 512;
/** Of segments, in each full text: some hundredths of a second. */
const MERGED_AT_ONCE = 64;

/**
 * Merges a part of the full texts’ segments; gives whether there was anything to merge. A search looks into each of them, and when there are
 * sixteen of a size the next change would have to merge all at once. `beforeChange` is called in any case: SQLite writes also where there
 * is nothing to merge.
 */
export function mergeSegments(db: Database, beforeChange: () => void): boolean {
  beforeChange();
  const changes = () => (statementOf(db, 'SELECT total_changes() AS count').get() as { count: number }).count;
  let isMerged = false;
  for (const table of FULL_TEXTS) {
    const before = changes();
    statementOf(db, `INSERT INTO ${table} (${table}, rank) VALUES ('merge', ${MERGED_AT_ONCE})`).run();
    // The statement itself counts as one: so says SQLite of this command.
    isMerged = changes() - before > 1 || isMerged;
  }
  return isMerged;
}

/**
 * Gives room in which nothing is any more back to the disk, a part of it at a time; gives whether there is more. Segments of the full
 * text that are merged leave as much as they took. `beforeChange` is called where there is any.
 */
export function giveBackRoom(db: Database, beforeChange: () => void): boolean {
  const freePages = () => db.pragma('freelist_count', { simple: true }) as number;
  const before = freePages();
  if (before < MOST_FREE_PAGES) return false;
  beforeChange();
  db.pragma(`incremental_vacuum(${PAGES_AT_ONCE})`);
  const after = freePages();
  return after < before && after >= MOST_FREE_PAGES;
}

/** Puts what was written beside the index into it and leaves nothing beside it; gives whether: not while somebody is reading. */
export function emptyLog(db: Database): boolean {
  db.pragma('busy_timeout = 0');
  try {
    const [done] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return done?.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${BUSY_MS}`);
  }
}
