import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '../../src/contract/client.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import type { Reply } from '../../src/contract/router.ts';
import { driverAt } from '../support/modules.ts';

/** The app in another process, as a window of it sees it. */
export interface StartedApp {
  client: Client;
  /** With when its process told them, milliseconds since 1970. */
  events: (AppEvent & { at: number })[];
  /** Ends it as a crash does; resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it where it is, as a machine that sleeps does, until `resume`. */
  pause(): void;
  resume(): void;
  /** From now on: the bytes that a file may hold at most, or how many files may be open. */
  limit(what: 'fsize' | 'nofile', most: number | 'unlimited'): void;
  /** What its process has open: paths, and what the system calls that which has none. */
  openFiles(): string[];
  /** The number that the next file it opens gets. */
  nextFile(): number;
  /** The memory that its process holds, in MB; NaN where the system does not tell. */
  megabytes(): number;
  close(): Promise<void>;
}

interface Message {
  id?: number;
  reply?: Reply;
  event?: AppEvent;
  at?: number;
  ready?: boolean;
}

// See STEADY_THREADS in scripts/start.ts.
const NODE = [process.execPath, '--no-memory-protection-keys', fileURLToPath(driverAt('documents', 'app'))];

export interface StartOptions {
  /** No file of the app's may grow beyond so many KB. */
  largestKb?: number;
  /** How many files the app may have open. */
  mostFiles?: number;
  /** A program and its arguments that the app is run by. */
  under?: readonly string[];
}

/** Starts the app on a vault; resolves when the vault is open. */
export async function startApp(
  vault: string,
  data: string,
  { largestKb, mostFiles, under = [] }: StartOptions = {},
): Promise<StartedApp> {
  const limits = [
    ...(largestKb === undefined ? [] : [`ulimit -f ${largestKb}; `]),
    ...(mostFiles === undefined ? [] : [`ulimit -n ${mostFiles}; `]),
  ].join('');
  const child = spawn('bash', ['-c', `${limits}exec "$@"`, 'bash', ...under, ...NODE, vault, data], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const events: StartedApp['events'] = [];
  const listeners = new Set<(event: AppEvent) => void>();
  const waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  let nextId = 1;
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((done, fail) => {
    isReady = done;
    void ended.then(() => fail(new Error('the app ended before it was open')));
  });
  ready.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the app ended'));
    waiting.clear();
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, reply, event, at = 0, ready: isOpen } = JSON.parse(line) as Message;
    if (isOpen === true) isReady();
    if (event !== undefined) {
      events.push({ ...event, at });
      for (const listener of listeners) listener(event);
    }
    if (id !== undefined && reply !== undefined) {
      waiting.get(id)?.resolve(reply);
      waiting.delete(id);
    }
  });
  await ready;
  return {
    client: createClient({
      send: (name, params) =>
        new Promise((resolve, reject) => {
          if (hasEnded(child)) return reject(new Error('the app ended'));
          nextId += 1;
          waiting.set(nextId, { resolve, reject });
          child.stdin.write(`${JSON.stringify({ id: nextId, name, params })}\n`);
        }),
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    events,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    limit(what, most) {
      const { status } = spawnSync('prlimit', ['--pid', String(child.pid), `--${what}=${most}:`]);
      if (status !== 0) throw new Error(`${what} cannot be limited`);
    },
    openFiles: () => openFilesOf(child.pid),
    nextFile() {
      const taken = new Set(readdirSync(`/proc/${child.pid}/fd`));
      let number = 0;
      while (taken.has(String(number))) number += 1;
      return number;
    },
    megabytes: () => residentMegabytes(child.pid),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

function openFilesOf(pid: number | undefined): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    try {
      return [readlinkSync(join(folder, descriptor))];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
}

function residentMegabytes(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
