import { z } from 'zod';
import { defineCall } from './call.ts';
import { localDay, notePath, noteText, revision } from './shapes.ts';

export const tonight = z.strictObject({
  day: localDay,
  path: notePath,
  /** False until the first keystroke: a day without words leaves no file. */
  exists: z.boolean(),
  /** What the note starts from when it does not exist yet. */
  template: noteText,
  /** The hour the evening ends, `HH:MM`. */
  dayEndsAt: z.string(),
  /** When the next evening begins, milliseconds since 1970. */
  endsAtMs: z.number(),
});
export type Tonight = z.infer<typeof tonight>;

export const rambleEntry = z.strictObject({
  day: localDay,
  path: notePath,
  title: z.string(),
  words: z.int(),
});
export type RambleEntry = z.infer<typeof rambleEntry>;

export const journalCalls = {
  'journal.tonight': defineCall(z.strictObject({}), tonight),
  /** Every ramble, newest first. */
  'journal.rambles': defineCall(z.strictObject({}), z.strictObject({ rambles: z.array(rambleEntry) })),
  /** Adds a paragraph to tonight's ramble, making the note from its template where there is none yet. */
  'journal.append': defineCall(
    z.strictObject({ text: noteText }),
    z.strictObject({ path: notePath, revision, created: z.boolean() }),
  ),
};
