import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { LEFTOVER } from '../../src/backend/vault/scan.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { BEGINNING } from './note-left.ts';
import { FOLDED, LINK, LINK_AFTER, LINK_RESPELLED, LINK_TO_PAGE, RENAMED, RESPELLED } from './renaming.ts';
import { type Careless, saveCarelessly } from './save-carelessly.ts';
import {
  expectKeptOn,
  FAILING,
  filesOf,
  KILLED,
  machineKnown,
  machineWith,
  through,
} from './simulated/on-a-machine.ts';
import {
  losePowerSimulated,
  runWith,
  type SimulatedMachine,
  sweepSimulated,
  vaultOf,
  type Work,
} from './simulated/simulated-machine.ts';
import { expectSwept, expectWhole } from './vault-left.ts';
import { NEW, OLD } from './vault-save-texts.ts';
import { saveAndMake } from './vault-save-work.ts';

// Our own code runs as it is; what it asks of the disk is answered by a simulated one, where strace is to be had and where not.
vi.mock('node:fs', async (original) =>
  (await import('./simulated/simulated-fs.ts')).simulateSync(await original<typeof import('node:fs')>()),
);
vi.mock('node:fs/promises', async (original) =>
  (await import('./simulated/simulated-fs.ts')).simulatePromises(
    await original<typeof import('node:fs/promises')>(),
  ),
);

const saving: Work = (process, say) => saveAndMake(vaultOf(process), say);

describe('on a simulated disk, a save', () => {
  const expectLeft = ({ machine, said }: { machine: SimulatedMachine; said: string[] }) => {
    const vault = vaultOf(machine.start());
    expectWhole(vault, said.join('\n'));
    expectSwept(vault);
  };

  test.each([
    ['C02: killed at any call: the note is exactly old or new, and leftovers are swept', KILLED],
    [
      'C14 C16: hit by a fault at any call: an error in words or nothing lost, never a false “saved”',
      FAILING,
    ],
  ])('%s', async (_, faults) => {
    const swept = await sweepSimulated({
      from: await machineWith({ 'note.md': OLD }),
      work: saving,
      faults,
      verify: expectLeft,
    });
    expect(swept.missed).toBe(0);
    expect(swept.met).toBeGreaterThan(40);
  });

  test('C06: after a loss of power the note is old or new, and new once that was said', async () => {
    await losePowerSimulated({
      from: await machineWith({ 'note.md': OLD }),
      work: saving,
      crashes: 500,
      verify: expectLeft,
    });
  });
});

describe('on a simulated disk, the authority', () => {
  test.each(['save', 'begin'] as const)(
    'C02: a %s killed at any call: the note is old or new, and the journal fills the rest',
    async (doing) => {
      const from = doing === 'save' ? await machineKnown() : await machineWith({ 'note.md': BEGINNING });
      const swept = await sweepSimulated({
        from,
        work: through(doing),
        faults: KILLED,
        verify: expectKeptOn,
      });
      process.stdout.write(`simulated ${doing}: killed at ${swept.met} calls\n`);
      expect(swept.missed).toBeLessThan(swept.met / 20);
      expect(swept.met).toBeGreaterThan(40);
    },
  );

  test('C14 C16: hit by a fault at any call: it is saved in the end, and what was acknowledged is kept', async () => {
    const swept = await sweepSimulated({
      from: await machineKnown(),
      work: through('save'),
      faults: FAILING,
      async verify(outcome) {
        expect(outcome.died).toBe(false);
        expect(outcome.said).toContain('saved 3');
        const { name = '', path = '' } = outcome.met ?? {};
        // It failed, and that was said, with why.
        if (/^(write|fsync|rename)$/.test(name) && path.startsWith('vault/'))
          expect(outcome.said.find((line) => line.startsWith('failed '))).toMatch(/could not be saved: \w/);
        await expectKeptOn(outcome);
      },
    });
    process.stdout.write(`simulated faults at ${swept.met} calls, ${swept.missed} never came again\n`);
    expect(swept.missed).toBeLessThan(swept.met / 20);
    expect(swept.met).toBeGreaterThan(100);
  });

  test('C05: recovery killed at any call, and begun again, loses nothing and repeats nothing', async () => {
    const left = await runWith(await machineKnown(), through('leave'));
    expect(left.said).toContain('ack 3');
    expect(left.said).not.toContain('saved 3');
    const swept = await sweepSimulated({
      from: await left.machine.copy(),
      work: through('recover'),
      faults: KILLED,
      verify: ({ machine }) => expectKeptOn({ machine, said: left.said }),
    });
    expect(swept.missed).toBe(0);
    expect(swept.met).toBeGreaterThan(20);
  });

  test('C03: an extraction killed at any call is all there or not at all', async () => {
    const TAKEN = 'and no end';
    await sweepSimulated({
      from: await machineKnown(),
      work: through('extract'),
      faults: KILLED,
      async verify({ machine, said }) {
        const vault = vaultOf(machine.start());
        const page = join(vault, 'page.md');
        const now = () => [
          readFileSync(join(vault, 'note.md'), 'utf8'),
          existsSync(page) ? readFileSync(page, 'utf8') : null,
        ];
        expect(now().join(''), 'before the app is started again').toContain(TAKEN);
        const authority = await machine.openAuthority(machine.start());
        await authority.documents.recover();
        await authority.documents.open('note.md' as NotePath);
        await authority.close();
        const done = [BEGINNING.replace(TAKEN, '-> [[page]]'), TAKEN];
        if (said.includes('extracted')) expect(now()).toEqual(done);
        else expect([done, [BEGINNING, null]]).toContainEqual(now());
      },
    });
  });

  test('C03: an extraction that is taken back, killed at any call, is all there or not at all', async () => {
    const TAKEN = 'and no end';
    const swept = await sweepSimulated({
      from: await machineKnown(),
      work: through('take-back'),
      faults: KILLED,
      async verify({ machine, said }) {
        const vault = vaultOf(machine.start());
        const page = join(vault, 'page.md');
        const authority = await machine.openAuthority(machine.start());
        await authority.documents.recover();
        await authority.documents.open('note.md' as NotePath);
        await authority.close();
        const now = [
          readFileSync(join(vault, 'note.md'), 'utf8'),
          existsSync(page) ? readFileSync(page, 'utf8') : null,
        ];
        if (said.includes('taken back')) expect(now).toEqual([BEGINNING, null]);
        else
          expect([
            [BEGINNING.replace(TAKEN, '-> [[page]]'), TAKEN],
            [BEGINNING, null],
          ]).toContainEqual(now);
      },
    });
    expect(swept.missed).toBe(0);
    expect(swept.met).toBeGreaterThan(60);
  });

  test('C03: a note merged into another, with the links of other notes, killed at any call, is everywhere or nowhere', async () => {
    const others = (link: string) =>
      Object.fromEntries(['a.md', 'b.md'].map((name) => [name, `${name}\r\n${link}\nend`]));
    const before = { 'note.md': BEGINNING, 'page.md': FOLDED, ...others(LINK_TO_PAGE) };
    const after = { 'note.md': `${BEGINNING}\r${FOLDED}`, '.trash/page.md': FOLDED, ...others(LINK) };
    const swept = await sweepSimulated({
      from: await machineWith(before),
      work: through('fold'),
      faults: KILLED,
      async verify({ machine, said }) {
        const now = () => Object.fromEntries(filesOf(machine));
        expect(Object.values(now()).join(' '), 'before the app is started again').toContain(FOLDED);
        const authority = await machine.openAuthority(machine.start());
        await authority.documents.recover();
        await authority.documents.open('note.md' as NotePath);
        await authority.close();
        if (said.includes('folded')) expect(now()).toEqual(after);
        else expect([before, after]).toContainEqual(now());
      },
    });
    expect(swept.missed).toBe(0);
    expect(swept.met).toBeGreaterThan(60);
  });

  const linking = ['a.md', 'b.md'];
  test.each([
    ['C04: a rename', false, 'rename', RENAMED, LINK_AFTER],
    ['C40: a rename to another letter case', false, 'respell', RESPELLED, LINK_RESPELLED],
    ['C40: one where both spellings are one name', true, 'respell', RESPELLED, LINK_RESPELLED],
  ] as const)(
    '%s, with the links of other notes, killed at any call has happened everywhere or nowhere',
    async (_, folds, doing, renamed, linkAfter) => {
      const links = Object.fromEntries(linking.map((name) => [name, `${name}\r\n${LINK}\nend`]));
      const swept = await sweepSimulated({
        from: await machineWith({ 'note.md': BEGINNING, ...links }, folds),
        work: through(doing),
        faults: KILLED,
        async verify({ machine, said }) {
          const authority = await machine.openAuthority(machine.start());
          // As windows do that come back at once.
          const opened = linking.map((name) => authority.documents.open(name as NotePath));
          await authority.documents.recover();
          await Promise.all(opened);
          await authority.close();
          const vault = vaultOf(machine.start());
          const names = readdirSync(vault, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && !LEFTOVER.test(entry.name) && !linking.includes(entry.name))
            .map(({ name }) => name);
          const isRenamed = names[0] === basename(renamed);
          expect(names).toEqual([isRenamed ? basename(renamed) : 'note.md']);
          if (said.includes('renamed')) expect(isRenamed).toBe(true);
          expect(readFileSync(join(vault, isRenamed ? renamed : 'note.md'), 'utf8')).toBe(BEGINNING);
          const link = isRenamed ? linkAfter : LINK;
          for (const name of linking)
            expect(readFileSync(join(vault, name), 'utf8')).toBe(`${name}\r\n${link}\nend`);
        },
      });
      expect(swept.missed).toBe(0);
      expect(swept.met).toBeGreaterThan(60);
    },
  );

  test('C06: in 500 losses of power, unsynced writes dropped, torn or reordered, all that was acknowledged survives', async () => {
    await losePowerSimulated({
      from: await machineKnown(),
      work: through('save'),
      crashes: 500,
      verify: expectKeptOn,
    });
  });
});

describe('the simulation sees a careless save', () => {
  const careless =
    (way: Careless): Work =>
    async (process, say) =>
      saveCarelessly(vaultOf(process), way, say);
  const verify = ({ machine, said }: { machine: SimulatedMachine; said: string[] }) => {
    const note = readFileSync(join(vaultOf(machine.start()), 'note.md'));
    if (!note.equals(NEW) && !note.equals(OLD)) throw new Error('neither old nor new');
    if (said.includes('ack 1') && !note.equals(NEW)) throw new Error('said and not kept');
  };

  test.each([
    ['in place', KILLED, 'neither old nor new'],
    ['faults not heard', FAILING, 'said and not kept'],
  ] as const)('%s, by a sweep', async (way, faults, failure) => {
    const from = await machineWith({ 'note.md': OLD });
    await expect(sweepSimulated({ from, work: careless(way), faults, verify })).rejects.toThrow(failure);
  });

  test.each([
    ['in place', 'neither old nor new'],
    ['file not synced', 'neither old nor new'],
    ['folder not synced', 'said and not kept'],
  ] as const)('%s, by losses of power', async (way, failure) => {
    const from = await machineWith({ 'note.md': OLD });
    await expect(losePowerSimulated({ from, work: careless(way), crashes: 200, verify })).rejects.toThrow(
      failure,
    );
  });
});
