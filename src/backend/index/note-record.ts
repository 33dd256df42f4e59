import { targetKey } from '../../core/links/resolve.ts';
import { headingPlace } from '../../core/links/resolve-fragment.ts';
import {
  factsOfName,
  type Highlight,
  type NoteFacts,
  type NoteLink,
} from '../../core/markdown/note-facts.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { folderOf, nameKey, noteName, withoutEnding } from '../../core/paths/note-path.ts';
import { readLineEnds } from '../../core/text/line-ends.ts';
import { decodeNote, tooLargeMessage } from '../vault/decode.ts';
import { revisionOf } from '../vault/revision.ts';
import { foldText, fullText, initialsOf, spaceOut } from './fold.ts';
import {
  AFTER_PATH,
  ENTRY_KINDS,
  type EntryKind,
  OF_THE_NOTE,
  ROW_TABLES,
  TEXT_COLUMNS,
  type TextColumn,
} from './schema.ts';

/** What the index keeps of one note, worked out so that it only has to be put in: any thread may make it. */
export interface NoteRecord {
  name: string;
  title: string;
  words: number;
  hash: string;
  /** Where the body begins, after the frontmatter: UTF-16 offset. */
  bodyFrom: number;
  /** As {@link writeDetails} has it. */
  details: string;
  /** How many entries there are among the rows. */
  entries: number;
  /**
   * All else, UTF-8: the {@link TEXT_COLUMNS} of the full text, and the rows of all {@link ROW_TABLES} as one array of JSON
   * ({@link NoteRows}). Bytes are handed from thread to thread without a copy, and SQLite takes them as they are.
   */
  bytes: Uint8Array;
  /** Where each of these ends. */
  ends: number[];
  /** Why only its name is known. */
  problem: { code: string; message: string } | null;
}

/** The rows of one note by tables, each in the order of the table's columns after the note's id and the row's ordinal. */
export interface NoteRows {
  aliases: string[];
  headings: [level: number, text: string, key: string, writtenKey: string | null, line: number][];
  blocks: [id: string, line: number][];
  tags: [tag: string, key: string][];
  links: [
    kind: NoteLink['kind'] | null,
    target: string,
    targetKey: string,
    heading: string | null,
    block: string | null,
    alias: string | null,
    line: number,
    from: number,
    to: number,
    place: NoteLink['place'] | null,
  ][];
  highlights: [
    source: string | null,
    line: number,
    endLine: number,
    from: number,
    to: number,
    wordsTo: number,
    replyTo: number,
  ][];
  /** What quick open finds the note by, with its key as the full text takes it, where that is another, and its initials. */
  entries: [
    kind: number,
    text: string,
    key: string,
    line: number | null,
    words: string | null,
    initials: string,
  ][];
}

/** What is only looked at note by note. */
export type NoteDetails = Pick<NoteFacts, 'footnotes' | 'tasks' | 'urls' | 'fences'>;

/** What a note's bytes mean, `null` for more than 50 MB. A note that cannot be understood is known by its name, with the reason. Never throws. */
export function recordOf(path: string, bytes: Buffer | null, size: number): NoteRecord {
  if (bytes === null) {
    const problem = { code: 'too-large', message: tooLargeMessage(size) };
    return nameOnly(path, problem, { hash: revisionOf(Buffer.from(`${size}`)) });
  }
  const hash = revisionOf(bytes);
  const decoded = decodeNote(bytes);
  if (decoded.kind === 'unreadable') {
    const problem = { code: decoded.code, message: decoded.message };
    return recordOfFacts(path, linksOf(path, decoded.best), { text: '', hash, problem });
  }
  const { text } = readLineEnds(decoded.raw);
  try {
    return recordOfFacts(path, understandNote(noteName(path), text), { text, hash, problem: null });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = { code: 'not-understood', message: `Its Markdown could not be understood (${reason}).` };
    return nameOnly(path, problem, { hash, text });
  }
}

/** What is known of a note that can only be looked at: its name, and the links in it, which a rename has to tell of. */
function linksOf(path: string, best: string): NoteFacts {
  const facts = factsOfName(noteName(path));
  try {
    return { ...facts, links: understandNote(noteName(path), readLineEnds(best).text).links };
  } catch {
    return facts;
  }
}

/** A note of which only the name is known, and why. */
export function nameOnly(
  path: string,
  problem: { code: string; message: string },
  { hash = '', text = '' } = {},
): NoteRecord {
  return recordOfFacts(path, factsOfName(noteName(path)), { text, hash, problem });
}

function recordOfFacts(
  path: string,
  facts: NoteFacts,
  { text, hash, problem }: Pick<NoteRecord, 'hash' | 'problem'> & { text: string },
): NoteRecord {
  const { title, words, aliases, blocks, highlights, bodyFrom } = facts;
  const name = noteName(path);
  const { mine, quoted } = partText(text, highlights, bodyFrom);
  const entries = entriesOf(path, name, facts);
  const rows: NoteRows = {
    aliases,
    headings: facts.headings.map((heading) => {
      const { level, key, writtenKey } = headingPlace(heading);
      return [level, heading.text, key, writtenKey === key ? null : writtenKey, heading.line];
    }),
    blocks: blocks.map(({ id, line }) => [id, line]),
    tags: facts.tags.map((tag) => [tag, nameKey(tag)]),
    links: facts.links.map(({ kind, target, heading, block, alias, line, from, to, place }) => [
      kind === 'wikilink' ? null : kind,
      target,
      targetKey(target, path),
      heading,
      block,
      alias,
      line,
      from,
      to,
      place === 'body' ? null : place,
    ]),
    highlights: highlights.map(({ source, line, endLine, from, to, wordsTo, replyTo }) => [
      source,
      line,
      endLine,
      from,
      to,
      wordsTo,
      replyTo,
    ]),
    entries,
  };
  const columns: Record<TextColumn, string> = {
    title: [...new Set([title, ...aliases, name])].join('\n'),
    headings: facts.headings.map((heading) => heading.text).join('\n'),
    mine,
    quoted,
    properties: text.slice(0, bodyFrom),
  };
  return {
    name,
    title,
    words,
    hash,
    bodyFrom,
    details: writeDetails(facts),
    entries: entries.length,
    ...inBytes([
      ...TEXT_COLUMNS.map((column) => fullText(columns[column])),
      written(ROW_TABLES.map((table) => rows[table])),
    ]),
    problem,
  };
}

/** A code unit of UTF-16 is three bytes at most. */
const MOST_BYTES = 3;
/** Most notes find room in it, and are copied out at once: to ask for so much memory each time takes longer. */
const ROOM = Buffer.alloc(256 * 1024);

function inBytes(parts: readonly string[]): Pick<NoteRecord, 'bytes' | 'ends'> {
  const units = parts.reduce((sum, part) => sum + part.length, 0);
  const isSmall = units * MOST_BYTES <= ROOM.length;
  const room = isSmall
    ? ROOM
    : Buffer.allocUnsafe(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
  let end = 0;
  const ends = parts.map((part) => {
    end += room.write(part, end);
    return end;
  });
  return { bytes: new Uint8Array(room.subarray(0, end)), ends };
}

/** JSON without half characters, which SQLite would take as they are. */
function written(rows: readonly unknown[]): string {
  const json = JSON.stringify(rows);
  if (!json.includes('\\ud')) return json;
  return JSON.stringify(rows, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
}

/** Quotations apart from the user's own words; the frontmatter is neither. */
function partText(
  text: string,
  highlights: readonly Highlight[],
  bodyFrom: number,
): { mine: string; quoted: string } {
  let mine = '';
  let quoted = '';
  let at = bodyFrom;
  for (const { from, to } of highlights) {
    mine += text.slice(at, from);
    quoted += `${text.slice(from, to)}\n`;
    at = to;
  }
  return { mine: mine + text.slice(at), quoted };
}

function entriesOf(path: string, name: string, { title, aliases, headings }: NoteFacts): NoteRows['entries'] {
  const titleKey = foldText(title);
  const entries: NoteRows['entries'] = [];
  const add = (kind: EntryKind, text: string, key: string, line: number | null = null) => {
    const own = OF_THE_NOTE.has(kind) ? '' : text;
    const initials = kind === 'title' || kind === 'alias' ? initialsOf(key) : '';
    const spaced = spaceOut(key);
    entries.push([ENTRY_KINDS.indexOf(kind), own, key, line, spaced === key ? null : spaced, initials]);
  };
  const addOther = (kind: EntryKind, text: string, line: number | null) => {
    const key = foldText(text);
    if (key !== titleKey) add(kind, text, key, line);
  };
  add('title', title, titleKey);
  for (const alias of aliases) addOther('alias', alias, null);
  const bare = withoutEnding(path);
  const pathKey = foldText(bare);
  // Who types a folder and a word means the note’s title by that, also where its file is called otherwise.
  const isTitled = name !== title && !pathKey.includes(titleKey);
  if (folderOf(path) !== '' || name !== title)
    add('path', bare, isTitled ? `${pathKey}${AFTER_PATH}${titleKey}` : pathKey);
  for (const { text, line } of headings) if (text !== '') addOther('heading', text, line);
  return entries;
}

const NO_DETAILS: NoteDetails = {
  footnotes: { references: [], definitions: [] },
  tasks: [],
  urls: [],
  fences: [],
};

/** Details as the index keeps them: of what there is none, there is nothing. */
export function writeDetails({ footnotes, tasks, urls, fences }: NoteDetails): string {
  const some = <List extends unknown[]>(list: List) => (list.length === 0 ? undefined : list);
  const hasFootnotes = footnotes.references.length + footnotes.definitions.length > 0;
  return JSON.stringify({
    footnotes: hasFootnotes ? footnotes : undefined,
    tasks: some(tasks),
    urls: some(urls),
    fences: some(fences),
  });
}

/** What {@link writeDetails} wrote. */
export function readDetails(written: string): NoteDetails {
  return { ...NO_DETAILS, ...(JSON.parse(written) as Partial<NoteDetails>) };
}
