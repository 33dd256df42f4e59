import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/backend/app.ts';
import { type Client, createClient, type Transport } from '../../src/contract/client.ts';
import { type CallName, contract, type Params } from '../../src/contract/contract.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import type { Reply } from '../../src/contract/router.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { extraction } from '../support/extract-what.ts';
import { WORKERS } from '../support/modules.ts';
import { Typist, writeNote } from '../support/typist.ts';

/** One way to the services, as a window has it. */
export interface Connection {
  transport: Transport;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..');

/** Valid parameters for every call; a call without an example here does not compile. */
const EXAMPLES: { [Name in CallName]: Params<Name> } = {
  'app.state': {},
  'app.setTheme': { theme: 'dusk' },
  'app.openFolder': { folder: '/nowhere' },
  'app.makeSample': { folder: '/nowhere' },
  'app.pickFolder': { purpose: 'open' },
  'app.showRambleWindow': {},
  'app.openExternal': { url: 'https://example.org/' },
  'notes.open': { path: 'a.md' },
  'notes.push': { document: 'a1', version: 0, peer: 'w1.a', edits: [] },
  'notes.pull': { document: 'a1', version: 0 },
  'notes.flush': { document: 'a1' },
  'notes.settle': { document: 'a1', overlap: 1, keep: 'both' },
  'notes.putBack': { document: 'a1' },
  'notes.letGo': { document: 'a1' },
  'notes.create': { path: 'a.md', text: '' },
  'notes.copies': { path: 'a.md' },
  'notes.image': { path: 'a.png' },
  'history.moments': { path: 'a.md' },
  'history.text': { document: 'a1', version: 0, kept: null },
  'history.restore': { path: 'a.md', document: 'a1', version: 0, kept: null },
  'history.momentsOf': { document: 'a1' },
  'history.deleted': {},
  'history.seenRestored': {},
  'history.bringBack': { document: 'a1' },
  'history.changes': { limit: 5 },
  'history.takeBack': { change: 1 },
  'journal.tonight': {},
  'journal.rambles': {},
  'journal.append': { text: 'x' },
  'find.quick': { query: '', limit: 5 },
  'find.linkTargets': { query: '', from: 'a.md', limit: 5 },
  'find.text': { query: 'x', limit: 5 },
  'find.preview': { path: 'a.md', line: null },
  'find.visited': { path: 'a.md' },
  'find.pauseReading': { paused: true },
  'find.acceptMissing': {},
  'links.backlinks': { path: 'a.md' },
  'links.mentions': { path: 'a.md', limit: 20 },
  'links.linkMention': { path: 'a.md', mention: { from: 0, to: 1, text: 'x' }, link: 'x' },
  'links.outgoing': { path: 'a.md' },
  'links.resolve': { from: 'a.md', targets: ['b'] },
  'links.tags': {},
  'links.tagged': { tag: 'x' },
  'links.maps': {},
  'extract.propose': { path: 'a.md', text: 'x', selections: [{ from: 0, to: 0 }], split: null },
  'extract.findSection': { path: 'a.md', heading: 'x' },
  'extract.plan': {
    what: { kind: 'fold-back', path: 'a.md', line: null, into: 'b.md', place: { at: 'top' } },
  },
  'extract.run': {
    what: extraction({ path: 'a.md', version: 0, range: { from: 0, to: 1 }, title: 'x' }),
    plan: null,
    leaveStrays: false,
  },
  'rename.plan': { what: { kind: 'note', path: 'a.md', to: 'b.md' } },
  'rename.run': {
    what: { kind: 'folder', folder: 'f', to: 'g' },
    plan: 'a'.repeat(32),
    leaveStrays: false,
  },
  'settings.get': {},
  'settings.keys': {},
  'settings.change': { patch: { journal: { folder: 'f' }, extract: { folder: 'f' } } },
  'inspect.vault': { whole: false },
};
const CALLS = Object.keys(contract) as CallName[];
/** The calls that answer without a folder being open. */
const WITHOUT_VAULT = CALLS.filter((name) => name.startsWith('app.'));

/** Attack row B13. A name that is merely odd on one system (`con`) is refused where it names no note. */
const NO_PATHS: unknown[] = [
  '../x.md',
  '/etc/passwd',
  'a/../../x.md',
  'a\\..\\x.md',
  'C:/x.md',
  'a\0.md',
  './a.md',
  'a//b.md',
  '.obsidian/x.md',
  `${'a/'.repeat(5000)}x.md`,
  `${'x'.repeat(10_000)}.md`,
  ['a.md'],
  { toString: 'a.md' },
  null,
  7,
];
const NO_NOTES: unknown[] = ['con', 'x.md::$DATA', 'a.txt', 'a', ''];

type Place = [name: CallName, keys: string[], value: string];

/** Every place where a call takes an address in the vault. */
function pathPlaces(): Place[] {
  const places: Place[] = [];
  const visit = (name: CallName, value: unknown, keys: string[]) => {
    if (typeof value === 'string' && ['path', 'from', 'folder'].includes(keys.at(-1) ?? ''))
      places.push([name, keys, value]);
    else if (value !== null && typeof value === 'object')
      for (const [key, inner] of Object.entries(value)) visit(name, inner, [...keys, key]);
  };
  // The folder that a user opens is chosen by the user, anywhere on the machine.
  for (const name of CALLS) if (!WITHOUT_VAULT.includes(name)) visit(name, EXAMPLES[name], []);
  return places;
}

function withValue(params: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = params as Record<string, unknown>;
  return { ...object, [key]: withValue(object[key], rest, value) };
}

const codeOf = (reply: Reply) => (reply.ok ? 'ok' : reply.error.code);
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code?: string }) => error.code,
  );

/** What every door must carry alike. `connect` gives a window's way to the services of `app`. */
export function describeContract(door: string, connect: (app: App) => Promise<Connection>): void {
  const endings: (() => Promise<unknown> | unknown)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
    cleanUp();
  });

  async function open(vault: TestVault | null): Promise<{
    app: App;
    client: Client;
    send: Transport['send'];
    events: AppEvent[];
    another(): Promise<{ client: Client; events: AppEvent[] }>;
  }> {
    const dataFolder = mkdtempSync(join(tmpdir(), 'ramble-data-'));
    endings.push(() => rmSync(dataFolder, { recursive: true, force: true }));
    const app = createApp({
      door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
      dataFolder,
      sampleFolder: join(root, 'resources', 'sample-vault'),
      workers: WORKERS,
      version: 'test',
      clock: () => new Date('2021-02-09T21:00'),
    });
    endings.push(() => app.close());
    if (vault !== null) {
      await app.openFolder(vault.folder);
      await app.settled();
    }
    const another = async () => {
      const { transport, close } = await connect(app);
      endings.push(close);
      const events: AppEvent[] = [];
      transport.listen((event) => events.push(event));
      return { client: createClient(transport), send: transport.send, events };
    };
    return { app, another, ...(await another()) };
  }

  describe(`the contract through ${door}`, () => {
    it('answers an unknown call with unknown-call, whatever its name', async () => {
      const { send } = await open(null);
      const names = [
        '',
        'app',
        'App.state',
        'notes.delete',
        'constructor',
        '__proto__',
        'toString',
        'x'.repeat(9999),
      ];
      for (const name of names) {
        const reply = await send(name, {});
        expect(codeOf(reply), name.slice(0, 40)).toBe('unknown-call');
        expect(JSON.stringify(reply).length).toBeLessThan(300);
      }
      expect(codeOf(await send(7 as unknown as string, {}))).toBe('unknown-call');
    });

    it('refuses parameters that are not the call’s own, for every call', async () => {
      const { send } = await open(null);
      for (const name of CALLS) {
        for (const params of [null, 'x', [], { ...EXAMPLES[name], unheardOf: true }])
          expect(codeOf(await send(name, params)), `${name} ${JSON.stringify(params)}`).toBe(
            'invalid-params',
          );
      }
    });

    it('answers no-vault, and nothing worse, where no folder is open', async () => {
      const { send } = await open(null);
      for (const name of CALLS) {
        if (WITHOUT_VAULT.includes(name)) continue;
        expect(codeOf(await send(name, EXAMPLES[name])), name).toBe('no-vault');
      }
    });

    it('B13: refuses a path that leaves the vault, in every call, before any service runs', async () => {
      // A service that ran would answer no-vault.
      const { send } = await open(null);
      const places = pathPlaces();
      expect(places.length).toBeGreaterThanOrEqual(14);
      for (const [name, keys, example] of places) {
        for (const bad of [...NO_PATHS, ...(example.endsWith('.md') ? NO_NOTES : [])]) {
          // A folder is taken as it is typed: slashes around it are dropped.
          if (keys.at(-1) === 'folder' && bad === '/etc/passwd') continue;
          const reply = await send(name, withValue(EXAMPLES[name], keys, bad));
          expect(codeOf(reply), `${name} ${keys.join('.')} = ${JSON.stringify(bad)?.slice(0, 40)}`).toBe(
            'invalid-params',
          );
        }
      }
    });

    it('makes, opens and saves a note, and keeps what two windows type at once', async () => {
      const vault = makeVault({ 'other.md': 'Other.\n' });
      const { client } = await open(vault);
      const made = await client.call('notes.create', { path: 'new.md', text: 'one\n' });
      expect(vault.read('new.md')).toBe('one\n');
      expect(await client.call('notes.open', { path: 'new.md' })).toMatchObject({
        path: 'new.md',
        text: 'one\n',
        revision: made.revision,
        readOnly: null,
      });
      await writeNote(client, 'new.md', 'two\n');
      expect(vault.read('new.md')).toBe('two\n');

      const [one, other] = [await Typist.open(client, 'new.md'), await Typist.open(client, 'new.md')];
      one.type(0, 'mine ');
      other.type(3, ' theirs');
      await Promise.all([one.push(), other.push()]);
      await one.save();
      expect(vault.read('new.md')).toBe('mine two theirs\n');
    });

    it('gives the same error codes as every other door', async () => {
      const vault = makeVault({ 'a.md': 'A.\n', 'latin.md': Buffer.from([0x63, 0xe9, 0x0a]) });
      const { client } = await open(vault);
      const { version } = await client.call('notes.open', { path: 'a.md' });
      const latin = await client.call('notes.open', { path: 'latin.md' });
      expect(latin.readOnly).not.toBeNull();
      const range = { from: 0, to: 1 };
      const what = extraction({ path: 'a.md', version, range, title: 'a' });
      const run = { what, plan: null, leaveStrays: false };
      expect({
        missing: await refusal(client.call('notes.open', { path: 'none.md' })),
        taken: await refusal(client.call('notes.create', { path: 'a.md', text: 'x' })),
        readOnly: await refusal(
          client.call('notes.push', { document: latin.document, version: 0, peer: 'w1.a', edits: [] }),
        ),
        outOfStep: await refusal(client.call('notes.pull', { document: latin.document, version: 7 })),
        folder: await refusal(client.call('app.openFolder', { folder: join(vault.folder, 'a.md') })),
        dialog: await refusal(client.call('app.pickFolder', { purpose: 'open' })),
        address: await refusal(client.call('app.openExternal', { url: 'file:///etc/passwd' })),
        extract: await refusal(client.call('extract.run', run)),
        notAnImage: await refusal(client.call('notes.image', { path: 'a.md' })),
      }).toEqual({
        missing: 'not-found',
        taken: 'exists',
        readOnly: 'read-only',
        outOfStep: 'out-of-step',
        folder: 'bad-folder',
        dialog: 'unsupported',
        address: 'unsupported',
        extract: 'exists',
        notAnImage: 'unsupported',
      });
      const taken = await client.call('extract.run', run).catch((error: { data?: unknown }) => error);
      expect(taken).toMatchObject({
        name: 'RambleError',
        data: { path: 'a.md', suggestion: expect.any(String) },
      });
    });

    it('tells every window what happened, once each and in order, after the reply’s effect', async () => {
      const vault = makeVault({ 'a.md': 'A.\n' });
      const { client, events, another } = await open(vault);
      const second = await another();
      for (const theme of ['daylight', 'dusk', 'system'] as const)
        await client.call('app.setTheme', { theme });
      await writeNote(client, 'a.md', 'A [[link]].\n');
      for (const heard of [events, second.events]) {
        await eventually(() => heard.some(({ name }) => name === 'index.updated'), 'the index says so');
        expect(
          heard.flatMap((event) => (event.name === 'theme.changed' ? [event.payload.theme] : [])),
        ).toEqual(['daylight', 'dusk', 'system']);
        const names = heard.map(({ name }) => name);
        expect(names.lastIndexOf('theme.changed')).toBeLessThan(names.indexOf('index.updated'));
      }
      expect(await second.client.call('links.outgoing', { path: 'a.md' })).toMatchObject({
        links: [{ target: 'link' }],
      });
    });

    it('stops telling who no longer listens', async () => {
      const { app, client } = await open(null);
      const { transport, close } = await connect(app);
      endings.push(close);
      const before: AppEvent[] = [];
      const after: AppEvent[] = [];
      const stop = transport.listen((event) => before.push(event));
      transport.listen((event) => after.push(event));
      await client.call('app.setTheme', { theme: 'dusk' });
      await eventually(() => before.length === 1 && after.length === 1, 'both hear');
      stop();
      await client.call('app.setTheme', { theme: 'system' });
      await eventually(() => after.length === 2, 'the other still hears');
      expect(before).toHaveLength(1);
    });

    it('carries names and texts of every script, byte for byte', async () => {
      const vault = makeVault();
      const { client } = await open(vault);
      const names = [
        '間 (ma).md',
        'Überraschung/naïve.md',
        '🌙 tonight.md',
        'עברית.md',
        'a b’s “c”.md',
        "it's & %41.md",
      ];
      const text = 'é é \u2028 \u{1F319} \ufeff ﷽ \u0000 \t end';
      for (const path of names) {
        const { revision } = await client.call('notes.create', { path, text });
        expect(await client.call('notes.open', { path })).toMatchObject({ path, text, revision });
        expect(vault.read(path)).toBe(text);
      }
      expect(readdirSync(vault.folder)).toContain('間 (ma).md');
    });

    it('carries an empty note and one of 5 MB', async () => {
      const vault = makeVault({ 'empty.md': '' });
      const { client } = await open(vault);
      const empty = await client.call('notes.open', { path: 'empty.md' });
      expect(empty.text).toBe('');
      const line = 'One line of an evening that went on and on, ümlaut and all.\n';
      const large = line.repeat(Math.ceil((5 * 1024 * 1024) / Buffer.byteLength(line)));
      await writeNote(client, 'empty.md', large);
      expect(vault.bytes('empty.md').equals(Buffer.from(large))).toBe(true);
      expect((await client.call('notes.open', { path: 'empty.md' })).text).toBe(large);
      await writeNote(client, 'empty.md', '');
      expect(vault.bytes('empty.md')).toHaveLength(0);
    });

    it('answers calls made at once each to its caller', async () => {
      const files = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}.md`, `Text ${at}.\n`]));
      const { client, another } = await open(makeVault(files));
      const second = await another();
      const answers = await Promise.all(
        Object.keys(files).flatMap((path) =>
          [client, second.client].map(async (one) => [path, (await one.call('notes.open', { path })).text]),
        ),
      );
      for (const [path, text] of answers) expect(text).toBe(files[path ?? '']);
    });
  });
}
