import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Less than this is no stall. */
const STALL_MS = 50;
const EVERY_MS = 20;

/**
 * Watches how long the machine keeps a process from working while somebody types into it: its two threads that waited longest for a processor
 * (Linux counts that; elsewhere it is none), and twice the longest time that one row took to reach the disk of the folder, for a
 * commit may have to wait for the one before it. `stop` gives the milliseconds since the beginning, 0 where the machine was quick.
 */
export async function watchMachine(pid: number, folder: string): Promise<{ stop(): number }> {
  const before = waitsOf(pid);
  const file = await open(join(folder, 'probe'), 'w');
  let longest = 0;
  let begun: number | null = null;
  let stopped = false;
  const probing = (async () => {
    while (!stopped) {
      begun = performance.now();
      await file.write('x', 0);
      await file.datasync();
      longest = Math.max(longest, performance.now() - begun);
      begun = null;
      await pause(EVERY_MS);
    }
  })().finally(() => file.close());
  return {
    stop() {
      stopped = true;
      void probing;
      const disk = Math.max(longest, begun === null ? 0 : performance.now() - begun);
      const waited = [...waitsOf(pid)]
        .map(([thread, ms]) => ms - (before.get(thread) ?? 0))
        .sort((a, b) => b - a);
      const stalled = 2 * disk + (waited[0] ?? 0) + (waited[1] ?? 0);
      return stalled < STALL_MS ? 0 : stalled;
    },
  };
}

/** How long each thread of a process has waited for a processor, in milliseconds. */
function waitsOf(pid: number): Map<string, number> {
  const waits = new Map<string, number>();
  const folder = `/proc/${pid}/task`;
  for (const thread of orNone(() => readdirSync(folder)) ?? []) {
    const counted = orNone(() => readFileSync(join(folder, thread, 'schedstat'), 'utf8'));
    if (counted !== null) waits.set(thread, Number(counted.split(' ')[1]) / 1e6);
  }
  return waits;
}

/** A process, or a thread of it, may have ended by now; only Linux has this folder at all. */
function orNone<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
