import type { QuickMatch } from '../../../contract/find.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import { ENTRY_KINDS } from '../schema.ts';
import type { QueryContext } from './context.ts';
import { findEntries } from './find-entries.ts';

/** A note that was looked at; `lastVisited` is milliseconds since 1970. */
export interface Recent {
  path: string;
  lastVisited: number;
  count: number;
}

/** Quick open: best first, one row for each note and one for each heading that matches. Empty: recents, then newest files. */
export function quick(
  { db }: QueryContext,
  query: string,
  limit: number,
  recents: readonly Recent[] = [],
): QuickMatch[] {
  const latest = latestFirst(recents);
  if (query.trim() === '') return startingPoints({ db }, limit, latest);
  const seen = new Set<string>();
  const matches: QuickMatch[] = [];
  for (const entry of findEntries(db, query, ENTRY_KINDS, latest)) {
    if (entry.kind !== 'heading') {
      if (seen.has(entry.path)) continue;
      seen.add(entry.path);
    }
    matches.push({
      path: entry.path as NotePath,
      title: entry.title,
      kind: entry.kind,
      matched: entry.kind === 'title' ? '' : entry.text,
      line: entry.line,
    });
    if (matches.length === limit) break;
  }
  return matches;
}

/** Paths of `recents`, the latest first. */
export function latestFirst(recents: readonly Recent[]): string[] {
  return recents
    .toSorted((a, b) => b.lastVisited - a.lastVisited || b.count - a.count)
    .map((recent) => recent.path);
}

function startingPoints({ db }: Pick<QueryContext, 'db'>, limit: number, latest: string[]): QuickMatch[] {
  const titleOf = db.prepare<[string], string>('SELECT title FROM notes WHERE path = ?').pluck();
  const matches = new Map<string, QuickMatch>();
  const add = (path: string, title: string) => {
    if (matches.size < limit)
      matches.set(path, { path: path as NotePath, title, kind: 'title', matched: '', line: null });
  };
  for (const path of latest) {
    const title = titleOf.get(path);
    if (title !== undefined) add(path, title);
  }
  const newest = db.prepare<[number], { path: string; title: string }>(
    'SELECT path, title FROM notes ORDER BY mtime_ms DESC, path LIMIT ?',
  );
  for (const { path, title } of newest.all(limit + matches.size)) if (!matches.has(path)) add(path, title);
  return [...matches.values()];
}
