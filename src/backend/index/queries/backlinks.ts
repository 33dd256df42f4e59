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

/** The links under one key, and which of them lead to a note or attachment. */
interface Leading {
  key: string;
  /** The id of the note itself, whose own links do not count; -1 for an attachment. */
  own: number;
  /** Whether a link that is written so leads here from the note with that id. */
  leadsHere(target: string, note: number): boolean;
  /** The same where it leads to the same from everywhere; `null` where that depends on the note. */
  leadsHereFromAnywhere(target: string): boolean | null;
}

function leadingTo({ db }: QueryContext, path: string): Leading {
  const candidates = candidatesIn(db);
  const resolve = createResolver(candidates);
  const key = nameKey(noteName(path));
  const isAlone = candidates(key).length === 1;
  const own =
    statementOf<[string], { id: number }>(db, 'SELECT id FROM notes WHERE path = ?').get(path)?.id ?? -1;
  const pathOf = statementOf<[number], { path: string }>(db, 'SELECT path FROM notes WHERE id = ?');
  const anywhere = new Map<string, boolean>();
  const leadsHereFromAnywhere = (target: string) => {
    if (target === '') return false;
    if (!isAlone || isRelative(target)) return null;
    const known = anywhere.get(target) ?? resolve(target, '') === path;
    anywhere.set(target, known);
    return known;
  };
  return {
    key,
    own,
    leadsHereFromAnywhere,
    leadsHere(target, note) {
      if (note === own) return false;
      return leadsHereFromAnywhere(target) ?? resolve(target, pathOf.get(note)?.path ?? '') === path;
    },
  };
}

const LINKING = 'SELECT note_id, target, line FROM links WHERE target_key = ? ORDER BY note_id';
/** Of so many linking notes, the latest are met sooner going through all notes by time than by looking up each one's. */
const MANY_LINKING = 1000;
const latestOf = (linking: number) => `
  SELECT id, path, title FROM notes ${linking > MANY_LINKING ? 'INDEXED BY notes_by_time' : 'NOT INDEXED'}
  WHERE id IN (SELECT value FROM json_each(?)) ORDER BY mtime_ms DESC, path LIMIT ?`;
const LATEST_LINKING = `
  SELECT id, path, title FROM notes n INDEXED BY notes_by_time
  WHERE id <> ? AND EXISTS (SELECT 1 FROM links WHERE target_key = ? AND note_id = n.id AND target = ?)
  ORDER BY mtime_ms DESC, path LIMIT ?`;
const LINKS_OF = `
  SELECT note_id AS note, target, line, start, stop FROM links
  WHERE target_key = ? AND note_id IN (SELECT value FROM json_each(?)) ORDER BY start`;
const TOTALS = 'SELECT target, notes, lines FROM link_totals WHERE target_key = ?';
const OWN_LINES = 'SELECT count(DISTINCT line) AS lines FROM links WHERE note_id = ? AND target = ?';

/**
 * The notes that link to `path` (a note or an attachment), the latest changed first: the first `limit` of them with the lines around their
 * links, as they are on disk now, for only so many are read.
 */
export function backlinks(context: QueryContext, path: string, limit?: number): Backlinks {
  const { db, root } = context;
  const leading = leadingTo(context, path);
  const { notes, lines, latest } =
    (limit === undefined ? null : latestOfMany(db, leading, limit)) ?? latestOfAll(db, leading, limit);
  const links = statementOf<[string, string], LinkRow>(db, LINKS_OF)
    .all(leading.key, JSON.stringify(latest.map(({ id }) => id)))
    .filter(({ target, note }) => leading.leadsHere(target, note));
  const byNote = Map.groupBy(links, ({ note }) => note);
  const shown = latest.map(({ id, path: source, title }) => {
    const text = readNoteText(root, source);
    return {
      path: source as NotePath,
      title,
      lines: text === null ? [] : linesAround(text, byNote.get(id) ?? []),
    };
  });
  return { backlinks: shown, notes, lines };
}

/** How many notes and lines link here, and the latest of the notes. */
interface Linking {
  notes: number;
  lines: number;
  latest: SourceRow[];
}

/** By the totals, where very many links lead here and all are written alike; `null` otherwise. */
function latestOfMany(
  db: QueryContext['db'],
  { key, own, leadsHereFromAnywhere }: Leading,
  limit: number,
): Linking | null {
  const totals = statementOf<[string], { target: string; notes: number; lines: number }>(db, TOTALS).all(key);
  const leads = totals.map(({ target }) => leadsHereFromAnywhere(target));
  const [only, another] = totals.filter((_, at) => leads[at] === true);
  if (leads.includes(null) || only === undefined || another !== undefined || only.notes <= MANY_LINKING)
    return null;
  const { target } = only;
  const ownLines =
    statementOf<[number, string], { lines: number }>(db, OWN_LINES).get(own, target)?.lines ?? 0;
  const latest = statementOf<[number, string, string, number], SourceRow>(db, LATEST_LINKING);
  return {
    notes: only.notes - Number(ownLines > 0),
    lines: only.lines - ownLines,
    latest: latest.all(own, key, target, limit),
  };
}

/** By looking at each link. */
function latestOfAll(db: QueryContext['db'], { key, leadsHere }: Leading, limit = -1): Linking {
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
  const latest = statementOf<[string, number], SourceRow>(db, latestOf(notes.length));
  return { notes: notes.length, lines, latest: latest.all(JSON.stringify(notes), limit) };
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
      `SELECT coalesce(l.kind, 'wikilink') AS kind, l.target, l.heading, l.block, l.line FROM links l JOIN notes n ON n.id = l.note_id
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
