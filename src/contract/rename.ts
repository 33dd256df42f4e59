import { z } from 'zod';
import { defineCall } from './call.ts';
import { awaitFiles, folderPath, notePath, revision, tagName, vaultPath } from './shapes.ts';

const ownFolder = folderPath.refine((folder) => folder !== '', 'the vault’s own folder keeps its name');

/** What gets another name, and which. */
export const renameWhat = z.discriminatedUnion('kind', [
  /** `to` is the whole path: another name, another folder, or both. */
  z.strictObject({ kind: z.literal('note'), path: notePath, to: notePath }),
  z.strictObject({ kind: z.literal('folder'), folder: ownFolder, to: ownFolder }),
  /** The heading on a line (from 1); `to` is what stands after its `#`, as Markdown. */
  z.strictObject({
    kind: z.literal('heading'),
    path: notePath,
    line: z.int().min(1),
    to: z.string().trim().min(1, 'a heading needs a text').max(2000),
  }),
  /** A block's id, without `^`. */
  z.strictObject({
    kind: z.literal('block'),
    path: notePath,
    id: z.string().max(200),
    to: z.string().max(200),
  }),
  /** A tag and every tag nested in it. */
  z.strictObject({ kind: z.literal('tag'), tag: tagName, to: tagName }),
]);
export type RenameWhat = z.infer<typeof renameWhat>;

/** A line that changes: its number (from 1), and its text before and after. */
const changedLine = z.strictObject({ line: z.int().min(1), before: z.string(), after: z.string() });

/** What a rename would do. */
export const renamePlan = z.strictObject({
  /** Stands for all of it: `rename.run` does this, or nothing. */
  plan: revision,
  /** Files and folders that get another path. */
  moves: z.array(z.strictObject({ from: vaultPath, to: vaultPath })),
  /** Every note whose text changes, by its path before. */
  notes: z.array(z.strictObject({ path: notePath, lines: z.array(changedLine) })),
  /** How many places change in all of them. */
  places: z.int(),
  /** Links that cannot follow: they would lead elsewhere, or nowhere. */
  /** Saved searches that name it. */
  searches: z.array(z.strictObject({ name: z.string(), before: z.string(), after: z.string() })),
  strays: z.array(z.strictObject({ path: notePath, line: z.int(), text: z.string(), reason: z.string() })),
});
export type RenamePlan = z.infer<typeof renamePlan>;

export const renameCalls = {
  /**
   * What a rename would change, of every note; changes nothing. Refused with `exists` where the new name is taken, `bad-name`
   * (`data.suggestion`) where it cannot be one, `not-found`.
   */
  'rename.plan': defineCall(z.strictObject({ what: renameWhat }), renamePlan),
  /**
   * Does what was planned, all of it or nothing. Refused as `rename.plan` is, and with `conflict` where any of it has changed since, or
   * where a link cannot follow and `leaveStrays` does not say to leave it behind. Also with `read-only` and `io`. Of many notes only the first are in
   * their files by then, unless `awaitFiles`: the rest follows, and what cannot be written is a problem of the vault.
   */
  'rename.run': defineCall(
    z.strictObject({ what: renameWhat, plan: revision, leaveStrays: z.boolean(), awaitFiles }),
    z.strictObject({
      /** By this number it can be taken back. */
      change: z.int(),
      /** How many notes changed. */
      notes: z.int(),
    }),
  ),
};
