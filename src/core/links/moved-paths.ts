import { nameKey, noteName } from '../paths/note-path.ts';
import type { Candidates } from './resolve.ts';

/** Files of the vault that get another path: from what they are called to what they will be. */
export type Moves = ReadonlyMap<string, string>;

/** The key under which a file is looked up by links: the folded last segment of its path, a note's without `.md`. */
export function fileKey(path: string): string {
  return nameKey(noteName(path));
}

/** What there is to look up once the files have moved. */
export function candidatesAfter(before: Candidates, moves: Moves): Candidates {
  const arrived = Map.groupBy(moves.values(), fileKey);
  return (key) => [...before(key).filter((path) => !moves.has(path)), ...(arrived.get(key) ?? [])].sort();
}

/** What there is to look up once some files are made and others gone. */
export function candidatesWith(
  before: Candidates,
  made: readonly string[],
  gone: readonly string[],
): Candidates {
  const arrived = Map.groupBy(made, fileKey);
  const known = new Map<string, readonly string[]>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const there = before(key).filter((path) => !gone.includes(path));
    const after = [...new Set([...there, ...(arrived.get(key) ?? [])])].sort();
    known.set(key, after);
    return after;
  };
}
