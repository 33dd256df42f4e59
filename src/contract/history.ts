import { z } from 'zod';
import { defineCall } from './call.ts';
import { documentId } from './notes.ts';
import { notePath, noteText, vaultPath } from './shapes.ts';

/** A stretch of writing without a longer pause, or one change by another hand, and the text after it. */
export const moment = z.strictObject({
  document: documentId,
  version: z.int(),
  /** A version that another program wrote and that was merged into unsaved text, not on the note's own line; else `null`. */
  kept: z.int().nullable(),
  /** When it ended, milliseconds since 1970. */
  at: z.number(),
  by: z.enum(['you', 'another program', 'extraction', 'a script', 'history', 'a rename', 'as it was']),
  /** How many edits it holds. */
  edits: z.int(),
  /** The change of several notes that it is a part of, by the number that takes it back; else `null`. */
  change: z.int().nullable(),
});
export type Moment = z.infer<typeof moment>;

/** What is not taken back with the rest, and why. */
const leftBehind = z.strictObject({ path: notePath, reason: z.string() });

/** A change of several notes that was kept as one. */
export const severalNotesChange = z.strictObject({
  /** By this number it is taken back. */
  change: z.int(),
  at: z.number(),
  /** What it was; `taken back` is a change that took another back. */
  by: z.enum(['extraction', 'a rename', 'taken back']),
  /** How many notes it changed. */
  notes: z.int(),
  /** Notes that it made, files and folders to which it gave other paths, and notes that it put into the trash. */
  made: z.array(notePath),
  moves: z.array(z.strictObject({ from: vaultPath, to: vaultPath })),
  trashed: z.array(notePath),
  /** The change that it took back. */
  undoes: z.int().nullable(),
  /** The change by which it was taken back. */
  takenBackBy: z.int().nullable(),
});
export type SeveralNotesChange = z.infer<typeof severalNotesChange>;

const which = { document: documentId, version: z.int().min(0), kept: z.int().nullable() };

export const historyCalls = {
  /** Every moment of a note that is kept, newest first. */
  'history.moments': defineCall(
    z.strictObject({ path: notePath }),
    z.strictObject({ moments: z.array(moment) }),
  ),
  /** Every moment of a document that is kept, newest first: of a deleted note, which no path leads to. */
  'history.momentsOf': defineCall(
    z.strictObject({ document: documentId }),
    z.strictObject({ moments: z.array(moment) }),
  ),
  /** The note's text at a moment. */
  'history.text': defineCall(z.strictObject(which), z.strictObject({ text: noteText })),
  /** Makes the note, to the byte, what it was: as an edit, so that this too can be taken back. */
  'history.restore': defineCall(z.strictObject({ path: notePath, ...which }), z.strictObject({})),
  /** Notes that are in no file any more and whose text is kept. */
  'history.deleted': defineCall(
    z.strictObject({}),
    z.strictObject({
      notes: z.array(
        z.strictObject({ document: documentId, path: notePath, at: z.number(), excerpt: z.string() }),
      ),
    }),
  ),
  /** What was put back after a crash (`VaultState.restored`) has been told to the user: no window tells it again. */
  'history.seenRestored': defineCall(z.strictObject({}), z.strictObject({})),
  /**
   * Makes the file of a deleted note again, beside one of the same name where there is one: with its last text, or with that of the
   * moment `at`.
   */
  'history.bringBack': defineCall(
    z.strictObject({
      document: documentId,
      at: z.strictObject({ version: which.version, kept: which.kept }).optional(),
    }),
    z.strictObject({ path: notePath }),
  ),
  /** The latest changes of several notes, the latest first: what can be taken back as one, for 30 days. */
  'history.changes': defineCall(
    z.strictObject({ limit: z.int().min(1).max(500) }),
    z.strictObject({ changes: z.array(severalNotesChange) }),
  ),
  /**
   * Takes a change of several notes back, also after a restart, or does one again that was taken back: every note gets back what it
   * took, where that is still as the change left it, and keeps what was written since; files get their names again; a note that it made
   * goes into the trash. It is a change in turn, by the number that is given. `left` is what stays. Refused with `not-found`
   * where it is too long ago, `conflict` where it was taken back already, `exists` where a path is taken again.
   */
  'history.takeBack': defineCall(
    z.strictObject({ change: z.int() }),
    z.strictObject({ change: z.int(), left: z.array(leftBehind) }),
  ),
};
