import type { Result } from '../../../contract/contract.ts';
import { linkTextFor } from '../../../core/links/resolve.ts';
import { type NotePath, noteName } from '../../../core/paths/note-path.ts';
import { candidatesIn, type QueryContext } from './context.ts';
import { findEntries } from './find-entries.ts';
import { quick } from './quick.ts';

export type LinkSuggestion = Result<'find.linkTargets'>['targets'][number];

/**
 * What `[[` completes to in the note `from`, best first: one row for each note, with the shortest link text that means it. Empty: the
 * other notes, recents first.
 */
export function linkTargets(
  context: QueryContext,
  query: string,
  from: string,
  limit: number,
  recents: readonly string[] = [],
): LinkSuggestion[] {
  const candidates = candidatesIn(context.db);
  const suggest = (path: string, title: string, alias: string | null): LinkSuggestion => ({
    path: path as NotePath,
    title,
    link: linkTextFor(path, candidates),
    // A citekey says little to a reader: the link shows the work's title.
    alias: alias ?? (noteName(path).startsWith('@') && title !== noteName(path) ? title : null),
  });
  if (query.trim() === '') {
    return quick(context, '', limit + 1, recents)
      .filter(({ path }) => path !== from)
      .slice(0, limit)
      .map(({ path, title }) => suggest(path, title, null));
  }
  const found = new Map<string, LinkSuggestion>();
  for (const { path, title, kind, text } of findEntries(
    context.db,
    query,
    ['title', 'alias', 'path'],
    recents,
    limit,
  )) {
    if (found.size === limit) break;
    if (!found.has(path)) found.set(path, suggest(path, title, kind === 'alias' ? text : null));
  }
  return [...found.values()];
}
