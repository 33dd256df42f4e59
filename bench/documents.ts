import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ChangeSet } from '@codemirror/state';
import Sqlite from 'better-sqlite3';
import { type App, createApp } from '../src/backend/app.ts';
import { openJournal } from '../src/backend/documents/journal/open-journal.ts';
import type { Entry } from '../src/backend/documents/journal/protocol.ts';
import { JournalStore } from '../src/backend/documents/journal/store.ts';
import { NoteText } from '../src/backend/documents/note-text.ts';
import { openVault } from '../src/backend/vault/vault.ts';
import { type Client, createClient } from '../src/contract/client.ts';
import type { ChangesJson } from '../src/contract/notes.ts';
import { openBrowserDoor } from '../tests/e2e/fixtures/browser-door.ts';
import { launchChromium } from '../tests/e2e/fixtures/chromium.ts';
import type { Workers } from './build-workers.ts';
import { milliseconds, quantile, row } from './report.ts';

const KEYS = 1000;
const OPEN_NOTES = 400;
const NOTE_BYTES = 6000;
const STARTS = 5;
const JOURNALED = 100_000;
const BROWSER_STARTS_MS = 2000;

/** What keeping every keystroke costs. J is one row committed with synchronous=FULL, on the same disk. */
export async function benchDocuments(workers: Workers): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'ramble-bench-'));
  const folder = join(base, 'vault');
  mkdirSync(folder);
  const floor = commitFloor(base);
  console.log(
    `\ndocuments: J = p50 ${floor.p50.toFixed(2)} ms, p99 ${floor.p99.toFixed(2)} ms (one row, synchronous=FULL)`,
  );

  const line = 'A line of an evening that goes on for about sixty characters.\n';
  for (let at = 0; at < OPEN_NOTES; at += 1)
    writeFileSync(join(folder, `${at}.md`), line.repeat(NOTE_BYTES / line.length));
  writeFileSync(join(folder, 'large.md'), line.repeat(1_000_000 / line.length));
  const { app, client } = await open(base, folder, workers);
  await app.settled();
  for (const path of ['0.md', 'large.md']) {
    const times = await typeInto(client, path);
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    const ratio = `p50 ${(p50 / floor.p50).toFixed(1)} J, p99 ${(p99 / floor.p99).toFixed(1)} J`;
    row(
      `keystroke to journal, ${path === '0.md' ? '6 KB' : '1 MB'} note`,
      'flat',
      `${ratio} (p99 ${p99.toFixed(1)} ms)`,
    );
  }
  const before = memory();
  for (let at = 1; at < OPEN_NOTES; at += 1) await client.call('notes.open', { path: `${at}.md` });
  const perNote = (memory() - before) / (OPEN_NOTES - 1);
  row(
    'memory per open note of 6 KB',
    'flat',
    `${(perNote / NOTE_BYTES).toFixed(1)} × its text (${(perNote / 1024).toFixed(1)} KB)`,
  );
  await app.close();

  // The first start makes the index, which the journal's folder has.
  const [empty, crashed] = [join(base, 'empty'), join(base, 'data')];
  await timeToKeys(folder, empty);
  await fillJournal(base, folder);
  const [bare, usable]: [number[], number[]] = [[], []];
  for (let start = 0; start < STARTS; start += 1) {
    bare.push(await timeToKeys(folder, empty));
    const data = join(base, `crashed ${start}`);
    cpSync(crashed, data, { recursive: true });
    usable.push(await timeToKeys(folder, data));
  }
  const [none, middle] = [quantile(bare, 0.5), quantile(usable, 0.5)];
  row(
    'start with 100,000 changes in the journal',
    'linear',
    `${milliseconds(middle)} to a window that takes keys (${milliseconds(none)} with none)`,
    { must: '1 s', held: middle < 1000 },
  );
  rmSync(base, { recursive: true, force: true });
}

async function open(base: string, folder: string, workers: Workers): Promise<{ app: App; client: Client }> {
  const app = createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder: join(base, 'data'),
    sampleFolder: folder,
    workers: { index: new URL(workers.index), journal: new URL(workers.journal) },
    version: 'bench',
  });
  await app.openFolder(folder);
  const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
  return { app, client };
}

function commitFloor(base: string): { p50: number; p99: number } {
  const db = new Sqlite(join(base, 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE one (at INTEGER PRIMARY KEY, text TEXT)');
  const insert = db.prepare('INSERT INTO one (text) VALUES (?)');
  const times: number[] = [];
  for (let at = 0; at < KEYS; at += 1) {
    const started = performance.now();
    insert.run('[1234,[0,"x"],1234]');
    times.push(performance.now() - started);
  }
  db.close();
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

async function typeInto(client: Client, path: string): Promise<number[]> {
  const { document, text, ...opened } = await client.call('notes.open', { path });
  let { version } = opened;
  const times: number[] = [];
  for (let at = 0; at < KEYS; at += 1) {
    const changes = ChangeSet.of({ from: at, insert: 'x' }, text.length + at).toJSON() as ChangesJson;
    const started = performance.now();
    await client.call('notes.push', {
      document,
      version,
      peer: 'w1.bench',
      edits: [{ kind: 'typed', changes }],
    });
    times.push(performance.now() - started);
    version += 1;
    // About as fast as fingers can: what else the app does goes on meanwhile.
    if (at % 10 === 0) await new Promise((done) => setTimeout(done, 5));
  }
  return times;
}

/** What is in use, after everything that is not has gone. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** From starting the browser door to a key that stands in tonight's note, in milliseconds; a Chromium is there already, and at rest. */
async function timeToKeys(folder: string, dataFolder: string): Promise<number> {
  const browser = await launchChromium();
  const now = '2021-02-09T21:00';
  await new Promise((done) => setTimeout(done, BROWSER_STARTS_MS));
  const started = performance.now();
  const door = await openBrowserDoor({ browser, folder, dataFolder, now });
  // Asked at every frame: a locator would ask ever more rarely.
  await door.page.waitForFunction(() => document.querySelector('.cm-content:focus') !== null);
  await door.page.keyboard.press('x');
  await door.page.waitForFunction(() => document.querySelector('.cm-line')?.textContent?.includes('x'));
  const taken = performance.now() - started;
  await door.close();
  await browser.close();
  return taken;
}

/** A journal as a crash would leave it after a very long evening: 100,000 edits of 20 notes, the last of each in no file. */
async function fillJournal(base: string, folder: string): Promise<void> {
  const { id } = await openVault(folder);
  const { db } = await openJournal(join(base, 'data', 'vaults', id, 'journal.db'));
  const store = new JournalStore(db);
  const notes = 20;
  for (let note = 0; note < notes; note += 1) {
    const document = 1_000_000 + note;
    let text = NoteText.fromString('A line.\n');
    const snapshot = (version: number) => ({ version, at: Date.now(), raw: text.bytes() });
    const entries: Entry[] = [{ type: 'begun', document, path: `crashed ${note}.md`, snapshot: snapshot(0) }];
    for (let version = 1; version <= JOURNALED / notes; version += 1) {
      const changes = ChangeSet.of({ from: version - 1, insert: 'x' }, text.doc.length);
      text = text.apply(changes);
      const edit = { version, peer: 'w1.a', kind: 'typed', at: Date.now(), changes: JSON.stringify(changes) };
      entries.push({ type: 'edited', document, edit });
      if (version % 500 === 0) entries.push({ type: 'snapshot', document, snapshot: snapshot(version) });
    }
    store.commit([entries]);
  }
  db.close();
}
