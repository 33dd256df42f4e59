import { folderOf, isNoteName, joinPath, nameKey, withoutEnding } from '../paths/note-path.ts';

/** The vault's paths whose last segment folds to `key`: notes without `.md`, other files with their ending. */
export type Candidates = (key: string) => readonly string[];

/**
 * The path that a link's target means when it stands in the note `from`, or `null`. Obsidian's order: the exact path from the
 * vault's root, then the source's own folder, then the shortest path that ends in the target (equal lengths: alphabetical).
 * Case and Unicode form do not count, `.md` is optional, `./` and `../` are relative to the source. An alias resolves nothing. With
 * `.md` only a note is meant; with another ending rather the file that has it than a note whose name ends so.
 */
export function resolveLink(target: string, from: string, candidates: Candidates): string | null {
  if (target === '') return from;
  const wanted = normalise(target, from);
  if (wanted === null) return null;
  const key = nameKey(withoutEnding(wanted));
  const last = key.slice(key.lastIndexOf('/') + 1);
  const sameName = candidates(last);
  const notes = sameName.filter(isNoteName);
  if (notes.length === sameName.length) return nearest(notes, key, from);
  if (isNoteName(wanted)) return nearest(notes, key, from);
  const others = sameName.filter((path) => !isNoteName(path));
  const hasEnding = last.lastIndexOf('.') > 0;
  const [first, then] = hasEnding ? [others, notes] : [notes, others];
  return nearest(first, key, from) ?? nearest(then, key, from);
}

/** That of the paths which `key` means in the note `from`. */
function nearest(sameName: readonly string[], key: string, from: string): string | null {
  const exact = sameName.find((path) => pathKey(path) === key);
  if (exact !== undefined) return exact;
  const beside = nameKey(joinPath(folderOf(from), key));
  const near = sameName.find((path) => pathKey(path) === beside);
  if (near !== undefined) return near;
  const suffix = `/${key}`;
  const rest = sameName.filter((path) => `/${pathKey(path)}`.endsWith(suffix));
  return rest.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}

/** As {@link resolveLink}, with what was found kept: many notes link to the same ones. `candidates` must stay as they are. */
export function createResolver(candidates: Candidates): (target: string, from: string) => string | null {
  const known = new Map<string, string | null>();
  return (target, from) => {
    if (target === '') return from;
    // No path has that character in it.
    const key = `${folderOf(from)}\0${target}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const resolved = resolveLink(target, from, candidates);
    known.set(key, resolved);
    return resolved;
  };
}

/** Whether a target says the way from the folder of its note (`./`, `../`). Where only one file has its name, each other target means the same everywhere. */
export const isRelative = (target: string) => /^\.\.?\//.test(target);

/** The key under which a link in the note `from` is looked up: the folded last segment of its target, just as resolving it asks for it. */
export function targetKey(target: string, from: string): string {
  // Nearly all: a bare name is looked up as it is.
  if (!/^\.{0,2}$|\//.test(target)) return nameKey(withoutEnding(target));
  let key = '';
  resolveLink(target, from, (asked) => {
    key = asked;
    return [];
  });
  return key;
}

const pathKey = (path: string) => nameKey(withoutEnding(path));

function normalise(target: string, from: string): string | null {
  const relative = isRelative(target);
  const segments: string[] = relative && folderOf(from) !== '' ? folderOf(from).split('/') : [];
  for (const segment of target.replace(/^\/+/, '').split('/')) {
    if (segment === '.' || segment === '') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return null;
    } else segments.push(segment);
  }
  return segments.length === 0 ? null : segments.join('/');
}

/** What to write between `[[` and `]]` to mean the note at `path`: its name where that is unique, else its path. */
export function linkTextFor(path: string, candidates: Candidates): string {
  const full = withoutEnding(path);
  const name = full.slice(full.lastIndexOf('/') + 1);
  return candidates(nameKey(name)).filter((other) => other !== path).length === 0 ? name : full;
}
