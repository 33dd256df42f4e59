import { z } from 'zod';
import { defineCall } from './call.ts';
import { notePath, noteText, revision, vaultPath } from './shapes.ts';

export const openNote = z.strictObject({
  path: notePath,
  title: z.string(),
  text: noteText,
  revision,
  /** Why the note can be read but not edited here; `null` where it can be edited. */
  readOnly: z.string().nullable(),
});
export type OpenNote = z.infer<typeof openNote>;

export const saveOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('saved'), revision }),
  /**
   * Another program wrote the note since `base`. Its version stays where it is; the text that was to be saved is kept, whole,
   * in the new note `copy`.
   */
  z.strictObject({ kind: z.literal('conflict'), copy: notePath, copyRevision: revision }),
]);
export type SaveOutcome = z.infer<typeof saveOutcome>;

export const notesCalls = {
  'notes.open': defineCall(z.strictObject({ path: notePath }), openNote),
  /** Writes the whole text, atomically, if the file still is what it was at `base`. */
  'notes.save': defineCall(z.strictObject({ path: notePath, text: noteText, base: revision }), saveOutcome),
  /** Makes a new note; refused with `exists` where there is one of that name. */
  'notes.create': defineCall(
    z.strictObject({ path: notePath, text: noteText }),
    z.strictObject({ path: notePath, revision }),
  ),
  /** A picture of the vault for display. Refused for what is not an image, or over 20 MB. */
  'notes.image': defineCall(
    z.strictObject({ path: vaultPath }),
    z.strictObject({ mediaType: z.string(), base64: z.string() }),
  ),
};
