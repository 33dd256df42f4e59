import { join } from 'node:path';
import { throwFailures } from './failures.ts';
import { type Folders, makeFolders, withFolder } from './folders.ts';
import { type Driver, type Ended, runTraced } from './run-traced.ts';
import { bytesOf, type Call, descriptorPath, parseLog } from './strace-log.ts';

export { hasStrace } from './run-traced.ts';

/** What is done to a call: the whole process dies before it, or it fails and is not carried out. */
export type Fault = 'SIGKILL' | 'EIO' | 'ENOSPC' | 'EXDEV' | 'EACCES' | 'EMFILE' | 'EDQUOT' | 'EROFS';

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
const ATTEMPTS = 3;

/**
 * Runs a driver once undisturbed, then once for each fault at each of its calls that concern the vault or the data folder. Gives
 * how many faults were put in, and those that were not because the run went another way. Throws when the undisturbed run fails, or
 * `verify` throws.
 */
export function sweep(options: SweepOptions): Promise<{ runs: number; missed: Injected[] }> {
  return withFolder(async (folder) => {
    const first = makeFolders(join(folder, 'first'));
    await options.prepare(first);
    const calls = await listCalls(folder, first, options.driver);
    const planned = options.faults
      .flatMap((fault) => calls.map((call) => ({ fault, ...call })))
      .filter((injected) => options.only?.(injected) ?? true);

    const missed: Injected[] = [];
    const failures: { after: string; error: unknown }[] = [];
    const waiting = planned.values();
    const lane = async () => {
      for (const injected of waiting) {
        try {
          if (!(await tryOne(first, injected, options))) missed.push(injected);
        } catch (error) {
          failures.push({ after: tell(injected), error });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    throwFailures(planned.length, failures);
    return { runs: planned.length - missed.length, missed };
  });
}

async function listCalls(folder: string, from: Folders, driver: Driver): Promise<Omit<Injected, 'fault'>[]> {
  const around = join(folder, 'counted');
  const folders = makeFolders(around, from);
  const trace = `trace=${CALLS.map((call) => `?${call}`).join(',')}`;
  const ended = await runTraced(driver, {
    ...folders,
    logFile: join(around, 'log'),
    options: ['--seccomp-bpf', '-s', '4096', '-e', trace],
  });
  if (ended.exitCode !== 0) throw new Error(`The driver fails by itself:\n${ended.stderr}`);
  // Strace counts in each thread; what two threads do alike is one call here.
  const counts = new Map<string, number>();
  const found = new Map<string, Omit<Injected, 'fault'>>();
  for (const call of parseLog(ended.log)) {
    const path = pathOf(call);
    if (path === null || !isWithin(path, folders)) continue;
    const count = `${call.thread} ${call.name} ${path}`;
    const nth = (counts.get(count) ?? 0) + 1;
    counts.set(count, nth);
    found.set(`${call.name} ${nth} ${path}`, { call: call.name, nth, path: path.slice(around.length + 1) });
  }
  return [...found.values()];
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

/** Gives whether the fault could be put in. */
async function tryOne(
  first: Folders,
  injected: Injected,
  { driver, verify }: SweepOptions,
): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const hit = await withFolder(async (folder) => {
      const folders = makeFolders(folder, first);
      const options = straceOptions(injected, join(folder, injected.path));
      const { log, ...ended } = await runTraced(driver, {
        ...folders,
        logFile: join(folder, 'log'),
        options,
      });
      // The program, or a helper that it started.
      const died = /\+\+\+ killed by SIGKILL/.test(log) && !ended.hung;
      const injects = injected.fault === 'SIGKILL' ? died : null;
      if (!(injects ?? parseLog(log).some((call) => call.injected))) return false;
      await verify({ ...folders, ...ended, injected });
      return true;
    });
    if (hit) return true;
  }
  return false;
}

function straceOptions({ fault, call, nth }: Injected, path: string): string[] {
  const kill = fault === 'SIGKILL';
  const inject = `inject=${call}:${kill ? 'signal' : 'error'}=${fault}:when=${nth}`;
  // With --seccomp-bpf strace 6.1 loses the signals that it should put in.
  return [...(kill ? [] : ['--seccomp-bpf']), '-P', path, '-e', `trace=${call}`, '-e', inject];
}

function tell({ fault, call, nth, path }: Injected): string {
  return `${fault} at ${call} ${nth} of ${path}`;
}
