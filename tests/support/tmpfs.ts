import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeVault } from './app.ts';

/** A small disk of its own, in memory. */
export interface SmallDisk {
  folder: string;
  /** Leaves no free byte. */
  fill(): void;
  /** What `fill` took is free again. */
  free(): void;
  remount(how: 'ro' | 'rw'): void;
  unmount(): void;
}

const mount = (...args: string[]) => spawnSync('mount', args).status === 0;

/** Whether this machine lets the test mount anything: only the administrator may. */
export function mayMount(): boolean {
  const disk = makeDisk(64);
  disk?.unmount();
  return disk !== null;
}

/** `null` where nothing may be mounted. */
export function makeDisk(kilobytes: number): SmallDisk | null {
  const { folder } = makeVault();
  if (!mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder)) return null;
  const filler = join(folder, '.filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (const size of [4096, 1]) fillBy(file, size);
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    remount: (how) => void mount('-o', `remount,${how}`, folder),
    unmount: () => void spawnSync('umount', ['-l', folder]),
  };
}

function fillBy(file: number, size: number): void {
  const bytes = Buffer.alloc(size);
  try {
    for (;;) writeSync(file, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** A disk that can stop answering for a while, as one behind a network does. */
export interface FreezableDisk {
  folder: string;
  /** Every write waits from now on. */
  freeze(): void;
  thaw(): void;
  unmount(): void;
}

/** `null` where nothing may be mounted. */
export function makeFreezableDisk(): FreezableDisk | null {
  const image = join(makeVault({ image: Buffer.alloc(8 * 1024 * 1024) }).folder, 'image');
  const { folder } = makeVault();
  const isMade = spawnSync('mkfs.ext4', ['-q', image]).status === 0 && mount('-o', 'loop', image, folder);
  if (!isMade) return null;
  const thaw = () => void spawnSync('fsfreeze', ['--unfreeze', folder]);
  return {
    folder,
    freeze: () => void spawnSync('fsfreeze', ['--freeze', folder]),
    thaw,
    unmount() {
      thaw();
      spawnSync('umount', ['-l', folder]);
    },
  };
}

export function mayFreeze(): boolean {
  const disk = makeFreezableDisk();
  disk?.unmount();
  return disk !== null && spawnSync('fsfreeze', ['--version']).status === 0;
}
