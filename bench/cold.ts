import { fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Index, openIndex } from '../src/backend/index/index-service.ts';

/** What a process of its own measured: milliseconds, and its greatest memory in bytes. */
export interface ColdTimes {
  all: number;
  quick: number;
  stall: number;
  peak: number;
}

/** Opens a vault's index, from the built workers where `worker` names them. */
export function open(root: string, dataFolder: string, worker: string): Index {
  return openIndex({
    root,
    dataFolder,
    workerModule: new URL(worker),
    onProgress() {},
    onSummary() {},
    onUpdated() {},
    onNoteChanged() {},
    onProblem: (message) => console.error(message),
  });
}

/** Opens the index in a process of its own, asks quick open at once, waits until all is in. */
export function inOwnProcess(root: string, dataFolder: string, worker: string): Promise<ColdTimes> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--measure', root, dataFolder, worker]);
    child.once('message', (measured) => resolve(measured as ColdTimes));
    child.once('exit', (code) => reject(new Error(`the process that measures ended with ${code}`)));
  });
}

async function measure(root: string, dataFolder: string, worker: string): Promise<ColdTimes> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const started = performance.now();
  const index = open(root, dataFolder, worker);
  await index.quick('the ev', 30, []);
  const quick = performance.now() - started;
  await index.settled();
  const all = performance.now() - started;
  delay.disable();
  await index.close();
  return { all, quick, stall: delay.max / 1e6 - 5, peak: process.resourceUsage().maxRSS * 1024 };
}

if (process.argv[2] === '--measure') {
  const [root = '', dataFolder = '', worker = ''] = process.argv.slice(3);
  process.send?.(await measure(root, dataFolder, worker), () => process.exit(0));
}
