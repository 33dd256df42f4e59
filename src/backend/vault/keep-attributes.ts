import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { copyFile, type FileHandle, open, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

/** A disk that hangs must not hold up a save for what is only beside the text. */
const LONGEST_MS = 2000;

/**
 * Makes the empty file `temporary` with the mode, the access list and the extended attributes (tags, colours, where it came from) of
 * the file `old`, open for writing. Attributes that cannot be kept are left out. Throws the system's error where the file cannot be made.
 */
export async function openLike(
  temporary: string,
  old: string,
  platform: NodeJS.Platform = process.platform,
): Promise<FileHandle> {
  // Node knows no extended attributes. Copying the whole file keeps them, except on Linux.
  if (platform === 'darwin' || platform === 'win32') return await openCopy(temporary, old);
  const copying = platform === 'linux' ? theCopier() : null;
  const handle = await open(temporary, 'wx');
  await copying?.copy(old, temporary);
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

/**
 * Runs `cp` for each pair of names that it reads, and says the pair's number. It is small, so a child of its own costs little: a child of
 * the app costs as much as the app holds in memory, and holds up every key meanwhile.
 */
const COPIER = [
  '-0',
  '-n',
  '3',
  '-P',
  '4',
  'sh',
  '-c',
  'cp --attributes-only --preserve=mode,xattr -- "$1" "$2"; echo "$3"',
  'sh',
];

interface Copier {
  /** Resolves however it went. */
  copy(old: string, temporary: string): Promise<void>;
}

let copier: Copier | null = null;

/** How many files a child takes to be started, and some more. */
const FILES_OF_A_CHILD = 8;

/** Throws `EMFILE` where too few files may be opened: Node would lose some of them for good with each child that fails to start. */
function mustHaveRoomForChild(): void {
  const opened: number[] = [];
  try {
    while (opened.length < FILES_OF_A_CHILD) opened.push(openSync('/dev/null', 'r'));
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

/** Starts what keeping attributes takes, while there are files to spare. */
export function prepareToKeep(): void {
  try {
    if (process.platform === 'linux') theCopier();
  } catch {
    // Whoever saves will meet it.
  }
}

/** A system without this `cp` saves all the same. Throws `EMFILE`, which passes. */
function theCopier(): Copier {
  copier ??= startCopier();
  return copier;
}

function startCopier(): Copier {
  mustHaveRoomForChild();
  const waiting = new Map<string, () => void>();
  let last = 0;
  const child = spawn('xargs', COPIER, { stdio: ['pipe', 'pipe', 'ignore'] });
  // Node gives a child without pipes where no more files may be opened, whatever its types say.
  if ((child.stdin as Writable | undefined) === undefined) {
    child.once('error', () => undefined);
    throw Object.assign(new Error('too many files are open'), { code: 'EMFILE' });
  }
  const end = () => {
    if (copier === started) copier = null;
    child.kill('SIGKILL');
    for (const done of waiting.values()) done();
    waiting.clear();
  };
  child.once('error', end);
  child.once('exit', end);
  child.stdin.on('error', end);
  // Nobody has to wait for it: it ends when its input does.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as Partial<Socket>).unref?.();
  createInterface({ input: child.stdout }).on('line', (number) => {
    waiting.get(number)?.();
    waiting.delete(number);
  });
  const started: Copier = {
    copy: (old, temporary) =>
      new Promise<void>((resolve) => {
        last += 1;
        const hanging = setTimeout(end, LONGEST_MS);
        waiting.set(String(last), () => {
          clearTimeout(hanging);
          resolve();
        });
        child.stdin.write([old, temporary, last, ''].join('\0'));
      }),
  };
  return started;
}
