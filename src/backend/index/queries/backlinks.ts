import type { Backlink, Backlinks, OutgoingLink } from '../../../contract/links.ts';
import { createResolver, isRelative, resolveLink } from '../../../core/links/resolve.ts';
import { Lines } from '../../../core/markdown/lines.ts';
import { type NotePath, nameKey, noteName, type VaultPath } from '../../../core/paths/note-path.ts';
import { statementOf } from '../../sqlite.ts';
import { candidatesIn, type QueryContext } from './context.ts';
import { readNoteText, showLine } from './note-lines.ts';

interface LinkRow {
  note: number;
  target: string;
  line: number;
  start: number;
  stop: number;
}

interface SourceRow {
  id: number;
  path: string;
  title: string;
}

/** Says which links under the key of `path` lead to it: a link's target, and the id of the note in which it stands. */
function leadingTo({ db }: QueryContext, path: string): (target: string, note: number) => boolean {
  const candidates = candidatesIn(db);
  const resolve = createResolver(candidates);
  const isAlone = candidates(nameKey(noteName(path))).length === 1;
  const own = statementOf<[string], { id: number }>(db, 'SELECT id FROM notes WHERE path = ?').get(path)?.id;
  const pathOf = statementOf<[number], { path: string }>(db, 'SELECT path FROM notes WHERE id = ?');
  const anywhere = new Map<string, boolean>();
  return (target, note) => {
    if (target === '' || note === own) return false;
    const known = anywhere.get(target);
    if (known !== undefined) return known;
    const isSameAnywhere = isAlone && !isRelative(target);
    const leadsHere = resolve(target, isSameAnywhere ? '' : (pathOf.get(note)?.path ?? '')) === path;
    if (isSameAnywhere) anywhere.set(target, leadsHere);
    return leadsHere;
  };
}

const LINKING = 'SELECT note_id, target, line FROM links WHERE target_key = ? ORDER BY note_id';
/** Of so many linking notes, the latest are met sooner going through all notes by time than by looking up each one's. */
const MANY_LINKING = 1000;
const latestOf = (linking: number) => `
  SELECT id, path, title FROM notes ${linking > MANY_LINKING ? 'INDEXED BY notes_by_time' : 'NOT INDEXED'}
  WHERE id IN (SELECT value FROM json_each(?)) ORDER BY mtime_ms DESC, path LIMIT ?`;
const LINKS_OF = `
  SELECT note_id AS note, target, line, start, stop FROM links
  WHERE target_key = ? AND note_id IN (SELECT value FROM json_each(?)) ORDER BY start`;

/**
 * The notes that link to `path` (a note or an attachment), the latest changed first: the first `limit` of them with the lines around their
 * links, as they are on disk now, for only so many are read.
 */
export function backlinks(context: QueryContext, path: string, limit?: number): Backlinks {
  const { db, root } = context;
  const key = nameKey(noteName(path));
  const leadsHere = leadingTo(context, path);
  const linking = statementOf<[string], [note: number, target: string, line: number]>(db, LINKING).raw();
  const notes: number[] = [];
  const linesHere = new Set<number>();
  let lines = 0;
  for (const [note, target, line] of linking.all(key)) {
    if (!leadsHere(target, note)) continue;
    if (notes.at(-1) !== note) {
      notes.push(note);
      linesHere.clear();
    }
    if (linesHere.has(line)) continue;
    linesHere.add(line);
    lines += 1;
  }
  const latest = statementOf<[string, number], SourceRow>(db, latestOf(notes.length)).all(
    JSON.stringify(notes),
    limit ?? -1,
  );
  const links = statementOf<[string, string], LinkRow>(db, LINKS_OF)
    .all(key, JSON.stringify(latest.map(({ id }) => id)))
    .filter(({ target, note }) => leadsHere(target, note));
  const byNote = Map.groupBy(links, ({ note }) => note);
  const shown = latest.map(({ id, path: source, title }) => {
    const text = readNoteText(root, source);
    return {
      path: source as NotePath,
      title,
      lines: text === null ? [] : linesAround(text, byNote.get(id) ?? []),
    };
  });
  return { backlinks: shown, notes: notes.length, lines };
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
