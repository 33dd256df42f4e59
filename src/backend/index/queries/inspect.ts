import type { Inspection } from '../../../contract/inspect.ts';
import { resolveLink } from '../../../core/links/resolve.ts';
import { findHeading, type HeadingPlace, hasBlock } from '../../../core/links/resolve-fragment.ts';
import { readHighlight } from '../../../core/markdown/highlights.ts';
import type { Highlight } from '../../../core/markdown/note-facts.ts';
import { nameKey } from '../../../core/paths/note-path.ts';
import type { NoteDetails } from '../note-record.ts';
import { candidatesIn, type QueryContext } from './context.ts';
import { summarise } from './lists.ts';
import { readNoteText } from './note-lines.ts';
import { tags } from './tags.ts';

type InspectedNote = Inspection['notes'][number];
type InspectedLink = InspectedNote['links'][number];

/** The whole understanding of the vault; everything sorted by path or name, so that two equal vaults give equal answers. */
export function inspect(context: QueryContext): Inspection {
  const { db, root } = context;
  const byNote = <Row extends { note: number }>(sql: string) =>
    Map.groupBy(db.prepare<[], Row>(sql).all(), (row) => row.note);
  const aliases = byNote<{ note: number; alias: string }>(
    'SELECT note_id AS note, alias FROM aliases ORDER BY note_id, ordinal',
  );
  const tagRows = byNote<{ note: number; tag: string }>(
    'SELECT note_id AS note, tag FROM tags ORDER BY note_id, ordinal',
  );
  const headings = byNote<HeadingPlace & { note: number; text: string; line: number }>(
    'SELECT note_id AS note, level, text, key, coalesce(written_key, key) AS writtenKey, line FROM headings ORDER BY note_id, ordinal',
  );
  const blocks = byNote<{ note: number; id: string; line: number }>(
    'SELECT note_id AS note, id, line FROM blocks ORDER BY note_id, ordinal',
  );
  const links = byNote<Omit<InspectedLink, 'resolved' | 'fragmentResolved'> & { note: number }>(
    `SELECT note_id AS note, kind, target, heading, block, alias, line, place AS "in" FROM links ORDER BY note_id, start`,
  );
  const highlights = byNote<Highlight & { note: number }>(
    `SELECT note_id AS note, source, line, end_line AS endLine, start AS "from", stop AS "to", words_stop AS wordsTo,
       reply_stop AS replyTo FROM highlights ORDER BY note_id, ordinal`,
  );
  const candidates = candidatesIn(db);
  const rows = db
    .prepare<[], { id: number; path: string; title: string; words: number; details: string }>(
      'SELECT id, path, title, words, details FROM notes ORDER BY path',
    )
    .all();
  const idOf = new Map(rows.map(({ id, path }) => [path, id]));
  const hasFragment = (
    { heading, block }: { heading: string | null; block: string | null },
    to: string | null,
  ) => {
    const id = to === null ? undefined : idOf.get(to);
    if (id === undefined || (heading === null && block === null)) return null;
    if (heading !== null) return findHeading(heading, headings.get(id) ?? []) >= 0;
    return hasBlock(block ?? '', blocks.get(id)?.map((row) => row.id) ?? []);
  };
  const notes = rows.map(
    ({ id, path, title, words, details }): InspectedNote => ({
      path,
      title,
      aliases: (aliases.get(id) ?? []).map((row) => row.alias),
      tags: (tagRows.get(id) ?? []).map((row) => row.tag),
      words,
      headings: (headings.get(id) ?? []).map(({ level, text, line }) => ({ level, text, line })),
      blocks: (blocks.get(id) ?? []).map(({ id: block, line }) => ({ id: block, line })),
      links: (links.get(id) ?? []).map(({ note: _, ...link }) => {
        const resolved = resolveLink(link.target, path, candidates);
        return { ...link, resolved, fragmentResolved: hasFragment(link, resolved) };
      }),
      ...(JSON.parse(details) as NoteDetails),
      highlights: textsOf(root, path, highlights.get(id) ?? []),
    }),
  );
  return {
    notes,
    attachments: db.prepare<[], string>('SELECT path FROM attachments ORDER BY path').pluck().all(),
    unresolved: unresolvedOf(notes),
    backlinks: backlinksOf(notes),
    tags: Object.fromEntries(tags(context).map(({ tag, notes: count }) => [tag, count])),
    problems: summarise(context).problems,
  };
}

/** The index knows where the texts of highlights stand; the note has them. */
function textsOf(root: string, path: string, highlights: Highlight[]): InspectedNote['highlights'] {
  const text = highlights.length === 0 ? null : readNoteText(root, path);
  if (text === null) return [];
  return highlights.map((highlight) => {
    const { source, line, endLine } = highlight;
    return { ...readHighlight(text, highlight), source, line, endLine };
  });
}

function unresolvedOf(notes: InspectedNote[]): Inspection['unresolved'] {
  const found = new Map<string, { target: string; count: number; from: Set<string> }>();
  for (const { path, links } of notes) {
    for (const { target, resolved } of links) {
      if (resolved !== null) continue;
      const key = nameKey(target.replace(/\.md$/i, ''));
      const known = found.get(key) ?? { target, count: 0, from: new Set<string>() };
      known.count += 1;
      known.from.add(path);
      found.set(key, known);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { target, count, from }]) => ({ target, count, from: [...from] }));
}

function backlinksOf(notes: InspectedNote[]): Inspection['backlinks'] {
  const found = new Map<string, Set<string>>();
  for (const { path, links } of notes) {
    for (const { resolved } of links) {
      if (resolved === null || resolved === path) continue;
      const known = found.get(resolved);
      if (known === undefined) found.set(resolved, new Set([path]));
      else known.add(path);
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([path, from]) => [path, [...from]]));
}
