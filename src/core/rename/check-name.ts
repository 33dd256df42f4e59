import { nameKey } from '../paths/note-path.ts';
import { safeNoteName } from '../paths/safe-name.ts';

/** A name that a path must not have. */
export interface BadName {
  name: string;
  /** A path that would do. */
  suggestion: string;
}

/**
 * The first name of a path that could not be used on every system, or in a link; `null` where all can. Names that are in use are taken as
 * they are: those of `from`, and of folders that are there.
 */
export function badNameIn(to: string, from: string, folders: ReadonlySet<string>): BadName | null {
  const known = new Set(from.split('/').map(nameKey));
  const segments = to.split('/');
  for (const [at, segment] of segments.entries()) {
    if (known.has(nameKey(segment)) || folders.has(segments.slice(0, at + 1).join('/'))) continue;
    const ending = at === segments.length - 1 ? (/\.md$/i.exec(segment)?.[0] ?? '') : '';
    const name = segment.slice(0, segment.length - ending.length);
    const safe = safeNoteName(name);
    if (safe !== name)
      return { name, suggestion: segments.with(at, (safe === '' ? 'Note' : safe) + ending).join('/') };
  }
  return null;
}
