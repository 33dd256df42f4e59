import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { findMissing, isTooMany } from '../../src/backend/index/missing.ts';
import { checkFolder } from '../../src/backend/vault/check-folder.ts';
import { cleanUp, eventually, makeVault, openApp, type TestApp } from '../support/app.ts';
import { type IndexedVault, indexed, openOver, searchFor } from './index-fixtures.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

const many = (count: number, folder = 'in', text = `Text of ${folder}`) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/${at}.md`, `${text} ${at}.\n`]));

async function open(files: Record<string, string>) {
  const vault = makeVault(files);
  const app = await openApp(vault);
  apps.push(app);
  await app.settled();
  const state = async () => {
    const { vault: now } = await app.client.call('app.state', {});
    const missing = now?.problems.find(({ code }) => code === 'missing');
    return { notes: now?.notes, missing: missing?.message };
  };
  return { vault, app, state };
}

describe('C18: notes that vanish all at once', () => {
  it('stay known, and are asked about; they come back by themselves', async () => {
    const { vault, app, state } = await open({ ...many(60), 'a.md': 'A [[7]].\n' });
    renameSync(join(vault.folder, 'in'), join(vault.folder, '..', `${Date.now()}-away`));
    await eventually(async () => (await state()).missing, 'it is said that they are missing');
    expect((await state()).missing).toContain('60 notes');
    expect((await state()).notes).toBe(61);
    const { targets } = await app.client.call('links.resolve', { from: 'a.md', targets: ['7'] });
    expect(targets[0]?.path).toBe('in/7.md');
    for (const [path, text] of Object.entries(many(60))) vault.write(path, text);
    await eventually(async () => (await state()).missing === undefined, 'all is well again');
    expect((await state()).notes).toBe(61);
  });

  it('go when the user says so', async () => {
    const { vault, app, state } = await open(many(30));
    rmSync(join(vault.folder, 'in'), { recursive: true });
    await eventually(async () => (await state()).missing, 'it is said that they are missing');
    await app.client.call('find.acceptMissing', {});
    await eventually(async () => (await state()).notes === 0, 'they are let go');
    expect((await state()).missing).toBeUndefined();
  });

  it('a folder that is renamed, and a few notes that are deleted, are no such thing', async () => {
    const { vault, state } = await open({ ...many(60), ...many(40, 'out') });
    renameSync(join(vault.folder, 'in'), join(vault.folder, 'moved'));
    for (let at = 0; at < 4; at += 1) rmSync(join(vault.folder, 'out', `${at}.md`));
    await eventually(async () => (await state()).notes === 96, 'four are gone');
    expect((await state()).missing).toBeUndefined();
  });
});

it('C17: when the whole folder goes, nothing is forgotten and it is not made again', async () => {
  const { vault, app, state } = await open(many(20));
  renameSync(vault.folder, `${vault.folder}-away`);
  await app.settled();
  expect((await state()).notes).toBe(20);
  mkdirSync(vault.folder);
  await app.settled();
  expect((await state()).notes).toBe(20);
  rmSync(vault.folder, { recursive: true });
  renameSync(`${vault.folder}-away`, vault.folder);
  expect(vault.list()).toContain('in/7.md');
});

const missingOf = ({ summary }: IndexedVault) =>
  summary.problems.flatMap(({ code, message }) => (code === 'missing' ? [message] : []));
const pathsOf = async ({ index }: IndexedVault) => (await index.listNotes()).map(({ path }) => path);

describe('C18: a scan', () => {
  it.each([
    [4, 4, false],
    [5, 5, true],
    [5, 25, false],
    [5, 24, true],
    [50, 1000, false],
    [51, 1000, true],
  ])('that would remove %i of %i notes is asked about: %s', (gone, known, asked) => {
    expect(isTooMany(gone, known)).toBe(asked);
  });

  it('keeps what vanished as it was, once told, until each is found again', async () => {
    const vault = await indexed({ ...many(30), 'a.md': 'A [[7]].', 'z.md': 'z' });
    const away = join(temporaryFolder(), 'away');
    renameSync(join(vault.root, 'in'), away);
    unlinkSync(join(vault.root, 'z.md'));
    for (let scans = 0; scans < 2; scans += 1) {
      await vault.index.scanNow();
      expect(missingOf(vault)).toEqual([expect.stringMatching(/^31 notes .* Nothing was removed/)]);
      expect(vault.summary.notes).toBe(32);
      expect(vault.changes).toEqual([]);
    }
    expect((await searchFor(vault.index, 'Text 7', 5)).map(({ path }) => path)).toContain('in/7.md');
    expect((await vault.index.outgoing('a.md'))[0]?.resolved).toBe('in/7.md');
    mkdirSync(join(vault.root, 'in'));
    for (let at = 0; at < 28; at += 1) renameSync(join(away, `${at}.md`), join(vault.root, 'in', `${at}.md`));
    await vault.index.scanNow();
    expect(missingOf(vault)).toEqual([expect.stringMatching(/^3 notes/)]);
    // What is missing is still so when somebody looks at its place, alone or with its folder.
    vault.index.hint(['in/28.md', 'in', 'z.md']);
    await vault.index.settled();
    expect(await pathsOf(vault)).toContain('in/28.md');
    expect(missingOf(vault)).toHaveLength(1);
    for (const at of [28, 29]) renameSync(join(away, `${at}.md`), join(vault.root, 'in', `${at}.md`));
    vault.index.hint(['in/28.md']);
    await vault.index.settled();
    expect(missingOf(vault)).toEqual([expect.stringMatching(/^1 note /)]);
    fill(vault.root, { 'z.md': 'z' });
    await vault.index.scanNow();
    expect(missingOf(vault)).toEqual([]);
    expect(vault.changes).toEqual([]);
    expect(vault.summary.notes).toBe(32);
  });

  it('is not deceived by as many other notes that came instead', async () => {
    const vault = await indexed(many(60));
    rmSync(join(vault.root, 'in'), { recursive: true });
    fill(
      vault.root,
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`other/${at}.md`, `Something else ${at}`])),
    );
    await vault.index.scanNow();
    expect(missingOf(vault)).toHaveLength(1);
    expect(vault.summary.notes).toBe(120);
  });

  it('sees that a folder was moved, and then removes its old paths', async () => {
    const vault = await indexed({ ...many(60), 'a.md': '' });
    renameSync(join(vault.root, 'in'), join(vault.root, 'out'));
    await vault.index.scanNow();
    expect(missingOf(vault)).toEqual([]);
    expect(vault.summary.notes).toBe(61);
    expect(await pathsOf(vault)).toContain('out/7.md');
  });

  it('does not ask of notes that were copied before they were removed', async () => {
    const vault = await indexed({ ...many(60), 'x.md': 'x' });
    fill(vault.root, many(59, 'copied', 'Text of in'));
    await vault.index.scanNow();
    rmSync(join(vault.root, 'in'), { recursive: true });
    await vault.index.scanNow();
    expect((await pathsOf(vault)).filter((path) => path.startsWith('in/'))).toEqual(['in/59.md']);
  });

  it('takes each file that came for one that went', () => {
    const note = (path: string) => ({
      ...{ path, kind: 'note' as const, hash: '', size: 1, mtime_ms: 1, ctime_ms: 1, linked: 0 },
    });
    const came = {
      kind: 'note' as const,
      path: 'b' as never,
      size: 1,
      mtimeMs: 1,
      ctimeMs: 2,
      linked: false,
    };
    const gone = Array.from({ length: 9 }, (_, at) => note(`${at}.md`));
    const around = { known: 9, before: new Set<string>(), copies: () => new Map() };
    expect(findMissing(gone, { ...around, added: [came] }).size).toBe(8);
    expect(findMissing(gone, { ...around, added: Array.from({ length: 5 }, () => came) }).size).toBe(0);
  });

  it('still removes a few at once, and hints remove single ones as ever', async () => {
    const vault = await indexed(many(30));
    for (const at of [1, 2, 3]) unlinkSync(join(vault.root, `in/${at}.md`));
    await vault.index.scanNow();
    unlinkSync(join(vault.root, 'in/4.md'));
    vault.index.hint(['in/4.md']);
    await vault.index.settled();
    expect(vault.changes.map(({ path, revision }) => [path, revision])).toEqual(
      [1, 2, 3, 4].map((at) => [`in/${at}.md`, null]),
    );
    expect(vault.summary.notes).toBe(26);
  });

  it('after the next start still knows what is missing', async () => {
    const root = temporaryFolder();
    const dataFolder = join(temporaryFolder(), 'data');
    fill(root, many(30));
    const first = openOver(root, dataFolder);
    await first.index.settled();
    await first.index.close();
    rmSync(join(root, 'in'), { recursive: true });
    for (let starts = 0; starts < 2; starts += 1) {
      const next = openOver(root, dataFolder);
      await next.index.settled();
      expect(missingOf(next)).toHaveLength(1);
      expect(next.summary.notes).toBe(30);
      expect(next.changes).toEqual([]);
      await next.index.close();
    }
  });
});

describe('C18: letting go of what is missing', () => {
  it('removes and tells it, but for what is there again or vanished only just now', async () => {
    const vault = await indexed({ ...many(30), ...many(20, 'out') });
    rmSync(join(vault.root, 'in'), { recursive: true });
    await vault.index.scanNow();
    fill(vault.root, { 'in/7.md': 'Back.' });
    rmSync(join(vault.root, 'out'), { recursive: true });
    await vault.index.acceptMissing();
    expect(vault.changes.filter(({ revision }) => revision === null)).toHaveLength(29);
    expect(vault.changes.filter(({ revision }) => revision !== null).map(({ path }) => path)).toEqual([
      'in/7.md',
    ]);
    expect(vault.summary.notes).toBe(21);
    expect(missingOf(vault)).toEqual([expect.stringMatching(/^20 notes/)]);
    await vault.index.acceptMissing();
    expect(await pathsOf(vault)).toEqual(['in/7.md']);
    expect(missingOf(vault)).toEqual([]);
  });

  it('removes nothing while the vault itself is away', async () => {
    const vault = await indexed(many(30));
    renameSync(join(vault.root, 'in'), join(vault.root, '.in'));
    await vault.index.scanNow();
    renameSync(vault.root, `${vault.root}-away`);
    onTestFinished(() => rmSync(`${vault.root}-away`, { recursive: true, force: true }));
    await vault.index.acceptMissing();
    expect(vault.summary.notes).toBe(30);
    renameSync(`${vault.root}-away`, vault.root);
    await vault.index.scanNow();
    expect(vault.summary.notes).toBe(30);
    expect(vault.changes).toEqual([]);
  });
});

describe('C17: a small vault that is away', () => {
  const files = { 'a.md': 'a', 'in/b.md': 'b' };

  it('stays known whatever is hinted, and where an empty place is left of it', async () => {
    const vault = await indexed(files);
    renameSync(vault.root, `${vault.root}-away`);
    onTestFinished(() => rmSync(`${vault.root}-away`, { recursive: true, force: true }));
    const look = async () => {
      vault.index.hint(['a.md', 'in', 'in/b.md']);
      await vault.index.settled();
      await vault.index.scanNow();
      expect(await pathsOf(vault)).toEqual(['a.md', 'in/b.md']);
      expect(vault.summary.problems).toMatchObject([{ path: '', code: 'unreadable' }]);
      expect(vault.changes).toEqual([]);
    };
    await look();
    mkdirSync(vault.root);
    await look();
    rmdirSync(vault.root);
    renameSync(`${vault.root}-away`, vault.root);
    await vault.index.scanNow();
    expect(vault.summary.problems).toEqual([]);
    unlinkSync(join(vault.root, 'a.md'));
    vault.index.hint(['a.md']);
    await vault.index.settled();
    expect(await pathsOf(vault)).toEqual(['in/b.md']);
  });

  it('that was replaced by another with notes is that other from then on', async () => {
    const vault = await indexed(files);
    rmSync(vault.root, { recursive: true });
    fill(vault.root, { 'c.md': 'c', 'd.md': 'd' });
    await vault.index.scanNow();
    expect(await pathsOf(vault)).toEqual(['c.md', 'd.md']);
    unlinkSync(join(vault.root, 'd.md'));
    vault.index.hint(['d.md']);
    await vault.index.settled();
    expect(await pathsOf(vault)).toEqual(['c.md']);
  });
});

describe('C66: what could not be read is not gone', () => {
  it('in a folder without permission; the rest is taken in', async () => {
    const root = temporaryFolder();
    const dataFolder = temporaryFolder();
    fill(root, { ...many(10, 'closed'), 'a.md': 'a' });
    // Nothing is closed to root.
    if (process.getuid?.() === 0) {
      execFileSync('chown', ['-R', '65534', root, dataFolder]);
      process.seteuid?.(65_534);
      onTestFinished(() => process.seteuid?.(0));
    }
    const vault = openOver(root, dataFolder);
    await vault.index.settled();
    chmodSync(join(root, 'closed'), 0o000);
    fill(root, { 'b.md': 'b' });
    const look = async () => {
      expect(vault.summary.problems).toMatchObject([{ path: 'closed', code: 'unreadable' }]);
      expect(vault.summary.notes).toBe(12);
      expect(vault.changes.map(({ path }) => path)).toEqual(['b.md']);
    };
    await vault.index.scanNow();
    await look();
    vault.index.hint(['closed', 'closed/1.md']);
    await vault.index.settled();
    await vault.index.scanNow();
    await look();
    chmodSync(join(root, 'closed'), 0o755);
    await vault.index.scanNow();
    expect(vault.summary).toEqual({ notes: 12, problems: [] });
  });

  it('in a folder that is removed while scans run; a later scan finds all that came back', async () => {
    const vault = await indexed({ ...many(200), 'a.md': 'a' });
    for (let round = 0; round < 10; round += 1) {
      const scanned = vault.index.scanNow();
      renameSync(join(vault.root, 'in'), join(vault.root, '.in'));
      await scanned;
      renameSync(join(vault.root, '.in'), join(vault.root, 'in'));
    }
    await vault.index.scanNow();
    expect(vault.summary).toEqual({ notes: 201, problems: [] });
    expect(vault.changes).toEqual([]);
  });

  it('and the whole disk is no vault', async () => {
    await expect(checkFolder('/')).rejects.toMatchObject({ code: 'bad-folder' });
  });
});
