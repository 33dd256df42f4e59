/** "ERix": says that a file is our index, whatever its name. */
export const APPLICATION_ID = 0x45526978;
/** Any change to the schema or to what is put into it: an index of another version is built anew. */
export const SCHEMA_VERSION = 13;
/** Twice SQLite’s own: the index is built in a tenth less, though each change of a note writes twice as much beside it. */
export const PAGE_BYTES = 8192;
/** What a row of the full text may hold so that it fits into a page. */
const FULL_TEXT_BYTES = PAGE_BYTES - 92;

/** What an entry of quick open is. */
export const ENTRY_KINDS = ['title', 'alias', 'path', 'heading'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];
/** Entries whose text is the note's title or path: they hold none of their own. */
export const OF_THE_NOTE: ReadonlySet<EntryKind> = new Set(['title', 'path']);

/** In the key of a path, before the note's title. */
export const AFTER_PATH = '\n';

/** What the full text of a note is told apart by. */
export const TEXT_COLUMNS = ['title', 'headings', 'mine', 'quoted', 'properties'] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

/** What words are made of: letters, numbers, the private characters that stand for pictographs, and marks, which are the vowels of many scripts. */
const WORDS = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'";

/** The tables of full text. */
export const FULL_TEXTS = ['words', 'entry_grams', 'entry_words'] as const;
const configure = (name: string, value: number) =>
  FULL_TEXTS.map((table) => `INSERT INTO ${table} (${table}, rank) VALUES ('${name}', ${value});`).join('\n');

/**
 * `entries` are what quick open finds, `entry_grams` and `entry_words` its candidates by trigrams, by the starts of words and by their first letters (keys are
 * folded already). `written_key` is `NULL` where it is the key. `details` is JSON of what is only looked at note by note: footnotes, tasks, addresses, fences. `missing` are notes that vanished with too many others to be taken for deleted. `words` is the full text, quotations and properties apart from the user’s own words; its rowid is the note's id. The contentless tables hold no second copy of the notes.
 */
export const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  folder TEXT NOT NULL,
  title TEXT NOT NULL,
  words INTEGER NOT NULL,
  hash TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  ctime_ms REAL NOT NULL,
  linked INTEGER NOT NULL,
  body_from INTEGER NOT NULL,
  details TEXT NOT NULL
) STRICT;

-- These two answer questions before all notes are in: where a link leads, and what is newest.
CREATE INDEX notes_by_name ON notes (name_key);
CREATE INDEX notes_by_time ON notes (mtime_ms);
-- Asked for with each change, and hardly ever any.
CREATE INDEX notes_linked ON notes (path) WHERE linked = 1;

CREATE TABLE attachments (path TEXT PRIMARY KEY, name_key TEXT NOT NULL, linked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_by_name ON attachments (name_key);
CREATE INDEX attachments_linked ON attachments (path) WHERE linked = 1;

CREATE TABLE aliases (note_id INTEGER, ordinal INTEGER, alias TEXT NOT NULL, PRIMARY KEY (note_id, ordinal)) STRICT, WITHOUT ROWID;

CREATE TABLE headings (
  note_id INTEGER, ordinal INTEGER, level INTEGER NOT NULL, text TEXT NOT NULL, key TEXT NOT NULL, written_key TEXT, line INTEGER NOT NULL,
  PRIMARY KEY (note_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
  note_id INTEGER, ordinal INTEGER, id TEXT NOT NULL, line INTEGER NOT NULL, PRIMARY KEY (note_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
  note_id INTEGER, ordinal INTEGER, tag TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (note_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Nearly all are wikilinks, and in the body: for these kind and place are NULL.
CREATE TABLE links (
  note_id INTEGER, ordinal INTEGER,
  kind TEXT, target TEXT NOT NULL, target_key TEXT NOT NULL, heading TEXT, block TEXT, alias TEXT,
  line INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, place TEXT,
  PRIMARY KEY (note_id, ordinal)
) STRICT, WITHOUT ROWID;

-- How many notes have a link that is written so, and on how many lines: a hub has thousands. Kept from when all notes are in.
CREATE TABLE link_totals (
  target_key TEXT, target TEXT, notes INTEGER NOT NULL, lines INTEGER NOT NULL, PRIMARY KEY (target_key, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE highlights (
  note_id INTEGER, ordinal INTEGER, source TEXT, line INTEGER NOT NULL, end_line INTEGER NOT NULL,
  start INTEGER NOT NULL, stop INTEGER NOT NULL, words_stop INTEGER NOT NULL, reply_stop INTEGER NOT NULL,
  PRIMARY KEY (note_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
  path TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (path, code, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE missing (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  id INTEGER PRIMARY KEY, note_id INTEGER NOT NULL, kind INTEGER NOT NULL, text TEXT NOT NULL, key TEXT NOT NULL, line INTEGER
) STRICT;

CREATE VIRTUAL TABLE entry_grams USING fts5 (
  name, heading, content='', contentless_delete=1, detail=column, tokenize='trigram case_sensitive 1'
);
CREATE VIRTUAL TABLE entry_words USING fts5 (
  name, heading, initials, content='', contentless_delete=1, detail=column, prefix='1 2', tokenize="${WORDS}"
);
CREATE VIRTUAL TABLE words USING fts5 (
  ${TEXT_COLUMNS.join(', ')}, content='', contentless_delete=1, tokenize="${WORDS}"
);

-- 8 MB in memory before a segment is written, and none merged before there are 16: to merge while all notes come in takes as long again.
${configure('hashsize', 8 * 1024 * 1024)}
${configure('automerge', 0)}
${configure('pgsz', FULL_TEXT_BYTES)}
`;

/** Made when all notes are in, once: to put in each note in its place in each of these would take a third longer. */
export const INDEXES = `
CREATE INDEX IF NOT EXISTS tags_by_key ON tags (key, note_id);
-- With all that backlinks are counted by: a hub has thousands.
CREATE INDEX IF NOT EXISTS links_by_target ON links (target_key, note_id, target, line);
CREATE INDEX IF NOT EXISTS entries_by_note ON entries (note_id);
CREATE INDEX IF NOT EXISTS entries_by_key ON entries (kind, key);
INSERT INTO link_totals
  SELECT target_key, target, count(DISTINCT note_id), count(DISTINCT note_id || ' ' || line) FROM links WHERE target <> ''
  GROUP BY target_key, target;
${configure('automerge', 4)}
`;

/** Tables whose rows come from notes, several to one. */
export const ROW_TABLES = [
  'aliases',
  'headings',
  'blocks',
  'tags',
  'links',
  'highlights',
  'entries',
] as const;
export type RowTable = (typeof ROW_TABLES)[number];

/** The notes that are being put in, each with its rows: JSON is taken apart once for all the tables. */
export const BATCH = `CREATE TEMP TABLE IF NOT EXISTS batch (id, entry, ${ROW_TABLES.join(', ')})`;
/** Fills it, from JSON as UTF-8: of each note `[its id, its first entry's id, its rows by tables]`, the rows as `NoteRows` has them. */
export const FILL_BATCH = `INSERT INTO temp.batch
  SELECT value ->> '$[0]', value ->> '$[1]', ${ROW_TABLES.map((_, at) => `jsonb_extract(value, '$[2][${at}]')`).join(', ')}
  FROM jsonb_each(CAST(? AS TEXT))`;
export const EMPTY_BATCH = 'DELETE FROM temp.batch';

const fromEach = (table: RowTable) => `FROM temp.batch AS note, jsonb_each(note.${table}) AS part`;
const columns = (count: number) =>
  Array.from({ length: count }, (_, at) => `part.value ->> '$[${at}]'`).join(', ');
const put = (table: RowTable, row: string) =>
  `INSERT INTO ${table} SELECT note.id, part.key, ${row} ${fromEach(table)}`;
const KEY = "part.value ->> '$[2]'";
const IS_HEADING = `part.value ->> '$[0]' = ${ENTRY_KINDS.indexOf('heading')}`;
/** A key in the column of names or in that of headings. */
const inColumn = (key: string) => `iif(${IS_HEADING}, '', ${key}), iif(${IS_HEADING}, ${key}, '')`;

/** Puts the full text of a note in. */
export const PUT_TEXT = `INSERT INTO words (rowid, ${TEXT_COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(TEXT_COLUMNS.length)})`;

/** What puts the rows of the batch into a table. */
export const PUT_ROWS: Record<RowTable, readonly string[]> = {
  aliases: [put('aliases', 'part.value')],
  headings: [put('headings', columns(5))],
  blocks: [put('blocks', columns(2))],
  tags: [put('tags', columns(2))],
  links: [put('links', columns(10))],
  highlights: [put('highlights', columns(7))],
  entries: [
    `INSERT INTO entries SELECT note.entry + part.key, note.id, ${columns(4)} ${fromEach('entries')}`,
    `INSERT INTO entry_grams (rowid, name, heading) SELECT note.entry + part.key, ${inColumn(KEY)} ${fromEach('entries')}`,
    `INSERT INTO entry_words (rowid, name, heading, initials)
       SELECT note.entry + part.key, ${inColumn(`coalesce(part.value ->> '$[4]', ${KEY})`)}, part.value ->> '$[5]' ${fromEach('entries')}`,
  ],
};
