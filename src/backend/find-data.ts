import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { notePath } from '../contract/shapes.ts';
import { vaultDataFolder } from './data-folder.ts';
import { type Lock, takeLock } from './sharing/lock.ts';
import { readState, writeState } from './state-file.ts';
import type { Vault } from './vault/vault.ts';
import { syncFolder } from './vault/write-atomic.ts';

/** What tells a folder of notes from every other, under whatever path: numbers of the file system, as text because they may be large. */
const vaultFile = z.object({ path: z.string(), device: z.string(), inode: z.string(), born: z.string() });
type Identity = z.infer<typeof vaultFile>;

const VAULT_FILE = 'vault.json';
const TRY_EVERY_MS = 20;
const PATIENCE_MS = 2000;
const LOOKED_FOR = 50;

/**
 * The name of the folder in which the app keeps its own of these notes: the same when the notes were moved or renamed, never the one of
 * a copy, nor that of other notes that were at this path before. Makes it where there is none. Throws the system’s error.
 */
export async function findData(dataFolder: string, vault: Pick<Vault, 'root' | 'id'>): Promise<string> {
  await makeLasting(join(dataFolder, 'vaults'));
  // Two that look at the same time must not both take what belongs to one of them.
  const lock = await waitForLock(dataFolder);
  try {
    const here = await identityOf(vault.root);
    const known = await readKnown(dataFolder);
    const id = (await findSame(known, here)) ?? (await findAtPath(dataFolder, known, vault, here));
    if (id !== null) {
      const before = known.find((one) => one.id === id);
      // Where it cannot be written it is found as it was found now.
      if (before === undefined || !isEqual(before, here))
        await write(dataFolder, id, here).catch(() => undefined);
      return id;
    }
    const fresh = existsSync(vaultDataFolder(dataFolder, vault.id))
      ? randomBytes(8).toString('hex')
      : vault.id;
    await makeLasting(vaultDataFolder(dataFolder, fresh));
    if (fresh === vault.id) await write(dataFolder, fresh, here).catch(() => undefined);
    else await write(dataFolder, fresh, here);
    return fresh;
  } finally {
    lock?.release();
  }
}

type Known = Identity & { id: string };

/** Of the same folder, wherever it was. */
async function findSame(known: readonly Known[], here: Identity): Promise<string | null> {
  const alike = known.filter(({ inode, born }) => inode === here.inode && born === here.born && born !== '0');
  const same = alike.find(({ device }) => device === here.device);
  if (same !== undefined) return same.id;
  for (const { id, path, inode, born } of alike) {
    // The disk has another number now, or this is a copy of a whole disk: then the other one is still where it was.
    const there = path === here.path ? null : await identityOf(path).catch(() => null);
    if (there?.inode !== inode || there.born !== born) return id;
  }
  return null;
}

/** Of another folder at this path: the same notes, copied back or taken from elsewhere anew, or others. */
async function findAtPath(
  dataFolder: string,
  known: readonly Known[],
  { root, id: fromPath }: Pick<Vault, 'root' | 'id'>,
  here: Identity,
): Promise<string | null> {
  const before = known.find(({ path }) => path === root);
  if (before === undefined) {
    // One from before the folder was known by more than its path.
    const isUnknown = known.every(({ id }) => id !== fromPath);
    return isUnknown && existsSync(vaultDataFolder(dataFolder, fromPath)) ? fromPath : null;
  }
  // A disk that does not keep when a folder was made.
  if (before.born === '0' && before.inode === here.inode && before.device === here.device) return before.id;
  const folder = vaultDataFolder(dataFolder, before.id);
  const lock = await takeLock(folder).catch(() => null);
  // A folder that was moved away may be open still.
  if (lock === null) return null;
  lock.release();
  return (await holdsTheSame(folder, here.path)) ? before.id : null;
}

/** Whether a note that was opened last is there. */
async function holdsTheSame(folder: string, root: string): Promise<boolean> {
  const recents = await readState(join(folder, 'recents.json'), z.array(z.object({ path: notePath })));
  if (recents === null || recents.length === 0) return true;
  for (const { path } of recents.slice(0, LOOKED_FOR))
    if ((await lstat(join(root, path)).catch(() => null)) !== null) return true;
  return false;
}

async function readKnown(dataFolder: string): Promise<Known[]> {
  const known: Known[] = [];
  for (const id of readdirSync(join(dataFolder, 'vaults'))) {
    const file = await readState(join(vaultDataFolder(dataFolder, id), VAULT_FILE), vaultFile);
    if (file !== null) known.push({ ...file, id });
  }
  return known;
}

async function identityOf(path: string): Promise<Identity> {
  const { dev, ino, birthtimeNs } = await stat(path, { bigint: true });
  return { path, device: String(dev), inode: String(ino), born: String(birthtimeNs) };
}

const isEqual = (a: Identity, b: Identity) =>
  a.path === b.path && a.device === b.device && a.inode === b.inode && a.born === b.born;

function write(dataFolder: string, id: string, identity: Identity): Promise<void> {
  return writeState(join(vaultDataFolder(dataFolder, id), VAULT_FILE), identity);
}

/** `null` where it is not to be had: the folder may not be writable, which is said elsewhere. */
async function waitForLock(dataFolder: string): Promise<Lock | null> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const lock = await takeLock(dataFolder).catch(() => 'none' as const);
    if (lock === 'none') return null;
    if (lock !== null) return lock;
    await new Promise((done) => setTimeout(done, TRY_EVERY_MS));
  }
  return null;
}

/** Makes a folder for the owner only, so that it survives a loss of power with what is put in it. */
async function makeLasting(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}
