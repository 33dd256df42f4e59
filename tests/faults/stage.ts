import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { driverAt } from '../support/modules.ts';
import {
  collect,
  type Driver,
  type Ended,
  endAfter,
  mayJoin,
  pickProcessor,
  runTraced,
  startSteadily,
} from './run-traced.ts';
import { END } from './say.ts';

const PROGRAM = fileURLToPath(driverAt('faults', 'stage'));

const MAY_JOIN = mayJoin();
const ENDED = `${END}\n`;

interface Running {
  child: ChildProcessWithoutNullStreams;
  stdout: () => string;
  stderr: () => string;
  /** How many have come to their end, its own start among them. */
  ends: number;
  closed: boolean;
}

/**
 * A process in which drivers run one after the other, each under an strace of its own, which begins and ends with it. To start a process
 * for each would be most of the work. One that dies, or does not come to its end in time, makes room for another.
 * Where strace may not join a process, each driver has one of its own.
 */
export class Stage {
  readonly #processor = pickProcessor();
  #running: Running | null = null;

  /** Runs a driver under strace with these options. Strace's log is kept in `logFile` only while it runs. */
  async run(
    driver: Driver,
    how: { vault: string; data: string; logFile: string; options: string[] },
  ): Promise<Ended> {
    if (!MAY_JOIN) return runTraced(driver, how);
    const { vault, data, logFile, options } = how;
    this.#running ??= await this.#start();
    const running = this.#running;
    const { child, stdout, stderr } = running;
    const said = [stdout().length, stderr().length];
    const strace = await this.#attach(child.pid ?? 0, logFile, options);
    child.stdin.write(`${JSON.stringify([driver.module.href, vault, data, ...(driver.args ?? [])])}\n`);
    const hung = !(await untilEnd(running));
    if (!running.closed) strace.kill('SIGINT');
    if (strace.exitCode === null && strace.signalCode === null) await once(strace, 'exit');
    const log = readFileSync(logFile, 'utf8');
    rmSync(logFile);
    const [out = '', errors = ''] = [stdout, stderr].map((text, index) =>
      text().slice(said[index]).replace(ENDED, ''),
    );
    return { exitCode: running.closed ? child.exitCode : 0, stdout: out, stderr: errors, log, hung };
  }

  close(): void {
    this.#running?.child.kill('SIGKILL');
    this.#running = null;
  }

  async #start(): Promise<Running> {
    const child = startSteadily(this.#processor, [PROGRAM]);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const running = { child, stdout, stderr, ends: 0, closed: false };
    child.stdin.on('error', () => undefined);
    child.once('close', () => {
      running.closed = true;
      if (this.#running === running) this.#running = null;
    });
    await untilEnd(running);
    if (running.closed) throw new Error(`The stage does not start:\n${stderr()}`);
    return running;
  }

  /** To the program and the helpers that it has started. */
  async #attach(pid: number, logFile: string, options: string[]) {
    const [program, ...args] = this.#processor;
    const helpers = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const traced = [String(pid), ...helpers.filter((helper) => helper !== '')];
    const output = ['-f', '-y', '-xx', '--quiet=exit,path-resolution', '-o', logFile];
    const strace = spawn(program, [...args, 'strace', ...output, ...options, '-p', traced.join(',')]);
    const stderr = collect(strace.stderr);
    while (stderr().split(' attached').length <= traced.length) {
      const more = await Promise.race([once(strace.stderr, 'data'), once(strace, 'exit').then(() => null)]);
      if (more === null) throw new Error(`strace does not attach:\n${stderr()}`);
    }
    return strace;
  }
}

/** Whether it came to its end, or died, in time; where not, it is killed with all that it started. */
function untilEnd(running: Running): Promise<boolean> {
  const { child, stdout, stderr } = running;
  running.ends += 1;
  return new Promise((done) => {
    let inTime = true;
    const late = endAfter(child, () => {
      inTime = false;
    });
    const look = () => {
      const ended = [stdout, stderr].every((text) => text().split(ENDED).length > running.ends);
      if (!ended && !running.closed) return;
      clearTimeout(late);
      child.off('close', look);
      for (const output of [child.stdout, child.stderr]) output.off('data', look);
      done(inTime);
    };
    child.on('close', look);
    for (const output of [child.stdout, child.stderr]) output.on('data', look);
  });
}
