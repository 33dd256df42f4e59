import { z } from 'zod';
import { defineCall } from './call.ts';
import { notePath, noteText, revision, vaultPath } from './shapes.ts';

/** A note as the authority over its text knows it; stays the same when the note is renamed. */
export const documentId = z.string().regex(/^[0-9a-z]{1,12}$/);

/** How many edits a text has had: every peer counts the same. */
const version = z.int().min(0);

/** A `ChangeSet` of CodeMirror as JSON: kept lengths, and `[deleted, ...lines inserted]`. */
export const changesJson = z.array(
  z.union([
    z.int().min(0),
    z.tuple([z.int().min(0)], z.string().regex(/^[^\r\n]*$/, 'a line break within a line')),
  ]),
);
export type ChangesJson = z.infer<typeof changesJson>;

export const editKind = z.enum([
  'typed',
  'undo',
  'redo',
  'outside',
  'append',
  'extract',
  'restored',
  'chosen',
  'renamed',
]);
export type EditKind = z.infer<typeof editKind>;

const peerName = z.string().regex(/^[\w.-]{1,64}$/);

export const noteEdit = z.strictObject({
  peer: peerName,
  kind: editKind,
  /** Milliseconds since 1970. */
  at: z.number(),
  changes: changesJson,
});

/** Whether what is typed is in the note's file. "Saved" is said only after the write. */
export const saveState = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('saved') }),
  /** The note has no file yet: nothing was written in it. */
  z.strictObject({ kind: z.literal('unwritten') }),
  z.strictObject({ kind: z.literal('unsaved') }),
  /** It is tried again and again; the text is kept meanwhile. */
  z.strictObject({ kind: z.literal('failed'), reason: z.string() }),
  /** Another program deleted the file while there was unsaved text; `notes.putBack` makes it again. */
  z.strictObject({ kind: z.literal('gone'), reason: z.string() }),
  z.strictObject({ kind: z.literal('read-only'), reason: z.string() }),
]);
export type SaveState = z.infer<typeof saveState>;

/** A place where the user and another program changed the same text: the note holds the user's, `theirs` is the other's. */
export const noteOverlap = z.strictObject({
  id: z.int(),
  from: z.int().min(0),
  to: z.int().min(0),
  mine: z.string(),
  theirs: z.string(),
});
export type NoteOverlap = z.infer<typeof noteOverlap>;

export const openNote = z.strictObject({
  document: documentId,
  path: notePath,
  title: z.string(),
  version,
  text: noteText,
  /** What the file's bytes are; `null` where there is no file yet. */
  revision: revision.nullable(),
  /** Why the note can be read but not edited here; `null` where it can be edited. */
  readOnly: z.string().nullable(),
  state: saveState,
  overlaps: z.array(noteOverlap),
  /** The latest edits, and the text they were made on: what an editor's undo is built from again. */
  past: z.strictObject({
    text: noteText,
    edits: z.array(noteEdit),
    /** How many of the edits were made before the app was started. */
    before: z.int().min(0),
  }),
});
export type OpenNote = z.infer<typeof openNote>;

const document = { document: documentId };

export const notesCalls = {
  /** `begin` is what the note starts as where it has no file: the file is made with the first edit. */
  'notes.open': defineCall(z.strictObject({ path: notePath, begin: noteText.optional() }), openNote),
  /**
   * Hands over edits made on `version`, in order; the ones sent before and not yet seen confirmed are sent again with them. Resolves
   * once they would survive a crash. Refused with `out-of-step` where `version` is not one this document ever had.
   */
  'notes.push': defineCall(
    z.strictObject({
      ...document,
      version,
      peer: peerName,
      edits: z.array(z.strictObject({ kind: editKind, changes: changesJson })).max(10_000),
    }),
    z.strictObject({ version }),
  ),
  /** The edits after `version`, and where the note lies now. Refused with `out-of-step` as `notes.push`. */
  'notes.pull': defineCall(
    z.strictObject({ ...document, version }),
    z.strictObject({
      path: notePath,
      edits: z.array(noteEdit),
      state: saveState,
      overlaps: z.array(noteOverlap),
    }),
  ),
  /** Resolves when the note's text is in its file, or when that failed: the state says which. */
  'notes.flush': defineCall(z.strictObject(document), z.strictObject({ state: saveState })),
  /** Settles an overlap: the note goes on with the user's text, the other's, or both. */
  'notes.settle': defineCall(
    z.strictObject({ ...document, overlap: z.int(), keep: z.enum(['mine', 'theirs', 'both']) }),
    z.strictObject({}),
  ),
  /** Makes the file again that another program deleted. */
  'notes.putBack': defineCall(z.strictObject(document), z.strictObject({})),
  /** Lets go of a note whose file was deleted: its text stays in the history. */
  'notes.letGo': defineCall(z.strictObject(document), z.strictObject({})),
  /** Makes a new note; refused with `exists` where there is one of that name. */
  'notes.create': defineCall(
    z.strictObject({ path: notePath, text: noteText }),
    z.strictObject({ path: notePath, revision }),
  ),
  /** What synchronising left behind: the note that this one is a conflict copy of, and the copies of this one. */
  'notes.copies': defineCall(
    z.strictObject({ path: notePath }),
    z.strictObject({ of: notePath.nullable(), copies: z.array(notePath) }),
  ),
  /** A picture of the vault for display. Refused for what is not an image, or over 20 MB. */
  'notes.image': defineCall(
    z.strictObject({ path: vaultPath }),
    z.strictObject({ mediaType: z.string(), base64: z.string() }),
  ),
};
