import { fileKey } from '../links/moved-paths.ts';
import { type Candidates, createResolver } from '../links/resolve.ts';
import { folderOf, joinPath, nameKey } from '../paths/note-path.ts';
import type { Reading } from './reading.ts';
import type { ExtractionPart } from './request.ts';

/**
 * The files, other than notes, that no text of the vault uses but what moves to one note, and their paths where they go along: as they lie
 * to the source, so they lie to that note. Only what lies in the source's folder, or within it, and finds its place free.
 */
export function filesAlong(
  source: Reading,
  parts: readonly ExtractionPart[],
  notes: Iterable<Reading>,
  candidates: Candidates,
): Map<string, string> {
  const home = folderOf(source.path);
  const resolve = createResolver(candidates);
  const along = new Map<string, { part: ExtractionPart; to: string }>();
  const isFree = (to: string) => !candidates(fileKey(to)).some((path) => nameKey(path) === nameKey(to));
  for (const part of parts) {
    const folder = folderOf(part.destination.path);
    if (folder === home) continue;
    for (const { target, link } of source.spots) {
      if (!isWithin(part, link.from)) continue;
      const path = resolve(target, source.path);
      if (path === null || /\.md$/i.test(path) || !(home === '' || path.startsWith(`${home}/`))) continue;
      const to = joinPath(folder, home === '' ? path : path.slice(home.length + 1));
      if (isFree(to)) along.set(path, { part, to });
    }
  }
  if (along.size === 0) return new Map();
  const keys = new Set([...along.keys()].map(fileKey));
  for (const note of notes)
    for (const { target, link } of note.spotsCalled(keys)) {
      const path = resolve(target, note.path) ?? '';
      const part = along.get(path)?.part;
      if (part !== undefined && !(note.path === source.path && isWithin(part, link.from))) along.delete(path);
    }
  return new Map([...along].map(([path, { to }]) => [path, to]));
}

const isWithin = ({ ranges }: ExtractionPart, offset: number) =>
  ranges.some(({ from, to }) => from <= offset && offset < to);
