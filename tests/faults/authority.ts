import { join } from 'node:path';
import { Documents } from '../../src/backend/documents/documents.ts';
import { type Journal, startJournal } from '../../src/backend/documents/journal/journal.ts';
import { openJournal } from '../../src/backend/documents/journal/open-journal.ts';
import type { Entry } from '../../src/backend/documents/journal/protocol.ts';
import { JournalStore } from '../../src/backend/documents/journal/store.ts';
import { openVault, type Vault } from '../../src/backend/vault/vault.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import { WORKERS } from '../support/modules.ts';
import type { Folders } from './folders.ts';

const JOURNAL = 'journal.db';

/** The document authority with its journal, and nothing else of the app: no index, no watcher, no lock. */
export interface Authority {
  vault: Vault;
  documents: Documents;
  journal: Journal;
  /** What the journal says is wrong with it. */
  problems(): string[];
  close(): Promise<void>;
}

/** The authority as the app wires it, with the journal on a thread of its own, which never hears of entries that are not `kept`. */
export async function openAuthority(
  folders: Folders,
  clock?: () => Date,
  kept: (entry: Entry) => boolean = () => true,
): Promise<Authority> {
  const problems: string[] = [];
  const start = async (onBegunAnew: () => void): Promise<Journal> => {
    const journal = startJournal({
      file: join(folders.data, JOURNAL),
      workerModule: WORKERS.journal,
      onProblem: (problem) => problem !== null && problems.push(problem),
      onBegunAnew,
    });
    return { ...journal, commit: (entries) => journal.commit(entries.filter(kept)) };
  };
  return wireAuthority(folders.vault, problems, start, undefined, clock);
}

/** The same with the journal in this thread: quick to open, for looking at what a crash left. */
export async function openAuthorityHere(folders: Folders): Promise<Authority> {
  const problems: string[] = [];
  return wireAuthority(folders.vault, problems, async () => {
    const { db, problem } = await openJournal(join(folders.data, JOURNAL));
    if (problem !== null) problems.push(problem);
    const store = new JournalStore(db);
    return {
      commit: async (entries) => store.commit([entries]),
      commitNow: async (entries) => store.commit([entries]),
      ask: async (question, ...args) => (store[question] as (...args: unknown[]) => never)(...args),
      thinOut: async (now) => [...store.thinOut(now)].reduce((sum, edits) => sum + edits, 0),
      troubled: () => new Promise(() => undefined),
      close: async () => void db.close(),
    };
  });
}

/** The authority over a folder with any journal; `problems` is where that puts what is wrong with it. */
export async function wireAuthority(
  folder: string,
  problems: string[],
  start: (onBegunAnew: () => void) => Promise<Journal>,
  emit: (event: AppEvent) => void = () => undefined,
  clock: () => Date = () => new Date(),
): Promise<Authority> {
  const vault = await openVault(folder);
  const journal = await start(() => documents.journalBegunAnew());
  const documents: Documents = new Documents({
    vault,
    journal,
    clock,
    emit,
    onWritten: () => undefined,
  });
  return {
    vault,
    documents,
    journal,
    problems: () => problems,
    async close() {
      await documents.close();
      await journal.close();
    },
  };
}
