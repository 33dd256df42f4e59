import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { LEFTOVER } from '../../src/backend/vault/scan.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { type Authority, openAuthorityHere } from './authority.ts';
import type { Folders } from './folders.ts';
import { numbersIn, promisedOf, readKeystrokes, withoutTyped } from './typed-log.ts';

/** What the note that the authority works on begins as. */
export const BEGINNING = '\ufeff# A note\r\n\r\nof two lines\rand no end';

export function writeBeginning({ vault }: Folders): void {
  writeFileSync(join(vault, 'note.md'), BEGINNING);
}

/** The note, known to the journal. */
export async function prepareKnown(folders: Folders): Promise<void> {
  writeBeginning(folders);
  await startAgain(folders);
}

/** What the note holds, which must be its beginning and the first few keystrokes, in order. */
function keystrokesIn(text: string): number[] {
  expect(withoutTyped(text), 'outside what was typed').toBe(BEGINNING);
  const numbers = numbersIn(text);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  return numbers;
}

/**
 * What was said to be saved is in the file; after a start everything that was acknowledged is there, once; and a further start
 * changes nothing. `start` starts the app, and gives how many edits were in no file.
 */
export async function expectKept(
  folders: Folders,
  said: readonly string[],
  start: (folders: Folders) => Promise<number> = startAgain,
): Promise<void> {
  const note = join(folders.vault, 'note.md');
  const before = keystrokesIn(readFileSync(note, 'utf8'));
  const saved = said.filter((line) => line.startsWith('saved ')).map((line) => Number(line.slice(6)));
  expect(before.length, 'what was said to be saved').toBeGreaterThanOrEqual(Math.max(0, ...saved));

  const promised = promisedOf(readKeystrokes(said).values(), 0).map(({ number }) => number);
  await start(folders);
  const after = keystrokesIn(readFileSync(note, 'utf8'));
  expect(after).toEqual(expect.arrayContaining([...before, ...promised]));
  const bytes = readFileSync(note);
  expect(await start(folders)).toBe(0);
  expect(readFileSync(note).equals(bytes), 'another start leaves the note').toBe(true);
  for (const name of readdirSync(folders.vault)) if (name !== 'note.md') expect(name).toMatch(LEFTOVER);
}

/** Does what the app does at its start; gives how many edits were in no file. */
export async function startAgain(
  folders: Folders,
  open: (folders: Folders) => Promise<Authority> = openAuthorityHere,
): Promise<number> {
  const authority = await open(folders);
  const { edits } = await authority.documents.recover();
  const document = await authority.documents.open('note.md' as NotePath);
  expect(document.state.kind).toBe('saved');
  expect(document.overlaps).toEqual([]);
  await authority.close();
  expect(authority.problems()).toEqual([]);
  return edits;
}
