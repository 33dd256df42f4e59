import type { NotePath } from '../../../core/paths/note-path.ts';
import type { Summary } from '../protocol.ts';
import { linksTo } from './backlinks.ts';
import type { QueryContext } from './context.ts';

/** A note as lists need it. */
export interface ListedNote {
  path: NotePath;
  title: string;
  /** The file's name without `.md`. */
  name: string;
  words: number;
}

/** Every note, by path. */
export function listNotes({ db }: QueryContext): ListedNote[] {
  return db.prepare<[], ListedNote>('SELECT path, title, name, words FROM notes ORDER BY path').all();
}

/** Maps of content (names that begin with `+ `) by name, with how many links of other notes lead to each. */
export function maps(context: QueryContext): { path: NotePath; title: string; backlinks: number }[] {
  return context.db
    .prepare<[], { path: NotePath; title: string }>(
      `SELECT path, title FROM notes WHERE name_key >= '+ ' AND name_key < '+!' ORDER BY name_key, path`,
    )
    .all()
    .map(({ path, title }) => ({ path, title, backlinks: linksTo(context, path).length }));
}

/** How many notes there are, and the files that cannot be used, by path (the first `limit` of them). */
export function summarise({ db }: Pick<QueryContext, 'db'>, limit = Number.MAX_SAFE_INTEGER): Summary {
  const notes = db.prepare<[], number>('SELECT count(*) FROM notes').pluck().get() ?? 0;
  const problems = db
    .prepare<[number], Summary['problems'][number]>(
      'SELECT path, code, message FROM problems ORDER BY path, code LIMIT ?',
    )
    .all(limit);
  return { notes, problems };
}
