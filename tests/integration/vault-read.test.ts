import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { decodeNote } from '../../src/backend/vault/decode.ts';
import { walkVault } from '../../src/backend/vault/scan.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import { watchVault } from '../../src/backend/vault/watch.ts';
import { folderOf, type NotePath, type VaultPath } from '../../src/core/paths/note-path.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const at = (path: string) => path as VaultPath;

describe('opening a folder', () => {
  test('gives its name and a steady id, the same through a link', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'My notes'));
    symlinkSync(join(root, 'My notes'), join(root, 'link'));
    const vault = await openVault(join(root, 'My notes'));
    expect(vault.name).toBe('My notes');
    expect(vault.id).toMatch(/^[0-9a-f]{16}$/);
    expect((await openVault(join(root, 'link'))).id).toBe(vault.id);
    expect((await openVault(root)).id).not.toBe(vault.id);
  });

  test('refuses what is no folder of notes, and says which', async () => {
    const root = temporaryFolder();
    fill(root, { file: '' });
    symlinkSync('/', join(root, 'disk'));
    const missing = join(root, 'missing');
    await expect(openVault(missing)).rejects.toMatchObject({
      code: 'bad-folder',
      message: expect.stringContaining(`There is no folder “${missing}”`),
    });
    await expect(openVault(join(root, 'file'))).rejects.toMatchObject({
      code: 'bad-folder',
      message: expect.stringContaining('is a file'),
    });
    for (const folder of ['/', join(root, 'disk')])
      await expect(openVault(folder)).rejects.toMatchObject({
        code: 'bad-folder',
        message: expect.stringContaining('whole disk'),
      });
  });
});

describe('reading', () => {
  test('tells a missing note, a folder and a FIFO apart, and waits for none', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'folder.md'));
    execFileSync('mkfifo', [join(root, 'pipe.md')]);
    const vault = await openVault(root);
    await expect(vault.read(at('none.md'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(vault.read(at('folder.md'))).rejects.toMatchObject({ code: 'io' });
    await expect(vault.read(at('pipe.md'))).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('not a regular file'),
    });
  });

  test('C32: what is no regular file is not even opened', async () => {
    const root = temporaryFolder();
    execFileSync('mkfifo', [join(root, 'pipe.md')]);
    // Whoever waits to write into a pipe goes on once somebody opens it.
    const writer = spawn('sh', ['-c', 'exec 3>"$1"', 'sh', join(root, 'pipe.md')], { stdio: 'ignore' });
    const gone = once(writer, 'exit');
    const vault = await openVault(root);
    for (let round = 0; round < 20; round += 1) {
      await expect(vault.read(at('pipe.md'))).rejects.toMatchObject({ code: 'io' });
      await pause(25);
    }
    expect(writer.exitCode).toBeNull();
    writer.kill('SIGKILL');
    await gone;
  });

  test('lists the notes of one folder', async () => {
    const root = temporaryFolder();
    fill(root, { 'a.md': '', 'B.MD': '', 'c.png': '', '.hidden.md': '', 'sub/d.md': '' });
    const vault = await openVault(root);
    expect(await vault.notesIn('')).toEqual(['B.MD', 'a.md']);
    expect(await vault.notesIn('sub')).toEqual(['sub/d.md']);
    expect(await vault.notesIn('missing')).toEqual([]);
    expect([await vault.exists(at('a.md')), await vault.exists(at('x.md'))]).toEqual([true, false]);
  });

  test('finds the note of a name, whatever its letter case and Unicode form', async () => {
    const root = temporaryFolder();
    fill(root, { ['Café.md'.normalize('NFD')]: '', 'b/Note.md': '', 'b/folder.md/x.md': '' });
    const vault = await openVault(root);
    const namesake = async (path: string) => (await vault.namesIn(folderOf(path)))(path as NotePath);
    expect(await namesake('café.md'.normalize('NFC'))).toBe('Café.md'.normalize('NFD'));
    expect(await namesake('b/NOTE.MD')).toBe('b/Note.md');
    for (const none of ['Note.md', 'b/folder.md', 'missing/Note.md']) expect(await namesake(none)).toBeNull();
  });
});

describe('decoding', () => {
  test.each<[string, Buffer, string, boolean]>([
    ['plain text', Buffer.from('añb\r\n'), 'añb\r\n', false],
    ['an empty note', Buffer.alloc(0), '', false],
    ['a BOM', Buffer.from('\ufeffa'), 'a', true],
    ['a stray NUL', Buffer.from(`${'word '.repeat(20)}\0`), `${'word '.repeat(20)}\0`, false],
  ])('%s is text', (_, bytes, raw, bom) => {
    expect(decodeNote(bytes)).toEqual({ kind: 'text', raw, bom });
  });

  test.each<[string, Buffer, string, RegExp]>([
    ['Latin-1', Buffer.from('one\ncaf\xe9', 'latin1'), 'not-utf8', /line 2/],
    ['UTF-16 with a BOM', Buffer.from('\ufeffhello', 'utf16le'), 'utf-16', /UTF-16/],
    ['UTF-16 without one', Buffer.from('hello there', 'utf16le'), 'utf-16', /UTF-16/],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'), 'binary', /not text/],
    ['nothing but NUL', Buffer.alloc(1000), 'binary', /not text/],
    ['too much', Buffer.alloc(50 * 1024 * 1024 + 1, 'a'), 'too-large', /50 MB/],
  ])('%s is not, with the reason', (_, bytes, code, message) => {
    expect(decodeNote(bytes)).toMatchObject({
      kind: 'unreadable',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('what cannot be edited can still be looked at', () => {
    expect(decodeNote(Buffer.from('caf\xe9', 'latin1'))).toMatchObject({ best: 'caf\ufffd' });
    expect(decodeNote(Buffer.from('\ufeffhello', 'utf16le'))).toMatchObject({ best: 'hello' });
  });
});

test('a walk lists what is usable and says of the rest why it is not', () => {
  const outside = temporaryFolder();
  fill(outside, { 'out.md': '' });
  const root = temporaryFolder();
  fill(root, {
    'a.md': 'a',
    'sub/B.MD': 'b',
    'pic.png': 'p',
    '.obsidian/x.md': '',
    '.trash/y.md': '',
    'sub/.git/z.md': '',
  });
  execFileSync('mkfifo', [join(root, 'pipe.md')]);
  symlinkSync('a.md', join(root, 'inside.md'));
  symlinkSync(join(outside, 'out.md'), join(root, 'out.md'));
  symlinkSync(outside, join(root, 'outfolder'));
  symlinkSync('..', join(root, 'sub/parent'));
  symlinkSync('loop-b.md', join(root, 'loop-a.md'));
  symlinkSync('loop-a.md', join(root, 'loop-b.md'));
  symlinkSync('gone.md', join(root, 'dangling.md'));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff]), Buffer.from('.md')]), '');
  fill(root, { 'back\\slash.md': '' });
  const found = [...walkVault(root)];
  const files = found.flatMap((one) => (one.kind === 'note' || one.kind === 'attachment' ? [one] : []));
  expect(files.map(({ kind, path, linked }) => [kind, path, linked])).toEqual([
    ['note', 'a.md', false],
    ['note', 'inside.md', true],
    ['attachment', 'pic.png', false],
    ['note', 'sub/B.MD', false],
  ]);
  expect(
    Object.fromEntries(found.flatMap((one) => (one.kind === 'problem' ? [[one.path, one.code]] : []))),
  ).toEqual({
    'back\\slash.md': 'name-unusable',
    'bad\ufffd.md': 'name-not-utf8',
    'dangling.md': 'link-broken',
    'loop-a.md': 'link-loop',
    'loop-b.md': 'link-loop',
    'out.md': 'link-outside',
    outfolder: 'link-outside',
    'pipe.md': 'not-a-file',
    'sub/parent': 'link-to-folder',
  });
});

describe('watching', () => {
  test('gives the paths of what changed, hidden ones left out', async () => {
    const root = temporaryFolder();
    fill(root, { 'sub/a.md': '', '.hidden/b.md': '' });
    const heard = new Set<string>();
    let lost = 0;
    const watch = await watchVault(root, {
      onHints: (paths) => paths.forEach((path) => void heard.add(path)),
      onLost: () => {
        lost += 1;
      },
      onPolling: (reason) => expect.unreachable(reason),
    });
    // What happened before it began was told by nobody.
    expect(lost).toBe(1);
    try {
      fill(root, { '.hidden/b.md': 'x', '.ramble-00000000.tmp': 'x', 'sub/a.md': 'x', 'new.md': 'x' });
      await expect.poll(() => [...heard].sort(), { timeout: 5000 }).toEqual(['new.md', 'sub/a.md']);
    } finally {
      await watch.close();
    }
  });

  test('says so when it cannot', async () => {
    const reasons: string[] = [];
    const watch = await watchVault(join(temporaryFolder(), 'missing'), {
      onHints: () => undefined,
      onLost: () => undefined,
      onPolling: (reason) => reasons.push(reason),
    });
    await watch.close();
    expect(reasons).toHaveLength(1);
  });
});
