import { join } from 'node:path';
import { z } from 'zod';
import { notePath } from '../contract/shapes.ts';
import type { NotePath } from '../core/paths/note-path.ts';
import { readState, writeState } from './state-file.ts';

const MOST = 200;
const WRITE_AFTER_MS = 1000;

const recentsFile = z
  .array(z.object({ path: notePath, lastVisited: z.number(), count: z.int() }))
  .max(10_000);
export type Recent = z.infer<typeof recentsFile>[number];

export interface Recents {
  /** The notes opened last, newest first. */
  list(): Recent[];
  visit(path: NotePath): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
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

  return {
    list: () => recents,
    visit(path) {
      const before = recents.find((recent) => recent.path === path);
      const now = { path, lastVisited: clock().getTime(), count: (before?.count ?? 0) + 1 };
      recents = [now, ...recents.filter((recent) => recent !== before)].slice(0, MOST);
      timer ??= setTimeout(write, WRITE_AFTER_MS);
    },
    async close() {
      if (timer !== null) write();
      await writing;
    },
  };
}
