import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { END, say } from './say.ts';
import { drawAnew } from './steady-random.ts';

/**
 * Runs a driver for each line of standard input, `[module, ...arguments]`, in one process: what is loaded once serves all. Where a process
 * of the driver's own would end by itself, it says END on both outputs.
 */
/** What a process waits for; pipes to a helper, which it does not wait for, are listed with the rest. */
const resources = () => process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap').length;
let runs = 0;

function sayEnd(): void {
  for (const output of [1, 2]) say(END, output);
}

sayEnd();
for await (const line of createInterface({ input: process.stdin })) {
  const [module, ...args]: string[] = JSON.parse(line);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  drawAnew();
  runs += 1;
  const atRest = resources();
  await import(`${module}?${runs}`);
  while (resources() > atRest) await pause(1);
  sayEnd();
}
