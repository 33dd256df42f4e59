import { cp, mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type AppState, type Capabilities, theme } from '../contract/app.ts';
import { contract, type Handlers, type VaultCallName, vaultCalls } from '../contract/contract.ts';
import { RambleError } from '../contract/errors.ts';
import type { AppEvent } from '../contract/events.ts';
import { createRouter, type Dispatch } from '../contract/router.ts';
import { logFailure } from './log.ts';
import { type OpenedVault, openSharedVault, type Workers } from './open-vault.ts';
import { keepShortLived } from './short-lived.ts';
import { readState, writeState } from './state-file.ts';

/** What a door can do for the app; each optional part goes with its capability. */
export interface Door {
  capabilities: Capabilities;
  /** The system's folder dialog; `null` when cancelled. */
  pickFolder?(purpose: 'open' | 'sample'): Promise<string | null>;
  showRambleWindow?(): Promise<void>;
  /** Hands a checked http, https or mailto address to the system. */
  openExternal?(url: string): Promise<void>;
}

export interface AppOptions {
  door: Door;
  /** The app's own folder for index, state and logs; made when missing. See `dataFolder()`. */
  dataFolder: string;
  /** The folder whose notes `app.makeSample` copies. */
  sampleFolder: string;
  workers: Workers;
  version: string;
  /** Whether the folder that is opened is the one to open next time; a script's is not. */
  rememberFolder?: boolean;
  /** The user's local time; a test or `--now` sets it. */
  clock?: () => Date;
}

/** The services behind every door. */
export interface App {
  dispatch: Dispatch;
  listen(listener: (event: AppEvent) => void): () => void;
  /** The id of the folder that is open (`OpenedVault.id`), `null` while none is. */
  folderId(): string | null;
  /** Opens a folder as the vault. Throws {@link RambleError} with `bad-folder` and the reason. */
  openFolder(folder: string): Promise<void>;
  /** Opens the last folder again, if there is one; a failure becomes the first-run screen's notice. */
  openLastFolder(): Promise<void>;
  /** Resolves when the index knows the folder as it is now; at once where none is open. */
  settled(): Promise<void>;
  /** Resolves when everything under way is on disk and every thread has ended. */
  close(): Promise<void>;
}

/** All of the file: what a later version keeps there stays. */
const appFile = z.looseObject({});
const appMemory = z.object({ lastFolder: z.string().nullable().catch(null), theme: theme.catch('system') });
type AppMemory = z.infer<typeof appMemory>;

/** Wires the services to the contract: the only place that knows all of them. */
export function createApp(options: AppOptions): App {
  keepShortLived();
  const { door, dataFolder } = options;
  const clock = options.clock ?? (() => new Date());
  const stateFile = join(dataFolder, 'app.json');
  const logFile = join(dataFolder, 'log.txt');
  const listeners = new Set<(event: AppEvent) => void>();
  let open: OpenedVault | null = null;
  let notice: string | null = null;
  let remembered: z.infer<typeof appFile> | null = null;
  /** One folder is opened or closed at a time. */
  let turn: Promise<void> = Promise.resolve();

  const report = (call: string, error: unknown) => void logFailure(logFile, call, error);
  const emit = (event: AppEvent) => {
    for (const listener of listeners) listener(event);
  };

  async function remember(): Promise<AppMemory> {
    remembered ??= (await readState(stateFile, appFile)) ?? {};
    return appMemory.parse(remembered);
  }

  async function change(patch: Partial<AppMemory>): Promise<void> {
    await remember();
    remembered = { ...remembered, ...patch };
    await writeState(stateFile, remembered).catch((error: unknown) => logFailure(logFile, 'app.json', error));
  }

  function vault(): OpenedVault {
    if (open === null) throw new RambleError('no-vault', 'No folder of notes is open yet.');
    return open;
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function openNow(folder: string): Promise<void> {
    const before = open;
    // Windows take what they hear to be of the folder that they have open.
    let early: AppEvent[] | null = [];
    const next = await openSharedVault({
      folder,
      dataFolder,
      workers: options.workers,
      clock,
      async onFound(id) {
        if (before?.id !== id) return;
        // The same folder again: whoever has its lock would be this very app.
        open = null;
        await before.shared.close();
      },
      emit: (event) => (early === null ? emit(event) : early.push(event)),
      report,
    });
    // While the old one closes nothing is open: what is typed in a window that still shows it must not go into the new one.
    open = null;
    if (before?.id !== next.id)
      await before?.shared.close().catch((error: unknown) => report('app.openFolder', error));
    if (options.rememberFolder !== false) await change({ lastFolder: next.root });
    open = next;
    notice = null;
    emit({ name: 'vault.opened', payload: {} });
    for (const event of early) emit(event);
    early = null;
  }

  async function openFolder(typed: string): Promise<void> {
    const folder = absolute(typed);
    return inTurn(() => openNow(folder));
  }

  async function state(): Promise<AppState> {
    return {
      version: options.version,
      capabilities: door.capabilities,
      theme: (await remember()).theme,
      vault: open?.shared.state() ?? null,
      notice,
    };
  }

  const appHandlers: Omit<Handlers, VaultCallName> = {
    'app.state': async () => {
      // A window that is there before its folder is open waits for it.
      await turn;
      return state();
    },
    'app.setTheme': async ({ theme: chosen }) => {
      await change({ theme: chosen });
      emit({ name: 'theme.changed', payload: { theme: chosen } });
      return {};
    },
    'app.openFolder': async ({ folder }) => {
      await openFolder(folder);
      return state();
    },
    'app.makeSample': async ({ folder }) => {
      await copySample(options.sampleFolder, absolute(folder));
      await openFolder(folder);
      return state();
    },
    'app.pickFolder': async ({ purpose }) => ({ folder: await able(door.pickFolder)(purpose) }),
    'app.showRambleWindow': async () => {
      await able(door.showRambleWindow)();
      return {};
    },
    'app.openExternal': async ({ url }) => {
      await able(door.openExternal)(webAddress(url));
      return {};
    },
  };

  const handlers = { ...appHandlers } as Handlers;
  for (const name of Object.keys(vaultCalls) as VaultCallName[])
    handlers[name] = ((params: unknown) => vault().shared.call(name, params)) as never;

  return {
    dispatch: createRouter(handlers, contract, report),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    folderId: () => open?.id ?? null,
    openFolder,
    openLastFolder: () =>
      inTurn(async () => {
        const { lastFolder } = await remember();
        if (lastFolder === null) return;
        try {
          await openNow(absolute(lastFolder));
        } catch (error) {
          notice = error instanceof Error ? error.message : String(error);
        }
      }),
    settled: async () => open?.shared.settled(),
    async close() {
      await turn;
      await open?.shared.close();
      open = null;
    },
  };
}

function able<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new RambleError('unsupported', 'This window cannot do that.');
  return part;
}

/** A folder as somebody types it. */
function absolute(typed: string): string {
  const home = /^~(?=$|[/\\])/;
  return resolve(home.test(typed) ? typed.replace(home, homedir()) : typed);
}

function webAddress(typed: string): string {
  const url = URL.parse(typed);
  if (url === null || !['http:', 'https:', 'mailto:'].includes(url.protocol)) {
    throw new RambleError('unsupported', 'Only web and mail addresses are opened from a note.');
  }
  return url.href;
}

async function copySample(sample: string, folder: string): Promise<void> {
  const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    const reason = error.code === 'ENOTDIR' ? 'it is a file' : error.code;
    throw new RambleError(
      'bad-folder',
      `The sample notes cannot be made in ${folder}: ${reason}. Name another folder.`,
    );
  });
  if (present.length > 0) {
    throw new RambleError(
      'bad-folder',
      `${folder} already holds something. Name a new folder for the sample notes.`,
    );
  }
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(sample)) {
      await cp(join(sample, name), join(folder, name), { recursive: true, errorOnExist: true, force: false });
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new RambleError('bad-folder', `The sample notes could not be written to ${folder} (${reason}).`);
  }
}
