import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { faultCode } from './vault/file-fault.ts';

const MOST_ASIDE = 100;
const LARGEST = 4 * 1024 * 1024;

/**
 * Reads a small JSON file of the app's own; `null` where it is missing, damaged, of another shape, or not to be read. What cannot be
 * read is set aside as `….unread`, so that it is not written over: it may be a newer version's.
 */
export async function readState<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  let raw: string;
  try {
    raw = await readFile(file, 'utf8');
  } catch (error) {
    if (faultCode(error) !== 'ENOENT') await setAside(file);
    return null;
  }
  const parsed = schema.safeParse(raw.length > LARGEST ? null : parseJson(raw));
  if (parsed.success) return parsed.data;
  await setAside(file);
  return null;
}

/** What was set aside before stays as well. */
async function setAside(file: string): Promise<void> {
  for (let number = 1; number <= MOST_ASIDE; number += 1) {
    const aside = number === 1 ? `${file}.unread` : `${file}.unread ${number}`;
    if (await lstat(aside).catch(() => null)) continue;
    return await rename(file, aside).catch(() => undefined);
  }
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** Writes a small JSON file whole or not at all, readable by its owner only. Throws the system's error. */
export async function writeState(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
