import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleAt } from '../support/modules.ts';

/** A program to crash: a TypeScript module that gets the vault, the data folder and its own arguments on the command line. */
export interface Driver {
  module: URL;
  args?: readonly string[];
}

export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
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
let runs = 0;

/** Whether strace is here and may trace. */
export function hasStrace(): boolean {
  const [program = '', ...args] = [...strace(), '-f', '-o', '/dev/null', process.execPath, '--version'];
  return spawnSync(program, args).status === 0;
}

/** Strace and what it traces take turns: that costs them half when both stay on one processor. */
function strace(): string[] {
  runs += 1;
  return ['taskset', '-c', PROCESSORS[runs % PROCESSORS.length] ?? '0', 'strace'];
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
 * Runs a driver under strace with these options, to its end. File calls of the thread pool run one after the other and random names
 * are the same in every run, so that a call can be found again. Strace's log is kept in `logFile` only while it runs.
 */
export async function runTraced(
  driver: Driver,
  { vault, data, logFile, options }: { vault: string; data: string; logFile: string; options: string[] },
): Promise<Ended> {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--import', STEADY];
  const program = [...node, fileURLToPath(driver.module), vault, data, ...(driver.args ?? [])];
  const traced = ['-f', '-y', '-xx', '-qq', '-o', logFile, ...options, ...program];
  const [launcher = '', ...launched] = strace();
  const child = spawn(launcher, [...launched, ...traced], {
    cwd: ROOT,
    // A group of its own, so that a hung driver can be ended with its strace.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_COMPILE_CACHE: join(tmpdir(), 'ramble-faults-compiled'),
      UV_THREADPOOL_SIZE: '1',
      UV_USE_IO_URING: '0',
    },
  });
  const ended = await untilEnd(child);
  const log = readFileSync(logFile, 'utf8');
  rmSync(logFile);
  return { ...ended, log };
}

function untilEnd(child: ChildProcess): Promise<Omit<Ended, 'log'>> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    let hung = false;
    child.stdout?.on('data', (bytes) => {
      stdout += bytes;
    });
    child.stderr?.on('data', (bytes) => {
      stderr += bytes;
    });
    const timer = setTimeout(() => {
      hung = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal, hung, stdout, stderr });
    });
  });
}
