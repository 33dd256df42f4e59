import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { type StartedApp, type StartOptions, startApp } from './start-app.ts';

const apps: StartedApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

async function open(vault: string, options?: StartOptions): Promise<StartedApp> {
  const app = await startApp(vault, makeVault().folder, options);
  apps.push(app);
  return app;
}

const stateOf = async ({ client }: StartedApp, path: string) =>
  (await client.call('notes.open', { path })).state;

const failed = (app: StartedApp, path: string) =>
  eventually(async () => {
    const state = await stateOf(app, path);
    return state.kind === 'failed' ? state : null;
  }, 'it is said');

/** No file may hold more than so many bytes: of what a note holds, the journal packs what is all alike into few. */
const LARGEST = 2_000_000;
const LARGE = 'all alike\n'.repeat(250_000);

/** More files than one save has open at once. */
const MOST_SPARE = 8;
const MANY = 60;
const PATIENCE_MS = 40_000;

describe.runIf(process.platform === 'linux')('a limit of the system', () => {
  it('C16: a note too large for the disk (EFBIG): it is said why, the file stays whole, and it is saved once it may be', async () => {
    const vault = makeVault({ 'a.md': LARGE, 'b.md': 'b\n' });
    const app = await open(vault.folder);
    const typist = await Typist.open(app.client, 'a.md');
    const other = await Typist.open(app.client, 'b.md');
    app.limit('fsize', LARGEST);
    typist.type(0, 'typed\n');
    await typist.push();
    expect(await failed(app, 'a.md')).toMatchObject({ reason: expect.stringContaining('too large') });
    await expect(typist.save()).rejects.toMatchObject({ code: 'io' });
    other.type(2, 'more\n');
    await other.save();
    expect(vault.read('b.md')).toBe('b\nmore\n');
    expect(vault.read('a.md') === LARGE, 'the file is as it was').toBe(true);
    app.limit('fsize', 'unlimited');
    await eventually(() => vault.read('a.md') === `typed\n${LARGE}`, 'it is saved by itself');
    await eventually(async () => (await stateOf(app, 'a.md')).kind === 'saved', 'that is said');
    expect(readdirSync(vault.folder).sort()).toEqual(['a.md', 'b.md']);
  });

  it('C16: no file can be opened any more (EMFILE): it is said why, and all is saved once one can', async () => {
    const notes = Array.from({ length: 20 }, (_, at) => `${at}.md`);
    const vault = makeVault(Object.fromEntries(notes.map((name) => [name, `${name}\n`])));
    const app = await open(vault.folder);
    const typists = await Promise.all(notes.map((name) => Typist.open(app.client, name)));
    app.limit('nofile', 3);
    for (const typist of typists) typist.type(0, 'typed ');
    await Promise.all(typists.map((typist) => typist.push()));
    expect(await failed(app, '7.md')).toMatchObject({ reason: expect.stringContaining('too many files') });
    for (const name of notes) expect(vault.read(name)).toBe(`${name}\n`);
    app.limit('nofile', 1024);
    for (const name of notes)
      await eventually(() => vault.read(name) === `typed ${name}\n`, `${name} is saved by itself`);
    for (const name of notes)
      await eventually(
        async () => (await stateOf(app, name)).kind === 'saved',
        `${name} is said to be saved`,
      );
  });

  it('C16: a save that runs out of files halfway (EMFILE) leaves none open, and is done later', async () => {
    const vault = makeVault({ 'a.md': 'a\n' });
    chmodSync(join(vault.folder, 'a.md'), 0o640);
    const app = await open(vault.folder);
    const typist = await Typist.open(app.client, 'a.md');
    const reasons = new Set<string>();
    // None more than once: at first, others let go of files.
    for (const spare of [0, 0, 0, ...Array(MOST_SPARE).keys()]) {
      app.limit('nofile', app.nextFile() + spare);
      typist.type(0, `<${spare}> `);
      await typist.save().catch((error: Error) => reasons.add(error.message));
      app.limit('nofile', 1024);
      await eventually(() => vault.read('a.md') === typist.text, `it is saved with ${spare} to spare`);
    }
    expect(reasons.size).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatch(/too many files are open/);
    const inVault = () => app.openFiles().filter((file) => file.startsWith(`${vault.folder}/`));
    await eventually(() => inVault().length === 0, `nothing stays open of ${vault.folder}`);
    expect(readdirSync(vault.folder)).toEqual(['a.md']);
    expect(statSync(join(vault.folder, 'a.md')).mode & 0o777).toBe(0o640);
  });

  it(`C16: with 64 open files at most (ulimit -n 64), ${MANY} notes are opened, typed in and saved at once`, async () => {
    const notes = Array.from({ length: MANY }, (_, at) => `${at % 7}/${at}.md`);
    const vault = makeVault(Object.fromEntries(notes.map((name) => [name, `${name}\n`])));
    const app = await open(vault.folder, { mostFiles: 64 });
    await Promise.all(
      notes.map(async (name) => {
        const typist = await again(() => Typist.open(app.client, name));
        typist.type(0, 'typed ');
        await typist.push();
      }),
    );
    const isSaved = async (name: string) =>
      vault.read(name) === `typed ${name}\n` && (await stateOf(app, name)).kind === 'saved';
    for (const name of notes)
      await eventually(() => isSaved(name), `${name} is saved by itself`, PATIENCE_MS);
    expect(vault.list().filter((name) => name.includes('.ramble-'))).toEqual([]);
  });
});

/** As a window does: what is refused in words is tried again. */
async function again<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      expect(error).toMatchObject({ code: 'io', message: expect.stringContaining('too many files') });
      if (attempt === 200) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
