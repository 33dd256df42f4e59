/** One series of the bench: what it is, whether it may grow with the vault, and what was measured. */
export function row(series: string, growth: 'flat' | 'linear', text: string): void {
  console.log(`  ${series.padEnd(48)} ${growth.padEnd(7)} ${text}`);
}

/** The given share of measured times, smallest first: `quantile(times, 0.95)`. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
