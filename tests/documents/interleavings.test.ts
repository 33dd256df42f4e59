import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import { NoteText } from '../../src/backend/documents/note-text.ts';
import type { Client } from '../../src/contract/client.ts';
import { createRandom } from '../faults/random.ts';
import { cleanUp, eventually, makeVault, openApp, type TestVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { DriverLog, readPast } from './driver-log.ts';
import { below, OutsideWriter, type Random, typeSomething } from './hands.ts';
import { shaky } from './shaky-client.ts';

const INTERLEAVINGS = 1000;
const TWO_PEERS = 500;
const RANDOM_FILES = 5000;
const FILES_THROUGH_APP = 200;
const AT_ONCE = 60;
/** Another one for other runs: a soak counts it up. */
const SEED = Number(process.env.RAMBLE_SEED ?? 0);

afterEach(cleanUp);

interface Run {
  path: string;
  log: DriverLog;
  /** What is in the note and beside it at the end. */
  present: string[];
}

/** Does all of it, some at a time. */
async function inPool(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const noteOf = (log: DriverLog) =>
  `${[0, 1, 2, 3, 4].map((line) => `${log.mark('b')} line ${line} of the beginning`).join('\n')}\n`;

/** Waits until windows and file hold the same, and gives it with the overlaps that are shown. */
async function converged(
  client: Client,
  vault: TestVault,
  path: string,
  typists: Typist[],
): Promise<string[]> {
  const [first] = typists as [Typist];
  let last = '';
  let overlaps: string[] = [];
  const isSame = async () => {
    const refusals = await Promise.all(
      typists.map((typist) =>
        typist.push().then(
          () => '',
          (error: Error) => error.message,
        ),
      ),
    );
    for (const typist of typists) await typist.pull();
    const { version } = await client.call('notes.open', { path });
    const told = await client.call('notes.pull', { document: first.note.document, version });
    overlaps = told.overlaps.map(({ theirs }) => theirs);
    const text = vault.read(path);
    last = JSON.stringify({
      file: text,
      windows: typists.map((typist) => typist.text),
      refusals,
      ...told.state,
    });
    return told.state.kind === 'saved' && typists.every((typist) => typist.text === text);
  };
  // Sixty at once on a busy machine take their time; what never comes to an end is told all the same.
  await eventually(isSame, `${path}: windows and file hold the same`, 40_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${last}`);
  });
  return [vault.read(path), ...overlaps];
}

interface Loss {
  path: string;
  gone: string[];
  nowhere: string[];
  steps: string;
}

/** What the runs lost: of what another program wrote in the middle of a save of the app, and of everything else. */
async function lossesOf(dataFolder: string, runs: Run[]): Promise<{ duringSave: Loss[]; otherwise: Loss[] }> {
  const past = await readPast(dataFolder);
  const losses = (when: (log: DriverLog, mark: string) => boolean) =>
    runs.flatMap(({ path, log, present }) => {
      const { line = [], kept = [] } = past.get(path) ?? {};
      const lost = log.lost([...present, ...kept], line);
      const [gone, nowhere] = [lost.gone, lost.nowhere].map((marks) =>
        marks.filter((mark) => when(log, mark)),
      );
      const loss = { path, gone: gone ?? [], nowhere: nowhere ?? [], steps: log.steps.join(', ') };
      return loss.gone.length + loss.nowhere.length === 0 ? [] : [loss];
    });
  return {
    duringSave: losses((log, mark) => log.isFromDuringSave(mark)),
    otherwise: losses((log, mark) => !log.isFromDuringSave(mark)),
  };
}

async function interleave(client: Client, vault: TestVault, path: string, random: Random, log: DriverLog) {
  const typist = await Typist.open(client, path);
  const outside = new OutsideWriter(join(vault.folder, path), log, random);
  const underWay: Promise<unknown>[] = [];
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure ??= error;
  };
  for (let step = 0; step < 12; step += 1) {
    const draw = random();
    if (draw < 0.3) {
      log.steps.push('type');
      typeSomething(typist, random, log, 'u');
    } else if (draw < 0.5) {
      log.steps.push('push');
      underWay.push(typist.push().catch(fail));
    } else if (draw < 0.6) {
      log.steps.push('save');
      underWay.push(typist.save().catch(fail));
    } else if (draw < 0.7) {
      log.steps.push('read');
      outside.read();
    } else if (draw < 0.85) {
      log.steps.push('write');
      if (random() < 0.7) outside.read();
      outside.write();
    } else {
      const time = below(random, 4) * 40;
      log.steps.push(`pause ${time}`);
      await pause(time);
    }
  }
  await Promise.all(underWay);
  if (failure !== null) throw failure;
  const present = await converged(client, vault, path, [typist]);
  typist.close();
  return { path, log, present };
}

/** One app, and a note of its own for every run; gives what was lost. */
async function runAll(
  count: number,
  run: (client: Client, vault: TestVault, path: string, random: Random, log: DriverLog) => Promise<Run>,
): Promise<Awaited<ReturnType<typeof lossesOf>>> {
  const vault = makeVault();
  const logs = Array.from({ length: count }, (_, seed) => new DriverLog(String(seed)));
  for (const [seed, log] of logs.entries()) vault.write(`${seed}/note.md`, noteOf(log));
  const app = await openApp(vault);
  const runs: Run[] = [];
  const failures: string[] = [];
  await inPool(count, async (seed) => {
    const log = logs[seed] as DriverLog;
    await run(app.client, vault, `${seed}/note.md`, createRandom(seed + SEED), log).then(
      (ended) => runs.push(ended),
      (error: Error) => failures.push(`seed ${seed}: ${error.message} after ${log.steps.join(', ')}`),
    );
  });
  await app.close();
  expect(failures.slice(0, 3), `${failures.length} did not come to an end`).toEqual([]);
  return lossesOf(app.dataFolder, runs);
}

async function typeTogether(
  client: Client,
  vault: TestVault,
  path: string,
  random: Random,
  log: DriverLog,
): Promise<Run> {
  const one = await Typist.open(shaky(client, random), path);
  const other = await Typist.open(shaky(client, random), path);
  const outside = new OutsideWriter(join(vault.folder, path), log, random);
  const underWay: Promise<unknown>[] = [];
  for (let step = 0; step < 16; step += 1) {
    const [who, by] = random() < 0.5 ? [one, 'u'] : [other, 'v'];
    const draw = random();
    if (draw < 0.45) {
      log.steps.push(`${by} types`);
      typeSomething(who, random, log, by);
    } else if (draw < 0.75) {
      log.steps.push(`${by} pushes`);
      underWay.push(who.push().catch(() => undefined));
    } else if (draw < 0.8) {
      log.steps.push(`${by} pulls`);
      underWay.push(who.pull());
    } else if (draw < 0.85) {
      log.steps.push('outside writes');
      if (random() < 0.7) outside.read();
      outside.write();
    } else {
      const time = below(random, 4) * 20;
      log.steps.push(`pause ${time}`);
      await pause(time);
    }
  }
  await Promise.all(underWay);
  const present = await converged(client, vault, path, [one, other]);
  one.close();
  other.close();
  return { path, log, present };
}

interface RandomFile {
  raw: string;
  /** A change of the text with LF only, of no line break. */
  change: { from: number; to: number; insert: string };
  /** The file's bytes after it. */
  expected: string;
}

const PARTS = ['a', 'é', ' ', '\n', '\r\n', '\r', '\u2028', '\t', '🌙', '\f', 'words ', '  \n', '\u0000'];

/** A file of any of the parts, and a change within one of its lines. */
function drawFile(random: Random, parts: readonly string[]): RandomFile {
  const pieces = Array.from(
    { length: 1 + below(random, 40) },
    () => parts[below(random, parts.length)] as string,
  );
  const bom = random() < 0.1 ? '\ufeff' : '';
  const body = pieces.join('');
  const lines = body.split(/(\r\n|\r|\n)/);
  const at = 2 * below(random, (lines.length + 1) / 2);
  const letters = [...(lines[at] as string)];
  const from = below(random, letters.length + 1);
  const to = Math.min(letters.length, from + below(random, 3));
  const changed = [...letters.slice(0, from), '+🌒+', ...letters.slice(to)].join('');
  const start = lines.slice(0, at).join('').replace(/\r\n?/g, '\n').length;
  return {
    raw: bom + body,
    change: {
      from: start + letters.slice(0, from).join('').length,
      to: start + letters.slice(0, to).join('').length,
      insert: '+🌒+',
    },
    expected: bom + [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join(''),
  };
}

describe('interleavings', () => {
  const mustBeNone = ({ duringSave, otherwise }: Record<'duringSave' | 'otherwise', Loss[]>) => {
    expect(otherwise.slice(0, 3), `${otherwise.length} lost something`).toEqual([]);
    expect(duringSave.slice(0, 3), `${duringSave.length} lost something in the moment of a save`).toEqual([]);
  };

  it(`C22 C23 C24 C26: ${INTERLEAVINGS} orders of typing, saving and another program's writing lose no line of either side`, async () => {
    mustBeNone(await runAll(INTERLEAVINGS, interleave));
  });

  it(`C24 C36: ${TWO_PEERS} runs of two windows on a bad line beside another program converge, and every mark survives`, async () => {
    mustBeNone(await runAll(TWO_PEERS, typeTogether));
  });
});

describe('bytes outside an edit', () => {
  it(`C45 C46: stay as they are in ${RANDOM_FILES} random files`, () => {
    const random = createRandom(46);
    for (let count = 0; count < RANDOM_FILES; count += 1) {
      const { raw, change, expected } = drawFile(random, PARTS);
      const text = NoteText.fromBytes(Buffer.from(raw));
      expect(text.bytes().toString(), JSON.stringify(raw)).toBe(raw);
      const changed = text.apply(ChangeSet.of(change, text.doc.length, '\n'));
      expect(changed.bytes().toString(), JSON.stringify([raw, change])).toBe(expected);
    }
  });

  it(`C45 C46: and in ${FILES_THROUGH_APP} through the app, from opening to the file`, async () => {
    const random = createRandom(45);
    // With many NUL bytes a small file is taken for a picture.
    const files = Array.from({ length: FILES_THROUGH_APP }, () => drawFile(random, PARTS.slice(0, -1)));
    const vault = makeVault(Object.fromEntries(files.map(({ raw }, index) => [`${index}.md`, raw])));
    const app = await openApp(vault);
    await inPool(files.length, async (index) => {
      const { raw, change, expected } = files[index] as RandomFile;
      const typist = await Typist.open(app.client, `${index}.md`);
      typist.type(change.from, change.insert, change.to);
      await typist.save();
      expect(vault.read(`${index}.md`), JSON.stringify([raw, change])).toBe(expected);
      typist.close();
    });
    await app.close();
  });
});
