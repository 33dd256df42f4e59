import type { RambleEntry } from '../../../contract/journal.ts';
import { createRambleReader } from '../../../core/journal/ramble-name.ts';
import { resolveLink } from '../../../core/links/resolve.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import type { Database } from '../../sqlite.ts';
import type { Summary } from '../protocol.ts';
import { candidatesIn, type QueryContext } from './context.ts';

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

/** Every ramble, wherever it lies, newest first: picked out here, so that no list of all notes goes to another thread. */
export function rambles({ db }: QueryContext, namePattern: string): RambleEntry[] {
  const dayOf = createRambleReader(namePattern);
  const entries: RambleEntry[] = [];
  for (const note of db
    .prepare<[], Omit<RambleEntry, 'day'>>('SELECT path, title, words FROM notes')
    .iterate()) {
    const day = dayOf(note.path);
    if (day !== null) entries.push({ day, ...note });
  }
  return entries.sort((a, b) => (a.day === b.day ? (a.path < b.path ? -1 : 1) : a.day < b.day ? 1 : -1));
}

/** Maps of content (names that begin with `+ `) by name, with how many links of other notes lead to each. */
export function maps({ db }: QueryContext): { path: NotePath; title: string; backlinks: number }[] {
  const found = db
    .prepare<[], { path: NotePath; title: string; key: string }>(
      `SELECT path, title, name_key AS key FROM notes WHERE name_key >= '+ ' AND name_key < '+!' ORDER BY name_key, path`,
    )
    .all();
  const counts = countLinksTo(db, new Set(found.map(({ key }) => key)));
  return found.map(({ path, title }) => ({ path, title, backlinks: counts.get(path) ?? 0 }));
}

/** How many links of other notes lead to each note of these names: in one pass, for while notes are being read there is no index of links. */
function countLinksTo(db: Database, keys: ReadonlySet<string>): Map<string, number> {
  const candidates = candidatesIn(db);
  const links = db.prepare<[string], { source: string; target: string }>(
    `SELECT n.path AS source, l.target FROM links l JOIN notes n ON n.id = l.note_id
     WHERE l.target <> '' AND l.target_key IN (SELECT value FROM json_each(?))`,
  );
  const counts = new Map<string, number>();
  for (const { source, target } of links.all(JSON.stringify([...keys]))) {
    const path = resolveLink(target, source, candidates);
    if (path !== null && path !== source) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
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
