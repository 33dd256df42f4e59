import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VaultState } from '../contract/app.ts';
import { RambleError } from '../contract/errors.ts';
import type { AppEvent } from '../contract/events.ts';
import { parseNotePath } from '../core/paths/note-path.ts';
import { type Index, openIndex } from './index/index-service.ts';
import { openRecents, type Recents } from './recents.ts';
import { createExtract, type ExtractService } from './services/extract.ts';
import { createJournal, type JournalService } from './services/journal.ts';
import { createNotes, type NotesService } from './services/notes.ts';
import { createSettings, type SettingsService } from './services/settings.ts';
import { openVault, type Vault } from './vault/vault.ts';
import { watchVault } from './vault/watch.ts';

const COMPARE_MS = 60_000;
const POLL_MS = 4000;

/** A folder that is open, with everything that serves it. */
export interface OpenVault {
  vault: Vault;
  index: Index;
  recents: Recents;
  notes: NotesService;
  settings: SettingsService;
  journal: JournalService;
  extract: ExtractService;
  state(): VaultState;
  close(): Promise<void>;
}

export interface OpenVaultOptions {
  folder: string;
  dataFolder: string;
  indexWorker: string | URL;
  clock: () => Date;
  emit: (event: AppEvent) => void;
}

/** Opens a folder and starts its index; does not wait for the index. Throws `bad-folder`. */
export async function openVaultServices(options: OpenVaultOptions): Promise<OpenVault> {
  const { clock, emit } = options;
  const vault = await openVault(options.folder);
  const dataFolder = join(options.dataFolder, 'vaults', vault.id);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new RambleError(
      'io',
      `Evening Ramble’s own folder ${options.dataFolder} cannot be made (${error.code}). Free its place, or name another with RAMBLE_DATA.`,
    );
  });
  const recents = await openRecents(dataFolder, clock);
  let indexing: VaultState['indexing'] = { done: 0, total: 0 };
  let overview: Pick<VaultState, 'notes' | 'problems'> = { notes: 0, problems: [] };
  let indexProblem: string | null = null;

  const state = (): VaultState => {
    const problems = [...overview.problems];
    if (indexProblem !== null) problems.unshift({ path: '', code: 'index', message: indexProblem });
    return { name: vault.name, notes: overview.notes, problems, indexing };
  };
  const tellProgress = () => emit({ name: 'vault.progressed', payload: state() });

  const index = openIndex({
    root: vault.root,
    dataFolder,
    workerModule: options.indexWorker,
    onProgress(progress) {
      indexing = progress;
      tellProgress();
    },
    onSummary(now) {
      overview = now;
      tellProgress();
    },
    onUpdated: () => emit({ name: 'index.updated', payload: {} }),
    onNoteChanged(path, revision) {
      const check = parseNotePath(path);
      if (check.ok) emit({ name: 'note.changed', payload: { path: check.path, revision } });
    },
    onProblem(message) {
      indexProblem = message;
      tellProgress();
    },
  });

  // Events are hints and may be lost: the folder is compared anyway, often where there are none.
  let comparing = setInterval(compare, COMPARE_MS);
  function compare() {
    index.scanNow().catch(() => undefined);
  }
  const watching = watchVault(vault.root, {
    onHints: (paths) => index.hint(paths),
    onLost: compare,
    onPolling() {
      clearInterval(comparing);
      comparing = setInterval(compare, POLL_MS);
    },
  });

  const notes = createNotes(vault, clock);
  const settings = createSettings(vault.root);
  return {
    vault,
    index,
    recents,
    notes,
    settings,
    journal: createJournal({ vault, notes, settings, index, clock }),
    extract: createExtract({ vault, notes, settings, index }),
    state,
    async close() {
      clearInterval(comparing);
      await (await watching).close();
      await recents.close();
      await index.close();
    },
  };
}
