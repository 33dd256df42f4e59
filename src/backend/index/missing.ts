import type { ScannedFile } from '../vault/scan.ts';
import type { KnownFile } from './store.ts';

/** Fewer may go at once in a small vault, where they are a large part of it. */
const MIN_NOTES = 5;
const MAX_SHARE = 0.2;
const MAX_NOTES = 50;

/** Whether so many of the known notes cannot have been deleted one by one: rather a disk, a share or a synced folder is away. */
export function isTooMany(gone: number, known: number): boolean {
  return gone > MAX_NOTES || (gone >= MIN_NOTES && gone > known * MAX_SHARE);
}

/** What is known where notes are gone. */
export interface Surroundings {
  /** How many notes are known. */
  known: number;
  added: readonly ScannedFile[];
  /** What was missing before. */
  before: ReadonlySet<string>;
  /** How many of the notes that are there have the content of one that is gone, by hash. */
  copies(gone: readonly KnownFile[]): ReadonlyMap<string, number>;
}

/**
 * Of the notes that a scan did not find, the paths to keep as missing: all when they are too many, otherwise those that were missing
 * before. One that turned up under a new path, by size and time or by what it holds, was moved and is not kept.
 */
export function findMissing(
  gone: readonly KnownFile[],
  { known, added, before, copies }: Surroundings,
): Set<string> {
  const arrived = new Map<string, number>();
  for (const { size, mtimeMs } of added) {
    const key = `${size} ${mtimeMs}`;
    arrived.set(key, (arrived.get(key) ?? 0) + 1);
  }
  const vanished = without(gone, arrived, ({ size, mtime_ms }) => `${size} ${mtime_ms}`);
  const kept = isTooMany(vanished.length, known) ? vanished : vanished.filter(({ path }) => before.has(path));
  const alone = kept.length === 0 ? [] : without(kept, new Map(copies(gone)), ({ hash }) => hash);
  return new Set(alone.map(({ path }) => path));
}

/** The notes but for those that are found under a key; what is there of one key is taken for so many of them. */
function without(
  gone: readonly KnownFile[],
  there: Map<string, number>,
  keyOf: (note: KnownFile) => string,
): KnownFile[] {
  return gone.filter((note) => {
    const left = there.get(keyOf(note)) ?? 0;
    there.set(keyOf(note), left - 1);
    return left <= 0;
  });
}

/** What the user is told of so many missing notes; `null` for none. */
export function missingProblem(count: number): { code: string; message: string } | null {
  if (count === 0) return null;
  const notes =
    count === 1
      ? '1 note vanished from the folder, at once with others'
      : `${count.toLocaleString('en')} notes vanished from the folder at once`;
  const message = `${notes}. Nothing was removed: search and links still know them. If a disk or a synchronised folder is away, bring it back; if you deleted them, say so here.`;
  return { code: 'missing', message };
}
