import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { revisionOf } from '../../src/backend/vault/revision.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { BEGINNING } from './note-left.ts';
import { type DiskInMemory, ROOT, USER } from './simulated/disk-in-memory.ts';
import { machineKnown, machineWith, through } from './simulated/on-a-machine.ts';
import { type Outcome, runWith, sweepSimulated, vaultOf, type Work } from './simulated/simulated-machine.ts';
import type { SimulatedProcess } from './simulated/simulated-process.ts';
import { NEW, OLD } from './vault-save-texts.ts';

vi.mock('node:fs', async (original) =>
  (await import('./simulated/simulated-fs.ts')).simulateSync(await original<typeof import('node:fs')>()),
);
vi.mock('node:fs/promises', async (original) =>
  (await import('./simulated/simulated-fs.ts')).simulatePromises(
    await original<typeof import('node:fs/promises')>(),
  ),
);

const NOTE = 'note.md' as NotePath;
const THEIRS = Buffer.from(BEGINNING.replace('A note', 'A note, theirs'));

/** Another program, which writes the note anew just before a call of ours. */
const WAYS = {
  inPlace(disk: DiskInMemory) {
    const inode = disk.find(['vault', NOTE]) ?? 0;
    disk.truncate(inode, 0);
    disk.write(inode, 0, THEIRS);
  },
  byRename(disk: DiskInMemory) {
    const folder = disk.find(['vault']) ?? ROOT;
    const inode = disk.make(folder, 'theirs', 'file');
    disk.write(inode, 0, THEIRS);
    disk.move({ folder, name: 'theirs' }, { folder, name: NOTE }, inode);
  },
};
const EVERY_WAY = [
  ['in place', WAYS.inPlace],
  ['in its place', WAYS.byRename],
] as const;

/** Looking and renaming are two calls one right after the other: what comes between the two, no program can keep. */
const isBetween = ({ calls, at }: Outcome, way: unknown) =>
  way === WAYS.byRename && calls[at - 1]?.name === 'rename' && calls[at - 2]?.name === 'stat';

const read = (process: SimulatedProcess) => readFileSync(join(vaultOf(process), NOTE));

describe('another program writes the note while it is saved', () => {
  test.each(EVERY_WAY)(
    'C24: %s, at any call: what it wrote is in the file, or given back',
    async (_, way) => {
      const save: Work = async (process, say) => {
        const vault = await openVault(vaultOf(process));
        const saved = await vault.writeAtomic(NOTE, NEW, { expect: revisionOf(OLD) }).catch(() => null);
        if ((await saved?.displaced)?.equals(THEIRS)) say('given back');
      };
      const { met } = await sweepSimulated({
        from: await machineWith({ [NOTE]: OLD }),
        work: save,
        faults: [[way, /./]],
        verify(outcome) {
          if (isBetween(outcome, way)) return;
          const isThere = read(outcome.machine.start()).equals(THEIRS);
          expect(isThere || outcome.said.includes('given back')).toBe(true);
        },
      });
      expect(met).toBeGreaterThan(25);
    },
  );

  test.each(EVERY_WAY)('C24: %s, at any call: it is in the note, beside it, or kept', async (_, way) => {
    const { met } = await sweepSimulated({
      from: await machineKnown(),
      work: through('begin'),
      faults: [[way, /./]],
      async verify(outcome) {
        if (isBetween(outcome, way)) return;
        const authority = await outcome.machine.openAuthority(outcome.machine.start());
        await authority.documents.recover();
        const document = await authority.documents.open(NOTE);
        await authority.documents.flush(document);
        const texts = [document.text.toString(), ...document.overlaps.map(({ theirs }) => theirs)];
        await authority.close();
        expect(texts.join('\n')).toContain('A note, theirs');
      },
    });
    expect(met).toBeGreaterThan(40);
  });
});

test('C28: another program moves the note, at any call of its save: there is one note, with everything typed', async () => {
  const movedAway = (disk: DiskInMemory) => {
    const folder = disk.find(['vault']) ?? ROOT;
    const inode = disk.find(['vault', NOTE]);
    if (inode !== undefined) disk.move({ folder, name: NOTE }, { folder, name: 'moved.md' }, inode);
  };
  const { met } = await sweepSimulated({
    from: await machineKnown(),
    // A note that is moved before it is opened is not there to be typed in.
    work: (...args) => through('begin')(...args).catch((error) => expect(error.code).toBe('not-found')),
    faults: [[movedAway, /./]],
    async verify(outcome) {
      const process = outcome.machine.start();
      const authority = await outcome.machine.openAuthority(process);
      await authority.documents.recover();
      const notes = readdirSync(vaultOf(process)).filter((name) => name.endsWith('.md'));
      expect(notes).toEqual(['moved.md']);
      const document = await authority.documents.open('moved.md' as NotePath);
      await authority.documents.flush(document);
      await authority.close();
      const text = readFileSync(join(vaultOf(process), 'moved.md'), 'utf8');
      expect(text).toBe(BEGINNING + (outcome.said.includes('ack 1') ? '‹1›' : ''));
    },
  });
  expect(met).toBeGreaterThan(40);
});

test('C14: after a failure the note is said to be saved only once the file holds what was written', async () => {
  const wrong: string[] = [];
  let said = 0;
  await sweepSimulated({
    from: await machineKnown(),
    work: (process, say, machine) =>
      through('begin')(
        process,
        (line) => {
          say(line);
          if (!line.startsWith('saved ')) return;
          said += 1;
          const held = read(machine.start()).toString();
          if (held !== `${BEGINNING}‹1›`) wrong.push(held);
        },
        machine,
      ),
    faults: [
      [
        function failsAndThenDamages(disk) {
          disk.damagedWrites = 2;
          throw Object.assign(new Error('simulated'), { code: 'EIO' });
        },
        /^fsync/,
      ],
    ],
    verify: () => undefined,
  });
  expect(wrong).toEqual([]);
  expect(said).toBeGreaterThan(0);
});

test('C19: a save keeps the owner and the group of the file', async () => {
  const { machine } = await runWith(await machineWith({ [NOTE]: OLD }), async (process, _, { disk }) => {
    const owned = () => disk.facts(disk.find(['vault', NOTE]) ?? 0);
    Object.assign(owned(), { uid: USER + 1, gid: USER + 2 });
    const vault = await openVault(vaultOf(process));
    await vault.writeAtomic(NOTE, NEW, { expect: revisionOf(OLD) });
    expect(owned()).toMatchObject({ uid: USER + 1, gid: USER + 2 });
  });
  expect(read(machine.start()).equals(NEW)).toBe(true);
});
