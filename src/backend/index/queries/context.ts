import type { Candidates } from '../../../core/links/resolve.ts';
import { type Database, statementOf } from '../../sqlite.ts';

/** What a query has to work with. */
export interface QueryContext {
  db: Database;
  /** The vault's folder: lines that are shown are read from the files. */
  root: string;
}

/** Looks up the vault's paths by the folded last segment, each key once. */
export function candidatesIn(db: Database): Candidates {
  const lookUp = statementOf<[string, string], string>(
    db,
    'SELECT path FROM notes WHERE name_key = ? UNION ALL SELECT path FROM attachments WHERE name_key = ? ORDER BY path',
  ).pluck();
  const known = new Map<string, readonly string[]>();
  return (key) => {
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const paths = lookUp.all(key, key);
    known.set(key, paths);
    return paths;
  };
}
