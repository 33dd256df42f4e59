const SHOWN = 5;

/** Throws one error that tells of the first few failures, each with the fault that led to it. */
export function throwFailures(tried: number, failures: readonly { after: string; error: unknown }[]): void {
  if (failures.length === 0) return;
  const shown = failures
    .slice(0, SHOWN)
    .map(({ after, error }) => `after ${after}:\n${error instanceof Error ? error.message : String(error)}`);
  throw new Error(`${failures.length} of ${tried} crashes were not survived.\n\n${shown.join('\n\n')}`, {
    cause: failures[0]?.error,
  });
}
