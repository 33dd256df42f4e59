import { join } from 'node:path';
import { z } from 'zod';
import { notePath } from '../contract/shapes.ts';
import type { NotePath } from '../core/paths/note-path.ts';
import { type FileMove, movedPath } from './documents/file-move.ts';
import { readState, writeState } from './state-file.ts';

const MOST = 200;
const WRITE_AFTER_MS = 1000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

const recentsFile = z
  .array(z.looseObject({ path: notePath, lastVisited: z.number(), count: z.int() }))
  .max(10_000);
type Recent = z.infer<typeof recentsFile>[number];

export interface Recents {
  /** The notes that one is most likely to want again, the likeliest first: see {@link weightOf}. */
  list(): NotePath[];
  visit(path: NotePath): void;
  /** Files and folders got other paths: what was opened there stays known. */
  move(moves: readonly Pick<FileMove, 'from' | 'to' | 'isFolder'>[]): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/**
 * How likely a note is wanted again: 1 + log₂ of how often it was opened, halved for each week since it was opened last. A note opened
 * five hundred times counts as ten that were opened once, and after three weeks hardly more than one.
 */
function weightOf({ count, lastVisited }: Recent, now: number): number {
  return (1 + Math.log2(Math.max(1, count))) * 2 ** (-Math.max(0, now - lastVisited) / WEEK_MS);
}

/** Which notes were opened, when and how often: kept beside the index, because it is no cache. */
export async function openRecents(folder: string, clock: () => Date): Promise<Recents> {
  const file = join(folder, 'recents.json');
  let recents = (await readState(file, recentsFile)) ?? [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function write(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // Where it cannot be written, quick open merely forgets an order.
    writing = writing.then(() => writeState(file, recents)).catch(() => undefined);
  }

  function change(next: Recent[]): void {
    recents = next;
    timer ??= setTimeout(write, WRITE_AFTER_MS);
  }

  function likeliest(): Recent[] {
    const now = clock().getTime();
    return recents.toSorted((a, b) => weightOf(b, now) - weightOf(a, now) || b.lastVisited - a.lastVisited);
  }

  return {
    list: () => likeliest().map(({ path }) => path),
    visit(path) {
      const before = recents.find((recent) => recent.path === path);
      const now = { path, lastVisited: clock().getTime(), count: (before?.count ?? 0) + 1 };
      recents = recents.filter((recent) => recent !== before);
      // The one opened just now stays, however seldom it is.
      change([now, ...likeliest()].slice(0, MOST));
    },
    move(moves) {
      const moved = recents.map((recent) => ({
        ...recent,
        path: moves.reduce((path, move) => movedPath(path, move), recent.path),
      }));
      const isFirst = ({ path }: Recent, at: number) =>
        moved.findIndex((other) => other.path === path) === at;
      if (moved.some(({ path }, at) => path !== recents[at]?.path)) change(moved.filter(isFirst));
    },
    async close() {
      if (timer !== null) write();
      await writing;
    },
  };
}
