import { z } from 'zod';
import { defineCall } from './call.ts';
import { leftBehind } from './history.ts';
import { folderPath, notePath, noteText, tagName, textRange } from './shapes.ts';

export const leaveBehind = z.enum(['link', 'embed', 'nothing']);
export type LeaveBehind = z.infer<typeof leaveBehind>;

export const extractProposal = z.strictObject({
  /** What would be pulled out: the selection grown to whole constructs, or the section the cursor is in. */
  range: textRange,
  title: z.string(),
  folder: z.string(),
  tags: z.array(z.string()),
  parents: z.array(z.string()),
  leave: leaveBehind,
  /** The first words of what moves, for the dialog. */
  excerpt: z.string(),
  words: z.int(),
});
export type ExtractProposal = z.infer<typeof extractProposal>;

export const extractOutcome = z.strictObject({
  /** The new note. */
  path: notePath,
  title: z.string(),
  /** By this number it can be taken back. */
  change: z.int(),
  source: z.strictObject({ path: notePath, version: z.int() }),
  /** Where the cursor goes in the source at that version: after what was left behind. */
  cursor: z.int(),
});

export const extractCalls = {
  /** What an extraction from here would be. `selection.from === selection.to` means the section around the cursor. */
  'extract.propose': defineCall(
    z.strictObject({ path: notePath, text: noteText, selection: textRange }),
    extractProposal,
  ),
  /** The offset of the heading called `heading` in the note, as a selection for the other two calls. */
  'extract.findSection': defineCall(
    z.strictObject({ path: notePath, heading: z.string().max(2000) }),
    z.strictObject({ selection: textRange, text: noteText, version: z.int() }),
  ),
  /**
   * Makes the new note (exclusively) and leaves the link in the source, both or neither. Refused with `exists` where the title is
   * taken, with `conflict` where the text of `range` has changed since `version`; nothing has changed then.
   */
  'extract.run': defineCall(
    z.strictObject({
      path: notePath,
      /** The version of the source's text that `range` is in. */
      version: z.int().min(0),
      range: textRange,
      title: z.string().trim().min(1, 'a title is needed').max(2000),
      folder: folderPath,
      tags: z.array(tagName).max(100),
      /** Names or paths of maps of content, as a wikilink would spell them. */
      parents: z.array(z.string().trim().min(1).max(1000)).max(100),
      leave: leaveBehind,
      /** What to do where there is a note of that name: refuse with `exists`, or add the text at its end. */
      existing: z.enum(['refuse', 'append']),
    }),
    extractOutcome,
  ),
  /**
   * Takes an extraction back, or does one again that was taken back: every note it changed, keeping what was written since. `left` is
   * what stays: notes that it had made and that somebody went on with, and places that were changed again since.
   */
  'extract.takeBack': defineCall(
    z.strictObject({ change: z.int() }),
    z.strictObject({ change: z.int(), left: z.array(leftBehind) }),
  ),
};
