import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openLike } from '../../src/backend/vault/keep-attributes.ts';
import { DISK_CALLS, type MoveCalls, moveFile } from '../../src/backend/vault/move-file.ts';
import { moveFolder } from '../../src/backend/vault/move-folder.ts';
import { revisionOf } from '../../src/backend/vault/revision.ts';
import { walkVault } from '../../src/backend/vault/scan.ts';
import { moveToTrash } from '../../src/backend/vault/trash.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import { parseVaultPath, type VaultPath } from '../../src/core/paths/note-path.ts';
import { OLD } from '../faults/vault-save-texts.ts';
import { driverAt } from '../support/modules.ts';
import { simulatedFolder } from './simulated-folder.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

const at = (path: string) => path as VaultPath;
const bytes = (text: string) => Buffer.from(text);
const fault = (code: string) => Object.assign(new Error(code), { code });

async function vaultOf(files: Record<string, string>) {
  const root = temporaryFolder();
  fill(root, files);
  return { root, vault: await openVault(root) };
}

/** Every file and link of a folder with its text, hidden ones too. */
function textsOf(root: string): Record<string, string> {
  const found = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.sort().map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')]),
  );
}

function python(script: string, ...args: string[]): string {
  return execFileSync('python3', ['-c', `import os,sys\n${script}`, ...args], { encoding: 'utf8' });
}

/** Why extended attributes cannot be tried here; `''` where they can. */
function whyNoAttributes(): string {
  if (process.platform !== 'linux') return 'not Linux';
  if (spawnSync('python3', ['--version']).status !== 0) return 'no python3 to set one';
  const tried = spawnSync('python3', [
    '-c',
    'import os,tempfile\nf=tempfile.NamedTemporaryFile()\nos.setxattr(f.name,"user.try",b"1")',
  ]);
  return tried.status === 0 ? '' : 'the temporary folder’s disk has none';
}

describe('C19: a save keeps', () => {
  test('extended attributes, byte for byte', async ({ skip }) => {
    const why = whyNoAttributes();
    skip(why !== '', why);
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    const place = join(root, 'a.md');
    const big = 'a'.repeat(3000);
    const all = '{name: os.getxattr(sys.argv[1], name) for name in sorted(os.listxattr(sys.argv[1]))}';
    python(
      `for name, value in [("colour", b"blue \\xff\\x00"), ("empty", b""), ("Größe é", b"${big}")]: os.setxattr(sys.argv[1], "user." + name, value)`,
      place,
    );
    const before = python(`print(${all})`, place);
    expect(before).toContain(big);
    await vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
    await vault.writeAtomic(at('a.md'), bytes('newer'), { expect: revisionOf(bytes('new')) });
    expect(readFileSync(place, 'utf8')).toBe('newer');
    expect(python(`print(${all})`, place)).toBe(before);
  });

  test.for(['linux', 'darwin', 'win32', 'freebsd'] as const)(
    'the way of %s makes an empty file, whatever it could keep',
    async (platform) => {
      const folder = temporaryFolder();
      fill(folder, { old: 'the old text' });
      for (const old of ['old', 'gone']) {
        const handle = await openLike(join(folder, `new ${old}`), join(folder, old), platform);
        await handle.writeFile('short');
        await handle.close();
        expect(readFileSync(join(folder, `new ${old}`), 'utf8')).toBe('short');
        await expect(openLike(join(folder, `new ${old}`), join(folder, old), platform)).rejects.toThrow(
          'EEXIST',
        );
      }
    },
  );

  test('mode 0600, and a link and where it leads', async () => {
    const { root, vault } = await vaultOf({ 'deep/a.md': 'old' });
    chmodSync(join(root, 'deep/a.md'), 0o600);
    symlinkSync('deep/a.md', join(root, 'link.md'));
    await vault.writeAtomic(at('link.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
    expect(statSync(join(root, 'deep/a.md')).mode & 0o7777).toBe(0o600);
    expect(readlinkSync(join(root, 'link.md'))).toBe('deep/a.md');
    expect(textsOf(root)).toEqual({ 'deep/a.md': 'new', 'link.md': 'new' });
  });

  const isAdministrator = process.getuid?.() === 0;

  test('owner and group', async ({ skip }) => {
    skip(!isAdministrator, 'only the administrator may give files away');
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    chownSync(join(root, 'a.md'), 1234, 1235);
    chmodSync(join(root, 'a.md'), 0o640);
    await vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
    expect(statSync(join(root, 'a.md'))).toMatchObject({ uid: 1234, gid: 1235 });
    expect(statSync(join(root, 'a.md')).mode & 0o7777).toBe(0o640);
  });

  test.runIf(isAdministrator && spawnSync('setpriv', ['--version']).status === 0).each([
    ['the group of a file that belongs to somebody else, where the user is in it', 65532, 65532, 0o660],
    ['and gives nothing to another group where the user is not', 65531, 65534, 0o606],
  ])('%s', async (_, group, groupAfter, modeAfter) => {
    const { root } = await vaultOf({ 'note.md': OLD.toString() });
    chmodSync(root, 0o777);
    chownSync(join(root, 'note.md'), 0, group);
    chmodSync(join(root, 'note.md'), groupAfter === group ? 0o660 : 0o666);
    const driver = fileURLToPath(driverAt('faults', 'vault-save'));
    const identity = ['--reuid', '65533', '--regid', '65534', '--groups', '65532'];
    const { stdout, stderr } = spawnSync('setpriv', [...identity, process.execPath, driver, root], {
      encoding: 'utf8',
    });
    expect(stdout + stderr).toContain('ack 1');
    const place = join(root, 'note.md');
    expect(statSync(place)).toMatchObject({ uid: 65533, gid: groupAfter });
    expect(statSync(place).mode & 0o7777).toBe(modeAfter);
  });

  describe('who may do what,', () => {
    // Version 2, then tag, permissions and who, as acl(5) and linux/posix_acl_xattr.h have it.
    const entries = [
      [0x01, 6, 0xffffffff],
      [0x02, 6, 1234],
      [0x04, 4, 0xffffffff],
      [0x08, 4, 1235],
      [0x10, 6, 0xffffffff],
      [0x20, 0, 0xffffffff],
    ];
    /** Gives a file or folder that list under a name; says `none` where the disk has none. */
    const set = (name: string, place: string) =>
      python(
        `import struct\nlist=struct.pack("<I",2)+b"".join(struct.pack("<HHI",*one) for one in ${JSON.stringify(entries)})
try: os.setxattr(sys.argv[1], "system.posix_acl_${name}", list)
except OSError: print("none")`,
        place,
      ).trim();
    const list = (place: string) =>
      python(
        'name="system.posix_acl_access"\nprint(os.getxattr(sys.argv[1], name).hex() if name in os.listxattr(sys.argv[1]) else "no list")',
        place,
      ).trim();

    test('an access list', async ({ skip }) => {
      const why = whyNoAttributes();
      skip(why !== '', why);
      const { root, vault } = await vaultOf({ 'a.md': 'old' });
      const place = join(root, 'a.md');
      skip(set('access', place) === 'none', 'the disk has none');
      const before = list(place);
      expect(statSync(place).mode & 0o7777).toBe(0o660);
      await vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
      expect(list(place)).toBe(before);
      expect(statSync(place).mode & 0o7777).toBe(0o660);
    });

    test('and gives no list of its folder to a file that has none', async ({ skip }) => {
      const why = whyNoAttributes();
      skip(why !== '', why);
      const { root, vault } = await vaultOf({ 'a.md': 'old' });
      const place = join(root, 'a.md');
      chmodSync(place, 0o640);
      skip(set('default', root) === 'none', 'the disk has none');
      await vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
      expect(list(place)).toBe('no list');
      expect(statSync(place).mode & 0o7777).toBe(0o640);
    });
  });

  test('the old text under another hard link of the file: the two part, as documented', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'old' });
    linkSync(join(root, 'a.md'), join(root, 'b.md'));
    await vault.writeAtomic(at('a.md'), bytes('new'), { expect: revisionOf(bytes('old')) });
    expect(textsOf(root)).toEqual({ 'a.md': 'new', 'b.md': 'old' });
  });
});

describe('C39: a rename', () => {
  test('moves the very file, makes folders, and leaves nothing behind', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'text' });
    const before = await vault.identify(at('a.md'));
    await vault.rename(at('a.md'), at('new/deep/b.md'));
    expect(textsOf(root)).toEqual({ 'new/deep/b.md': 'text' });
    expect(await vault.identify(at('new/deep/b.md'))).toEqual(before);
    expect(await vault.identify(at('a.md'))).toBeNull();
    await expect(vault.rename(at('a.md'), at('c.md'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(vault.rename(at('no/a.md'), at('never/c.md'))).rejects.toMatchObject({ code: 'not-found' });
    expect(existsSync(join(root, 'never'))).toBe(false);
    await expect(vault.rename(at('new'), at('d.md'))).rejects.toMatchObject({ code: 'io' });
  });

  test.each([
    ['the same name', 'Note.md', 'Note.md'],
    ['another case', 'Note.md', 'note.MD'],
    ['another Unicode form', 'Caf\u00e9.md', 'Cafe\u0301.md'],
  ])('is refused where there is %s, and nothing changes', async (_, there, wanted) => {
    const files = { [there]: 'theirs', 'a.md': 'ours', 'sub/a.md': 'ours too' };
    const { root, vault } = await vaultOf(files);
    for (const from of ['a.md', 'sub/a.md'])
      await expect(vault.rename(at(from), at(wanted))).rejects.toMatchObject({
        code: 'exists',
        data: { name: there },
      });
    expect(textsOf(root)).toEqual(files);
  });

  test('of many onto one name, in many vault objects and spellings, one goes through and every text is left', async () => {
    for (let round = 0; round < 10; round += 1) {
      const files = Object.fromEntries(
        Array.from({ length: 6 }, (_, number) => [`${number}.md`, `${number}`]),
      );
      const { root } = await vaultOf(files);
      const vaults = await Promise.all(Object.keys(files).map(() => openVault(root)));
      const moved = await Promise.allSettled(
        vaults.map((vault, number) => vault.rename(at(`${number}.md`), at('in/one.md'))),
      );
      expect(moved.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(Object.values(textsOf(root)).sort()).toEqual(Object.values(files).sort());
    }
  });

  test('and a note made under that name: one of the two wins and no text is lost', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { root, vault } = await vaultOf({ 'a.md': 'a' });
      const other = await openVault(root);
      const [made] = await Promise.allSettled([
        other.writeAtomic(at('B.md'), bytes('b'), { expect: null }),
        vault.rename(at('a.md'), at('B.md')),
      ]);
      expect(Object.values(textsOf(root)).sort()).toEqual(made.status === 'fulfilled' ? ['a', 'b'] : ['a']);
    }
  });

  test('and the reverse at once do not wait for each other', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'a', 'b.md': 'b' });
    const moves = Array.from({ length: 20 }, (_, count) =>
      count % 2 === 0 ? vault.rename(at('a.md'), at('b.md')) : vault.rename(at('b.md'), at('a.md')),
    );
    await Promise.allSettled([...moves, vault.trash(at('a.md')), vault.rename(at('b.md'), at('c.md'))]);
    expect(Object.values(textsOf(root)).sort()).toEqual(['a', 'b']);
  });

  test('that a crash cut short is finished by doing it again', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'text', 'sub/x.md': '' });
    linkSync(join(root, 'a.md'), join(root, 'sub/b.md'));
    await vault.rename(at('a.md'), at('sub/b.md'));
    expect(textsOf(root)).toEqual({ 'sub/b.md': 'text', 'sub/x.md': '' });
    linkSync(join(root, 'sub/b.md'), join(root, 'sub/c.md'));
    await vault.rename(at('sub/b.md'), at('sub/c.md'));
    expect(textsOf(root)).toEqual({ 'sub/c.md': 'text', 'sub/x.md': '' });
  });

  test('does not take away what another program saves under the old name meanwhile', async () => {
    const root = temporaryFolder();
    fill(root, { 'a.md': 'old' });
    const calls: MoveCalls = {
      ...DISK_CALLS,
      async link(from, to) {
        await DISK_CALLS.link(from, to);
        fill(root, { 'new.tmp': 'theirs' });
        renameSync(join(root, 'new.tmp'), join(root, 'a.md'));
      },
    };
    const entry = (name: string) => ({ folder: root, name });
    await expect(moveFile(entry('a.md'), entry('b.md'), 'b.md', calls)).rejects.toMatchObject({ code: 'io' });
    expect(textsOf(root)).toEqual({ 'a.md': 'theirs' });
  });

  test.each([
    ['unlink', 1, '.'],
    ['sync', 1, '.'],
    ['sync', 2, '.'],
    ['sync', 3, 'sub'],
  ] as const)('whose %s number %i fails has not happened, to %s', async (call, failing, folder) => {
    const root = temporaryFolder();
    fill(root, { 'a.md': 'text', 'sub/x.md': '' });
    let count = 0;
    const calls: MoveCalls = {
      ...DISK_CALLS,
      async [call](place: string) {
        count += 1;
        if (count === failing) throw fault('EIO');
        return await DISK_CALLS[call](place);
      },
    };
    const to = { folder: join(root, folder), name: 'b.md' };
    await expect(moveFile({ folder: root, name: 'a.md' }, to, 'b.md', calls)).rejects.toThrow('EIO');
    expect(textsOf(root)).toEqual({ 'a.md': 'text', 'sub/x.md': '' });
  });

  test.each([1, 2])('of a folder whose sync number %i fails has not happened', async (failing) => {
    const root = temporaryFolder();
    fill(root, { 'f/a.md': 'text', 'sub/x.md': '' });
    let count = 0;
    const sync = async () => {
      count += 1;
      if (count === failing) throw fault('EIO');
    };
    const to = { folder: join(root, 'sub'), name: 'g' };
    await expect(moveFolder({ folder: root, name: 'f' }, to, 'sub/g', sync)).rejects.toThrow('EIO');
    expect(textsOf(root)).toEqual({ 'f/a.md': 'text', 'sub/x.md': '' });
  });

  test('where there are no hard links, renames after a look, and still refuses', async () => {
    const { calls, texts } = simulatedFolder('fat', { 'a.md': 'a', 'B.md': 'b' });
    const entry = (name: string) => ({ folder: '/v', name });
    await expect(moveFile(entry('a.md'), entry('b.md'), 'b.md', calls)).rejects.toMatchObject({
      code: 'exists',
    });
    await moveFile(entry('a.md'), entry('c.md'), 'c.md', calls);
    expect(texts()).toEqual({ 'B.md': 'b', 'c.md': 'a' });
  });

  test('neither follows nor makes a way out of the vault', async () => {
    const outside = temporaryFolder();
    fill(outside, { 'secret.md': 'secret' });
    const { root, vault } = await vaultOf({ 'a.md': 'a' });
    symlinkSync(outside, join(root, 'folder'));
    symlinkSync(join(outside, 'secret.md'), join(root, 'link.md'));
    const refused = { code: 'outside-vault' };
    await expect(vault.rename(at('a.md'), at('folder/a.md'))).rejects.toMatchObject(refused);
    await expect(vault.rename(at('a.md'), at('folder/new/a.md'))).rejects.toMatchObject(refused);
    await expect(vault.rename(at('folder/secret.md'), at('b.md'))).rejects.toMatchObject(refused);
    await expect(vault.rename(at('link.md'), at('b.md'))).rejects.toMatchObject(refused);
    await expect(vault.trash(at('folder/secret.md'))).rejects.toMatchObject(refused);
    expect(textsOf(outside)).toEqual({ 'secret.md': 'secret' });
    expect(readFileSync(join(root, 'a.md'), 'utf8')).toBe('a');
  });
});

describe('C40: a rename that changes only the spelling', () => {
  const spellings = [
    ['letter case', 'note.md', 'Note.md'],
    ['Unicode form', 'Cafe\u0301.md', 'Caf\u00e9.md'],
    ['Unicode form, the other way', 'Caf\u00e9.md', 'Cafe\u0301.md'],
  ] as const;

  test.each(spellings)('of %s leaves one file with its text', async (_, from, to) => {
    const { root, vault } = await vaultOf({ [`in/${from}`]: 'text', 'in/x.md': '' });
    const before = await vault.identify(at(`in/${from}`));
    await vault.rename(at(`in/${from}`), at(`in/${to}`));
    expect(textsOf(root)).toEqual({ [`in/${to}`]: 'text', 'in/x.md': '' });
    expect(await vault.identify(at(`in/${to}`))).toEqual(before);
    await vault.rename(at(`in/${to}`), at(`in/${to}`));
    expect(textsOf(root)).toEqual({ [`in/${to}`]: 'text', 'in/x.md': '' });
  });

  test('is refused where another file has a spelling of it, and twins that are one file become one name', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'one', 'A.md': 'two' });
    await expect(vault.rename(at('a.md'), at('A.md'))).rejects.toMatchObject({ code: 'exists' });
    expect(textsOf(root)).toEqual({ 'A.md': 'two', 'a.md': 'one' });
    rmSync(join(root, 'A.md'));
    linkSync(join(root, 'a.md'), join(root, 'A.md'));
    await vault.rename(at('a.md'), at('A.md'));
    expect(textsOf(root)).toEqual({ 'A.md': 'one' });
  });

  for (const kind of ['apfs', 'casefold', 'fat'] as const)
    test.each(spellings)(
      `on a simulated ${kind} folder, of %s, leaves one file with its text`,
      async (_, from, to) => {
        const { calls, texts } = simulatedFolder(kind, { [from]: 'text', 'x.md': '' });
        const entry = (name: string) => ({ folder: '/v', name });
        await moveFile(entry(from), entry(to), to, calls);
        expect(texts()).toEqual({ [to]: 'text', 'x.md': '' });
        // Asked for by a spelling that the folder does not list.
        await moveFile(entry(from), entry(to), to, calls);
        expect(texts()).toEqual({ [to]: 'text', 'x.md': '' });
        await moveFile(entry(from.toUpperCase()), entry('other.md'), 'other.md', calls);
        expect(texts()).toEqual({ 'other.md': 'text', 'x.md': '' });
      },
    );
});

test('C41: twins in case and Unicode form are both listed, both written, and their names’ bytes untouched', async () => {
  const files = { 'A.md': '1', 'a.md': '2', 'Caf\u00e9.md': '3', 'Cafe\u0301.md': '4' };
  const { root, vault } = await vaultOf(files);
  expect((await vault.notesIn('')).sort()).toEqual(Object.keys(files).sort());
  for (const [name, text] of Object.entries(files))
    await vault.writeAtomic(at(name), bytes(`${text}!`), { expect: revisionOf(bytes(text)) });
  expect(textsOf(root)).toEqual({ 'A.md': '1!', 'a.md': '2!', 'Caf\u00e9.md': '3!', 'Cafe\u0301.md': '4!' });
  await vault.rename(at('a.md'), at('b.md'));
  expect(await vault.trash(at('Cafe\u0301.md'))).toBe('.trash/Cafe\u0301.md');
  expect(await vault.trash(at('Caf\u00e9.md'))).toBe('.trash/Caf\u00e9 2.md');
  expect(textsOf(root)).toEqual({
    'A.md': '1!',
    'b.md': '2!',
    '.trash/Cafe\u0301.md': '4!',
    '.trash/Caf\u00e9 2.md': '3!',
  });
});

describe('C42: a name or path that is very long', () => {
  test('of 255 bytes is read, saved, renamed and put into the trash twice', async () => {
    const name = `${'é'.repeat(126)}.md`;
    expect(Buffer.byteLength(name)).toBe(255);
    const { root, vault } = await vaultOf({ [name]: 'old' });
    await vault.writeAtomic(at(name), bytes('new'), { expect: revisionOf(bytes('old')) });
    await vault.rename(at(name), at('short.md'));
    await vault.rename(at('short.md'), at(name));
    await vault.trash(at(name));
    await vault.writeAtomic(at(name), bytes('again'), { expect: null });
    const numbered = await vault.trash(at(name));
    expect(numbered).toBe(`.trash/${'é'.repeat(125)} 2.md`);
    expect(textsOf(root)).toEqual({ [`.trash/${name}`]: 'new', [numbered]: 'again' });
    expect(parseVaultPath(`x${name}`)).toMatchObject({ ok: false });
  });

  test('of 200 folders is read, saved and renamed', async () => {
    const path = `${'d/'.repeat(200)}a.md`;
    const { root, vault } = await vaultOf({ [path]: 'old' });
    await vault.writeAtomic(at(path), bytes('new'), { expect: revisionOf(bytes('old')) });
    const other = `${'e/'.repeat(200)}b.md`;
    await vault.rename(at(path), at(other));
    expect((await vault.read(at(other))).bytes.toString()).toBe('new');
    await vault.trash(at(other));
    expect(readFileSync(join(root, '.trash', other), 'utf8')).toBe('new');
  });

  test('of more than 4,096 bytes is refused in words, before and by the system', async () => {
    const long = `${`${'d'.repeat(250)}/`.repeat(17)}a.md`;
    expect(parseVaultPath(long)).toEqual({ ok: false, reason: 'it is too long' });
    const { root, vault } = await vaultOf({ 'a.md': 'a' });
    await expect(vault.rename(at('a.md'), at(long))).rejects.toMatchObject({
      code: 'io',
      message: '“a.md” could not be renamed: the name is too long.',
    });
    expect(readFileSync(join(root, 'a.md'), 'utf8')).toBe('a');
  });
});

test.runIf(process.platform === 'linux')(
  'C43: odd names are usable or listed with the reason, and none is renamed by us',
  async () => {
    const usable = [
      'end..md',
      'space .md',
      ' a.md',
      'CON.md',
      'on a:b.md',
      'line\nbreak.md',
      'a?*"<>|.md',
      'dot.',
    ];
    const { root, vault } = await vaultOf(Object.fromEntries(usable.map((name) => [name, 'old'])));
    fill(root, { '.hidden.md': 'hidden', 'back\\slash.md': 'odd', 'c:d.md': 'odd' });
    const odd = Buffer.concat([bytes(`${root}/bad`), Buffer.from([0xff]), bytes('.md')]);
    writeFileSync(odd, 'odd');
    const before = readdirSync(root, { encoding: 'buffer' }).map((name) => name.toString('latin1'));
    for (const name of usable) {
      await vault.writeAtomic(at(name), bytes('new'), { expect: revisionOf(bytes('old')) });
      expect((await vault.read(at(name))).bytes.toString()).toBe('new');
    }
    const after = readdirSync(root, { encoding: 'buffer' }).map((name) => name.toString('latin1'));
    expect(after.sort()).toEqual(before.sort());
    const scanned = [...walkVault(root)];
    const found = scanned.flatMap((entry) => (entry.kind === 'problem' ? [] : [entry.path]));
    expect(found.sort()).toEqual([...usable].sort());
    expect(scanned.flatMap((entry) => (entry.kind === 'problem' ? [[entry.path, entry.code]] : []))).toEqual([
      ['back\\slash.md', 'name-unusable'],
      ['bad\ufffd.md', 'name-not-utf8'],
      ['c:d.md', 'name-unusable'],
    ]);
    for (const name of usable) {
      await vault.rename(at(name), at(`in/${name}`));
      expect(await vault.trash(at(`in/${name}`))).toBe(`.trash/in/${name}`);
    }
    expect(readdirSync(join(root, '.trash/in')).sort()).toEqual([...usable].sort());
  },
);

describe('C44: links', () => {
  test('that loop or lead up end a scan with a reason, and leave what is real', async () => {
    const { root } = await vaultOf({ 'a.md': '', 'in/b.md': '' });
    symlinkSync('loop.md', join(root, 'loop.md'));
    symlinkSync('..', join(root, 'in/parent'));
    symlinkSync('gone.md', join(root, 'dangling.md'));
    symlinkSync('in/b.md', join(root, 'inside.md'));
    const scanned = [...walkVault(root)].map((entry) => [
      entry.path,
      entry.kind === 'problem' ? entry.code : entry.kind,
    ]);
    expect(scanned).toEqual([
      ['a.md', 'note'],
      ['dangling.md', 'link-broken'],
      ['in/b.md', 'note'],
      ['in/parent', 'link-to-folder'],
      ['inside.md', 'note'],
      ['loop.md', 'link-loop'],
    ]);
  });

  test('are moved themselves and lead to the same file from their new folder', async () => {
    const { root, vault } = await vaultOf({ 'in/b.md': 'text', 'in/x.md': '' });
    symlinkSync('in/b.md', join(root, 'link.md'));
    symlinkSync(join(root, 'in/b.md'), join(root, 'absolute.md'));
    symlinkSync('gone.md', join(root, 'dangling.md'));
    await vault.rename(at('link.md'), at('other/deep/link.md'));
    await vault.rename(at('absolute.md'), at('other/absolute.md'));
    await vault.rename(at('dangling.md'), at('still.md'));
    expect(readlinkSync(join(root, 'other/deep/link.md'))).toBe('../../in/b.md');
    expect(readlinkSync(join(root, 'other/absolute.md'))).toBe(join(root, 'in/b.md'));
    expect(readlinkSync(join(root, 'still.md'))).toBe('gone.md');
    await expect(vault.rename(at('other/absolute.md'), at('in/x.md'))).rejects.toMatchObject({
      code: 'exists',
    });
    expect(await vault.trash(at('other/deep/link.md'))).toBe('.trash/other/deep/link.md');
    expect(readFileSync(join(root, '.trash/other/deep/link.md'), 'utf8')).toBe('text');
    expect(readFileSync(join(root, 'in/b.md'), 'utf8')).toBe('text');
  });

  test('are followed to identify a file, inside the vault only', async () => {
    const { root, vault } = await vaultOf({ 'a.md': 'text' });
    symlinkSync('a.md', join(root, 'link.md'));
    symlinkSync('/etc/hostname', join(root, 'out.md'));
    mkdirSync(join(root, 'folder.md'));
    const { dev, ino, size, mtimeMs } = statSync(join(root, 'a.md'));
    expect(await vault.identify(at('link.md'))).toMatchObject({ dev, ino, size, mtimeMs });
    expect(await vault.identify(at('folder.md'))).toBeNull();
    expect(await vault.identify(at('none.md'))).toBeNull();
    await expect(vault.identify(at('out.md'))).rejects.toMatchObject({ code: 'outside-vault' });
  });
});

describe('C63: the trash', () => {
  test('takes a note with its folders, under a new name where one is taken', async () => {
    const { root, vault } = await vaultOf({ '.trash/in/a.md': 'first' });
    const places = [];
    for (const [name, text] of [
      ['a.md', 'second'],
      ['A.md', 'third'],
      ['a.md', 'fourth'],
    ] as const) {
      fill(root, { [`in/${name}`]: text });
      places.push(await vault.trash(at(`in/${name}`)));
    }
    expect(places).toEqual(['.trash/in/a 2.md', '.trash/in/A 3.md', '.trash/in/a 4.md']);
    expect(textsOf(root)).toEqual({
      '.trash/in/A 3.md': 'third',
      '.trash/in/a 2.md': 'second',
      '.trash/in/a 4.md': 'fourth',
      '.trash/in/a.md': 'first',
    });
    await expect(vault.trash(at('in/a.md'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('takes many of one name at once, from two programs, and keeps every text', async () => {
    const folders = Array.from({ length: 8 }, (_, number) => `${number}`);
    const { root, vault } = await vaultOf(
      Object.fromEntries(folders.map((folder) => [`${folder}.md`, folder])),
    );
    const other = await openVault(root);
    const first = join(root, 'same.md');
    for (const folder of folders) {
      renameSync(join(root, `${folder}.md`), first);
      await Promise.allSettled([vault.trash(at('same.md')), other.trash(at('same.md'))]);
      expect(existsSync(first)).toBe(false);
    }
    expect([...new Set(Object.values(textsOf(root)))].sort()).toEqual(folders);
  });

  test.each([
    ['a file', 'io', (place: string) => writeFileSync(place, 'theirs')],
    [
      'a link out of the vault',
      'outside-vault',
      (place: string) => symlinkSync(dirname(dirname(place)), place),
    ],
  ] as const)('that is %s is a refusal, and the note stays', async (_, code, make) => {
    const { root, vault } = await vaultOf({ 'in/a.md': 'text' });
    make(join(root, '.trash'));
    await expect(vault.trash(at('in/a.md'))).rejects.toMatchObject({ code });
    expect(readFileSync(join(root, 'in/a.md'), 'utf8')).toBe('text');
  });

  test('on another disk (simulated: every move answers EXDEV) is a refusal, and the note stays whole', async () => {
    const root = temporaryFolder();
    fill(root, { 'a.md': 'text' });
    const refuse = () => Promise.reject(fault('EXDEV'));
    const calls: MoveCalls = { ...DISK_CALLS, link: refuse, rename: refuse };
    await expect(moveToTrash(root, 'a.md', calls)).rejects.toThrow('EXDEV');
    expect(textsOf(root)).toEqual({ 'a.md': 'text' });
  });
});

test('C17: a root that is gone, moved or replaced is not there, and nothing is made in its place', async () => {
  const parent = temporaryFolder();
  fill(parent, { 'vault/a.md': 'text' });
  const vault = await openVault(join(parent, 'vault'));
  expect(await vault.rootIsThere()).toBe(true);
  renameSync(join(parent, 'vault'), join(parent, 'elsewhere'));
  expect(await vault.rootIsThere()).toBe(false);
  await expect(vault.rename(at('a.md'), at('b.md'))).rejects.toMatchObject({ code: 'not-found' });
  await expect(vault.trash(at('a.md'))).rejects.toMatchObject({ code: 'not-found' });
  expect(readdirSync(parent)).toEqual(['elsewhere']);
  mkdirSync(join(parent, 'vault'));
  expect(await vault.rootIsThere()).toBe(false);
});
