import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { driverAt } from '../support/modules.ts';
import type { Folders } from './folders.ts';
import { record, replayCrashes } from './power-loss.ts';
import { hasStrace, type Left, sweep } from './sweep.ts';
import { expectSwept, expectWhole } from './vault-left.ts';
import { LARGE, OLD } from './vault-save-texts.ts';

const driver = { module: driverAt('faults', 'vault-save') };
const prepare = ({ vault }: Folders) => writeFileSync(join(vault, 'note.md'), OLD);

function expectTruth(left: Left): void {
  expect(left.stderr).toBe('');
  expect(left.exitCode).toBe(0);
  expectWhole(left.vault, left.stdout);
  expectSwept(left.vault);
}

describe.runIf(hasStrace())('a save that is hit by a fault', () => {
  test('C02: killed at any system call, the note is exactly old or new and leftovers are swept', async () => {
    const { runs, missed } = await sweep({
      driver,
      prepare,
      faults: ['SIGKILL'],
      verify({ vault, stdout }) {
        expectWhole(vault, stdout);
        expectSwept(vault);
      },
    });
    expect(missed).toEqual([]);
    expect(runs).toBeGreaterThan(30);
  });

  test('C02: on a disk without hard links (simulated) a note that is being made is whole, empty, or not there', async () => {
    const { missed } = await sweep({
      driver: { module: driverAt('faults', 'vault-make') },
      prepare,
      faults: ['SIGKILL'],
      verify({ vault, stdout }) {
        const created = join(vault, 'sub/created.md');
        const bytes = existsSync(created) ? readFileSync(created) : Buffer.alloc(0);
        const isWhole = bytes.equals(LARGE);
        expect(isWhole || (bytes.length === 0 && !stdout.includes('ack 2')), `${bytes.length} bytes`).toBe(
          true,
        );
        expectSwept(vault);
      },
    });
    expect(missed).toEqual([]);
  });

  test('C14: a disk fault at any call is an error in words or nothing lost, never a false “saved”', async () => {
    const { missed } = await sweep({ driver, prepare, faults: ['EIO', 'ENOSPC'], verify: expectTruth });
    expect(missed).toEqual([]);
  });

  test('C16: a refusal by the system at any call likewise', async () => {
    const { missed } = await sweep({
      driver,
      prepare,
      faults: ['EXDEV', 'EACCES', 'EMFILE', 'EDQUOT', 'EFBIG'],
      verify: expectTruth,
    });
    expect(missed).toEqual([]);
  });

  test('C06: after a loss of power the note is old or new, and new once that was said', async () => {
    const recording = await record(driver, prepare);
    await replayCrashes(recording, { crashes: 200 }, ({ vault, said }) => {
      expectWhole(vault, said.join('\n'));
      expectSwept(vault);
    });
  });
});
