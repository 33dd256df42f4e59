import type { Inspected, Inspection } from '../../../contract/inspect.ts';
import { resolveLink } from '../../../core/links/resolve.ts';
import { findHeading, type HeadingPlace, hasBlock } from '../../../core/links/resolve-fragment.ts';
import { readHighlight } from '../../../core/markdown/highlights.ts';
import type { Highlight } from '../../../core/markdown/note-facts.ts';
import { nameKey, withoutEnding } from '../../../core/paths/note-path.ts';
import { JsonFile } from '../json-file.ts';
import { readDetails } from '../note-record.ts';
import { candidatesIn, type QueryContext } from './context.ts';
import { summarise } from './lists.ts';
import { readNoteText } from './note-lines.ts';
import { tags } from './tags.ts';

type InspectedNote = Inspection['notes'][number];
type InspectedLink = InspectedNote['links'][number];

/**
 * Looks at the whole vault, and writes all that is understood of it into a new file at `file` that nobody else may read, where one is
 * wanted: as one JSON value in the shape of `Inspection`, note by note, for that of a large vault is longer than a string may be.
 * Everything is sorted by path or name, so that two equal vaults give equal bytes. Throws `io` where it cannot be written; nothing is
 * there then.
 */
export function inspect(context: QueryContext, file: string | null): Omit<Inspected, 'file'> {
  if (file === null) return lookAtAll(context, null);
  const writer = new JsonFile(file);
  try {
    const found = lookAtAll(context, writer);
    writer.close();
    return found;
  } catch (error) {
    writer.remove();
    throw error;
  }
}

function lookAtAll(context: QueryContext, writer: JsonFile | null): Omit<Inspected, 'file'> {
  const { db } = context;
  const readNote = noteReader(context);
  const unresolved = new Map<string, { target: string; count: number; from: Set<string> }>();
  const backlinks = new Map<string, Set<string>>();
  const loose: Inspected['loose'] = [];
  let notes = 0;
  writer?.write('{"notes":[');
  // Not row by row: what is asked for each note would wait for the rows to end.
  for (const row of db.prepare<[], NoteRow>('SELECT id, path, title, words FROM notes ORDER BY path').all()) {
    const note = readNote(row);
    writer?.write((notes === 0 ? '' : ',') + JSON.stringify(note));
    notes += 1;
    for (const { target, resolved, fragmentResolved, line, heading, block } of note.links) {
      if (resolved === null) countUnresolved(unresolved, target, note.path);
      else if (resolved !== note.path)
        backlinks.set(resolved, (backlinks.get(resolved) ?? new Set()).add(note.path));
      if (fragmentResolved === false) loose.push({ path: note.path, line, target, heading, block });
    }
  }
  const attachments = db.prepare<[], string>('SELECT path FROM attachments ORDER BY path').pluck().all();
  const counted = tags(context);
  const sorted = byKey(unresolved).map(([, one]) => one);
  const { problems } = summarise(context);
  const rest: Omit<Inspection, 'notes'> = {
    attachments,
    unresolved: sorted.map(({ target, count, from }) => ({ target, count, from: [...from] })),
    backlinks: Object.fromEntries(byKey(backlinks).map(([path, from]) => [path, [...from]])),
    tags: Object.fromEntries(counted.map(({ tag, notes: count }) => [tag, count])),
    problems,
  };
  writer?.write(`],${JSON.stringify(rest).slice(1)}\n`);
  return {
    notes,
    attachments: attachments.length,
    tags: counted.length,
    unresolved: sorted.map(({ target, count }) => ({ target, count })),
    loose,
    problems,
  };
}

function countUnresolved(
  unresolved: Map<string, { target: string; count: number; from: Set<string> }>,
  target: string,
  path: string,
): void {
  const key = nameKey(withoutEnding(target));
  const known = unresolved.get(key) ?? { target, count: 0, from: new Set<string>() };
  known.count += 1;
  known.from.add(path);
  unresolved.set(key, known);
}

const byKey = <Value>(found: ReadonlyMap<string, Value>): [string, Value][] =>
  [...found].sort(([a], [b]) => (a < b ? -1 : 1));

interface NoteRow {
  id: number;
  path: string;
  title: string;
  words: number;
}

/** Reads all that the index knows of a note. */
function noteReader({ db, root }: QueryContext): (row: NoteRow) => InspectedNote {
  const rowsOf = <Row>(sql: string) => db.prepare<[number], Row>(sql);
  const aliases = rowsOf<string>('SELECT alias FROM aliases WHERE note_id = ? ORDER BY ordinal').pluck();
  const tagsOf = rowsOf<string>('SELECT tag FROM tags WHERE note_id = ? ORDER BY ordinal').pluck();
  const headings = rowsOf<InspectedNote['headings'][number]>(
    'SELECT level, text, line FROM headings WHERE note_id = ? ORDER BY ordinal',
  );
  const blocks = rowsOf<InspectedNote['blocks'][number]>(
    'SELECT id, line FROM blocks WHERE note_id = ? ORDER BY ordinal',
  );
  const links = rowsOf<Omit<InspectedLink, 'resolved' | 'fragmentResolved'>>(
    `SELECT coalesce(kind, 'wikilink') AS kind, target, heading, block, alias, line, coalesce(place, 'body') AS "in"
     FROM links WHERE note_id = ? ORDER BY start`,
  );
  const highlights = rowsOf<Highlight>(
    `SELECT source, line, end_line AS endLine, start AS "from", stop AS "to", words_stop AS wordsTo, reply_stop AS replyTo
     FROM highlights WHERE note_id = ? ORDER BY ordinal`,
  );
  const details = rowsOf<string>('SELECT details FROM notes WHERE id = ?').pluck();
  const candidates = candidatesIn(db);
  const hasFragment = fragmentsIn(db);
  return ({ id, path, title, words }) => ({
    path,
    title,
    aliases: aliases.all(id),
    tags: tagsOf.all(id),
    words,
    headings: headings.all(id),
    blocks: blocks.all(id),
    links: links.all(id).map((link) => {
      const resolved = resolveLink(link.target, path, candidates);
      return { ...link, resolved, fragmentResolved: hasFragment(link, resolved) };
    }),
    ...readDetails(details.get(id) ?? '{}'),
    highlights: textsOf(root, path, highlights.all(id)),
  });
}

/** Notes whose headings and blocks are kept in mind: many links name parts of the same few. */
const MOST_KNOWN = 2000;

/** Says whether the note at `to` has the part that a link names; `null` where it names none, or there is no note. */
function fragmentsIn(
  db: QueryContext['db'],
): (link: Pick<InspectedLink, 'heading' | 'block'>, to: string | null) => boolean | null {
  const idOf = db.prepare<[string], number>('SELECT id FROM notes WHERE path = ?').pluck();
  const headings = db.prepare<[number], HeadingPlace>(
    'SELECT level, key, coalesce(written_key, key) AS writtenKey FROM headings WHERE note_id = ? ORDER BY ordinal',
  );
  const blocks = db
    .prepare<[number], string>('SELECT id FROM blocks WHERE note_id = ? ORDER BY ordinal')
    .pluck();
  const known = new Map<string, { headings: HeadingPlace[]; blocks: string[] } | null>();
  const partsOf = (path: string) => {
    const seen = known.get(path);
    if (seen !== undefined) return seen;
    if (known.size >= MOST_KNOWN) known.clear();
    const id = idOf.get(path);
    const parts = id === undefined ? null : { headings: headings.all(id), blocks: blocks.all(id) };
    known.set(path, parts);
    return parts;
  };
  return ({ heading, block }, to) => {
    if (to === null || (heading === null && block === null)) return null;
    const parts = partsOf(to);
    if (parts === null) return null;
    return heading !== null ? findHeading(heading, parts.headings) >= 0 : hasBlock(block ?? '', parts.blocks);
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
