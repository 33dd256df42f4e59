import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { crashDisk, type Order } from './crash-disk.ts';
import { type Disk, findDifference, type Inode, type Operation, readDisk, writeDisk } from './disk.ts';
import { DiskRecorder, RECORDED } from './disk-recorder.ts';
import { throwFailures } from './failures.ts';
import { type Folders, makeFolders, withFolder } from './folders.ts';
import { createRandom } from './random.ts';
import { type Driver, runTraced } from './run-traced.ts';
import { type Call, descriptorOf, parseLog } from './strace-log.ts';

/** All that a driver wrote to its two folders, and said, from its start to its end. */
export interface Recording {
  initial: Disk;
  roots: { vault: Inode; data: Inode };
  operations: readonly Operation[];
}

/** The folders as they may be found after a loss of power. */
export interface Crash extends Folders {
  /** The lines that had been printed before it. */
  said: string[];
  /** How many operations came before it. */
  point: number;
  /** Which of them did not survive, in words. */
  lost: string[];
}

/** Enough for a write of 10 MB in full. */
const WHOLE = '10000000';

/**
 * Runs a driver once, from folders that `prepare` filled and that count as lasting. Throws when the driver fails, or when what was
 * recorded does not explain the folders that it left.
 */
export function record(
  driver: Driver,
  prepare: (folders: Folders) => void | Promise<void>,
): Promise<Recording> {
  return withFolder(async (folder) => {
    const folders = makeFolders(folder);
    await prepare(folders);
    const recorder = new DiskRecorder(folders);
    const ended = await runTraced(driver, {
      ...folders,
      logFile: join(folder, 'log'),
      options: ['--seccomp-bpf', '-s', WHOLE, '-e', `trace=${RECORDED.map((call) => `?${call}`).join(',')}`],
    });
    if (ended.exitCode !== 0) throw new Error(`The driver fails by itself:\n${ended.stderr}`);
    for (const call of inOrderOfEffect(parseLog(ended.log))) recorder.take(call);
    expectExplained(recorder, folders);
    const { initial, roots, operations } = recorder;
    return { initial, roots, operations };
  });
}

/** The latest that a write can have happened, and the earliest that something can have been heard. */
function inOrderOfEffect(calls: readonly Call[]): Call[] {
  const isEarly = ({ name, args }: Call) => name === 'close' || descriptorOf(args[0]) === 1;
  const at = (call: Call) => (isEarly(call) ? call.begun : (call.ended ?? 0));
  return calls
    .filter((call) => call.result !== null && call.result >= 0)
    .sort((one, other) => at(one) - at(other));
}

function expectExplained({ live, roots }: DiskRecorder, folders: Folders): void {
  for (const root of ['vault', 'data'] as const) {
    const found: Disk = { files: new Map(), folders: new Map() };
    let last = 0;
    const inode = readDisk(found, folders[root], () => ++last);
    const difference = findDifference(live, roots[root], found, inode, root);
    if (difference !== null) throw new Error(`The recording does not explain ${difference}.`);
  }
}

/** Makes the folders of one crash in `into`, at a point and with losses that the seed decides. */
export function replay(
  { initial, roots, operations }: Recording,
  { into, seed, order }: { into: string; seed: number; order: Order },
): Crash {
  const random = createRandom(seed);
  const point = Math.floor(random() * (operations.length + 1));
  const before = operations.slice(0, point);
  const { disk, lost } = crashDisk(initial, before, order, random);
  const folders = { vault: join(into, 'vault'), data: join(into, 'data') };
  mkdirSync(into, { recursive: true });
  writeDisk(disk, roots.vault, folders.vault);
  writeDisk(disk, roots.data, folders.data);
  const said = before.map((operation) => (operation.type === 'said' ? operation.text : '')).join('');
  return { ...folders, said: said.split('\n').slice(0, -1), point, lost };
}

/**
 * Replays that many crashes, every other one `in-order` and `reordered`, and hands each to `verify`, which throws where something
 * was lost. The seeds count up from `seed`; a failure names its own.
 */
export async function replayCrashes(
  recording: Recording,
  { crashes, seed = 1 }: { crashes: number; seed?: number },
  verify: (crash: Crash) => void | Promise<void>,
): Promise<void> {
  const failures: { after: string; error: unknown }[] = [];
  for (let number = 0; number < crashes; number += 1) {
    const order: Order = number % 2 === 0 ? 'in-order' : 'reordered';
    await withFolder(async (into) => {
      const crash = replay(recording, { into, seed: seed + number, order });
      try {
        await verify(crash);
      } catch (error) {
        const lost = crash.lost.length === 0 ? 'nothing' : crash.lost.join(', ');
        const where = `operation ${crash.point} of ${recording.operations.length}`;
        failures.push({ after: `${where}, ${order}, seed ${seed + number}, which lost ${lost}`, error });
      }
    });
  }
  throwFailures(crashes, failures);
}
