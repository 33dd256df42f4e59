import type { Backlink, Backlinks, OutgoingLink } from '../../../contract/links.ts';
import { resolveLink } from '../../../core/links/resolve.ts';
import { Lines } from '../../../core/markdown/lines.ts';
import { type NotePath, nameKey, noteName, type VaultPath } from '../../../core/paths/note-path.ts';
import { candidatesIn, type QueryContext } from './context.ts';
import { readNoteText, showLine } from './note-lines.ts';

interface LinkRow {
  source: string;
  title: string;
  target: string;
  line: number;
  start: number;
  stop: number;
}

/** The links from other notes that lead to `path` (a note or an attachment): the latest changed notes first, by place in each. */
function linksTo({ db }: Pick<QueryContext, 'db'>, path: string): LinkRow[] {
  const candidates = candidatesIn(db);
  const key = nameKey(noteName(path));
  return db
    .prepare<[string], LinkRow>(
      `SELECT n.path AS source, n.title, l.target, l.line, l.start, l.stop FROM links l JOIN notes n ON n.id = l.note_id
       WHERE l.target_key = ? ORDER BY n.mtime_ms DESC, n.path, l.start`,
    )
    .all(key)
    .filter(
      ({ source, target }) =>
        target !== '' && source !== path && resolveLink(target, source, candidates) === path,
    );
}

/**
 * The notes that link to `path`, the latest changed first: the first `limit` of them with the lines around their links, as they are on
 * disk now, for only so many are read.
 */
export function backlinks(context: QueryContext, path: string, limit = Number.POSITIVE_INFINITY): Backlinks {
  const links = linksTo(context, path);
  const bySource = Map.groupBy(links, (link) => link.source);
  const shown = [...bySource].slice(0, limit).map(([source, ofSource]) => {
    const text = readNoteText(context.root, source);
    const title = ofSource[0]?.title ?? noteName(source);
    return { path: source as NotePath, title, lines: text === null ? [] : linesAround(text, ofSource) };
  });
  const lines = new Set(links.map(({ source, line }) => `${line} ${source}`)).size;
  return { backlinks: shown, notes: bySource.size, lines };
}

function linesAround(text: string, links: LinkRow[]): Backlink['lines'] {
  const lines = new Lines(text);
  const byLine = Map.groupBy(links, (link) => link.line);
  return [...byLine]
    .filter(([line]) => line <= lines.count)
    .map(([line, onLine]) => {
      const begin = lines.startOf(line);
      const shown = lines.lineText(line);
      const marks = onLine
        .map(({ start, stop }) => ({ from: start - begin, to: Math.min(stop - begin, shown.length) }))
        .filter(({ from, to }) => from >= 0 && from < to);
      return showLine(line, shown, marks);
    });
}

/** The links of a note in their order, and where each leads. */
export function outgoing({ db }: QueryContext, path: string): OutgoingLink[] {
  const candidates = candidatesIn(db);
  return db
    .prepare<
      [string],
      {
        kind: OutgoingLink['kind'];
        target: string;
        heading: string | null;
        block: string | null;
        line: number;
      }
    >(
      `SELECT l.kind, l.target, l.heading, l.block, l.line FROM links l JOIN notes n ON n.id = l.note_id
       WHERE n.path = ? ORDER BY l.start`,
    )
    .all(path)
    .map(({ kind, target, heading, block, line }) => ({
      kind,
      target: target + (heading !== null ? `#${heading}` : block !== null ? `#^${block}` : ''),
      line,
      resolved: resolveLink(target, path, candidates) as VaultPath | null,
    }));
}
