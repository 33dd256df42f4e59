import { join } from 'node:path';
import { Documents } from '../../src/backend/documents/documents.ts';
import { startJournal } from '../../src/backend/documents/journal/journal.ts';
import type { Vault } from '../../src/backend/vault/vault.ts';
import { makeVault } from '../support/app.ts';
import { WORKERS } from '../support/modules.ts';

/** The authority over a vault that a test has made its own, with a journal beside it. */
export function authorityOver(vault: Vault) {
  const journal = startJournal({
    file: join(makeVault().folder, 'journal.db'),
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
  });
  const close = async () => {
    await documents.close();
    await journal.close();
  };
  return { documents, close };
}
