import type { VaultState } from '../../contract/app.ts';
import type { ErrorShape } from '../../contract/errors.ts';

/** What the screen shows of a whole vault. */
export type Summary = Pick<VaultState, 'notes' | 'problems'>;

/** How far a scan is. */
export type Progress = NonNullable<VaultState['indexing']>;

/** What a worker thread of the index is started with. */
export interface WorkerStart {
  role: 'writer' | 'reader' | 'note-reader';
  /** The vault's folder, without links. */
  root: string;
  /** The index's database file. */
  file: string;
  /** The module of all the index's threads: a path, or a `file:` address. */
  module: string;
}

export type ToWriter =
  /** Compare the whole folder. */
  | { type: 'scan' }
  /** Compare the whole folder, and let go of the notes that were missing already. */
  | { type: 'accept-missing' }
  | { type: 'hint'; paths: string[] }
  /** Hold the scan where it is, or go on with it. What is hinted is looked at all the same. */
  | { type: 'pause'; paused: boolean }
  /** Answer `settled` with the same id when nothing is left to do, or nothing more can be done for now. */
  | { type: 'settle'; id: number }
  /** A reader found no index, or a damaged one: make sure that there is one, then answer `ready`. */
  | { type: 'check'; damaged: boolean }
  | { type: 'close' };

export type FromWriter =
  /** There is an index that a reader can open. */
  | { type: 'ready' }
  | { type: 'progress'; progress: Progress | null }
  | { type: 'updated'; summary: Summary }
  | { type: 'notes'; notes: { path: string; revision: string | null }[] }
  /** `lacking` says why the index is not whole; `null` where it is. */
  | { type: 'settled'; id: number; lacking: ErrorShape | null }
  /** What is wrong with the index itself, in words; `null` where all is well again. */
  | { type: 'problem'; message: string | null };

export type ToReader = { type: 'query'; id: number; name: string; args: unknown[] } | { type: 'close' };

export type FromReader =
  | { type: 'result'; id: number; result: unknown }
  | { type: 'failure'; id: number; error: ErrorShape }
  /** The query should be asked again once the writer has made an index. */
  | { type: 'again'; id: number; damaged: boolean };
