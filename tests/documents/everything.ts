import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { revisionOf } from '../../src/backend/vault/revision.ts';
import type { Client } from '../../src/contract/client.ts';
import { createRandom } from '../faults/random.ts';
import { eventually, makeVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { DriverLog, marksIn, readPast } from './driver-log.ts';
import { below, OutsideWriter, type Random, typeSomething } from './hands.ts';
import { startApp } from './start-app.ts';

const NOTES = 6;
/** Where the notes grow longer than this, what is typed takes their first part out: an evening, not a book. */
const LONGEST = 250;

export interface Everything {
  edits: number;
  outside: number;
  moved: number;
  kills: number;
  stops: number;
  /** Megabytes that the app’s process held, once a second. */
  memory: number[];
  /** What was lost, or did not come to an end. */
  lost: string[];
}

/** A note, wherever it is now, and the two windows that it is open in. */
interface Desk {
  path: string;
  windows: Typist[];
  outside: OutsideWriter;
}

/** On a machine that does much else, all of it takes its time. */
const PATIENCE_MS = 40_000;

/**
 * Everything at once, for `ms` milliseconds: two windows type in each of six notes; another program changes, moves and touches them, and
 * leaves what synchronising leaves; the app is stopped, and, where `kills`, killed and started again. Then whatever anybody wrote, and
 * nobody took out, must be in the notes, and everything that was ever written in their history.
 */
export async function everythingAtOnce({
  seed,
  ms,
  kills,
}: {
  seed: number;
  ms: number;
  kills: boolean;
}): Promise<Everything> {
  const random = createRandom(seed);
  const log = new DriverLog(String(seed));
  const begin = () => Array.from({ length: 5 }, () => `${log.mark('b')} a line of the beginning\n`).join('');
  const vault = makeVault();
  const data = makeVault().folder;
  for (let note = 0; note < NOTES; note += 1)
    vault.write(`${note % 2 === 0 ? 'in/' : ''}note ${note}.md`, begin());
  const place = (path: string) => join(vault.folder, path);
  const done: Everything = { edits: 0, outside: 0, moved: 0, kills: 0, stops: 0, memory: [], lost: [] };
  const lose = (what: string) => done.lost.push(`seed ${seed}: ${what}`);

  let app = await startApp(vault.folder, data);
  const desks: Desk[] = [];
  for (let note = 0; note < NOTES; note += 1) {
    const path = `${note % 2 === 0 ? 'in/' : ''}note ${note}.md`;
    const windows = [await Typist.open(app.client, path), await Typist.open(app.client, path)];
    desks.push({ path, windows, outside: new OutsideWriter(place(path), log, random) });
  }
  let underWay: Promise<unknown>[] = [];
  const go = (work: Promise<unknown>) => underWay.push(work.catch(() => undefined));

  const until = Date.now() + ms;
  let looked = 0;
  while (Date.now() < until) {
    const desk = desks[below(random, NOTES)] as Desk;
    const draw = random();
    if (draw < 0.55) {
      const window = desk.windows[below(random, 2)] as Typist;
      type(window, random, log);
      done.edits += 1;
      if (random() < 0.8) go(window.push());
    } else if (draw < 0.62) {
      if (!existsSync(place(desk.path))) lose(`${desk.path} is in no file`);
      if (random() < 0.8) desk.outside.read();
      desk.outside.write();
      done.outside += 1;
    } else if (draw < 0.64) makeNoise(place(desk.path), random);
    else if (draw < 0.66) {
      if (!(await isSeen(desk))) continue;
      await move(desk);
      done.moved += 1;
    } else if (draw < 0.665) {
      app.pause();
      await pause(below(random, 400));
      app.resume();
      done.stops += 1;
    } else if (kills && draw < 0.67) {
      await app.kill();
      await Promise.all(underWay);
      for (const { windows } of desks) for (const window of windows) type(window, random, log);
      app = await startApp(vault.folder, data);
      const windows = desks.flatMap((one) => one.windows);
      for (const window of windows) window.reconnect(app.client);
      await Promise.all(windows.map((window) => window.push().catch((error: Error) => lose(error.message))));
      done.kills += 1;
    } else await pause(below(random, 30));
    if (underWay.length > 200) underWay = [];
    if (Date.now() - looked > 1000) {
      looked = Date.now();
      done.memory.push(app.megabytes());
    }
  }

  await Promise.all(underWay);
  for (const desk of desks) await converge(app.client, desk).catch((error: Error) => lose(error.message));
  const overlaps = await overlapsOf(app.client, desks);
  await app.close();
  const files = vault.list().filter((path) => path.endsWith('.md'));
  const past = [...(await readPast(data)).values()];
  const { gone, nowhere } = log.lost(
    [...files.map(vault.read), ...overlaps, ...past.flatMap(({ kept }) => kept)],
    past.flatMap(({ line }) => line),
  );
  for (const mark of gone) lose(`${mark} is gone; ${whenItWent(mark, past)}`);
  for (const mark of nowhere) lose(`${mark} is nowhere`);
  for (const { path } of desks) {
    const marks = marksIn(vault.read(path));
    const twice = new Set(marks.filter((mark, at) => marks.indexOf(mark) !== at));
    for (const mark of twice) lose(`${path} has ${mark} twice; ${whenItDoubled(mark, past)}`);
  }
  return done;

  /** What was written anew and is moved before anybody saw it is another file to everybody. */
  async function isSeen({ path }: Desk): Promise<boolean> {
    const known = await app.client.call('notes.open', { path }).catch(() => null);
    return known?.revision === revisionOf(readFileSync(place(path)));
  }

  /** Somebody moves the file in a file manager, and goes on once the windows show that. */
  async function move(desk: Desk): Promise<void> {
    const from = desk.path;
    const to = from.startsWith('in/') ? from.slice('in/'.length) : `in/${from}`;
    mkdirSync(dirname(place(to)), { recursive: true });
    renameSync(place(from), place(to));
    const isFollowed = () =>
      app.events.some((event) => event.name === 'note.moved' && event.payload.to === to);
    app.events.splice(0);
    await eventually(isFollowed, `the windows of ${from} show ${to}`, PATIENCE_MS).catch(
      async (error: Error) => {
        const [was, is] = await Promise.all(
          [from, to].map((path) =>
            app.client
              .call('notes.open', { path })
              .then(({ document, state, version }) => ({ document, state, version }), String),
          ),
        );
        const heard = app.events.map((event) => [event.name, JSON.stringify(event.payload).slice(0, 150)]);
        const ids = desk.windows.map(({ note }) => note.document);
        const there = [from, to].map((path) => existsSync(place(path)));
        const last = heard.filter(([name]) => name !== 'note.edited').slice(-4);
        lose(`${error.message}: ${JSON.stringify({ ids, was, is, there, last })}`);
      },
    );
    desk.path = to;
    desk.outside = new OutsideWriter(place(to), log, random);
  }

  async function converge(client: Client, { path, windows }: Desk): Promise<void> {
    let last = '';
    await eventually(
      async () => {
        for (const window of windows) await window.push().catch(() => undefined);
        for (const window of windows) await window.pull().catch(() => undefined);
        const { state, document } = await client.call('notes.open', { path });
        const file = readFileSync(place(path), 'utf8');
        last = JSON.stringify({
          state,
          document,
          windows: windows.map(({ note, text }) => [note.document, text]),
          file,
        });
        return state.kind === 'saved' && windows.every(({ text }) => text === file);
      },
      `${path}: windows and file hold the same`,
      PATIENCE_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${last}`);
    });
  }
}

/** What changed in a note as a mark went out of it. */
function whenItWent(mark: string, past: readonly { line: string[] }[]): string {
  return past
    .flatMap(({ line }) => {
      const last = line.findLastIndex((text) => text.includes(mark));
      if (last < 0) return [];
      const [had, next] = [line[last] ?? '', line[last + 1] ?? ''].map((text) => text.split('\n'));
      const [out, come] = [
        had?.filter((one) => !next?.includes(one)),
        next?.filter((one) => !had?.includes(one)),
      ];
      return [`moment ${last} of ${line.length} had it: ${JSON.stringify({ out, in: come })}`];
    })
    .join('; ');
}

/** What changed in a note as a mark came into it once more. */
function whenItDoubled(mark: string, past: readonly { line: string[] }[]): string {
  const count = (text: string | undefined) => (text ?? '').split(mark).length - 1;
  return past
    .flatMap(({ line }) =>
      line.flatMap((text, at) => {
        if (count(text) < 2 || count(line[at - 1]) >= 2) return [];
        const [had, next] = [line[at - 1] ?? '', text].map((one) => one.split('\n'));
        const out = had?.filter((one) => !next?.includes(one));
        const come = next?.filter((one, index) => !had?.includes(one) || next.indexOf(one) !== index);
        return [`moment ${at} of ${line.length}: ${JSON.stringify({ out, in: come })}`];
      }),
    )
    .join('; ');
}

/** What is shown beside the notes, to be chosen from. */
async function overlapsOf(client: Client, desks: readonly Desk[]): Promise<string[]> {
  const opened = await Promise.all(desks.map(({ path }) => client.call('notes.open', { path })));
  return opened.flatMap(({ overlaps }) => overlaps.map(({ theirs }) => theirs));
}

function type(window: Typist, random: Random, log: DriverLog): void {
  const lines = window.text.split('\n');
  if (lines.length > LONGEST) {
    const before = window.text;
    window.type(0, '', lines.slice(0, LONGEST / 2).join('\n').length + 1);
    log.took(before, window.text);
  } else typeSomething(window, random, log, 'u');
}

/** What other programs leave beside notes. */
function makeNoise(file: string, random: Random): void {
  const folder = dirname(file);
  const kinds: (() => void)[] = [
    () => writeFileSync(join(folder, '.~lock.note.md#'), 'x'),
    () => writeFileSync(join(folder, '.syncthing.note.md.tmp'), 'half of a no'),
    () => rmSync(join(folder, '.syncthing.note.md.tmp'), { force: true }),
    () => writeFileSync(join(folder, `noise ${below(random, 3)}~`), 'x'),
    () => {
      const at = new Date(below(random, 2) * 1e12 + 1e9);
      if (existsSync(file)) utimesSync(file, at, at);
    },
  ];
  (kinds[below(random, kinds.length)] as () => void)();
}
