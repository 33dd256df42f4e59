import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, rm } from 'node:fs/promises';

/** A disk that hangs must not hold up a save for what is only beside the text. */
const LONGEST_MS = 2000;

/**
 * Makes the empty file `temporary` with the extended attributes (tags, colours, where it came from) of the file `old`, open for
 * writing. Attributes that cannot be kept are left out. Throws the system's error where the file cannot be made.
 */
export async function openLike(
  temporary: string,
  old: string,
  platform: NodeJS.Platform = process.platform,
): Promise<FileHandle> {
  // Node knows no extended attributes. Copying the whole file keeps them, except on Linux.
  if (platform === 'darwin' || platform === 'win32') return await openCopy(temporary, old);
  const handle = await open(temporary, 'wx');
  if (platform === 'linux') await copyAttributes(old, temporary);
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

/** Resolves however it went: a system without this `cp` saves all the same. */
function copyAttributes(old: string, temporary: string): Promise<void> {
  const options = ['--attributes-only', '--preserve=xattr', '--', old, temporary];
  return new Promise<void>((resolve) => {
    const child = spawn('cp', options, { stdio: 'ignore', timeout: LONGEST_MS, killSignal: 'SIGKILL' });
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).catch(() => undefined);
}
