import { nameKey } from '../../core/paths/note-path.ts';

/** Runs work on one path after the other; different paths run side by side. Case and Unicode form make no other path. */
export function createTurns(): <Value>(path: string, work: () => Promise<Value>) => Promise<Value> {
  const last = new Map<string, Promise<unknown>>();
  return async (path, work) => {
    const key = nameKey(path);
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}

/** Runs work when it is the turn of every one of `paths`: taken in one order by all, so that no two wait for each other. */
export function inTurnsOf<Value>(
  inTurn: ReturnType<typeof createTurns>,
  paths: readonly string[],
  work: () => Promise<Value>,
): Promise<Value> {
  const [first, ...others] = [...new Set(paths.map(nameKey))].sort();
  return first === undefined ? work() : inTurn(first, () => inTurnsOf(inTurn, others, work));
}
