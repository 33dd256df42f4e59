import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { LEFTOVER } from '../../src/backend/vault/scan.ts';
import { sweepLeftovers } from '../../src/backend/vault/sweep.ts';
import { CREATED, NEW, OLD } from './vault-save-texts.ts';

/** The note is exactly old or new, the made one is whole or not there, and what was said is so. */
export function expectWhole(vault: string, said: string): void {
  const note = readFileSync(join(vault, 'note.md'));
  expect(note.equals(NEW) || note.equals(OLD), `the note’s ${note.length} bytes are neither`).toBe(true);
  if (said.includes('ack 1')) expect(note.equals(NEW), 'the acknowledged text').toBe(true);
  const created = join(vault, 'sub/created.md');
  if (said.includes('ack 2') || existsSync(created)) expect(readFileSync(created).equals(CREATED)).toBe(true);
}

/** Nothing else is there but temporary files of ours, which go once they are old. */
export function expectSwept(vault: string): void {
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
