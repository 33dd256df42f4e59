import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { moduleAt } from '../support/modules.ts';

/** A program to crash: a TypeScript module that gets the vault, the data folder and its own arguments on the command line. */
export interface Driver {
  module: URL;
  args?: readonly string[];
}

export interface Ended {
  /** `null` where a signal ended it. */
  exitCode: number | null;
  /** It was still running after the time allowed, and was ended. */
  hung: boolean;
  stdout: string;
  stderr: string;
  /** What strace wrote. */
  log: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STEADY = moduleAt('steady-random', 'tests/faults/steady-random.ts').href;
const TIMEOUT_MS = 20_000;
const PROCESSORS = listProcessors();
let processors = 0;

/** Whether strace is here and may trace. */
export function hasStrace(): boolean {
  const traced = ['strace', '-f', '-o', '/dev/null', process.execPath, '--version'];
  const [program, ...args] = [...pickProcessor(), ...traced];
  return spawnSync(program, args).status === 0;
}

/** Whether it may join a program that it did not start: many systems forbid that to all but the administrator. */
export function mayJoin(): boolean {
  const traced = spawn('sleep', ['10']).once('error', () => undefined);
  const { status } = spawnSync('timeout', [
    ...['--signal=INT', '0.3'],
    ...['strace', '-o', '/dev/null', '-p', String(traced.pid)],
  ]);
  traced.kill();
  // It was still at it when its time was up.
  return status === 124;
}

/** How a program is started on a processor: strace and what it traces take turns, which costs half when both stay on one. */
export function pickProcessor(): [program: string, ...args: string[]] {
  processors += 1;
  return ['taskset', '-c', PROCESSORS[processors % PROCESSORS.length] ?? '0'];
}

/** The processors that this process may use, as `taskset` names them. */
function listProcessors(): string[] {
  const status = '/proc/self/status';
  const own = existsSync(status) ? readFileSync(status, 'utf8') : '';
  const [, list = '0'] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(own) ?? [];
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => String(first + at));
  });
}

/**
 * Starts a program of the tests. File calls of the thread pool run one after the other and random names are the same in every run, so that
 * a call can be found again.
 */
export function startSteadily(launcher: [program: string, ...args: string[]], args: string[]) {
  const [program, ...before] = launcher;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--import', STEADY];
  return spawn(program, [...before, ...node, ...args], {
    cwd: ROOT,
    // A group of its own, so that a hung driver can be ended with its helpers and its strace.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_COMPILE_CACHE: join(tmpdir(), 'ramble-faults-compiled'),
      UV_THREADPOOL_SIZE: '1',
      UV_USE_IO_URING: '0',
    },
  });
}

/** Runs a driver under strace with these options, from its start to its end. */
export async function runTraced(
  driver: Driver,
  { vault, data, logFile, options }: { vault: string; data: string; logFile: string; options: string[] },
): Promise<Ended> {
  const strace = ['strace', '-f', '-y', '-xx', '-qq', '-o', logFile, ...options];
  const program = [fileURLToPath(driver.module), vault, data, ...(driver.args ?? [])];
  const child = startSteadily([...pickProcessor(), ...strace], program);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  let hung = false;
  const late = endAfter(child, () => {
    hung = true;
  });
  const [exitCode] = await once(child, 'close');
  clearTimeout(late);
  const log = readFileSync(logFile, 'utf8');
  rmSync(logFile);
  return { exitCode, hung, stdout: stdout(), stderr: stderr(), log };
}

/** Ends a program that runs for too long, with all that it started. */
export function endAfter({ pid }: ChildProcess, onEnd: () => void): NodeJS.Timeout {
  return setTimeout(() => {
    onEnd();
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }, TIMEOUT_MS);
}

/** Gives all that a stream has brought so far. */
export function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return () => text;
}
