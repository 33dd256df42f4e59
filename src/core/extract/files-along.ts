import { fileKey } from '../links/moved-paths.ts';
import { type Candidates, createResolver } from '../links/resolve.ts';
import { folderOf, isNoteName, joinPath, nameKey } from '../paths/note-path.ts';
import type { Reading } from './reading.ts';
import type { ExtractionPart } from './request.ts';
import type { Range } from './section.ts';

/** What moves, and to which folder. */
interface Moving {
  ranges: readonly Range[];
  folder: string;
}

/**
 * The files, other than notes, that what moves has links to and the rest of the source does not name, and their paths where they go along:
 * as they lie to the source, so they lie to the note that it moves to. Only what lies beside the source, or in a folder beside it (of a
 * source at the top of the vault only what lies beside it: there folders are everybody's), and finds its place free.
 */
export function couldGoAlong(
  source: Reading,
  parts: readonly Moving[],
  candidates: Candidates,
): Map<string, string> {
  const home = folderOf(source.path);
  const resolve = createResolver(candidates);
  const along = new Map<string, string>();
  const isBeside = (path: string) => (home === '' ? !path.includes('/') : path.startsWith(`${home}/`));
  const isFree = (to: string) =>
    !candidates(fileKey(to)).some((path) => nameKey(path) === nameKey(to)) &&
    ![...along.values()].includes(to);
  for (const { ranges, folder } of parts) {
    if (folder === home) continue;
    const rest = withoutRanges(source.text, ranges).toLowerCase();
    for (const { target, link } of source.spots) {
      if (!ranges.some(({ from, to }) => from <= link.from && link.from < to)) continue;
      const path = resolve(target, source.path);
      if (path === null || along.has(path) || isNoteName(path) || !isBeside(path)) continue;
      if (folder !== '' && path.startsWith(`${folder}/`)) continue;
      const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
      // Also what is no link, as in HTML.
      if (rest.includes(name) || rest.includes(encodeURI(name).toLowerCase())) continue;
      // A reference's definition may stay, too.
      if (/^[ \t>]*\[[^\]\n]*\]:/.test(lineFrom(source.text, link.from))) continue;
      const to = joinPath(folder, home === '' ? path : path.slice(home.length + 1));
      if (isFree(to)) along.set(path, to);
    }
  }
  return along;
}

/** Those of the files that could go along to which no other note has a link. */
export function filesAlong(
  source: Reading,
  parts: readonly ExtractionPart[],
  candidates: Candidates,
  own: ReadonlySet<string>,
): Map<string, string> {
  if (own.size === 0) return new Map();
  const moving = parts.map(({ ranges, destination }) => ({ ranges, folder: folderOf(destination.path) }));
  return new Map([...couldGoAlong(source, moving, candidates)].filter(([path]) => own.has(path)));
}

/** The text that stays, in order. */
function withoutRanges(text: string, ranges: readonly Range[]): string {
  let at = 0;
  let rest = '';
  for (const { from, to } of ranges) {
    rest += `${text.slice(at, from)}\n`;
    at = to;
  }
  return rest + text.slice(at);
}

const lineFrom = (text: string, offset: number) => text.slice(text.lastIndexOf('\n', offset - 1) + 1);
