import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createApp } from '../../src/backend/app.ts';
import { type Client, createClient } from '../../src/contract/client.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import { WORKERS } from './modules.ts';

export interface TestVault {
  folder: string;
  write(path: string, content: string | Buffer): void;
  read(path: string): string;
  bytes(path: string): Buffer;
  list(): string[];
}

/** A real folder with the given files; removed by `cleanUp`. */
export function makeVault(files: Record<string, string | Buffer> = {}): TestVault {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-vault-'));
  made.push(folder);
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  return {
    folder,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    bytes: (path) => readFileSync(join(folder, path)),
    list: () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort(),
  };
}

const made: string[] = [];

export function cleanUp(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export interface TestApp {
  client: Client;
  events: AppEvent[];
  dataFolder: string;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The app's services on a vault, in this process, with the index on real threads. */
export async function openApp(
  vault: TestVault | null,
  now: string | (() => Date) = '2021-02-09T21:00',
): Promise<TestApp> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
  made.push(dataFolder);
  const app = createApp({
    door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
    dataFolder,
    sampleFolder: join(import.meta.dirname, '..', '..', 'resources', 'sample-vault'),
    workers: WORKERS,
    version: 'test',
    clock: typeof now === 'string' ? () => new Date(now) : now,
  });
  const events: AppEvent[] = [];
  app.listen((event) => events.push(event));
  if (vault !== null) await app.openFolder(vault.folder);
  return {
    client: createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen }),
    events,
    dataFolder,
    settled: app.settled,
    close: app.close,
  };
}

/** Waits until `ready` gives something; for what another thread or program does in its own time. */
export async function eventually<Value>(
  ready: () => Value | Promise<Value>,
  message: string,
  patience = 30_000,
): Promise<NonNullable<Value>> {
  const until = Date.now() + patience;
  for (;;) {
    const value = await ready();
    if (value) return value as NonNullable<Value>;
    if (Date.now() > until) throw new Error(`never happened: ${message}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
