import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { driverAt } from '../support/modules.ts';
import { openAuthorityHere } from './authority.ts';
import { changesDisk, FAILING, isVolatile, mayBeMissed } from './disk-calls.ts';
import type { Folders } from './folders.ts';
import { BEGINNING, expectKept, prepareKnown } from './note-left.ts';
import { LINK, LINK_AFTER, RENAMED } from './renaming.ts';
import { runTraced } from './run-traced.ts';
import { hasStrace, sweep, tellSweep } from './sweep.ts';

const module = driverAt('faults', 'authority');
const TAKEN = 'of two lines\rand no end'.split('\r').at(-1) ?? '';

/** A note with keystrokes that are in the journal only, and what was said of them. */
function leaveUnsaved(): { prepare(folders: Folders): Promise<void>; said(): string[] } {
  let said: string[] = [];
  return {
    async prepare(folders) {
      await prepareKnown(folders);
      const { stdout } = await runTraced(
        { module, args: ['leave'] },
        { ...folders, logFile: join(folders.data, '..', 'log'), options: ['-e', 'trace=none'] },
      );
      said = stdout.split('\n');
      expect(said).toContain('ack 3');
      expect(said).not.toContain('saved 3');
    },
    said: () => said,
  };
}

describe.runIf(hasStrace())('the authority', () => {
  test('C05: recovery killed at any system call, and begun again, loses nothing and repeats nothing', async () => {
    const left = leaveUnsaved();
    const swept = await sweep({
      driver: { module, args: ['recover'] },
      prepare: left.prepare,
      faults: ['SIGKILL'],
      only: changesDisk,
      verify: (folders) => expectKept(folders, left.said()),
    });
    process.stdout.write(tellSweep('recovery, killed', swept));
    expect(swept.runs).toBeGreaterThan(20);
    expect(swept.missed.length).toBeLessThanOrEqual(mayBeMissed(swept.runs));
  });

  test.each(FAILING)(
    'C05 C14 C16: %s at any call of recovery: nothing is lost, and all that was acknowledged is there once the fault is gone',
    async (fault, calls) => {
      const left = leaveUnsaved();
      const swept = await sweep({
        driver: { module, args: ['recover'] },
        prepare: left.prepare,
        faults: [fault],
        only: (injected) => calls.test(injected.call) && !isVolatile(injected),
        async verify({ stderr, exitCode, vault, data }) {
          expect(stderr).toBe('');
          expect(exitCode).toBe(0);
          await expectKept({ vault, data }, left.said());
        },
      });
      process.stdout.write(tellSweep(`recovery, ${fault}`, swept));
      expect(swept.missed.length).toBeLessThanOrEqual(mayBeMissed(swept.runs));
    },
  );

  test('C03: an extraction killed at any system call is all there or not at all, and what it takes is always somewhere', async () => {
    const swept = await sweep({
      driver: { module, args: ['extract'] },
      prepare: prepareKnown,
      faults: ['SIGKILL'],
      only: changesDisk,
      async verify({ vault, data, stdout }) {
        const note = join(vault, 'note.md');
        const page = join(vault, 'page.md');
        const now = () => [readFileSync(note, 'utf8'), existsSync(page) ? readFileSync(page, 'utf8') : null];
        const [noteBefore = '', pageBefore] = now();
        expect(`${noteBefore}${pageBefore ?? ''}`, 'before the app is started again').toContain(TAKEN);
        const authority = await openAuthorityHere({ vault, data });
        await authority.documents.recover();
        await authority.documents.open('note.md' as NotePath);
        await authority.close();
        const done = [BEGINNING.replace(TAKEN, '-> [[page]]'), TAKEN];
        if (stdout.includes('extracted')) expect(now()).toEqual(done);
        else expect([done, [BEGINNING, null]]).toContainEqual(now());
      },
    });
    process.stdout.write(tellSweep('extraction, killed', swept));
    expect(swept.runs).toBeGreaterThan(30);
    expect(swept.missed.length).toBeLessThanOrEqual(mayBeMissed(swept.runs));
  });

  test('C04: a rename with the links of other notes killed at any system call has happened everywhere or nowhere', async () => {
    const linking = ['a.md', 'b.md'];
    const swept = await sweep({
      driver: { module, args: ['rename'] },
      async prepare(folders: Folders) {
        await prepareKnown(folders);
        for (const name of linking) writeFileSync(join(folders.vault, name), `${name}\r\n${LINK}\nend`);
      },
      faults: ['SIGKILL'],
      only: changesDisk,
      async verify({ vault, data, stdout }) {
        const authority = await openAuthorityHere({ vault, data });
        await authority.documents.recover();
        for (const name of linking) await authority.documents.open(name as NotePath);
        await authority.close();
        expect(authority.problems()).toEqual([]);
        const isRenamed = existsSync(join(vault, RENAMED));
        if (stdout.includes('renamed')) expect(isRenamed).toBe(true);
        expect(existsSync(join(vault, 'note.md'))).toBe(!isRenamed);
        expect(readFileSync(join(vault, isRenamed ? RENAMED : 'note.md'), 'utf8')).toBe(BEGINNING);
        for (const name of linking)
          expect(readFileSync(join(vault, name), 'utf8')).toBe(
            `${name}\r\n${isRenamed ? LINK_AFTER : LINK}\nend`,
          );
      },
    });
    process.stdout.write(tellSweep('rename, killed', swept));
    expect(swept.runs).toBeGreaterThan(60);
    expect(swept.missed.length).toBeLessThanOrEqual(mayBeMissed(swept.runs));
  });
});
