import type { Fault, Injected } from './sweep.ts';

const CHANGES =
  /^(open|creat|write|pwrite|truncate|ftruncate|fallocate|fsync|fdatasync|rename|link|unlink|mkdir)/;

/** SQLite’s memory of its -wal: whoever opens the journal first makes it anew. */
export const isVolatile = ({ path, call }: Injected) => path.endsWith('-shm') && call.startsWith('pwrite');

/** Between two of these the disks stay the same, so that a kill at one of them stands for a kill at the calls before it. */
export const changesDisk = (injected: Injected) => CHANGES.test(injected.call) && !isVolatile(injected);

/** How many of the calls that a run with threads makes may be such that no other run comes to: one in fifty, or a single one. */
export const mayBeMissed = (calls: number) => Math.max(1, Math.floor(calls / 50));

/** The calls that fail in this way on a real disk. */
export const FAILING: [Fault, RegExp][] = [
  ['EIO', /./],
  ['ENOSPC', /^(open|write|pwrite|ftruncate|fallocate|fsync|rename|link|mkdir)/],
  ['EXDEV', /^(rename|link)/],
  // A note that may not be written opens for reading: that is another row.
  ['EACCES', /^(open|rename|link|unlink)/],
  ['EMFILE', /^open/],
];
