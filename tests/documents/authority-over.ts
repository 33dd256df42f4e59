import { join } from 'node:path';
import { Documents, type DocumentsParts } from '../../src/backend/documents/documents.ts';
import { startJournal } from '../../src/backend/documents/journal/journal.ts';
import type { Vault } from '../../src/backend/vault/vault.ts';
import { makeVault } from '../support/app.ts';
import { WORKERS } from '../support/modules.ts';

/** The authority over a vault that a test has made its own, with a journal of its own where none is named. */
export function authorityOver(
  vault: Vault,
  file = join(makeVault().folder, 'journal.db'),
  parts: Partial<Pick<DocumentsParts, 'renameSearches' | 'emit'>> = {},
) {
  const journal = startJournal({
    file,
    workerModule: WORKERS.journal,
    onProblem: () => undefined,
    onBegunAnew: () => undefined,
  });
  const documents = new Documents({
    vault,
    journal,
    clock: () => new Date(),
    emit: () => undefined,
    onWritten: () => undefined,
    ...parts,
  });
  const close = async () => {
    await documents.close();
    await journal.close();
  };
  return { documents, close };
}
