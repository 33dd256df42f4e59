import { statementOf } from '../../sqlite.ts';
import { candidatesIn, type QueryContext } from './context.ts';

/** The notes with a link whose target's last segment folds to one of the keys, by path. */
export function linkingTo({ db }: QueryContext, keys: readonly string[]): string[] {
  return statementOf<[string], string>(
    db,
    `SELECT DISTINCT n.path FROM links l JOIN notes n ON n.id = l.note_id
       WHERE l.target_key IN (SELECT value FROM json_each(?)) ORDER BY n.path`,
  )
    .pluck()
    .all(JSON.stringify(keys));
}

/** The vault's paths by the folded last segment, for each key that is asked for. */
export function pathsCalled({ db }: QueryContext, keys: readonly string[]): [key: string, paths: string[]][] {
  const candidates = candidatesIn(db);
  return keys.map((key) => [key, [...candidates(key)]]);
}
