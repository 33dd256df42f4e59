import { z } from 'zod';
import { defineCall } from './call.ts';
import { documentId } from './notes.ts';
import { notePath, noteText } from './shapes.ts';

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
});
export type Moment = z.infer<typeof moment>;

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
};
