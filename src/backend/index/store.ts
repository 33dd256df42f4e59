import { folderOf, nameKey } from '../../core/paths/note-path.ts';
import { type Database, statementOf } from '../sqlite.ts';
import type { ScannedFile, ScanProblem } from '../vault/scan.ts';
import type { NoteRecord } from './note-record.ts';
import {
  BATCH,
  EMPTY_BATCH,
  FILL_BATCH,
  INDEXES,
  PUT_ROWS,
  PUT_TEXT,
  ROW_TABLES,
  TEXT_COLUMNS,
} from './schema.ts';

/** A file as the index knows it. */
export interface KnownFile {
  path: string;
  kind: 'note' | 'attachment';
  hash: string;
  size: number;
  mtime_ms: number;
  ctime_ms: number;
  linked: number;
}

/** Whether a problem was met on the walk, in a note's text or by counting: each kind is replaced by its own finder. */
type Origin = 'walk' | 'note' | 'count';

const FILES = `
  SELECT path, 'note' AS kind, hash, size, mtime_ms, ctime_ms, linked FROM notes
  UNION ALL SELECT path, 'attachment', '', 0, 0, 0, linked FROM attachments`;

/** Adds the links of a note to the totals, or takes them away again. */
const countLinks = (sign: '+' | '-') => `
  INSERT INTO link_totals
    SELECT target_key, target, ${sign}1, ${sign}count(DISTINCT line) FROM links WHERE note_id = ? AND target <> ''
    GROUP BY target_key, target
  ON CONFLICT DO UPDATE SET notes = notes + excluded.notes, lines = lines + excluded.lines`;
const NO_LINKS = `
  DELETE FROM link_totals
  WHERE (target_key, target) IN (SELECT target_key, target FROM links WHERE note_id = ?) AND notes = 0`;

/** The writer's side of the index: what is put in, and what is known of each file. Every method belongs in a transaction. */
export class Store {
  readonly #db: Database;
  readonly #beforeChange: () => void;
  /** Whether these tables hold anything, for the length of a transaction: they hardly ever do, and are asked for each note. */
  #hasProblems = true;
  #hasMissing = true;
  /** Whether all notes are in, and the totals of links kept. */
  #isBuilt = false;
  /** Notes whose rows are put in at the end of the transaction, all together: a statement of many rows makes the full text write what it holds. */
  #waiting: { id: number; record: NoteRecord }[] = [];

  /** `beforeChange` is called before each commit that changes something. */
  constructor(db: Database, beforeChange: () => void = () => {}) {
    this.#db = db;
    this.#beforeChange = beforeChange;
    db.exec(BATCH);
  }

  transact(work: () => void): void {
    const changes = () => (this.#sql('SELECT total_changes() AS count').get() as { count: number }).count;
    this.#db
      .transaction(() => {
        this.#hasProblems = this.#sql('SELECT 1 FROM problems LIMIT 1').get() !== undefined;
        this.#hasMissing = this.#sql('SELECT 1 FROM missing LIMIT 1').get() !== undefined;
        this.#isBuilt = this.mark('built') !== null;
        const before = changes();
        this.#waiting = [];
        work();
        this.#putRows();
        if (changes() !== before) this.#beforeChange();
      })
      .immediate();
  }

  mark(key: string): string | null {
    return (
      (this.#sql('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined)?.value ??
      null
    );
  }

  /** Every note is in for the first time. */
  markBuilt(): void {
    this.#db.exec(INDEXES);
    this.#sql('INSERT OR REPLACE INTO meta VALUES (?, ?)').run('built', '1');
    this.#isBuilt = true;
  }

  files(): KnownFile[] {
    return this.#sql(FILES).all() as KnownFile[];
  }

  /** Files within a folder, however deep. */
  filesUnder(folder: string): KnownFile[] {
    // '0' is the character after '/'.
    const sql = `SELECT * FROM (${FILES}) WHERE path >= ? AND path < ?`;
    return this.#sql(sql).all(`${folder}/`, `${folder}0`) as KnownFile[];
  }

  linkedFiles(): KnownFile[] {
    return this.#sql(`SELECT * FROM (${FILES}) WHERE linked = 1`).all() as KnownFile[];
  }

  file(path: string): KnownFile | null {
    return (this.#sql(`SELECT * FROM (${FILES}) WHERE path = ?`).get(path) as KnownFile | undefined) ?? null;
  }

  walkProblems(): ScanProblem[] {
    const sql = `SELECT 'problem' AS kind, path, code, message FROM problems WHERE origin = 'walk'`;
    return this.#sql(sql).all() as ScanProblem[];
  }

  /** Replaces the problems of one origin at a path. Gives whether anything is different. */
  setProblem(path: string, origin: Origin, problem: { code: string; message: string } | null): boolean {
    if (problem === null && !this.#hasProblems) return false;
    this.#hasProblems = true;
    const known = this.#sql('SELECT code, message FROM problems WHERE path = ? AND origin = ?').all(
      path,
      origin,
    ) as {
      code: string;
      message: string;
    }[];
    const [only] = known;
    if (
      problem === null
        ? known.length === 0
        : known.length === 1 && only?.code === problem.code && only.message === problem.message
    )
      return false;
    this.#sql('DELETE FROM problems WHERE path = ? AND origin = ?').run(path, origin);
    if (problem !== null)
      this.#sql('INSERT INTO problems VALUES (?, ?, ?, ?)').run(path, problem.code, problem.message, origin);
    return true;
  }

  /** The paths of notes that are kept although they are not in the folder. */
  missing(): Set<string> {
    const rows = this.#sql('SELECT path FROM missing').all() as { path: string }[];
    return new Set(rows.map(({ path }) => path));
  }

  /** How many other notes hold what some files hold, those that are missing not counted, by hash. */
  copiesOf(files: readonly KnownFile[]): Map<string, number> {
    const rows = this.#sql(
      `SELECT hash, count(*) AS copies FROM notes WHERE hash <> '' AND hash IN (SELECT value FROM json_each(?))
       AND path NOT IN (SELECT value FROM json_each(?)) AND path NOT IN (SELECT path FROM missing) GROUP BY hash`,
    ).all(JSON.stringify(files.map(({ hash }) => hash)), JSON.stringify(files.map(({ path }) => path)));
    return new Map((rows as { hash: string; copies: number }[]).map(({ hash, copies }) => [hash, copies]));
  }

  /** Marks a note as missing, or not any more. Gives whether that is different. */
  setMissing(path: string, isMissing: boolean): boolean {
    if (!isMissing && !this.#hasMissing) return false;
    this.#hasMissing = true;
    const sql = isMissing ? 'INSERT OR IGNORE INTO missing VALUES (?)' : 'DELETE FROM missing WHERE path = ?';
    return this.#sql(sql).run(path).changes > 0;
  }

  isMissing(path: string): boolean {
    return this.#hasMissing && this.#sql('SELECT 1 FROM missing WHERE path = ?').get(path) !== undefined;
  }

  countMissing(): number {
    return this.#count('missing');
  }

  countNotes(): number {
    return this.#count('notes');
  }

  putAttachment(file: ScannedFile): void {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    this.#sql('INSERT OR REPLACE INTO attachments VALUES (?, ?, ?)').run(
      file.path,
      nameKey(name),
      Number(file.linked),
    );
  }

  /** Notes that a file's times changed and its bytes did not. */
  touchNote(file: ScannedFile): void {
    this.#sql('UPDATE notes SET size = ?, mtime_ms = ?, ctime_ms = ?, linked = ? WHERE path = ?').run(
      file.size,
      file.mtimeMs,
      file.ctimeMs,
      Number(file.linked),
      file.path,
    );
  }

  /** Forgets a file. Gives whether it was known. */
  remove(path: string): boolean {
    this.setProblem(path, 'note', null);
    this.setMissing(path, false);
    const gone = this.#sql('DELETE FROM attachments WHERE path = ?').run(path).changes > 0;
    const id = this.#noteId(path);
    if (id === null) return gone;
    this.#clear(id);
    this.#sql('DELETE FROM notes WHERE id = ?').run(id);
    return true;
  }

  putNote(file: ScannedFile, record: NoteRecord): void {
    let id = this.#insertNote(null, file, record);
    if (id === null) {
      const known = this.#noteId(file.path);
      if (known === null) throw new Error(`the index neither has nor takes ${file.path}`);
      this.#clear(known);
      this.#sql('DELETE FROM notes WHERE id = ?').run(known);
      id = this.#insertNote(known, file, record) ?? known;
    }
    const columns = TEXT_COLUMNS.map((_, at) => textOf(record, at));
    this.#sql(PUT_TEXT).run(id, ...columns);
    this.#waiting.push({ id, record });
    this.setProblem(file.path, 'note', record.problem);
  }

  /** Gives the note's id; `null` where there is one at its path. */
  #insertNote(id: number | null, file: ScannedFile, record: NoteRecord): number | null {
    const { changes, lastInsertRowid } = this.#sql(
      'INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING',
    ).run(
      id,
      file.path,
      record.name,
      nameKey(record.name),
      folderOf(file.path),
      record.title,
      record.words,
      record.hash,
      file.size,
      file.mtimeMs,
      file.ctimeMs,
      Number(file.linked),
      record.bodyFrom,
      record.details,
    );
    return changes === 0 ? null : Number(lastInsertRowid);
  }

  /** Puts in the rows of the notes that wait for it. */
  #putRows(): void {
    if (this.#waiting.length === 0) return;
    let entry = (this.#sql('SELECT max(id) AS last FROM entries').get() as { last: number | null }).last ?? 0;
    const notes = this.#waiting.map(({ id, record }) => {
      const first = entry + 1;
      entry += record.entries;
      return { start: `[${id},${first},`, record };
    });
    this.#sql(FILL_BATCH).run(rowsOf(notes));
    for (const table of ROW_TABLES) for (const sql of PUT_ROWS[table]) this.#sql(sql).run();
    this.#sql(EMPTY_BATCH).run();
    if (this.#isBuilt) for (const { id } of this.#waiting) this.#sql(countLinks('+')).run(id);
    this.#waiting = [];
  }

  #clear(id: number): void {
    this.#putRows();
    if (this.#isBuilt) {
      this.#sql(countLinks('-')).run(id);
      this.#sql(NO_LINKS).run(id);
    }
    for (const table of ['aliases', 'headings', 'blocks', 'tags', 'links', 'highlights'])
      this.#sql(`DELETE FROM ${table} WHERE note_id = ?`).run(id);
    for (const table of ['entry_grams', 'entry_words'])
      this.#sql(`DELETE FROM ${table} WHERE rowid IN (SELECT id FROM entries WHERE note_id = ?)`).run(id);
    this.#sql('DELETE FROM entries WHERE note_id = ?').run(id);
    this.#sql('DELETE FROM words WHERE rowid = ?').run(id);
  }

  #count(table: 'missing' | 'notes'): number {
    return (this.#sql(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }).count;
  }

  #noteId(path: string): number | null {
    return (
      (this.#sql('SELECT id FROM notes WHERE path = ?').get(path) as { id: number } | undefined)?.id ?? null
    );
  }

  #sql(source: string) {
    return statementOf(this.#db, source);
  }
}

/** One of the parts of a record's bytes, of which there may be nothing. */
function textOf({ bytes, ends }: NoteRecord, at: number): Uint8Array | string {
  const [from = 0, to = 0] = [at === 0 ? 0 : ends[at - 1], ends[at]];
  return from === to ? '' : bytes.subarray(from, to);
}

/** The rows of notes as one array, `[start rows],…`. */
function rowsOf(notes: readonly { start: string; record: NoteRecord }[]): Buffer {
  const part = TEXT_COLUMNS.length;
  const room = notes.reduce(
    (sum, { start, record: { ends } }) => sum + start.length + (ends[part] ?? 0) - (ends[part - 1] ?? 0) + 2,
    1,
  );
  const json = Buffer.allocUnsafe(room);
  let end = 0;
  for (const { start, record } of notes) {
    json[end] = end === 0 ? OPEN : COMMA;
    end += 1 + json.write(start, end + 1, 'latin1');
    const rows = record.bytes.subarray(record.ends[part - 1], record.ends[part]);
    json.set(rows, end);
    end += rows.length;
    json[end] = CLOSE;
    end += 1;
  }
  json[end] = CLOSE;
  return json;
}

const [OPEN, COMMA, CLOSE] = [0x5b, 0x2c, 0x5d];
