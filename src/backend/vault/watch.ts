import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { AsyncSubscription } from '@parcel/watcher';

/** Events come in bursts; a batch is given once it is quiet, or after the longer time when it never is. */
const QUIET_MS = 50;
const LONGEST_MS = 250;
/** Linux drops events without a word when more come than its queue holds (16,384, or less): so many at once may not be all. */
const MANY_EVENTS = 2000;
const AFTER_MANY_MS = 1000;

export interface WatchListeners {
  /** Paths (vault-relative) at which something may have changed; a scan decides. Never empty. */
  onHints(paths: string[]): void;
  /** Events were lost, or may have been, or none were told of before: everything may have changed. */
  onLost(): void;
  /** There is no watching (any more), with the reason in words: the owner scans every few seconds from now on. */
  onPolling(reason: string): void;
}

export interface Watch {
  /** Stops; no listener is called any more. */
  close(): Promise<void>;
}

/** Watches a vault's folder, dot names left out. Never throws: what fails is told to `onPolling`, once. */
export async function watchVault(root: string, listeners: WatchListeners): Promise<Watch> {
  const hints = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let firstAt = 0;
  let events = 0;
  let afterMany: NodeJS.Timeout | undefined;
  let ended = false;

  const flush = () => {
    timer = undefined;
    const paths = [...hints];
    hints.clear();
    const isMany = events > MANY_EVENTS;
    events = 0;
    if (ended || paths.length === 0) return;
    listeners.onHints(paths);
    // Once it is over, what was dropped has happened.
    if (isMany || afterMany !== undefined) {
      clearTimeout(afterMany);
      afterMany = setTimeout(() => {
        afterMany = undefined;
        listeners.onLost();
      }, AFTER_MANY_MS);
    }
  };
  const hint = (path: string) => {
    const now = Date.now();
    if (hints.size === 0) firstAt = now;
    hints.add(path);
    events += 1;
    clearTimeout(timer);
    timer = setTimeout(flush, Math.max(0, Math.min(QUIET_MS, firstAt + LONGEST_MS - now)));
  };
  const fail = (error: unknown) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    clearTimeout(afterMany);
    listeners.onPolling(error instanceof Error ? error.message : String(error));
  };

  let subscription: AsyncSubscription | null = null;
  try {
    const watcher = await import('@parcel/watcher');
    subscription = await watcher.subscribe(
      realpathSync(root),
      (error, told) => {
        if (ended) return;
        if (error !== null && /re-?scan|dropped/i.test(error.message)) listeners.onLost();
        else if (error !== null) fail(error);
        else for (const event of told) for (const path of pathsOf(root, event.path)) hint(path);
      },
      { ignore: ['**/.*', '**/.*/**'] },
    );
    // What happened until now was told by nobody.
    if (!ended) listeners.onLost();
  } catch (error) {
    fail(error);
  }
  return {
    async close() {
      ended = true;
      clearTimeout(timer);
      clearTimeout(afterMany);
      await subscription?.unsubscribe().catch(() => undefined);
    },
  };
}

/** The vault-relative form of an event's path, unless it is hidden or the root itself. */
function pathsOf(root: string, absolute: string): string[] {
  const path = relative(root, absolute).split(sep).join('/');
  if (path === '' || path.split('/').some((segment) => segment.startsWith('.'))) return [];
  return [path];
}
