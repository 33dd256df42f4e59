import { join } from 'node:path';
import type { VaultState } from '../contract/app.ts';
import { RambleError } from '../contract/errors.ts';
import type { AppEvent } from '../contract/events.ts';
import { vaultDataFolder } from './data-folder.ts';
import { Documents } from './documents/documents.ts';
import { startJournal } from './documents/journal/journal.ts';
import { keepThin } from './documents/journal/keep-thin.ts';
import { findData } from './find-data.ts';
import { openIndex } from './index/index-service.ts';
import { openRecents } from './recents.ts';
import { createExtract } from './services/extract/extract.ts';
import { openLastChoices } from './services/extract/last-choices.ts';
import { createHistory } from './services/history.ts';
import { createInspect } from './services/inspect.ts';
import { createJournal } from './services/journal.ts';
import { createMentions } from './services/mentions.ts';
import { createNotes } from './services/notes.ts';
import { createRename } from './services/rename.ts';
import { renameSearches } from './services/saved-searches.ts';
import { createSettings, type SettingsService } from './services/settings.ts';
import { type LocalVault, SharedVault } from './sharing/shared-vault.ts';
import { prepareToKeep } from './vault/keep-attributes.ts';
import { openVault, type Vault } from './vault/vault.ts';
import { watchVault } from './vault/watch.ts';
import { vaultHandlers } from './vault-handlers.ts';

const COMPARE_MS = 60_000;
const POLL_MS = 4000;
/** How soon, and of how many notes, it is told that they are in no file. */
const UNSAVED_MS = 200;
const MOST_UNSAVED = 200;

/** The built (or source) modules of the worker threads. */
export interface Workers {
  index: string | URL;
  journal: string | URL;
}

export interface OpenVaultOptions {
  folder: string;
  /** The app's own folder. */
  dataFolder: string;
  workers: Workers;
  clock: () => Date;
  /** It is known which folder this is, and nothing is open yet. */
  onFound(id: string): Promise<void>;
  emit: (event: AppEvent) => void;
  report: (call: string, error: unknown) => void;
}

/** A folder that is open, here or in another process of this user. */
export interface OpenedVault {
  /** The folder without links. */
  root: string;
  /** The name of its folder within the app’s own: stays the same when the notes are moved. */
  id: string;
  shared: SharedVault;
}

/** Opens a folder; does not wait for its index. Throws `bad-folder`, `io`. */
export async function openSharedVault(options: OpenVaultOptions): Promise<OpenedVault> {
  const vault = await openVault(options.folder);
  prepareToKeep();
  const id = await findData(options.dataFolder, vault).catch((error: NodeJS.ErrnoException) => {
    throw new RambleError(
      'io',
      `Evening Ramble’s own folder ${options.dataFolder} cannot be made (${error.code}). Free its place, or name another with RAMBLE_DATA.`,
    );
  });
  await options.onFound(id);
  const dataFolder = vaultDataFolder(options.dataFolder, id);
  const shared = await SharedVault.open({
    dataFolder,
    emit: options.emit,
    report: options.report,
    openLocal: (emit) => openLocalVault({ ...options, emit }, vault, dataFolder),
  });
  return { root: vault.root, id, shared };
}

/** Wires a vault's services in this process. */
async function openLocalVault(
  options: OpenVaultOptions,
  vault: Vault,
  dataFolder: string,
): Promise<LocalVault> {
  const { clock, emit, workers } = options;
  const recents = await openRecents(dataFolder, clock);
  const choices = await openLastChoices(dataFolder);
  let indexing: VaultState['indexing'] = { done: 0, total: 0, paused: false };
  let overview: Pick<VaultState, 'notes' | 'problems'> = { notes: 0, problems: [] };
  let restored: VaultState['restored'] = null;
  const troubles = new Map<'index' | 'journal' | 'watch', string>();

  let unusedSettings: VaultState['problems'] = [];
  /** Notes whose text is kept, and in no file yet, by document. */
  const unsaved = new Map<string, VaultState['problems'][number]>();

  const state = (): VaultState => {
    const own = [...troubles].map(([code, message]) => ({ path: '', code, message }));
    return {
      name: vault.name,
      notes: overview.notes,
      problems: [
        ...own,
        ...[...unsaved.values()].slice(0, MOST_UNSAVED),
        ...unusedSettings,
        ...overview.problems,
      ],
      indexing,
      restored,
    };
  };
  const tellProgress = () => emit({ name: 'vault.progressed', payload: state() });
  const trouble = (code: 'index' | 'journal' | 'watch', message: string | null) => {
    if (message === (troubles.get(code) ?? null)) return;
    if (message === null) troubles.delete(code);
    else troubles.set(code, message);
    tellProgress();
  };

  let isTelling = false;
  const hear = (event: AppEvent) => {
    emit(event);
    if (event.name !== 'note.state' && event.name !== 'note.gone') return;
    const { document, path } = event.payload;
    const failed =
      'state' in event.payload && event.payload.state.kind === 'failed' ? event.payload.state : null;
    const before = unsaved.get(document);
    if (failed?.reason === before?.message && (failed === null || path === before?.path)) return;
    if (failed === null) unsaved.delete(document);
    else unsaved.set(document, { path, code: 'unsaved', message: failed.reason });
    // A full disk has many at once.
    if (isTelling) return;
    isTelling = true;
    setTimeout(() => {
      isTelling = false;
      tellProgress();
    }, UNSAVED_MS).unref();
  };

  const journal = startJournal({
    file: join(dataFolder, 'journal.db'),
    workerModule: workers.journal,
    onProblem: (message) => trouble('journal', message),
    onBegunAnew: () => documents.journalBegunAnew(),
  });
  const documents: Documents = new Documents({
    vault,
    journal,
    clock,
    emit: hear,
    onWritten: (paths) => index.hint(paths),
    onTyped: (path, length) => index.typed(path, length),
    onFilesMoved: (moves) => recents.move(moves),
    renameSearches: (searches) => renameSearches(changeSettings, searches),
  });
  const index = openIndex({
    root: vault.root,
    dataFolder,
    workerModule: workers.index,
    onProgress(progress) {
      indexing = progress;
      tellProgress();
    },
    onSummary(now) {
      overview = now;
      tellProgress();
    },
    onUpdated: () => emit({ name: 'index.updated', payload: {} }),
    // A scan finds what no event told of.
    onNoteChanged: (path) => documents.hint([path]),
    onProblem: (message) => trouble('index', message),
  });

  // Events are hints and may be lost: the folder is compared anyway, often where there are none.
  let comparing = setInterval(compare, COMPARE_MS);
  function compare() {
    documents.compare();
    index.hintAll();
  }
  const watching = watchVault(vault.root, {
    onHints(paths) {
      documents.hint(paths);
      index.hint(paths);
    },
    onLost: compare,
    onPolling(reason) {
      clearInterval(comparing);
      comparing = setInterval(compare, POLL_MS);
      trouble('watch', `Changes by other programs are looked for every four seconds (${reason}).`);
    },
  });
  const recovering = documents.recover().then((recovered) => {
    if (recovered.notes === 0) return;
    restored = recovered;
    tellProgress();
  });
  const stopThinning = keepThin(journal, clock);

  const notes = createNotes(vault, documents);
  const settings = createSettings(vault.root, (unused) => {
    unusedSettings = unused;
    tellProgress();
  });
  const changeSettings: SettingsService['change'] = async (patch) => {
    const changed = await settings.change(patch);
    emit({ name: 'settings.changed', payload: changed });
    return changed;
  };
  return {
    handlers: vaultHandlers({
      index,
      recents,
      documents,
      notes,
      history: createHistory({ vault, documents, journal }),
      inspect: createInspect(index, dataFolder),
      settings: { ...settings, change: changeSettings },
      journal: createJournal({ vault, documents, settings, index, clock }),
      mentions: createMentions(documents),
      extract: createExtract({ vault, documents, settings, index, choices, clock }),
      rename: createRename({ vault, documents, index, settings }),
      onRestoredSeen() {
        restored = null;
        tellProgress();
      },
    }),
    state,
    settled: () => index.settled(),
    async close() {
      clearInterval(comparing);
      stopThinning();
      await (await watching).close();
      await recovering.catch(() => undefined);
      await documents.close();
      await journal.close();
      await recents.close();
      await choices.close();
      await index.close();
    },
  };
}
