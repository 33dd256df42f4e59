import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Index } from '../../src/backend/index/index-service.ts';
import { createInspect } from '../../src/backend/services/inspect.ts';
import type { AppEvent } from '../../src/contract/events.ts';
import { cleanUp, eventually, makeVault, openApp, type TestApp, type TestVault } from '../support/app.ts';
import { extraction } from '../support/extract-what.ts';
import { inspectionOf } from '../support/inspection.ts';
import { Typist } from '../support/typist.ts';

const seed = readFileSync(new URL('../fixtures/seed-note.md', import.meta.url), 'utf8');
const seedBody = seed.slice(seed.indexOf('Ok, ended up'));

const open: TestApp[] = [];
async function on(vault: TestVault | null, now?: string): Promise<TestApp> {
  const app = await openApp(vault, now);
  open.push(app);
  return app;
}
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
  cleanUp();
});

const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: { code: string }) => error.code,
  );

it('a window that asks while the folder is being opened is told of it once it is open', async () => {
  const vault = makeVault({ 'x.md': '' });
  const { client } = await on(null);
  const opening = client.call('app.openFolder', { folder: vault.folder });
  expect((await client.call('app.state', {})).vault?.name).toBe(basename(vault.folder));
  await opening;
});

describe('tonight', () => {
  it('is the evening before until the day ends, and leaves no file by itself', async () => {
    const vault = makeVault({ 'x.md': '' });
    const { client } = await on(vault, '2021-02-10T01:30');
    const tonight = await client.call('journal.tonight', {});
    expect(tonight).toMatchObject({
      day: '2021-02-09',
      path: '2021-02-09 - The Evening Ramble.md',
      exists: false,
    });
    expect(vault.list()).toEqual(['x.md']);
  });

  it('follows Obsidian’s daily notes where the vault’s own settings do not say', async () => {
    const vault = makeVault({
      '.obsidian/daily-notes.json':
        '{"folder":"Journal","format":"YYYY/YYYY-MM-DD","template":"Templates/Day"}',
      'Templates/Day.md': 'Day of {{date}}\n',
    });
    const { client } = await on(vault);
    expect(await client.call('journal.tonight', {})).toMatchObject({
      path: 'Journal/2021/2021-02-09.md',
      template: 'Day of 2021-02-09\n',
    });
    await client.call('settings.change', { patch: { journal: { folder: 'Evenings' } } });
    expect((await client.call('journal.tonight', {})).path).toBe('Evenings/2021/2021-02-09.md');
    expect(vault.read('.obsidian/daily-notes.json')).toContain('"Journal"');
  });

  it('B15: hostile settings of Obsidian cannot lead out of the vault', async () => {
    const vault = makeVault({
      '.obsidian/daily-notes.json':
        '{"folder":"../../..","format":"[../]YYYY","template":"../../etc/passwd"}',
    });
    const { client } = await on(vault);
    expect(await refused(client.call('journal.tonight', {}))).toBe('bad-name');
    vault.write('.obsidian/daily-notes.json', '{"folder":"../../..","template":"../../etc/passwd"}');
    expect(await client.call('journal.tonight', {})).toMatchObject({
      path: '2021-02-09 - The Evening Ramble.md',
      template: '# The Evening Ramble\n\n',
    });
  });

  it('takes a ramble that has more words in its name for tonight’s, not a page pulled out of one', async () => {
    const vault = makeVault({
      '2021-02-09 - Our Roadmap.md': '',
      '2021-02-09 - The Evening Ramble, late.md': 'x',
    });
    const { client } = await on(vault);
    expect(await client.call('journal.tonight', {})).toMatchObject({
      path: '2021-02-09 - The Evening Ramble, late.md',
      exists: true,
    });
  });

  it('appends a paragraph, making the note from its template', async () => {
    const vault = makeVault();
    const { client } = await on(vault);
    expect(await client.call('journal.append', { text: 'First.' })).toMatchObject({ created: true });
    expect(await client.call('journal.append', { text: 'Second.\n' })).toMatchObject({ created: false });
    expect(vault.read('2021-02-09 - The Evening Ramble.md')).toBe(
      '# The Evening Ramble\n\nFirst.\n\nSecond.\n',
    );
  });
});

describe('settings', () => {
  it('C62: that cannot be read are said so, not used, and not written over', async () => {
    const vault = makeVault({ '.ramble/settings.json': '{"journal":{"dayEndsAt":"25:99"}}' });
    const { client } = await on(vault);
    const state = await client.call('settings.get', {});
    expect(state.problem).toMatch(/journal\.dayEndsAt/);
    expect(state.values.journal.dayEndsAt).toBe('04:00');
    expect(await refused(client.call('settings.change', { patch: { journal: { folder: 'x' } } }))).toBe(
      'read-only',
    );
    expect(vault.read('.ramble/settings.json')).toBe('{"journal":{"dayEndsAt":"25:99"}}');
  });
});

it('searches are kept in the settings of the vault, all or none of them changed at once', async () => {
  const vault = makeVault({ '.ramble/settings.json': '{"journal":{"folder":"Evenings"}}' });
  const { client } = await on(vault);
  expect((await client.call('settings.get', {})).values.searches).toEqual([]);
  const searches = [{ name: 'Mine', query: 'mine:doubt' }];
  await client.call('settings.change', { patch: { searches } });
  await client.call('settings.change', { patch: { journal: { dayEndsAt: '03:00' } } });
  expect((await client.call('settings.get', {})).values).toMatchObject({
    searches,
    journal: { folder: 'Evenings' },
  });
  expect(
    await refused(client.call('settings.change', { patch: { searches: [{ name: ' ', query: 'x' }] } })),
  ).toBe('invalid-params');
});

it('a search by date takes rambles by the pattern of the settings', async () => {
  const vault = makeVault({
    '.ramble/settings.json': '{"journal":{"namePattern":"DD.MM.YYYY [Abend]"}}',
    '09.02.2021 Abend.md': 'x\n',
    '09.03.2021 Abend.md': 'x\n',
  });
  const { client, settled } = await on(vault);
  await settled();
  const found = await client.call('find.text', { query: 'x before:2021-03', limit: 5 });
  expect(found).toMatchObject({ hits: [{ path: '09.02.2021 Abend.md' }] });
});

describe('the seed: a section becomes the page this app exists for', () => {
  const heading = 'Our Roadmap for Becoming a Strategic [[Chief Learning Officer]]';
  const ramble = '2021-02-09 - The Evening Ramble.md';
  const before = `5:58pm Quiet day.\n\n# ${heading}\n\n${seedBody}`;
  const after = '\n# Learning ecosystems\n\nStill thinking.\n';
  const parents = ['+ Building Not A Robot MoC', '+ Learning & Development MoC', '+ L&D Careers MOC'];

  it('with its tags, its three parent maps, the link left behind and the backlink', async () => {
    const vault = makeVault({
      [ramble]: before + after,
      ...Object.fromEntries(parents.map((map) => [`${map}.md`, `# ${map}\n`])),
    });
    const { client, settled } = await on(vault);
    await settled();
    const { selection, version, text } = await client.call('extract.findSection', { path: ramble, heading });
    const proposal = await client.call('extract.propose', {
      path: ramble,
      text,
      selections: [{ from: selection.from + 3, to: selection.from + 3 }],
      split: null,
    });
    const [part] = proposal.parts;
    expect(part?.ranges).toEqual([selection]);
    expect(part?.title).toBe('Our Roadmap for Becoming a Strategic Chief Learning Officer');
    const title = String(part?.title);
    const form = { tags: ['p/learning-ecosystem/inbox'], parents };
    const outcome = await client.call('extract.run', {
      what: extraction({ path: ramble, version, range: selection, title }, form),
      plan: null,
      leaveStrays: false,
    });
    const path = outcome.paths[0] as string;
    expect(vault.read(path)).toBe(
      `---\ntags: ["p/learning-ecosystem/inbox"]\n---\n\n+ [[+ Building Not A Robot MoC]] | [[+ Learning & Development MoC]] | [[+ L&D Careers MOC]]\n\n# ${heading}\n\nfrom [[2021-02-09 - The Evening Ramble]]\n\n${seedBody.trimEnd()}\n`,
    );
    expect(vault.read(ramble)).toBe(
      `5:58pm Quiet day.\n\n-> [[${title}]]\n${seedBody.slice(seedBody.trimEnd().length + 1)}${after}`,
    );
    await settled();
    const { backlinks } = await client.call('links.backlinks', { path });
    expect(backlinks.map((link) => [link.path, link.lines[0]?.text])).toEqual([[ramble, `-> [[${title}]]`]]);
    expect((await client.call('find.quick', { query: 'roadmap strategic', limit: 5 })).matches[0]?.path).toBe(
      path,
    );
    for (const map of parents) {
      expect(
        (await client.call('links.backlinks', { path: `${map}.md` })).backlinks.map((link) => link.path),
      ).toEqual([path]);
    }
  });

  const run = ({ version, folder = '', into }: { version: number; folder?: string; into?: string }) => ({
    what: extraction(
      { path: 'r.md', version, range: { from: 0, to: 9 }, title: 'T' },
      into === undefined
        ? { to: { kind: 'new', folder } }
        : { to: { kind: 'existing', path: into, place: { at: 'bottom' } } },
    ),
    plan: null,
    leaveStrays: false,
  });

  it('an existing name, in any case, is refused with a free one; adding to it is a choice', async () => {
    const vault = makeVault({ 'r.md': '## A\n\nxyz\n', 't.md': 'there\n', 'T 2.md': '' });
    const { client } = await on(vault);
    const { version } = await client.call('notes.open', { path: 'r.md' });
    await expect(client.call('extract.run', run({ version }))).rejects.toMatchObject({
      code: 'exists',
      data: { path: 't.md', suggestion: 'T 3' },
    });
    expect(vault.list()).toEqual(['T 2.md', 'r.md', 't.md'].sort());
    expect(vault.read('r.md')).toBe('## A\n\nxyz\n');
    await client.call('extract.run', run({ version, into: 't.md' }));
    expect(vault.read('t.md')).toBe('there\n\n## A\n\nxyz\n');
    expect(vault.read('r.md')).toBe('-> [[t]]\n');
  });

  it('a source that changed meanwhile refuses, and nothing is made', async () => {
    const vault = makeVault({ 'r.md': '## A\n\nxyz\n' });
    const { client } = await on(vault);
    const { version } = await client.call('notes.open', { path: 'r.md' });
    const typist = await Typist.open(client, 'r.md');
    typist.become('## A\n\nother\n');
    await typist.save();
    expect(await refused(client.call('extract.run', run({ version })))).toBe('conflict');
    expect(vault.list()).toEqual(['r.md']);
  });

  it('41: when the source cannot be written, the new note is taken back', async () => {
    const vault = makeVault({ 'r.md': '## A\n\nxyz\n' });
    mkdirSync(join(vault.folder, 'new'));
    const { client } = await on(vault);
    const { version } = await client.call('notes.open', { path: 'r.md' });
    chmodSync(join(vault.folder, 'r.md'), 0o444);
    expect(await refused(client.call('extract.run', run({ version, folder: 'new' })))).toBe('read-only');
    await eventually(
      async () => (await client.call('notes.open', { path: 'r.md' })).state.kind === 'read-only',
      'the app knows it',
    );
    expect(await refused(client.call('extract.run', run({ version, folder: 'new' })))).toBe('read-only');
    expect(vault.list()).toEqual(['new', 'r.md']);
  });

  it('a name that means two notes is written as a path', async () => {
    const vault = makeVault({ 'r.md': '## A\n\nxyz\n', 'old/T.md': '' });
    const { client, settled } = await on(vault);
    await settled();
    const { version } = await client.call('notes.open', { path: 'r.md' });
    await client.call('extract.run', run({ version, folder: 'new' }));
    expect(vault.read('r.md')).toBe('-> [[new/T]]\n');
  });
});

describe('folders', () => {
  it('that cannot be opened are refused with the reason', async () => {
    const vault = makeVault({ 'a.md': '' });
    const { client } = await on(null);
    expect((await client.call('app.state', {})).vault).toBeNull();
    await expect(client.call('app.openFolder', { folder: join(vault.folder, 'a.md') })).rejects.toMatchObject(
      { code: 'bad-folder', message: expect.stringMatching(/file/) },
    );
    await expect(client.call('app.openFolder', { folder: join(vault.folder, 'none') })).rejects.toMatchObject(
      { code: 'bad-folder' },
    );
    expect(await refused(client.call('notes.open', { path: 'a.md' }))).toBe('no-vault');
    await client.call('app.openFolder', { folder: vault.folder });
    expect((await client.call('app.state', {})).vault?.name).toBeTruthy();
  });

  /** An app whose folder takes a while to close: much is to be written yet. */
  async function busy() {
    const many = makeVault(Object.fromEntries([...Array(160).keys()].map((at) => [`${at}.md`, 'text'])));
    const app = await on(many);
    const { client } = app;
    for (let at = 0; at < 160; at += 1) {
      const { document, version } = await client.call('notes.open', { path: `${at}.md` });
      const edits = [{ kind: 'typed' as const, changes: [4, [0, ' more'] as [number, string]] }];
      await client.call('notes.push', { document, version, peer: 'w1.a', edits });
    }
    return app;
  }

  it('tell windows nothing before they are open', async () => {
    const { client, events, settled } = await busy();
    // What is to be written of one folder leaves the next one time to be read before it is open.
    const next = makeVault({ 'a.md': '' }).folder;
    await client.call('app.openFolder', { folder: next });
    await settled();
    const isOfNext = (event: AppEvent) =>
      event.name === 'vault.progressed' && event.payload.name === basename(next);
    const opened = events.findLastIndex(({ name }) => name === 'vault.opened');
    expect(events.findIndex(isOfNext)).toBeGreaterThan(opened);
  });

  it('take nothing that is typed in a window which still shows the one before', async () => {
    const { client, events } = await busy();
    const next = makeVault({ 'a.md': '' });
    const before = events.length;
    const opening = client.call('app.openFolder', { folder: next.folder });
    // As a window does whose note the authority does not know.
    while (!events.slice(before).some(({ name }) => name === 'vault.opened')) {
      const path = 'typed for the one before.md';
      const note = await client.call('notes.open', { path, begin: '' }).catch(() => null);
      const edits = [{ kind: 'typed' as const, changes: [[0, 'typed'] as [number, string]] }];
      if (note?.version === 0)
        await client
          .call('notes.push', { document: note.document, version: 0, peer: 'w1.a', edits })
          .catch(() => null);
      await new Promise((done) => setTimeout(done, 5));
    }
    await opening;
    await client.call('app.openFolder', { folder: makeVault().folder });
    expect(next.list()).toEqual(['a.md']);
  });

  it('the sample goes into a new folder only', async () => {
    const vault = makeVault({ 'a.md': '' });
    const { client, settled } = await on(null);
    expect(await refused(client.call('app.makeSample', { folder: vault.folder }))).toBe('bad-folder');
    await client.call('app.makeSample', { folder: join(vault.folder, 'sample') });
    await settled();
    const inspection = await inspectionOf(client);
    expect(inspection.notes.length).toBeGreaterThanOrEqual(20);
    expect(inspection.unresolved.map((link) => link.target).sort()).toEqual([
      'Reading aloud to grown-ups',
      'teaching gardens',
      'what a repair teaches',
    ]);
    expect(inspection.problems).toEqual([]);
  });
});

it('what was inspected lies in a file of its own, which goes after an hour where nobody took it away', async () => {
  const { client, settled } = await on(makeVault({ 'a.md': 'One [[b]].', 'b.md': '' }));
  await settled();
  const told = { notes: 2, attachments: 0, tags: 0, unresolved: [], loose: [], problems: [] };
  const written = async (): Promise<string> => {
    const { file, ...rest } = await client.call('inspect.vault', { whole: true });
    expect(rest).toEqual(told);
    return file ?? 'nowhere';
  };
  const [file, again] = [await written(), await written()];
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'));
  const hourAgo = (Date.now() - 61 * 60 * 1000) / 1000;
  utimesSync(file, hourAgo, hourAgo);
  await written();
  expect([existsSync(file), existsSync(again)]).toEqual([false, true]);
  expect(await client.call('inspect.vault', { whole: false })).toEqual({ file: null, ...told });
});

it('an inspection that was cut off leaves no file behind', async () => {
  const { folder } = makeVault();
  const cutOff = async (file: string | null): Promise<never> => {
    writeFileSync(file ?? '', '{"notes": [');
    throw new Error('the thread ended');
  };
  const inspection = createInspect({ inspect: cutOff } as unknown as Index, folder);
  await expect(inspection.vault(true)).rejects.toThrow('the thread ended');
  expect(readdirSync(folder)).toEqual([]);
});

it('B51: what the app keeps of its own is for its owner only', async () => {
  const vault = makeVault({ 'a.md': 'one' });
  const { client, settled, dataFolder } = await on(vault);
  await settled();
  await client.call('app.setTheme', { theme: 'dusk' });
  await client.call('inspect.vault', { whole: true });
  for (const name of readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })) {
    const file = statSync(join(dataFolder, name));
    expect((file.mode & 0o077).toString(8), name).toBe('0');
  }
});

describe('quick open', () => {
  it('knows what was opened last by its new path after a rename, and after that is taken back', async () => {
    const vault = makeVault({ 'a.md': 'x', 'b.md': 'x', 'c.md': 'x' });
    const { client } = await on(vault);
    const first = async () => (await client.call('find.quick', { query: '', limit: 5 })).matches[0]?.path;
    await client.call('find.visited', { path: 'a.md' });
    const what = { kind: 'note' as const, path: 'a.md', to: 'z.md' };
    const { plan } = await client.call('rename.plan', { what });
    const { change } = await client.call('rename.run', { what, plan, leaveStrays: false });
    await eventually(async () => (await first()) === 'z.md', 'it went along');
    await client.call('history.takeBack', { change });
    await eventually(async () => (await first()) === 'a.md', 'it came back');
  });
});

describe('a mention', () => {
  it('becomes a link that shows what stood there, and no other byte changes', async () => {
    const vault = makeVault({
      'Slow reading.md': '',
      'a.md': 'On SLOW reading,\r\nslow reading\r\n\r\n| slow reading | b |\r\n|---|---|\r\n',
    });
    const { client } = await on(vault);
    const first = async () => {
      const { link, notes } = await client.call('links.mentions', { path: 'Slow reading.md', limit: 20 });
      const lines = notes[0]?.lines ?? [];
      return { left: lines.length, asked: { path: 'a.md', link, mention: lines[0]?.mention } };
    };
    for (let left = 3; left > 0; left -= 1) {
      await eventually(async () => (await first()).left === left, `the index knows of ${left}`);
      const { mention, ...rest } = (await first()).asked;
      if (mention === undefined) throw new Error('no mention is left');
      await client.call('links.linkMention', { ...rest, mention });
      const again = client.call('links.linkMention', { ...rest, mention });
      expect(await refused(again), 'the same again').toBe('conflict');
    }
    expect(vault.read('a.md')).toBe(
      'On [[Slow reading|SLOW reading]],\r\n[[Slow reading|slow reading]]\r\n\r\n| [[Slow reading\\|slow reading]] | b |\r\n|---|---|\r\n',
    );
  });

  it('in a table keeps the table, however that is written', async () => {
    const vault = makeVault({
      'Slow reading.md': '',
      'bare.md': 'slow Reading | x\n---|---\na | b\n',
      'quote.md': '> | slow Reading | x |\n> |---|---|\n',
      'prose.md': '| slow Reading, and no table\n',
    });
    const { client } = await on(vault);
    const asked = { path: 'Slow reading.md', limit: 20 };
    await eventually(
      async () => (await client.call('links.mentions', asked)).notes.length === 3,
      'the index knows of all',
    );
    const { link, notes } = await client.call('links.mentions', asked);
    for (const { path, lines } of notes) {
      const mention = lines[0]?.mention;
      if (mention === undefined) throw new Error(`no mention in ${path}`);
      await client.call('links.linkMention', { path, link, mention });
    }
    await eventually(() => vault.read('prose.md').includes('[['), 'the last is saved');
    await eventually(() => vault.read('bare.md').includes('[['), 'the first is saved');
    await eventually(() => vault.read('quote.md').includes('[['), 'the second is saved');
    expect(vault.read('bare.md')).toBe('[[Slow reading\\|slow Reading]] | x\n---|---\na | b\n');
    expect(vault.read('quote.md')).toBe('> | [[Slow reading\\|slow Reading]] | x |\n> |---|---|\n');
    expect(vault.read('prose.md')).toBe('| [[Slow reading|slow Reading]], and no table\n');
  });
});
