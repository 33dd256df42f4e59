import { describe, expect, test } from 'vitest';
import { driverAt } from '../support/modules.ts';
import { changesDisk, FAILING, isVolatile, mayBeMissed } from './disk-calls.ts';
import { expectKept, prepareKnown, writeBeginning } from './note-left.ts';
import { hasStrace, sweep, tellSweep } from './sweep.ts';

const module = driverAt('faults', 'authority');

describe.runIf(hasStrace())('typing and saving through the authority', () => {
  test.each([
    ['a save', 'save', prepareKnown, 50],
    ['the first save, with a new journal', 'begin', writeBeginning, 50],
  ] as const)(
    'C02: %s, killed at any system call: the note is old or new, and the journal fills the rest',
    async (_, doing, prepare, least) => {
      const swept = await sweep({
        driver: { module, args: [doing] },
        prepare,
        faults: ['SIGKILL'],
        only: changesDisk,
        verify: (left) => expectKept(left, left.stdout.split('\n')),
      });
      process.stdout.write(tellSweep(`${doing}, killed`, swept));
      expect(swept.runs).toBeGreaterThan(least);
      expect(swept.missed.length).toBeLessThanOrEqual(mayBeMissed(swept.runs));
    },
  );

  test.each(FAILING)(
    'C14 C16: %s at any call: it is saved in the end, and what was acknowledged is kept',
    async (fault, calls) => {
      const swept = await sweep({
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
      process.stdout.write(tellSweep(fault, swept));
      expect(swept.missed.length).toBeLessThanOrEqual(mayBeMissed(swept.runs));
    },
  );
});
