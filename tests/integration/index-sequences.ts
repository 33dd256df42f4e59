import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Indexer } from '../../src/backend/index/indexer.ts';
import { openForWriting } from '../../src/backend/index/open-database.ts';
import { Store } from '../../src/backend/index/store.ts';
import type { Database } from '../../src/backend/sqlite.ts';
import { createRandom } from '../faults/random.ts';

const FOLDERS = ['', 'one/', 'one/two/', 'three/'];
const NAMES = ['Alpha', 'alpha', 'Béta', '+ Map & more', 'Gamma #1', '東京'];

export function randomOf(seed: number) {
  const random = createRandom(seed);
  const next = (below: number) => Math.floor(random() * below);
  const pick = <Value>(values: readonly Value[]): Value => values[next(values.length)] as Value;
  return { next, pick };
}

type Random = ReturnType<typeof randomOf>;

function noteText({ next, pick }: Random): string | Buffer {
  if (next(10) === 0) return Buffer.from([0x61, 0xff, 0x0a]);
  const lines = [`---\naliases: [A${next(5)}]\ntags: [t/${next(3)}]\n---`];
  for (let count = next(5); count >= 0; count -= 1) {
    lines.push(
      pick([
        `# Heading ${next(9)}`,
        `word${next(20)} [[${pick(NAMES)}#Heading ${next(9)}|x]]`,
        `![[pic${next(3)}.png]]`,
        `#tag${next(4)}/sub ^b${next(3)}`,
        `[m](../${pick(NAMES)}.md)`,
        `> quoted ${next(5)} [h.](https://hyp.is/${next(9)})\n\nreply[^${next(2)}]`,
        `- [ ] task ${next(3)}\n\n[^${next(2)}]: https://x.y`,
      ]),
    );
  }
  return lines.join(pick(['\n', '\r\n']));
}

const placeOf = ({ next, pick }: Random) =>
  `${pick(FOLDERS)}${next(6) === 0 ? `pic${next(3)}.png` : `${pick(NAMES)}.md`}`;

/** Does one random thing to the vault; gives the paths that a watcher would name. */
export function operate(root: string, random: Random): string[] {
  const path = placeOf(random);
  const other = placeOf(random);
  const place = join(root, path);
  switch (random.next(8)) {
    case 0:
      rmSync(place, { force: true, recursive: true });
      return [path];
    case 1: {
      if (!existsSync(place) || existsSync(join(root, other))) return [];
      mkdirSync(dirname(join(root, other)), { recursive: true });
      renameSync(place, join(root, other));
      return [path, other];
    }
    case 2: {
      const [from, to] = random.pick([
        ['one', 'three/moved'],
        ['three', 'one/three'],
        ['three/moved', 'one'],
      ] as const);
      if (!existsSync(join(root, from)) || existsSync(join(root, to)) || !existsSync(dirname(join(root, to))))
        return [];
      renameSync(join(root, from), join(root, to));
      return [from, to];
    }
    case 3: {
      if (existsSync(place)) return [];
      mkdirSync(dirname(place), { recursive: true });
      rmSync(place, { force: true });
      symlinkSync(random.pick([join(root, other), '/etc/hostname', 'self.md']), place);
      return [path];
    }
    default:
      rmSync(place, { force: true, recursive: true });
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, noteText(random));
      return [path];
  }
}

/** Every table, rows named by their notes instead of by ids, sorted. */
export function dump(db: Database) {
  const rows = (sql: string) =>
    db
      .prepare<[], unknown[]>(sql)
      .raw()
      .all()
      .map((row) => JSON.stringify(row))
      .sort();
  db.exec(`
    CREATE VIRTUAL TABLE temp.word_list USING fts5vocab(main, words, instance);
    CREATE VIRTUAL TABLE temp.gram_list USING fts5vocab(main, entry_grams, instance);
    CREATE VIRTUAL TABLE temp.start_list USING fts5vocab(main, entry_words, instance)`);
  const ofNote = (columns: string, table: string) =>
    rows(`SELECT n.path, ${columns} FROM ${table} t LEFT JOIN notes n ON n.id = t.note_id`);
  const ofEntry = (list: string) =>
    rows(`SELECT n.path, e.kind, e.text, e.line, l.term, l.col, l.offset FROM temp.${list} l
          LEFT JOIN entries e ON e.id = l.doc LEFT JOIN notes n ON n.id = e.note_id`);
  const dumped = {
    notes: rows(
      'SELECT path, name, name_key, folder, title, words, hash, size, mtime_ms, ctime_ms, linked, details FROM notes',
    ),
    attachments: rows('SELECT * FROM attachments'),
    aliases: ofNote('t.ordinal, t.alias', 'aliases'),
    headings: ofNote('t.ordinal, t.level, t.text, t.key, t.written_key, t.line', 'headings'),
    blocks: ofNote('t.ordinal, t.id, t.line', 'blocks'),
    tags: ofNote('t.ordinal, t.tag, t.key', 'tags'),
    links: ofNote(
      't.ordinal, t.kind, t.target, t.target_key, t.heading, t.block, t.alias, t.line, t.start, t.stop, t.place',
      'links',
    ),
    link_totals: rows('SELECT * FROM link_totals'),
    highlights: ofNote(
      't.ordinal, t.source, t.line, t.end_line, t.start, t.stop, t.words_stop, t.reply_stop',
      'highlights',
    ),
    entries: ofNote('t.kind, t.text, t.key, t.line', 'entries'),
    problems: rows('SELECT * FROM problems'),
    missing: rows('SELECT * FROM missing'),
    words: rows(
      'SELECT n.path, l.term, l.col, l.offset FROM temp.word_list l LEFT JOIN notes n ON n.id = l.doc',
    ),
    grams: ofEntry('gram_list'),
    starts: ofEntry('start_list'),
  };
  db.exec('DROP TABLE temp.word_list; DROP TABLE temp.gram_list; DROP TABLE temp.start_list');
  return dumped;
}

/** Enough notes that other threads read them ahead. */
export function fillMany(root: string, random: Random, count: number): void {
  mkdirSync(join(root, 'many'), { recursive: true });
  for (let at = 0; at < count; at += 1) writeFileSync(join(root, 'many', `Note ${at}.md`), noteText(random));
}

/** An index in this thread, over a folder; nothing is read ahead. */
export async function openHere(root: string, file: string) {
  const { db } = await openForWriting(file);
  const told = new Map<string, string>();
  const store = new Store(db);
  const indexer = new Indexer(root, store, told, null);
  const take = (steps: ReturnType<Indexer['scan']>) => {
    for (const step of steps) {
      if (step instanceof Promise) throw new Error('nothing is read ahead here');
      for (const { path, revision } of step.notes) {
        if (revision === null) told.delete(path);
        else told.set(path, revision);
      }
    }
  };
  return {
    db,
    scan() {
      take(indexer.scan());
      // As the writer does.
      if (store.mark('built') === null) store.transact(() => store.markBuilt());
    },
    hint(paths: string[]) {
      take(indexer.hints(paths));
      // As the writer does where a hint is not enough.
      if (indexer.wantsScan) take(indexer.scan());
      indexer.wantsScan = false;
    },
  };
}

/** What differs between an index that lived through random operations and one built from scratch after them. */
export async function growAndRebuild(
  folder: string,
  seed: number,
  operations: number,
): Promise<{ grown: ReturnType<typeof dump>; built: ReturnType<typeof dump> }> {
  const root = join(folder, 'vault');
  mkdirSync(root, { recursive: true });
  const random = randomOf(seed);
  for (let count = 0; count < 12; count += 1) operate(root, random);
  const grown = await openHere(root, join(folder, 'grown.db'));
  grown.scan();
  for (let count = 0; count < operations; count += 1) {
    const paths = operate(root, random);
    // A watcher misses some; the scan that comes later finds them.
    if (random.next(8) > 0) grown.hint(paths);
    else grown.scan();
  }
  grown.scan();
  const built = await openHere(root, join(folder, 'built.db'));
  built.scan();
  const dumps = { grown: dump(grown.db), built: dump(built.db) };
  grown.db.close();
  built.db.close();
  return dumps;
}
