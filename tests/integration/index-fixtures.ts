import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Index, openIndex } from '../../src/backend/index/index-service.ts';
import { indexFile } from '../../src/backend/index/open-database.ts';
import type { Summary } from '../../src/backend/index/protocol.ts';
import type { SearchHit } from '../../src/contract/find.ts';
import { WORKERS } from '../support/modules.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

export const WORKER = WORKERS.index;

export interface IndexedVault {
  root: string;
  /** The index's database file. */
  file: string;
  index: Index;
  changes: { path: string; revision: string | null }[];
  problems: string[];
  progress: ({ done: number; total: number } | null)[];
  summary: Summary;
}

/** Opens an index over a folder that is there already, closed when the test ends. */
export function openOver(root: string, dataFolder: string): IndexedVault {
  const vault: IndexedVault = {
    root,
    file: indexFile(dataFolder),
    changes: [],
    problems: [],
    progress: [],
    summary: { notes: -1, problems: [] },
    index: openIndex({
      root,
      dataFolder,
      workerModule: WORKER,
      onProgress: (progress) => vault.progress.push(progress),
      onSummary(summary) {
        vault.summary = summary;
      },
      onUpdated: () => undefined,
      onNoteChanged: (path, revision) => vault.changes.push({ path, revision }),
      onProblem(message) {
        if (message !== null) vault.problems.push(message);
      },
    }),
  };
  onTestFinished(() => vault.index.close());
  return vault;
}

/** A vault of these files and its index, after the first scan. */
export async function indexed(files: Record<string, string | Uint8Array>): Promise<IndexedVault> {
  const root = temporaryFolder();
  fill(root, files);
  const vault = openOver(root, join(temporaryFolder(), 'data'));
  await vault.index.settled();
  return vault;
}

/** What a search finds while it is typed. Throws where the query is wrong. */
export async function searchFor(index: Index, query: string, limit: number): Promise<SearchHit[]> {
  const answer = await index.textSearch(query, { limit, typing: true });
  if ('error' in answer) throw new Error(answer.error.message);
  return answer.hits;
}
