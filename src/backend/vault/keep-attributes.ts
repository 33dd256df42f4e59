import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, rm } from 'node:fs/promises';
import { attributeCalls, copyAttributes } from './linux-attributes.ts';

/**
 * Makes the empty file `temporary` with the access list and the extended attributes (tags, colours, where it came from) of the file
 * `old`, open for writing. Attributes that cannot be kept are left out. Throws the system's error where the file cannot be made.
 */
export async function openLike(
  temporary: string,
  old: string,
  platform: NodeJS.Platform = process.platform,
): Promise<FileHandle> {
  // Node knows no extended attributes. Copying the whole file keeps them, except on Linux.
  if (platform === 'darwin' || platform === 'win32') return await openCopy(temporary, old);
  const calls = platform === 'linux' ? attributeCalls() : null;
  const handle = await open(temporary, 'wx');
  if (calls !== null) await copyAttributes(calls, old, handle.fd).catch(() => undefined);
  return handle;
}

async function openCopy(temporary: string, old: string): Promise<FileHandle> {
  try {
    await copyFile(old, temporary, constants.COPYFILE_EXCL);
  } catch {
    return await open(temporary, 'wx');
  }
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'r+');
    await handle.truncate(0);
    return handle;
  } catch {
    await handle?.close().catch(() => undefined);
    await rm(temporary, { force: true });
    return await open(temporary, 'wx');
  }
}

/** Loads what keeping attributes takes, while there are files to spare. */
export function prepareToKeep(): void {
  try {
    if (process.platform === 'linux') attributeCalls();
  } catch {
    // Whoever saves will meet it.
  }
}
