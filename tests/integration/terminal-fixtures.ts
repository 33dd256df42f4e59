import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeVault } from '../support/app.ts';

export const root = join(import.meta.dirname, '..', '..');
const source = join(root, 'src', 'cli', 'index.ts');
const built = join(root, 'out', 'main', 'terminal.mjs');

/** The built terminal where it is up to date (it starts twice as fast), else its source. */
export const terminal = isFresh() ? built : source;

function isFresh(): boolean {
  if (!existsSync(built)) return false;
  const { mtimeMs } = statSync(built);
  const parts = ['cli', 'backend', 'contract', 'core'].map((part) => join(root, 'src', part));
  const files = parts.flatMap((part) =>
    readdirSync(part, { recursive: true, encoding: 'utf8' }).map((name) => join(part, name)),
  );
  return files.every((file) => statSync(file).mtimeMs < mtimeMs);
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface HowToRun {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** What standard input gives before it ends. */
  input?: string | Buffer;
}

/** Runs a program to its end, with nothing of ours in its environment but what is given. */
export function runProgram(program: string, args: string[], how: HowToRun = {}): Promise<Ended> {
  const {
    RAMBLE_VAULT: _vault,
    RAMBLE_DATA: _data,
    INIT_CWD: _cwd,
    FORCE_COLOR: _color,
    NO_COLOR: _noColor,
    CI: _ci,
    ...rest
  } = process.env;
  const child = spawn(program, args, {
    cwd: how.cwd ?? root,
    env: { ...rest, TERM: 'xterm-256color', ...how.env },
  });
  const ended: Ended = { code: null, signal: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ended.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ended.stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(how.input ?? '');
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done({ ...ended, code, signal }));
  });
}

/** `ramble`, each with a data folder of its own unless one is given. */
export function ramble(args: string[], how: HowToRun = {}): Promise<Ended> {
  const env = { RAMBLE_DATA: makeVault().folder, ...how.env };
  return runProgram(process.execPath, [terminal, ...args], { ...how, env });
}

/** As {@link ramble} with `--json`: the value that was printed, which must be the only thing printed. */
export async function rambleJson<Value>(args: string[], how: HowToRun = {}): Promise<Value> {
  const ended = await ramble(['--json', ...args], how);
  if (ended.code !== 0 || ended.stderr !== '') throw new Error(`ended with ${ended.code}: ${ended.stderr}`);
  return JSON.parse(ended.stdout) as Value;
}

/** What a command on a terminal shows: util-linux's `script` gives it one. */
export function rambleOnTerminal(args: string[], how: HowToRun = {}): Promise<Ended> {
  const quoted = [process.execPath, terminal, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`);
  const env = { RAMBLE_DATA: makeVault().folder, TERM: 'xterm-256color', SHELL: '/bin/sh', ...how.env };
  return runProgram('script', ['-qec', quoted.join(' '), '/dev/null'], { ...how, env });
}
