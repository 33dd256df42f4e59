/** Tells SQLite files of ours apart: “RmbJ”. */
export const APPLICATION_ID = 0x526d624a;
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  -- Counts up from one document to the next.
  begun INTEGER NOT NULL,
  path TEXT NOT NULL,
  version INTEGER NOT NULL,
  saved_version INTEGER,
  saved_revision TEXT,
  saved_raw BLOB,
  saving_version INTEGER,
  saving_revision TEXT,
  gone_at INTEGER
) STRICT;
CREATE INDEX document_path ON document(path);
CREATE INDEX document_saved ON document(saved_revision);

CREATE TABLE edit (
  document INTEGER NOT NULL,
  version INTEGER NOT NULL,
  peer TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  changes TEXT NOT NULL,
  PRIMARY KEY (document, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
  document INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  raw BLOB NOT NULL,
  PRIMARY KEY (document, version)
) STRICT;

CREATE TABLE kept (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  raw BLOB NOT NULL,
  UNIQUE (document, version, at)
) STRICT;

CREATE TABLE overlap (
  document INTEGER NOT NULL,
  id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  theirs TEXT NOT NULL,
  PRIMARY KEY (document, id)
) STRICT;
`;

/** What came later than the version of the schema: each is made where it is missing, and an older app passes over it. */
export const ADDED_SCHEMA = `
-- Files and folders on their way to another path: what a crash left half done is brought to its end.
CREATE TABLE IF NOT EXISTS moving (source TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, target)) STRICT, WITHOUT ROWID;

-- Changes of several notes that can be taken back as one: the last has the highest number.
CREATE TABLE IF NOT EXISTS change (
  number INTEGER PRIMARY KEY,
  id INTEGER NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  undoes INTEGER,
  -- JSON of what got another path.
  moves TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS change_part (
  document INTEGER NOT NULL,
  version INTEGER NOT NULL,
  change INTEGER NOT NULL,
  made INTEGER NOT NULL,
  PRIMARY KEY (document, version, change)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS change_part_change ON change_part(change);
CREATE TABLE IF NOT EXISTS change_trash (
  change INTEGER NOT NULL,
  document INTEGER NOT NULL,
  path TEXT NOT NULL,
  -- Whether it is still to go.
  waits INTEGER NOT NULL,
  PRIMARY KEY (change, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change_search (
  change INTEGER NOT NULL,
  name TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  -- Whether it is still to be written.
  waits INTEGER NOT NULL,
  PRIMARY KEY (change, name, before)
) STRICT, WITHOUT ROWID;
`;
