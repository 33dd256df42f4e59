import { describe, expect, test } from 'vitest';
import { changesDisk, isVolatile } from './disk-calls.ts';
import { expectKept, prepareKnown, writeBeginning } from './note-left.ts';
import { type Fault, hasStrace, sweep } from './sweep.ts';

const module = new URL('./authority-driver.ts', import.meta.url);

/** The calls that fail in this way on a real disk. */
const FAILING: [Fault, RegExp][] = [
  ['EIO', /^(open|read|pread|write|pwrite|ftruncate|fsync|fdatasync|close|rename|unlink|link)/],
  ['ENOSPC', /^(open|write|pwrite|ftruncate|fallocate|fsync|rename|link)/],
  ['EXDEV', /^(rename|link)/],
  // A note that may not be written opens for reading: that is another row.
  ['EACCES', /^(open|rename|link|unlink)/],
  ['EMFILE', /^open/],
];

describe.runIf(hasStrace())('typing and saving through the authority', () => {
  test.each([
    ['a save', 'save', prepareKnown, 50],
    ['the first save, with a new journal', 'begin', writeBeginning, 50],
  ] as const)(
    'C02: %s, killed at any system call: the note is old or new, and the journal fills the rest',
    async (_, doing, prepare, least) => {
      const { runs, missed } = await sweep({
        driver: { module, args: [doing] },
        prepare,
        faults: ['SIGKILL'],
        only: changesDisk,
        verify: (left) => expectKept(left, left.stdout.split('\n')),
      });
      process.stdout.write(`${doing}: killed at ${runs} calls, ${missed.length} not met\n`);
      expect(runs).toBeGreaterThan(least);
      // What is committed together differs from run to run, and with it the log’s calls.
      expect(missed.length, JSON.stringify(missed)).toBeLessThan(runs / 10);
    },
  );

  test.each(FAILING)(
    'C14 C16: %s at any call: it is saved in the end, and what was acknowledged is kept',
    async (fault, calls) => {
      const { runs, missed } = await sweep({
        driver: { module, args: ['save'] },
        prepare: prepareKnown,
        faults: [fault],
        only: (injected) => calls.test(injected.call) && !isVolatile(injected),
        async verify({ stdout, stderr, exitCode, vault, data }) {
          expect(stderr).toBe('');
          expect(exitCode).toBe(0);
          expect(stdout).toContain('saved 3\n');
          await expectKept({ vault, data }, stdout.split('\n'));
        },
      });
      process.stdout.write(`${fault} at ${runs} calls, ${missed.length} not met\n`);
      expect(missed.length, JSON.stringify(missed)).toBeLessThanOrEqual(runs / 20);
    },
  );
});
