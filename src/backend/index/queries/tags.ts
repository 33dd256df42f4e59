import type { z } from 'zod';
import type { tagCount } from '../../../contract/links.ts';
import { type NotePath, nameKey } from '../../../core/paths/note-path.ts';
import type { QueryContext } from './context.ts';

export type TagCount = z.infer<typeof tagCount>;

/** Every tag as first written (by path, then place), with how many notes carry it or one nested in it; parents are listed too. */
export function tags({ db }: QueryContext): TagCount[] {
  const rows = db
    .prepare<[], { tag: string; noteId: number }>(
      'SELECT t.tag, t.note_id AS noteId FROM tags t JOIN notes n ON n.id = t.note_id ORDER BY n.path, t.ordinal',
    )
    .all();
  const found = new Map<string, { tag: string; notes: Set<number> }>();
  for (const { tag, noteId } of rows) {
    for (const written of withParents(tag)) {
      const key = nameKey(written);
      const known = found.get(key);
      if (known === undefined) found.set(key, { tag: written, notes: new Set([noteId]) });
      else known.notes.add(noteId);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { tag, notes }]) => ({ tag, notes: notes.size }));
}

/** The notes that carry a tag or one nested in it, by path. */
export function tagged({ db }: QueryContext, tag: string): { path: NotePath; title: string }[] {
  const key = nameKey(tag.replace(/^#/, '').replace(/\/+$/, ''));
  return db
    .prepare<[string, string, string], { path: NotePath; title: string }>(
      // '0' is the character after '/'.
      `SELECT path, title FROM notes WHERE id IN (SELECT note_id FROM tags WHERE key = ? OR (key >= ? AND key < ?)) ORDER BY path`,
    )
    .all(key, `${key}/`, `${key}0`);
}

function* withParents(tag: string): Generator<string> {
  for (let at = tag.indexOf('/'); at > 0; at = tag.indexOf('/', at + 1)) yield tag.slice(0, at);
  yield tag.replace(/\/+$/, '');
}
