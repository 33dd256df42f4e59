import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { driverAt } from '../support/modules.ts';
import { makeDisk, makeFreezableDisk, mayFreeze, mayMount, type SmallDisk } from '../support/tmpfs.ts';
import { Typist } from '../support/typist.ts';
import { type AppAt, openAt } from './open-at.ts';

const NOBODY = 65_534;
const apps: AppAt[] = [];
const disks: { unmount(): void }[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  for (const disk of disks.splice(0)) disk.unmount();
  cleanUp();
});

function disk(kilobytes = 1024): SmallDisk {
  const made = makeDisk(kilobytes);
  if (made === null) throw new Error('nothing can be mounted');
  disks.push(made);
  return made;
}

async function open(vault: string, data: string): Promise<AppAt> {
  const app = await openAt(vault, data);
  apps.push(app);
  return app;
}

async function close(app: AppAt): Promise<void> {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
}

const stateOf = async (app: AppAt, path: string) => (await app.client.call('notes.open', { path })).state;

/** What is promised within a second is tried again where the machine was busy with something else for that long. */
const MAY_STALL = { retry: 2 };

describe.runIf(mayMount())('a disk', () => {
  it(
    'C11: that is full leaves the old file whole and says so; what was typed survives a restart, and is saved once there is space',
    MAY_STALL,
    async () => {
      const vault = disk();
      const data = makeVault().folder;
      const note = join(vault.folder, 'a.md');
      const app = await open(vault.folder, data);
      const typist = await Typist.open(app.client, 'a.md', 'begin\n');
      typist.type(6, 'saved\n');
      await typist.save();
      vault.fill();
      typist.type(typist.text.length, `${'never lost\n'.repeat(1000)}`);
      const since = performance.now();
      await typist.push();
      const failed = await eventually(async () => {
        const state = await stateOf(app, 'a.md');
        return state.kind === 'failed' ? state : null;
      }, 'it is said');
      expect(performance.now() - since).toBeLessThan(1000);
      expect(failed.reason).toMatch(/disk is full|no space/i);
      // Also to whoever has another note on the screen.
      await eventually(
        async () =>
          (await app.vaultState()).problems.some(({ code, path }) => code === 'unsaved' && path === 'a.md'),
        'the vault tells of it',
      );
      expect(readFileSync(note, 'utf8')).toBe('begin\nsaved\n');
      const { text } = typist;
      await close(app);
      expect(readFileSync(note, 'utf8')).toBe('begin\nsaved\n');

      const again = await open(vault.folder, data);
      expect((await Typist.open(again.client, 'a.md')).text).toBe(text);
      vault.free();
      await eventually(() => readFileSync(note, 'utf8') === text, 'it is saved by itself');
      await eventually(async () => (await stateOf(again, 'a.md')).kind === 'saved', 'that is said');
      await eventually(
        async () => (await again.vaultState()).problems.length === 0,
        'nothing is wrong any more',
      );
    },
  );

  it('C13: and the journal’s is full too: typing goes on, both are said, and all of it is saved in the end', async () => {
    const [vault, data] = [disk(), disk(4096)];
    const app = await open(vault.folder, data.folder);
    const typist = await Typist.open(app.client, 'a.md', 'begin\n');
    typist.type(6, 'saved\n');
    await typist.save();
    vault.fill();
    data.fill();
    const typing: Promise<void>[] = [];
    for (let count = 0; count < 20; count += 1) {
      typist.type(typist.text.length, `${count} ${'x'.repeat(2000)}\n`);
      // It resolves when it would survive, which it would not yet.
      typing.push(typist.push().catch(() => undefined));
    }
    await eventually(
      async () => (await stateOf(app, 'a.md')).kind === 'failed',
      'the save is said to have failed',
    );
    await eventually(
      async () => (await app.vaultState()).problems.some(({ code }) => code === 'journal'),
      'the journal is said to keep nothing',
    );
    vault.free();
    data.free();
    await eventually(() => readFileSync(join(vault.folder, 'a.md'), 'utf8') === typist.text, 'it is saved');
    await Promise.all(typing);
    typist.type(0, 'after ');
    await typist.save();
    await eventually(
      async () => !(await app.vaultState()).problems.some(({ code }) => code === 'journal'),
      'all is said to be well',
    );
  });

  it('C15: that becomes read-only while one types: it is said, the text is kept, and saved when it can be written', async () => {
    const vault = disk();
    const data = makeVault().folder;
    const app = await open(vault.folder, data);
    const typist = await Typist.open(app.client, 'a.md', 'begin\n');
    typist.type(6, 'saved\n');
    await typist.save();
    vault.remount('ro');
    typist.type(0, 'typed ');
    await typist.push();
    const { text } = typist;
    await eventually(async () => (await stateOf(app, 'a.md')).kind === 'failed', 'it is said');
    vault.remount('rw');
    await eventually(() => readFileSync(join(vault.folder, 'a.md'), 'utf8') === text, 'it is saved');
  });

  it('C15: that is read-only from the start: a note opens for reading, with the reason, before a key is typed', async () => {
    const vault = disk();
    writeFileSync(join(vault.folder, 'a.md'), 'begin\n');
    vault.remount('ro');
    const app = await open(vault.folder, makeVault().folder);
    const state = await stateOf(app, 'a.md');
    expect(state).toMatchObject({ kind: 'read-only', reason: expect.stringMatching(/read/) });
  });

  it('C16: that is mounted in a folder of the vault: notes there are saved, and one that cannot be moved there stays whole', async () => {
    const around = makeVault({ 'a.md': 'a [[b]]\n', 'b.md': 'b\n' });
    const inner = disk();
    const place = join(around.folder, 'sub');
    mkdirSync(place);
    const mounted = spawnSync('mount', ['--bind', inner.folder, place]).status === 0;
    if (!mounted) return;
    try {
      const app = await open(around.folder, makeVault().folder);
      const typist = await Typist.open(app.client, 'sub/c.md', 'c\n');
      typist.type(2, 'more\n');
      await typist.save();
      expect(around.read('sub/c.md')).toBe('c\nmore\n');
      const what = { kind: 'note' as const, path: 'b.md', to: 'sub/b.md' };
      const { plan } = await app.client.call('rename.plan', { what });
      const done = await app.client
        .call('rename.run', { what, plan, leaveStrays: false })
        .catch((error: { message: string }) => error.message);
      const isMoved = typeof done !== 'string';
      if (!isMoved) expect(done).toMatch(/disk/);
      expect(around.list().filter((path) => path.endsWith('b.md'))).toEqual([isMoved ? 'sub/b.md' : 'b.md']);
      expect(around.read(isMoved ? 'sub/b.md' : 'b.md')).toBe('b\n');
      expect(around.read('a.md')).toMatch(/^a \[\[(sub\/)?b\]\]\n$/);
      expect((await app.client.call('history.changes', { limit: 5 })).changes.length).toBe(isMoved ? 1 : 0);
    } finally {
      spawnSync('umount', ['-l', place]);
    }
  });
});

describe.runIf(mayFreeze())('a disk that does not answer', () => {
  it(
    'C14: is said within a second; typing goes on, and all of it is saved when the disk answers again',
    MAY_STALL,
    async () => {
      const made = makeFreezableDisk();
      if (made === null) throw new Error('nothing can be mounted');
      disks.push(made);
      const file = join(made.folder, 'a.md');
      writeFileSync(file, 'begin\n');
      const app = await open(made.folder, makeVault().folder);
      const typist = await Typist.open(app.client, 'a.md');
      made.freeze();
      try {
        typist.type(6, 'typed\n');
        await typist.push();
        const since = performance.now();
        await eventually(async () => (await stateOf(app, 'a.md')).kind === 'failed', 'it is said');
        expect(performance.now() - since).toBeLessThan(1500);
        expect(await stateOf(app, 'a.md')).toMatchObject({
          reason: expect.stringMatching(/does not answer/),
        });
        typist.type(typist.text.length, 'and more\n');
        await typist.push();
        expect(await stateOf(app, 'a.md')).toMatchObject({ kind: 'failed' });
      } finally {
        made.thaw();
      }
      await eventually(() => readFileSync(file, 'utf8') === 'begin\ntyped\nand more\n', 'it is saved');
      await eventually(async () => (await stateOf(app, 'a.md')).kind === 'saved', 'that is said');
    },
  );
});

// Windows keeps permissions in another way; there a note that is protected is in vault-write.test.ts.
describe.skipIf(process.platform === 'win32')('a permission', () => {
  it.each([
    ['the note’s', 'a.md', 0o444],
    ['the folder’s', '.', 0o555],
  ])('C15: %s is missing: the note opens for reading, with the reason', async (_, place, mode) => {
    const [vault, data] = [makeVault({ 'a.md': 'begin\n' }), makeVault()];
    const isAdministrator = process.getuid?.() === 0;
    // The administrator may write everywhere, so that the driver becomes nobody: whose the folders are then.
    for (const one of isAdministrator ? [vault.folder, join(vault.folder, 'a.md'), data.folder] : [])
      chownSync(one, NOBODY, NOBODY);
    chmodSync(join(vault.folder, place), mode);
    try {
      const driver = fileURLToPath(driverAt('documents', 'permission'));
      const node = ['--no-memory-protection-keys', driver, vault.folder, data.folder];
      const { stdout } = await promisify(execFile)(process.execPath, node);
      expect(JSON.parse(stdout)).toMatchObject({
        kind: 'read-only',
        reason: expect.stringMatching(/permission|write-protected/),
      });
    } finally {
      chmodSync(join(vault.folder, place), 0o755);
    }
  });
});
