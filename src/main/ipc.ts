import { BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { App } from '../backend/app.ts';
import { CHANNELS } from '../contract/channels.ts';
import { RambleError } from '../contract/errors.ts';
import type { AppEvent } from '../contract/events.ts';
import type { Reply } from '../contract/router.ts';
import { isAppAddress } from './app-protocol.ts';

/** A window that is busy drawing a long note answers late. */
const LONGEST_FLUSH_MS = 4000;

/** Carries the contract between the windows and the services. Only the main frame of a page of ours is heard. */
export function carryContract(app: App): void {
  ipcMain.handle(CHANNELS.call, (event, name: unknown, params: unknown): Promise<Reply> | Reply => {
    if (!isOurs(event))
      return {
        ok: false,
        error: new RambleError('unsupported', 'Only the app’s own windows may call.').toShape(),
      };
    return app.dispatch(name, params);
  });
  app.listen(broadcast);
}

function isOurs(event: IpcMainInvokeEvent | IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppAddress(frame.url);
}

function broadcast(event: AppEvent): void {
  for (const window of BrowserWindow.getAllWindows()) tell(window, event);
}

export function tell(window: BrowserWindow, event: AppEvent): void {
  if (!window.isDestroyed() && !window.webContents.isDestroyed())
    window.webContents.send(CHANNELS.event, event);
}

/**
 * Asks a window for what it has not handed over yet. Gives what of it could not be kept, and why, in words; `null` where nothing is in
 * danger, or the window does not answer.
 */
export function flushWindow(window: BrowserWindow): Promise<string | null> {
  if (window.isDestroyed() || window.webContents.isDestroyed() || window.webContents.isCrashed())
    return Promise.resolve(null);
  const { webContents } = window;
  return new Promise((done) => {
    const finish = (unkept: string | null) => {
      clearTimeout(timer);
      ipcMain.off(CHANNELS.flushed, heard);
      done(unkept);
    };
    const heard = (event: IpcMainEvent, unkept: unknown) => {
      if (event.sender === webContents) finish(typeof unkept === 'string' ? unkept : null);
    };
    const timer = setTimeout(() => finish(null), LONGEST_FLUSH_MS);
    ipcMain.on(CHANNELS.flushed, heard);
    webContents.send(CHANNELS.flush);
  });
}
