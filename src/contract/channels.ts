/** The names under which Electron's IPC carries the contract between a window and the main process. */
export const CHANNELS = {
  call: 'ramble:call',
  event: 'ramble:event',
  flush: 'ramble:flush',
  flushed: 'ramble:flushed',
} as const;

/** Where the Electron door serves the interface: a scheme of its own, with no file and no network behind it. */
export const APP_ORIGIN = 'app://ramble';
