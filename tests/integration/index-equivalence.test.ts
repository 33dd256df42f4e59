import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSqlite } from '../../src/backend/sqlite.ts';
import { type IndexedVault, openOver } from './index-fixtures.ts';
import { temporaryFolder } from './vault-fixtures.ts';

const OPERATIONS = 50;
const FOLDERS = ['', 'one/', 'one/two/', 'three/'];
const NAMES = ['Alpha', 'alpha', 'Béta', '+ Map & more', 'Gamma #1', '東京'];

/** A small generator with a seed, so that a failure can be had again. */
function randomOf(seed: number) {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <Value>(values: readonly Value[]): Value => {
    const value = values[next(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };
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
      ]),
    );
  }
  return lines.join(pick(['\n', '\r\n']));
}

const placeOf = ({ next, pick }: Random) =>
  `${pick(FOLDERS)}${next(6) === 0 ? `pic${next(3)}.png` : `${pick(NAMES)}.md`}`;

/** Does one random thing to the vault; gives the paths that a watcher would name. */
function operate(root: string, random: Random): string[] {
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
async function dump({ file }: IndexedVault) {
  const db = new (await loadSqlite())(file);
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
      'SELECT path, name, name_key, folder, title, words, hash, size, mtime_ms, ctime_ms, linked FROM notes',
    ),
    attachments: rows('SELECT * FROM attachments'),
    aliases: ofNote('t.ordinal, t.alias', 'aliases'),
    headings: ofNote('t.ordinal, t.level, t.text, t.key, t.line', 'headings'),
    blocks: ofNote('t.ordinal, t.id, t.line', 'blocks'),
    tags: ofNote('t.ordinal, t.tag, t.key', 'tags'),
    links: ofNote(
      't.ordinal, t.kind, t.target, t.target_key, t.heading, t.block, t.alias, t.line, t.start, t.stop, t.place',
      'links',
    ),
    entries: ofNote('t.kind, t.text, t.key, t.line', 'entries'),
    problems: rows('SELECT * FROM problems'),
    words: rows(
      'SELECT n.path, l.term, l.col, l.offset FROM temp.word_list l LEFT JOIN notes n ON n.id = l.doc',
    ),
    grams: ofEntry('gram_list'),
    starts: ofEntry('start_list'),
  };
  db.close();
  return dumped;
}

test.each([1, 2, 3])(
  'after random operations (seed %i) the index is the one built from scratch',
  async (seed) => {
    const root = temporaryFolder();
    const random = randomOf(seed);
    for (let count = 0; count < 12; count += 1) operate(root, random);
    const grown = openOver(root, join(temporaryFolder(), 'data'));
    await grown.index.settled();
    for (let count = 1; count <= OPERATIONS; count += 1) {
      grown.index.hint(operate(root, random));
      if (random.next(3) === 0) await grown.index.settled();
      if (count % 25 > 0) continue;
      await grown.index.settled();
      const built = openOver(root, join(temporaryFolder(), 'data'));
      await built.index.settled();
      const [left, right] = [await dump(grown), await dump(built)];
      expect(left).toEqual(right);
      expect(right.notes?.length).toBeGreaterThan(3);
      expect(right.links?.length).toBeGreaterThan(3);
      expect(await grown.index.inspect()).toEqual(await built.index.inspect());
      await built.index.close();
    }
  },
);
