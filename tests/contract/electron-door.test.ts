/// <reference types="electron-vite/node" />
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../src/backend/app.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import type { Reply } from '../../src/contract/router.ts';
import { carryContract } from '../../src/main/ipc.ts';
import type { Bridge } from '../../src/renderer/client/transport.ts';
import { describeContract } from './contract-suite.ts';

type Listener = (...args: unknown[]) => unknown;

/** The part of Electron that carries messages: what crosses is cloned, as it is there, and no function gets through. */
const wire = vi.hoisted(() => ({
  invokers: new Map<string, Listener>(),
  windows: [] as { webContents: { renderer: EventEmitter; mainFrame: { url: string; parent: null } } }[],
  /** The window whose preload script is being run. */
  current: 0,
  exposed: new Map<string, unknown>(),
}));

vi.mock('electron', async () => {
  const events = await import('node:events');
  const ipcMain = Object.assign(new events.EventEmitter(), {
    handle: (channel: string, listener: Listener) => wire.invokers.set(channel, listener),
  });
  const sender = () => wire.windows[wire.current]?.webContents;
  return {
    ipcMain,
    protocol: {},
    BrowserWindow: { getAllWindows: () => wire.windows, fromWebContents: () => wire.windows[0] },
    contextBridge: { exposeInMainWorld: (key: string, api: unknown) => wire.exposed.set(key, api) },
    ipcRenderer: {
      on: (channel: string, listener: Listener) => sender()?.renderer.on(channel, listener),
      off: (channel: string, listener: Listener) => sender()?.renderer.off(channel, listener),
      send: (channel: string, ...args: unknown[]) => ipcMain.emit(channel, { sender: sender() }, ...args),
      invoke: async (channel: string, ...args: unknown[]) => {
        const contents = sender();
        const event = { sender: contents, senderFrame: contents?.mainFrame };
        return structuredClone(await wire.invokers.get(channel)?.(event, ...structuredClone(args)));
      },
    },
  };
});

/** A window whose page is our own, with the preload script run in it. */
async function openWindow(): Promise<{ bridge: Bridge; renderer: EventEmitter }> {
  const renderer = new EventEmitter();
  renderer.setMaxListeners(1);
  const window = {
    isDestroyed: () => false,
    webContents: {
      renderer,
      mainFrame: { url: 'app://ramble/', parent: null },
      isDestroyed: () => false,
      send: (channel: string, ...args: unknown[]) => renderer.emit(channel, {}, ...structuredClone(args)),
    },
  };
  wire.current = wire.windows.push(window) - 1;
  vi.resetModules();
  await import('../../src/preload/index.ts');
  return { bridge: wire.exposed.get('ramble') as Bridge, renderer };
}

beforeEach(() => {
  wire.windows.length = 0;
  wire.invokers.clear();
  carried = null;
});

/** `carryContract` is for the one app of a process. */
let carried: App | null = null;

describeContract('Electron’s IPC', async (app) => {
  if (carried !== app) carryContract(app);
  carried = app;
  const { bridge } = await openWindow();
  return { transport: bridge, close: async () => {} };
});

describe('the bridge of the Electron door', () => {
  const answering = (reply: Reply) =>
    ({ dispatch: async () => reply, listen: () => () => {} }) as unknown as App;

  it('exposes these three functions and nothing else', async () => {
    const { bridge } = await openWindow();
    expect([...wire.exposed.keys()]).toEqual(['ramble']);
    expect(Object.entries(bridge).map(([name, value]) => [name, typeof value])).toEqual([
      ['send', 'function'],
      ['listen', 'function'],
      ['onFlush', 'function'],
    ]);
  });

  it('B41: hears no frame but the main frame of a page of ours', async () => {
    carryContract(answering({ ok: true, result: {} }));
    await openWindow();
    const mainFrame = wire.windows[0]?.webContents.mainFrame;
    const call = (sender: unknown, senderFrame: unknown) =>
      wire.invokers.get('ramble:call')?.({ sender, senderFrame }, 'app.state', {});
    expect(await call({ mainFrame }, mainFrame)).toEqual({ ok: true, result: {} });
    const inner = { url: 'app://ramble/', parent: mainFrame };
    const strangers = [
      'https://evil.test/',
      'app://ramble.evil.test/',
      'app://other/',
      'file:///x',
      'about:blank',
      '',
    ];
    const refused = await Promise.all([
      call({ mainFrame }, inner),
      call({ mainFrame }, null),
      ...strangers.map((url) => {
        const frame = { url, parent: null };
        return call({ mainFrame: frame }, frame);
      }),
    ]);
    for (const reply of refused) expect(reply).toMatchObject({ ok: false, error: { code: 'unsupported' } });
  });

  it('takes one place among Electron’s listeners, however many listen in the page', async () => {
    let tell: (event: AppEvent) => void = () => {};
    carryContract({
      ...answering({ ok: true, result: {} }),
      listen: (listener) => {
        tell = listener;
        return () => {};
      },
    });
    const { bridge, renderer } = await openWindow();
    const heard: number[] = [];
    const stops = Array.from({ length: 30 }, (_, at) => bridge.listen(() => heard.push(at)));
    expect(renderer.listenerCount('ramble:event')).toBe(1);
    tell({ name: 'index.updated', payload: {} });
    expect(heard).toEqual(stops.map((_, at) => at));
    for (const stop of stops) stop();
    tell({ name: 'index.updated', payload: {} });
    expect(heard).toHaveLength(30);
  });

  it('says that it flushed when the window has, also when that failed', async () => {
    const { ipcMain } = await import('electron');
    const { bridge, renderer } = await openWindow();
    const acknowledged = vi.fn();
    ipcMain.on('ramble:flushed', acknowledged);
    let done: ((unkept: string) => void) | undefined;
    bridge.onFlush(() => new Promise((resolve) => (done = resolve)));
    renderer.emit('ramble:flush', {});
    await Promise.resolve();
    expect(acknowledged).not.toHaveBeenCalled();
    done?.('“A” is not saved.');
    await vi.waitFor(() => expect(acknowledged).toHaveBeenCalledTimes(1));
    expect(acknowledged.mock.calls[0]?.[1]).toBe('“A” is not saved.');
    const failing = await openWindow();
    failing.bridge.onFlush(() => Promise.reject(new Error('no')));
    failing.renderer.emit('ramble:flush', {});
    await vi.waitFor(() => expect(acknowledged).toHaveBeenCalledTimes(2));
    ipcMain.off('ramble:flushed', acknowledged);
  });
});
