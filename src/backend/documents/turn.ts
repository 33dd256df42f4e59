/** Runs a work when those before it have ended. */
export type Turn = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Runs works one after the other, whatever became of the one before. */
export function createTurn(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
