import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { build } from 'vite';
import type { Client } from '../../src/contract/client.ts';
import { RambleError } from '../../src/contract/errors.ts';
import type { AppEvent, EventName } from '../../src/contract/events.ts';
import type { SaveState } from '../../src/contract/notes.ts';
import type { Reply } from '../../src/contract/router.ts';
import { launchChromium } from '../e2e/fixtures/chromium.ts';
import { eventually } from './app.ts';

const HEARD = ['note.edited', 'note.state', 'note.moved', 'note.gone', 'vault.resumed'] as const;

/** The editor and the session of the app as a browser runs them. */
export interface WindowMaker {
  /** A page with the editor's parts and no note. */
  bare(): Promise<Page>;
  /** A note open in a window of its own, whose calls and events go through `client`. */
  open(client: Client, path: string, begin?: string): Promise<NoteWindow>;
  close(): Promise<void>;
}

/** Builds what runs in the page, once, and starts a Chromium. */
export async function startWindows(): Promise<WindowMaker> {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-window-'));
  await build({
    root: import.meta.dirname,
    logLevel: 'error',
    configFile: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      lib: {
        entry: join(import.meta.dirname, 'window-page.ts'),
        formats: ['iife'],
        name: 'page',
        fileName: () => 'page.js',
      },
    },
  });
  const script = readFileSync(join(folder, 'page.js'), 'utf8');
  rmSync(folder, { recursive: true, force: true });
  const browser: Browser = await launchChromium();
  let count = 0;
  const bare = async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    return page;
  };
  return {
    bare,
    async open(client, path, begin) {
      count += 1;
      const peer = `w${process.pid}.${count}`;
      const window = new NoteWindow(await bare(), client, peer);
      await window.start(path, begin);
      return window;
    },
    close: () => browser.close(),
  };
}

/** What the user was told, of which text. */
export interface Said {
  state: SaveState;
  text: string;
}

/** One note in a real editor with a real session; the test holds the line between it and the app. */
export class NoteWindow {
  readonly page: Page;
  readonly peer: string;
  /** Everything that the window said, in order. */
  readonly said: Said[] = [];
  /** Called with each of them as it is said. */
  onSaid: (said: Said) => void = () => undefined;
  /** Every call that the window made, in order. */
  readonly calls: { name: string; params: unknown }[] = [];
  #client: Client;
  #stops: (() => void)[] = [];

  constructor(page: Page, client: Client, peer: string) {
    this.page = page;
    this.peer = peer;
    this.#client = client;
  }

  async start(path: string, begin?: string): Promise<void> {
    await this.page.exposeFunction('carry', (name: string, params: unknown) => this.#carry(name, params));
    await this.page.exposeFunction('said', (state: SaveState, text: string) => {
      this.said.push({ state, text });
      this.onSaid({ state, text });
    });
    this.#listen();
    const note = await this.#client.call('notes.open', begin === undefined ? { path } : { path, begin });
    await this.page.evaluate(([opened, peer]) => window.openSession(opened, peer), [
      note,
      this.peer,
    ] as const);
  }

  /** The window goes on with another app, or with another line to the same one; it hears of it as the browser door's does. */
  async reconnect(client: Client): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#client = client;
    this.#listen();
    await this.tell({ name: 'vault.resumed', payload: {} });
  }

  tell(event: AppEvent): Promise<void> {
    return this.page.evaluate((told) => window.tell(told), event).catch(() => undefined);
  }

  text(): Promise<string> {
    return this.page.evaluate(() => window.parts.editor.text());
  }

  state(): Promise<SaveState> {
    return this.page.evaluate(() => window.parts.state);
  }

  flush(): Promise<boolean> {
    return this.page.evaluate(() => window.parts.session.flush());
  }

  /** Replaces as the user: one edit. */
  replace(from: number, to: number, insert: string): Promise<void> {
    return this.page.evaluate(([start, end, text]) => void window.parts.editor.replace(start, end, text), [
      from,
      to,
      insert,
    ] as const);
  }

  /** Waits until the window says it. */
  async says(kind: SaveState['kind'], patience?: number): Promise<SaveState> {
    let last: SaveState | null = null;
    return eventually(
      async () => {
        last = await this.state();
        return last.kind === kind ? last : null;
      },
      `the window says ${kind}`,
      patience,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it says ${JSON.stringify(last)}`);
    });
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.page.close();
  }

  async #carry(name: string, params: unknown): Promise<Reply> {
    this.calls.push({ name, params });
    try {
      return { ok: true, result: await this.#client.call(name as 'notes.push', params as never) };
    } catch (error) {
      const known = error instanceof RambleError ? error : new RambleError('internal', String(error));
      return { ok: false, error: known.toShape() };
    }
  }

  #listen(): void {
    this.#stops = HEARD.map((name: EventName) =>
      this.#client.on(name, (payload) => void this.tell({ name, payload } as AppEvent)),
    );
  }
}
