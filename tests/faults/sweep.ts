import { join } from 'node:path';
import { throwFailures } from './failures.ts';
import { type Folders, makeFolders, withFolder } from './folders.ts';
import type { Driver, Ended } from './run-traced.ts';
import { Stage } from './stage.ts';
import { bytesOf, type Call, descriptorPath, parseLog } from './strace-log.ts';

export { hasStrace } from './run-traced.ts';

/** What is done to a call: the whole process dies before it, or it fails and is not carried out. */
export type Fault =
  | 'SIGKILL'
  | 'EIO'
  | 'ENOSPC'
  | 'EXDEV'
  | 'EACCES'
  | 'EMFILE'
  | 'EDQUOT'
  | 'EFBIG'
  | 'EROFS';

/** The `nth` call of that name on that path by one thread. */
export interface Injected {
  fault: Fault;
  call: string;
  nth: number;
  /** From the folder of both: `vault/a.md`, `data/journal.db-wal`. Of two paths the first. */
  path: string;
}

/** What a run with a fault left behind. */
export interface Left extends Folders, Omit<Ended, 'log'> {
  injected: Injected;
}

export interface SweepOptions {
  driver: Driver;
  /** Fills the empty folders, once: every run starts from a copy. */
  prepare(folders: Folders): void | Promise<void>;
  faults: readonly Fault[];
  /** Leaves out calls that do not matter; all are tried without it. */
  only?(injected: Injected): boolean;
  /** Throws where something was lost. The folders go when it ends. */
  verify(left: Left): void | Promise<void>;
}

const CALLS = [
  ...['access', 'faccessat', 'faccessat2', 'stat', 'lstat', 'fstat', 'newfstatat', 'statx', 'readlink'],
  ...['open', 'openat', 'creat', 'close', 'getdents64', 'read', 'readv', 'pread64', 'preadv'],
  ...['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'copy_file_range', 'sendfile'],
  ...['truncate', 'ftruncate', 'fallocate', 'fsync', 'fdatasync', 'sync_file_range'],
  ...[
    'rename',
    'renameat',
    'renameat2',
    'link',
    'linkat',
    'symlink',
    'symlinkat',
    'unlink',
    'unlinkat',
    'rmdir',
  ],
  ...['mkdir', 'mkdirat', 'chmod', 'fchmod', 'fchmodat', 'chown', 'fchown', 'fchownat', 'utimensat'],
];
const AT_ONCE = 2;
/** One run alone may be an unusual one, with calls that hardly any other comes to: what is tried is what most of these make. */
const UNDISTURBED = 5;
/** What is committed together differs from run to run, and with it the log’s calls: the one that is meant may need some runs to come. */
const ATTEMPTS = 20;

/** A call of the undisturbed runs that no other run came to: the most of its kind that one thread made, in so many runs. */
export interface Missed extends Injected {
  made: number;
  attempts: number;
}

/**
 * Runs a driver some times undisturbed, then once for each fault at each call of most of these runs that concerns the vault or the data
 * folder, and again where the run did not come to that call. Gives how many faults were put in, and the calls that no run came to. Throws
 * when an undisturbed run fails, `verify` throws, or a run came to its call and no fault was put in.
 */
export function sweep(options: SweepOptions): Promise<{ runs: number; missed: Missed[] }> {
  return withFolder(async (folder) => {
    const first = makeFolders(join(folder, 'first'));
    await options.prepare(first);
    const stages = Array.from({ length: AT_ONCE }, () => new Stage());
    try {
      return await hitEach(folder, first, stages, options);
    } finally {
      for (const stage of stages) stage.close();
    }
  });
}

async function hitEach(folder: string, first: Folders, stages: readonly Stage[], options: SweepOptions) {
  const calls = await usualCalls(folder, first, stages[0] as Stage, options.driver);
  const planned = options.faults
    .flatMap((fault) => calls.map((call) => ({ fault, ...call })))
    .filter((injected) => options.only?.(injected) ?? true);

  const missed: Missed[] = [];
  const failures: { after: string; error: unknown }[] = [];
  const waiting = planned.values();
  const lane = async (stage: Stage) => {
    for (const injected of waiting) {
      try {
        const made = await tryOne(first, injected, stage, options);
        if (made !== null) missed.push({ ...injected, made, attempts: ATTEMPTS });
      } catch (error) {
        failures.push({ after: tell(injected), error });
      }
    }
  };
  await Promise.all(stages.map(lane));
  throwFailures(planned.length, failures);
  return { runs: planned.length - missed.length, missed };
}

type Made = Omit<Injected, 'fault'>;

async function usualCalls(folder: string, from: Folders, stage: Stage, driver: Driver): Promise<Made[]> {
  const found = new Map<string, { made: Made; runs: number }>();
  for (let run = 0; run < UNDISTURBED; run += 1)
    for (const [key, made] of await listCalls(join(folder, `counted${run}`), from, stage, driver))
      found.set(key, { made, runs: (found.get(key)?.runs ?? 0) + 1 });
  return [...found.values()].filter(({ runs }) => runs > UNDISTURBED / 2).map(({ made }) => made);
}

/** What a run with no fault does to the vault and the data folder. `around` is a folder for it. */
async function listCalls(
  around: string,
  from: Folders,
  stage: Stage,
  driver: Driver,
): Promise<Map<string, Made>> {
  const folders = makeFolders(around, from);
  const trace = `trace=${CALLS.map((call) => `?${call}`).join(',')}`;
  const run = { ...folders, logFile: join(around, 'log'), options: ['-s', '4096', '-e', trace] };
  const ended = await stage.run(driver, run);
  if (ended.exitCode !== 0) throw new Error(`The driver fails by itself:\n${ended.stderr}`);
  // Strace counts in each thread; what two threads do alike is one call here.
  const counts = new Map<string, number>();
  const found = new Map<string, Made>();
  for (const call of parseLog(ended.log)) {
    const path = pathOf(call);
    if (path === null || !isWithin(path, folders)) continue;
    const count = `${call.thread} ${call.name} ${path}`;
    const nth = (counts.get(count) ?? 0) + 1;
    counts.set(count, nth);
    const made = { call: call.name, nth, path: path.slice(around.length + 1) };
    found.set(`${made.call} ${nth} ${made.path}`, made);
  }
  return found;
}

/** The path by which `strace -P` knows a call. */
function pathOf({ args }: Call): string | null {
  const behind = descriptorPath(args[0]);
  if (args[0]?.startsWith('AT_FDCWD') === true) return bytesOf(args[1]).toString();
  return behind ?? (args[0]?.startsWith('"') === true ? bytesOf(args[0]).toString() : null);
}

function isWithin(path: string, { vault, data }: Folders): boolean {
  return [vault, data].some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/** Gives `null` once the fault was put in, or how many such calls the run made that came nearest. */
async function tryOne(
  first: Folders,
  injected: Injected,
  stage: Stage,
  { driver, verify }: SweepOptions,
): Promise<number | null> {
  let nearest = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const made = await withFolder(async (folder) => {
      const folders = makeFolders(folder, first);
      const options = straceOptions(injected, join(folder, injected.path));
      const { log, ...ended } = await stage.run(driver, {
        ...folders,
        logFile: join(folder, 'log'),
        options,
      });
      const calls = parseLog(log);
      // The program, or a helper that it started.
      const died = /\+\+\+ killed by SIGKILL/.test(log) && !ended.hung;
      const isHit = injected.fault === 'SIGKILL' ? died : calls.some((call) => call.injected);
      if (!isHit) return mostByOneThread(calls);
      await verify({ ...folders, ...ended, injected });
      return null;
    });
    if (made === null) return null;
    if (made >= injected.nth) throw new Error(`The run made ${made} of these calls, and none was hit.`);
    nearest = Math.max(nearest, made);
  }
  return nearest;
}

function mostByOneThread(calls: readonly Call[]): number {
  const counts = new Map<string, number>();
  for (const { thread } of calls) counts.set(thread, (counts.get(thread) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function straceOptions({ fault, call, nth }: Injected, path: string): string[] {
  const kill = fault === 'SIGKILL';
  const inject = `inject=${call}:${kill ? 'signal' : 'error'}=${fault}:when=${nth}`;
  return ['-P', path, '-e', `trace=${call}`, '-e', inject];
}

function tell({ fault, call, nth, path }: Injected): string {
  return `${fault} at ${call} ${nth} of ${path}`;
}

/** The numbers of a sweep in a line, and a line for each call that no run came to, with why. */
export function tellSweep(
  what: string,
  { runs, missed }: { runs: number; missed: readonly Missed[] },
): string {
  const reasons = missed.map(
    (one) => `  ${tell(one)}: none of ${one.attempts} runs made more than ${one.made}\n`,
  );
  return `${what}: ${runs} calls hit, ${missed.length} never came again\n${reasons.join('')}`;
}
