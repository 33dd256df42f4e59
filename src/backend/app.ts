import type { Capabilities } from '../contract/app.ts';
import type { AppEvent } from '../contract/events.ts';
import type { Dispatch } from '../contract/router.ts';

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
  /** The built (or source) module of the index's worker thread. */
  indexWorker: string | URL;
  version: string;
  /** The user's local time; a test or `--now` sets it. */
  clock?: () => Date;
}

/** The services behind every door. */
export interface App {
  dispatch: Dispatch;
  listen(listener: (event: AppEvent) => void): () => void;
  /** Opens a folder as the vault. Throws {@link RambleError} with `bad-folder` and the reason. */
  openFolder(folder: string): Promise<void>;
  /** Opens the last folder again, if there is one; a failure becomes the first-run screen's notice. */
  openLastFolder(): Promise<void>;
  /** Resolves when everything under way is on disk and every thread has ended. */
  close(): Promise<void>;
}

export function createApp(_options: AppOptions): App {
  throw new Error('being written');
}
