import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LEFTOVER } from '../../src/backend/vault/scan.ts';
import { sweepLeftovers } from '../../src/backend/vault/sweep.ts';
import type { Folders } from './folders.ts';
import { record, replayCrashes } from './power-loss.ts';
import { hasStrace, type Left, sweep } from './sweep.ts';
import { CREATED, NEW, OLD } from './vault-save-texts.ts';

const driver = { module: new URL('./vault-save-driver.ts', import.meta.url) };
const prepare = ({ vault }: Folders) => writeFileSync(join(vault, 'note.md'), OLD);

/** The note is exactly old or new, the made one is whole or not there, and what was said is so. */
function expectWhole(vault: string, said: string): void {
  const note = readFileSync(join(vault, 'note.md'));
  expect(note.equals(NEW) || note.equals(OLD), `the note’s ${note.length} bytes are neither`).toBe(true);
  if (said.includes('ack 1')) expect(note.equals(NEW), 'the acknowledged text').toBe(true);
  const created = join(vault, 'sub/created.md');
  if (said.includes('ack 2') || existsSync(created)) expect(readFileSync(created).equals(CREATED)).toBe(true);
}

/** Nothing else is there but temporary files of ours, which go once they are old. */
function expectSwept(vault: string): void {
  const leftovers = () =>
    readdirSync(vault, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !['note.md', 'created.md'].includes(entry.name))
      .map((entry) => entry.name);
  const found = leftovers();
  for (const name of found) expect(name).toMatch(LEFTOVER);
  expect(sweepLeftovers(vault)).toBe(0);
  expect(sweepLeftovers(vault, undefined, Date.now() + 120_000)).toBe(found.length);
  expect(leftovers()).toEqual([]);
}

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

  test('C14: a disk fault at any call is an error in words or nothing lost, never a false “saved”', async () => {
    const { missed } = await sweep({ driver, prepare, faults: ['EIO', 'ENOSPC'], verify: expectTruth });
    expect(missed).toEqual([]);
  });

  test('C16: a refusal by the system at any call likewise', async () => {
    const { missed } = await sweep({ driver, prepare, faults: ['EXDEV', 'EACCES'], verify: expectTruth });
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
