import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');

export interface Ran {
  code: number;
  output: string;
  seconds: number;
}

/**
 * Runs a tool of the project with the project's own Node first on the PATH. `shown` passes its output through as it comes; `patient`
 * takes what the processors have left over.
 */
export async function run(
  command: string,
  args: string[],
  { shown = false, patient = false, env = {}, cwd = root } = {},
): Promise<Ran> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (patient && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (shown) process.stdout.write(text);
    });
  }
  const code = await new Promise<number>((done) => {
    child.on('error', (error) => {
      output += String(error);
      done(127);
    });
    child.on('close', (ended) => done(ended ?? 1));
  });
  return { code, output, seconds: (performance.now() - started) / 1000 };
}
