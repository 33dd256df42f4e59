import type { QuickMatch } from '../../../contract/find.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import { ENTRY_KINDS } from '../schema.ts';
import type { QueryContext } from './context.ts';
import { findEntries } from './find-entries.ts';
import { readNoteText } from './note-lines.ts';

const MAX_PREVIEW_LINES = 60;
const MAX_PREVIEW_LINE = 500;

/**
 * Quick open: best first, one row for each note and one for each heading that matches; `#` before the query asks for headings only.
 * Empty: `recents` (paths, the likeliest first), then newest files.
 */
export function quick(
  { db }: QueryContext,
  query: string,
  limit: number,
  recents: readonly string[] = [],
): QuickMatch[] {
  if (query.trim() === '') return startingPoints({ db }, limit, recents);
  const onlyHeadings = query.trimStart().startsWith('#');
  const wanted = onlyHeadings ? query.trimStart().replace(/^#+\s*/, '') : query;
  const seen = new Set<string>();
  const matches: QuickMatch[] = [];
  const kinds = onlyHeadings ? (['heading'] as const) : ENTRY_KINDS;
  for (const entry of findEntries(db, wanted, kinds, recents, limit)) {
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

function startingPoints(
  { db }: Pick<QueryContext, 'db'>,
  limit: number,
  recents: readonly string[],
): QuickMatch[] {
  const titleOf = db.prepare<[string], string>('SELECT title FROM notes WHERE path = ?').pluck();
  const matches = new Map<string, QuickMatch>();
  const add = (path: string, title: string) => {
    if (matches.size < limit)
      matches.set(path, { path: path as NotePath, title, kind: 'title', matched: '', line: null });
  };
  for (const path of recents) {
    const title = titleOf.get(path);
    if (title !== undefined) add(path, title);
  }
  const newest = db.prepare<[number], { path: string; title: string }>(
    'SELECT path, title FROM notes ORDER BY mtime_ms DESC, path LIMIT ?',
  );
  for (const { path, title } of newest.all(limit + matches.size)) if (!matches.has(path)) add(path, title);
  return [...matches.values()];
}

/**
 * What a note says from a line on (from 1), or after its properties: at most sixty lines, long ones cut. `null` where it cannot be read
 * as text.
 */
export function preview(
  { db, root }: QueryContext,
  path: string,
  line: number | null,
): { from: number; lines: string[] } | null {
  const text = readNoteText(root, path);
  if (text === null) return null;
  const bodyFrom =
    db.prepare<[string], number>('SELECT body_from FROM notes WHERE path = ?').pluck().get(path) ?? 0;
  const from = line ?? text.slice(0, bodyFrom).split('\n').length;
  const lines = text.split('\n', from + MAX_PREVIEW_LINES).slice(from - 1);
  return { from, lines: lines.slice(0, MAX_PREVIEW_LINES).map((shown) => shown.slice(0, MAX_PREVIEW_LINE)) };
}
