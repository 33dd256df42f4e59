import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a series is judged by. */
export interface Judged {
  /** What the table of issue 4 asks for, in words. */
  must: string;
  /** Whether that was so in this run. */
  held: boolean;
}

/** One series of the bench: what it is, whether it may grow with the vault, what was measured, and what must be. */
export function row(series: string, growth: 'flat' | 'linear', text: string, judged?: Judged): void {
  const verdict = judged === undefined ? '' : `   ${judged.held ? 'held' : 'MISSED'}: ${judged.must}`;
  console.log(`  ${series.padEnd(52)} ${growth.padEnd(7)} ${text.padEnd(44)}${verdict}`.trimEnd());
}

/** The given share of measured times, smallest first: `quantile(times, 0.95)`. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** How long `work` took each time, in milliseconds. */
export async function times(count: number, work: (at: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const started = performance.now();
    await work(at);
    taken.push(performance.now() - started);
  }
  return taken;
}

export const milliseconds = (time: number) => `${time.toFixed(time < 10 ? 1 : 0)} ms`;

/** A time beside W, the time of walking the vault's folder and asking each file's size. */
export const ratio = (time: number, walk: number) => `${(time / walk).toFixed(2)} W (${milliseconds(time)})`;

/** How long this process's loop stood still at most while `work` ran, in milliseconds. */
export async function stallOf(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6 - 5;
}

/** The row of such a stall. */
export function stallRow(series: string, stall: number): void {
  row(series, 'flat', milliseconds(Math.max(0, stall)), { must: '50 ms', held: stall <= 50 });
}
