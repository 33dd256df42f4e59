import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { revisionOf } from '../../src/backend/vault/revision.ts';
import { sweepLeftovers } from '../../src/backend/vault/sweep.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import type { VaultPath } from '../../src/core/paths/note-path.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const at = (path: string) => path as VaultPath;
const bytes = (text: string) => Buffer.from(text);

async function vaultOf(files: Record<string, string>) {
  const root = temporaryFolder();
  fill(root, files);
  return { root, vault: await openVault(root) };
}

describe('replacing a note', () => {
  test('writes the bytes, keeps the mode and leaves nothing else behind', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    chmodSync(join(root, 'a.md'), 0o640);
    const { revision } = await vault.read(at('a.md'));
    const written = await vault.writeAtomic(at('a.md'), bytes('new'), { expect: revision });
    expect(readFileSync(join(root, 'a.md'), 'utf8')).toBe('new');
    expect(written.revision).toBe(revisionOf(bytes('new')));
    expect((await vault.read(at('a.md'))).revision).toBe(written.revision);
    expect(statSync(join(root, 'a.md')).mode & 0o777).toBe(0o640);
    expect(readdirSync(root)).toEqual(['a.md']);
  });

  test('never truncates in place: who has the old file open keeps the old text', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    const before = statSync(join(root, 'a.md')).ino;
    await vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
    expect(statSync(join(root, 'a.md')).ino).not.toBe(before);
  });

  test('is a conflict when another program wrote, even with equal size and time', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    const { revision } = await vault.read(at('a.md'));
    const { atime, mtime } = statSync(join(root, 'a.md'));
    writeFileSync(join(root, 'a.md'), 'OLD');
    utimesSync(join(root, 'a.md'), atime, mtime);
    await expect(vault.writeAtomic(at('a.md'), bytes('new'), { expect: revision })).rejects.toMatchObject({
      code: 'conflict',
      data: { current: revisionOf(bytes('OLD')) },
    });
    expect(readFileSync(join(root, 'a.md'), 'utf8')).toBe('OLD');
    expect(readdirSync(root)).toEqual(['a.md']);
  });

  test('is a conflict when the note is gone, and does not bring it back', async () => {
    const { root, vault } = await vaultOf({ 'b.md': '' });
    await expect(
      vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) }),
    ).rejects.toMatchObject({ code: 'conflict', data: { current: null } });
    expect(readdirSync(root)).toEqual(['b.md']);
  });

  test('of two writes over one revision, one is the conflict', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    const expectOld = { expect: revisionOf(bytes('old')) };
    const outcomes = await Promise.allSettled([
      vault.writeAtomic(at('a.md'), bytes('one'), expectOld),
      vault.writeAtomic(at('a.md'), bytes('two'), expectOld),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected']);
    expect(readFileSync(join(root, 'a.md'), 'utf8')).toBe('one');
  });

  test('refuses a write-protected note', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    chmodSync(join(root, 'a.md'), 0o444);
    await expect(
      vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) }),
    ).rejects.toMatchObject({ code: 'read-only' });
    expect(readFileSync(join(root, 'a.md'), 'utf8')).toBe('old');
    expect(await vault.whyReadOnly(at('a.md'))).toContain('write-protected');
    chmodSync(join(root, 'a.md'), 0o644);
    expect(await vault.whyReadOnly(at('a.md'))).toBeNull();
  });

  test('follows a link within the vault and keeps the link', async () => {
    const { root, vault } = await vaultOf({ 'deep/real.md': 'old' });
    symlinkSync('deep/real.md', join(root, 'link.md'));
    await vault.writeAtomic(at('link.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
    expect(readlinkSync(join(root, 'link.md'))).toBe('deep/real.md');
    expect(readFileSync(join(root, 'deep/real.md'), 'utf8')).toBe('new');
  });
});

describe('a link that leads out of the vault', () => {
  test('is neither read nor written nor made through', async () => {
    const outside = temporaryFolder();
    fill(outside, { 'secret.md': 'secret' });
    const { root, vault } = await vaultOf({});
    symlinkSync(join(outside, 'secret.md'), join(root, 'a.md'));
    symlinkSync(outside, join(root, 'folder'));
    const refused = { code: 'outside-vault' };
    await expect(vault.read(at('a.md'))).rejects.toMatchObject(refused);
    await expect(vault.read(at('folder/secret.md'))).rejects.toMatchObject(refused);
    const expectSecret = { expect: revisionOf(bytes('secret')) };
    await expect(vault.writeAtomic(at('a.md'), bytes('x'), expectSecret)).rejects.toMatchObject(refused);
    await expect(vault.writeAtomic(at('folder/new.md'), bytes('x'), { expect: null })).rejects.toMatchObject(
      refused,
    );
    await expect(
      vault.writeAtomic(at('folder/in/new.md'), bytes('x'), { expect: null }),
    ).rejects.toMatchObject(refused);
    expect(readdirSync(outside)).toEqual(['secret.md']);
    expect(readFileSync(join(outside, 'secret.md'), 'utf8')).toBe('secret');
  });
});

describe('making a note', () => {
  test('makes the folders above it', async () => {
    const { root, vault } = await vaultOf({});
    await vault.writeAtomic(at('a/b/c.md'), bytes('text'), { expect: null });
    expect(readFileSync(join(root, 'a/b/c.md'), 'utf8')).toBe('text');
    expect(readdirSync(join(root, 'a/b'))).toEqual(['c.md']);
  });

  test.each([
    ['the same name', 'Note.md', 'Note.md'],
    ['another case', 'Note.md', 'note.MD'],
    ['another Unicode form', 'Caf\u00e9.md', 'Cafe\u0301.md'],
  ])('is refused where there is %s', async (_, there, wanted) => {
    const { root, vault } = await vaultOf({ [there]: 'theirs' });
    await expect(vault.writeAtomic(at(wanted), bytes('ours'), { expect: null })).rejects.toMatchObject({
      code: 'exists',
      data: { name: there },
    });
    expect(readdirSync(root)).toEqual([there]);
    expect(readFileSync(join(root, there), 'utf8')).toBe('theirs');
  });

  test('of two that make one name in two spellings, one is refused', async () => {
    const { root, vault } = await vaultOf({});
    const outcomes = await Promise.allSettled(
      ['a.md', 'A.md'].map((path) => vault.writeAtomic(at(path), bytes(path), { expect: null })),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected']);
    expect(readdirSync(root)).toEqual(['a.md']);
  });

  test('takes back only what nobody has changed since', async () => {
    const { root, vault } = await vaultOf({});
    const first = await vault.writeAtomic(at('a.md'), bytes('a'), { expect: null });
    const second = await vault.writeAtomic(at('b.md'), bytes('b'), { expect: null });
    writeFileSync(join(root, 'b.md'), 'theirs');
    await vault.removeNew(at('a.md'), first.revision);
    await vault.removeNew(at('b.md'), second.revision);
    expect(readdirSync(root)).toEqual(['b.md']);
  });

  test('a failure leaves no temporary file', async () => {
    const { root, vault } = await vaultOf({});
    // The name fits, the folder entry does not: 256 bytes.
    const name = `${'é'.repeat(126)}ab.md`;
    await expect(vault.writeAtomic(at(`${name}xx.md`), bytes('x'), { expect: null })).rejects.toMatchObject({
      code: 'io',
    });
    expect(readdirSync(root)).toEqual([]);
  });
});

test('sweeps old temporary files of ours, by their exact name, and nothing else', async () => {
  const { root } = await vaultOf({
    '.ramble-0123abcd.tmp': 'old',
    'sub/.ramble-ffffffff.tmp': 'old',
    '.ramble-99999999.tmp': 'young',
    '.ramble-0123abcd.tmp.md': 'theirs',
    '.ramble-notes.tmp': 'theirs',
    'a.md': 'note',
  });
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const path of [
    '.ramble-0123abcd.tmp',
    'sub/.ramble-ffffffff.tmp',
    '.ramble-0123abcd.tmp.md',
    '.ramble-notes.tmp',
    'a.md',
  ])
    utimesSync(join(root, path), longAgo, longAgo);
  expect(sweepLeftovers(root)).toBe(2);
  expect(readdirSync(root).sort()).toEqual([
    '.ramble-0123abcd.tmp.md',
    '.ramble-99999999.tmp',
    '.ramble-notes.tmp',
    'a.md',
    'sub',
  ]);
  expect(existsSync(join(root, 'sub/.ramble-ffffffff.tmp'))).toBe(false);
});
