import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Sqlite from 'better-sqlite3';
import { type Index, openIndex } from '../src/backend/index/index-service.ts';
import { indexFile } from '../src/backend/index/open-database.ts';
import { makeVault } from './make-vault.ts';
import { quantile, row } from './report.ts';

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
  return { read, walk };
}

async function times(
  count: number,
  work: (at: number) => Promise<unknown>,
): Promise<{ p50: number; p95: number }> {
  const taken: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const started = performance.now();
    await work(at);
    taken.push(performance.now() - started);
  }
  return { p50: quantile(taken, 0.5), p95: quantile(taken, 0.95) };
}

function open(root: string, dataFolder: string): Index {
  return openIndex({
    root,
    dataFolder,
    workerModule: new URL('../src/backend/index/worker.ts', import.meta.url),
    onProgress() {},
    onSummary() {},
    onUpdated() {},
    onNoteChanged() {},
    onProblem: (message) => console.error(message),
  });
}

/**
 * How the index of a vault of `count` notes does. F is reading every note and inserting its text into a contentless FTS5 table, W is
 * walking the folder and asking each file's size.
 */
export async function benchNotes(count: number): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'ramble-bench-'));
  const folder = join(base, 'vault');
  const data = join(base, 'data');
  mkdirSync(folder);
  const { bytes, titles } = makeVault(folder, count);
  const { read, walk } = floor(folder);
  console.log(
    `\n${count} notes, ${(bytes / 1e6).toFixed(1)} MB: F = ${read.toFixed(0)} ms, W = ${walk.toFixed(0)} ms`,
  );

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let started = performance.now();
  let index = open(folder, data);
  await index.settled();
  delay.disable();
  const cold = performance.now() - started;
  row('cold index', 'linear', `${(cold / read).toFixed(1)} F (${cold.toFixed(0)} ms)`);
  row('longest stall of the main thread meanwhile', 'flat', `${(delay.max / 1e6 - 5).toFixed(0)} ms`);
  await index.close();

  started = performance.now();
  index = open(folder, data);
  await index.settled();
  const warm = performance.now() - started;
  row('warm start, nothing changed', 'linear', `${(warm / walk).toFixed(1)} W (${warm.toFixed(0)} ms)`);

  const title = (at: number) => titles[(at * 7919) % titles.length] ?? '';
  const quick = await times(60, (at) => index.quick(title(at).slice(0, 1 + (at % 9)), 30, []));
  row('quick open, a key', 'flat', `p50 ${quick.p50.toFixed(1)} ms, p95 ${quick.p95.toFixed(1)} ms`);
  const searches: [string, string[]][] = [
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
  for (const [what, queries] of searches) {
    const ask = (at: number) =>
      index.textSearch(queries[at % queries.length] ?? '', { limit: 20, typing: true });
    await times(queries.length, ask);
    const { p50, p95 } = await times(10 * queries.length, ask);
    row(`search, 20 with lines: ${what}`, 'flat', `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
  }
  const links = await times(40, (at) => index.backlinks(`${title(at * 10)}.md`));
  row('backlinks', 'flat', `p50 ${links.p50.toFixed(1)} ms, p95 ${links.p95.toFixed(1)} ms`);
  const disk = statSync(indexFile(data)).size;
  row('index on disk', 'linear', `${(disk / bytes).toFixed(1)} × the text`);
  await index.close();
  rmSync(base, { recursive: true, force: true });
}
