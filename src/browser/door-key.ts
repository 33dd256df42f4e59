import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const LENGTH = 32;

/**
 * What windows know this user's doors by, whichever process serves: 32 random bytes, kept for the owner only and never sent. Where they
 * cannot be kept they are of this process alone, and its windows cannot come back to another.
 */
export async function doorKey(dataFolder: string): Promise<Buffer> {
  const file = join(dataFolder, 'door-key');
  const kept = await read(file);
  if (kept !== null) return kept;
  const made = randomBytes(LENGTH);
  await keep(dataFolder, file, made).catch(() => undefined);
  // Another door may have made one in the same moment: there is one.
  return (await read(file)) ?? made;
}

async function read(file: string): Promise<Buffer | null> {
  const key = await readFile(file).catch(() => null);
  return key?.length === LENGTH ? key : null;
}

/** Puts a key in place where there is none, or only what is none. */
async function keep(folder: string, file: string, key: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(key);
    await handle.sync();
    await handle.close();
    const there = await readFile(file).catch(() => null);
    if (there !== null && there.length !== LENGTH) await rm(file, { force: true });
    await link(temporary, file);
  } finally {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
  }
}
