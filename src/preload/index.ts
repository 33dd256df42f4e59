import { contextBridge, ipcRenderer } from 'electron';
import { CHANNELS } from '../contract/channels.ts';
import type { AppEvent } from '../contract/events.ts';

const listeners = new Set<(event: AppEvent) => void>();
ipcRenderer.on(CHANNELS.event, (_event, event: AppEvent) => {
  for (const listener of listeners) listener(event);
});

/** All that the window can reach: calls, events, and the moment before the end. */
contextBridge.exposeInMainWorld('ramble', {
  send: (name: string, params: unknown): Promise<unknown> => ipcRenderer.invoke(CHANNELS.call, name, params),
  listen(listener: (event: AppEvent) => void): () => void {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
  onFlush(flush: () => Promise<unknown>): void {
    ipcRenderer.on(CHANNELS.flush, () => {
      const answer = (unkept: unknown) => ipcRenderer.send(CHANNELS.flushed, unkept);
      void flush().then(answer, () => answer(null));
    });
  },
});
