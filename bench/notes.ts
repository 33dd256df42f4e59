import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Index } from '../src/backend/index/index-service.ts';
import { indexFile } from '../src/backend/index/open-database.ts';
import type { NotePath } from '../src/core/paths/note-path.ts';
import { QUICK_KINDS } from '../tests/support/quick-kinds.ts';
import { benchApp } from './app.ts';
import type { Workers } from './build-workers.ts';
import { inOwnProcess, open } from './cold.ts';
import { type MadeVault, makeVault } from './make-vault.ts';
import { benchOthers } from './others.ts';
import { milliseconds, quantile, ratio, row, stallOf, stallRow, times } from './report.ts';

const LARGE = 50_000;
/** Twice what it waits before it tidies up. */
const REST_MS = 4000;
const MB = 1024 * 1024;

interface Bench {
  folder: string;
  data: string;
  count: number;
  vault: MadeVault;
  index: Index;
  /** Walking the folder and asking each file's size, in milliseconds. */
  walk: number;
}

function floor(folder: string): { read: number; walk: number } {
  let started = performance.now();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  for (const name of files) statSync(join(folder, name));
  const walk = performance.now() - started;
  const db = new Sqlite(join(folder, '..', 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.exec("CREATE VIRTUAL TABLE text USING fts5(body, content='', tokenize='unicode61')");
  const insert = db.prepare('INSERT INTO text (rowid, body) VALUES (?, ?)');
  started = performance.now();
  db.transaction(() => {
    for (const [at, name] of files.entries()) insert.run(at + 1, readFileSync(join(folder, name), 'utf8'));
  })();
  const read = performance.now() - started;
  db.close();
  for (const ending of ['', '-wal', '-shm']) rmSync(join(folder, '..', `floor.db${ending}`), { force: true });
  return { read, walk };
}

/**
 * How the index of a vault of `count` notes does. F is reading every note and inserting its text into a contentless FTS5 table, W is
 * walking the folder and asking each file's size.
 */
export async function benchNotes(count: number, workers: Workers): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'ramble-bench-'));
  const folder = join(base, 'vault');
  const data = join(base, 'data');
  mkdirSync(folder);
  const vault = makeVault(folder, count);
  // The first time fills the cache of the disk.
  floor(folder);
  const { read, walk } = floor(folder);
  console.log(
    `\n${count} notes, ${(vault.bytes / 1e6).toFixed(1)} MB: F = ${read.toFixed(0)} ms, W = ${walk.toFixed(0)} ms`,
  );
  const cold = await inOwnProcess(folder, data, workers.index);
  const inF = cold.all / read;
  row('cold index', 'linear', `${inF.toFixed(1)} F (${milliseconds(cold.all)})`, {
    must: '2.5 F',
    held: inF <= 2.5,
  });
  row('its peak memory, the whole process', 'linear', `${(cold.peak / MB).toFixed(0)} MB`, {
    must: '600 MB',
    held: cold.peak <= 600 * MB,
  });
  stallRow('main loop meanwhile, longest stall', cold.stall);
  const warm = await inOwnProcess(folder, data, workers.index);
  row('quick open answers after a start', 'linear', ratio(warm.quick, walk), {
    must: '3 W',
    held: warm.quick <= 3 * walk,
  });
  row('warm start, nothing changed', 'linear', ratio(warm.all, walk), {
    must: '4 W',
    held: warm.all <= 4 * walk,
  });
  const index = open(folder, data, workers.index);
  await index.settled();
  const bench: Bench = { folder, data, count, vault, index, walk };
  const words = await benchSearch(bench);
  await benchQuick(bench);
  await benchOneNote(bench);
  await benchStalls(bench);
  const disk = await sizeAtRest(indexFile(data));
  row('index on disk, at rest', 'linear', `${(disk / vault.bytes).toFixed(2)} × the text`, {
    must: '2 ×',
    held: disk <= 2 * vault.bytes,
  });
  await index.close();
  const paths = vault.notes.map(({ path }) => path);
  benchOthers(folder, paths, words);
  await benchApp({ folder, data: join(base, 'app'), paths, walk, workers });
  rmSync(base, { recursive: true, force: true });
}

/** Bytes of the index and what stands beside it, once it has been tidied up and nobody writes to it any more. */
async function sizeAtRest(file: string): Promise<number> {
  const look = () =>
    ['', '-wal'].map(
      (ending) => statSync(file + ending, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 },
    );
  for (let before = '', since = performance.now(); performance.now() - since < REST_MS; ) {
    await new Promise((done) => setTimeout(done, 500));
    const now = JSON.stringify(look().map(({ size, mtimeMs }) => [size, mtimeMs]));
    if (now !== before) since = performance.now();
    before = now;
  }
  return look().reduce((sum, { size }) => sum + size, 0);
}

const timesOf = (taken: readonly number[], walk: number) =>
  `p50 ${milliseconds(quantile(taken, 0.5))}, p95 ${ratio(quantile(taken, 0.95), walk)}`;

const SEARCHES: [string, string[]][] = [
  ['words', ['learning', 'evening lamp', 'slow read', 'question doubt', '学习', 'gar']],
  ['the commonest word', ['the', 'the ', '"the"', 'the of']],
  ['prefixes of 1 letter', ['a', 'l', 't', 'slow t', 'w', '"the e']],
  ['prefixes of 2 letters', ['th', 'le', 'ev', 'qu', 'slow wa', 'an']],
  [
    'operators',
    [
      'tag:t/3',
      'path:reading lamp',
      'mine:the',
      'quoted:the',
      'the -learning',
      'heading:garden',
      'file:ramble',
      'the -tag:t',
    ],
  ],
  ['dates', ['after:2020', 'before:2015-03 the', 'after:2016-05 before:2016-07']],
  ['a word and a regular expression', ['library /lamp|kettle\\b/']],
];

/** Gives the words for others to look for. */
async function benchSearch({ index, count, walk }: Bench): Promise<string[]> {
  const most = count > LARGE ? 60 : 30;
  const every: number[] = [];
  for (const [what, queries] of SEARCHES) {
    const ask = (at: number) =>
      index.textSearch(queries[at % queries.length] ?? '', { limit: 20, typing: true });
    await times(queries.length, ask);
    const taken = await times(10 * queries.length, ask);
    if (!what.includes('regular')) every.push(...taken);
    row(`search, 20 with lines: ${what}`, 'flat', timesOf(taken, walk));
  }
  const p95 = quantile(every, 0.95);
  row('search, all but the regular expression', 'flat', timesOf(every, walk), {
    must: `p95 ${most} ms`,
    held: p95 <= most,
  });
  return SEARCHES.slice(0, 4).flatMap(([, queries]) => queries);
}

async function benchQuick({ index, vault, count, walk }: Bench): Promise<void> {
  const most = count > LARGE ? 16 : 4;
  const title = (at: number) => vault.notes[(at * 7919) % vault.notes.length]?.title ?? '';
  const ask = (at: number) => index.quick(title(at).slice(0, 1 + (at % 9)), 30, []);
  await times(20, ask);
  const taken = await times(200, ask);
  row('quick open, a key', 'flat', timesOf(taken, walk), {
    must: `p95 ${most} ms`,
    held: quantile(taken, 0.95) <= most,
  });
  let inFive = 0;
  let first = 0;
  for (const { typed } of QUICK_KINDS) {
    const asked = vault.notes.flatMap((note, at) => {
      const query = at % 97 === 0 || note.alias !== null || note.heading !== null ? typed(note) : null;
      return query === null ? [] : [{ note, query }];
    });
    const tried = asked.filter((_, at) => at % Math.max(1, Math.ceil(asked.length / 20)) === 0);
    const places = await Promise.all(
      tried.map(async ({ note, query }) =>
        (await index.quick(query, 5, [])).findIndex(({ path }) => path === note.path),
      ),
    );
    // A kind is known where nearly all of the notes that it was tried on are found.
    const share = (good: (place: number) => boolean) =>
      places.filter(good).length / Math.max(1, places.length);
    if (share((place) => place >= 0) >= 0.9) inFive += 1;
    if (share((place) => place === 0) >= 0.9) first += 1;
  }
  const kinds = QUICK_KINDS.length;
  row(`quick open, ${kinds} kinds of asking`, 'flat', `${inFive} in the first five, ${first} first`, {
    must: '20 of 21 in the first five',
    held: inFive >= 20,
  });
}

/** A window shows so many notes that link to its note, and more when it is asked to. */
const SHOWN = 50;

/** From another program's write, as the watcher tells it, to a search and backlinks that know. */
async function benchOneNote({ index, folder, vault, walk }: Bench): Promise<void> {
  const [target] = vault.notes;
  const name = target?.path.slice(0, -3) ?? '';
  const backlinks = await times(40, (at) =>
    index.backlinks((vault.notes[at * 10]?.path ?? '') as NotePath, SHOWN),
  );
  row('backlinks, as a window asks', 'flat', timesOf(backlinks, walk));
  const change = async (at: number) => {
    const path = vault.notes[20 + at]?.path ?? '';
    writeFileSync(join(folder, path), `# Changed\n\nuniqueword${at} [[${name}]]\n`);
    index.hint([path]);
    await index.settled();
    const [found] = await Promise.all([
      index.textSearch(`uniqueword${at}`, { limit: 20 }),
      index.backlinks(target?.path ?? '', SHOWN),
    ]);
    if (!('hits' in found) || found.hits.length !== 1) throw new Error('a changed note was not found');
  };
  await times(10, change);
  const taken = await times(40, (at) => change(10 + at));
  const median = quantile(taken, 0.5);
  row('one changed note, to fresh search and backlinks', 'flat', `median ${ratio(median, walk)}`, {
    must: '10 ms',
    held: median <= 10,
  });
}

async function benchStalls({ index, folder }: Bench): Promise<void> {
  stallRow(
    'main loop while all is inspected',
    await stallOf(() => index.inspect(join(folder, '..', 'inspection.json'))),
  );
  const backlinks = () => index.backlinks('The large hub.md');
  stallRow(`main loop while backlinks are asked for`, await stallOf(backlinks));
}
