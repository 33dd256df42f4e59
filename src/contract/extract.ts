import { z } from 'zod';
import { defineCall } from './call.ts';
import { awaitFiles, folderPath, notePath, noteText, tagName, textRange, vaultPath } from './shapes.ts';

/** What stays in the source: `wording` is one's own, with `{{link}}` in it. */
export const leaveBehind = z.union([
  z.enum(['link', 'embed', 'nothing']),
  z.strictObject({ wording: z.string().trim().min(1, 'the wording is empty').max(1000) }),
]);
export type LeaveBehind = z.infer<typeof leaveBehind>;

/** Where in a note that is there text is put; `line` (from 1) is that of the heading of a section, at whose end it goes. */
export const extractPlace = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('top') }),
  z.strictObject({ at: z.literal('bottom') }),
  z.strictObject({ at: z.literal('under'), line: z.int().min(1) }),
]);
export type ExtractPlace = z.infer<typeof extractPlace>;

export const extractDestination = z.discriminatedUnion('kind', [
  /** A note of its own, called after the part's title as far as a file can be. */
  z.strictObject({ kind: z.literal('new'), folder: folderPath }),
  z.strictObject({ kind: z.literal('existing'), path: notePath, place: extractPlace }),
]);

const title = z.string().trim().min(1, 'a title is needed').max(2000);

/** How new notes are written, and what stays. */
export const extractForm = z.strictObject({
  tags: z.array(tagName).max(100),
  /** Names or paths of maps of content, as a wikilink would spell them. */
  parents: z.array(z.string().trim().min(1).max(1000)).max(100),
  leave: leaveBehind,
  /** A note whose text is the template of new notes; `''` for the app's own form. */
  template: z.string().max(4096),
  /** Lifts the headings of what moves so that it begins at level 1. */
  liftHeadings: z.boolean(),
  /** Takes the files along that only what moves uses. */
  takeFiles: z.boolean().default(false),
});
export type ExtractForm = z.infer<typeof extractForm>;

/** How something came to be pulled out: choices are remembered for each. */
export const extractKind = z.enum(['selection', 'section', 'split']);
export type ExtractKind = z.infer<typeof extractKind>;

/** Stretches of the source that go to one note. */
export const extractPart = z.strictObject({
  ranges: z.array(textRange).min(1).max(1000),
  title,
  to: extractDestination,
});
export type ExtractPart = z.infer<typeof extractPart>;

/** What moves, and where it goes. */
export const extractWhat = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('extract'),
    path: notePath,
    /** The version of the source's text that the ranges are in. */
    version: z.int().min(0),
    how: extractKind,
    parts: z.array(extractPart).min(1).max(1000),
    /** The lines of those of the source's properties, each whole, that the first part's note gets too. */
    properties: z.array(textRange).max(1000).default([]),
    form: extractForm,
  }),
  /** The inverse: a note, or the section of it whose heading is on `line` (from 1), goes into another note, and links follow. */
  z.strictObject({
    kind: z.literal('fold-back'),
    path: notePath,
    line: z.int().min(1).nullable(),
    into: notePath,
    place: extractPlace,
  }),
]);
export type ExtractWhat = z.infer<typeof extractWhat>;

export const extractProposal = z.strictObject({
  how: extractKind,
  /** The selections grown to whole constructs, or the section the cursor is in; each part goes to a note of its own. */
  parts: z.array(z.strictObject({ ranges: z.array(textRange), title: z.string(), words: z.int() })),
  /** The lines of each property that the selection reaches into: these stay, and can be copied too. */
  properties: z.array(textRange),
  /** What was chosen the last time something came to be pulled out in this way, else what the settings say. */
  folder: z.string(),
  form: extractForm,
  /** The levels of headings that there are several of: what the note can be split by. */
  levels: z.array(z.int()),
  /** The first words of what moves, for the dialog. */
  excerpt: z.string(),
});
export type ExtractProposal = z.infer<typeof extractProposal>;

/** Lines of a note before and after, from `line` (from 1). */
const changedLines = z.strictObject({ line: z.int().min(1), before: z.string(), after: z.string() });

/** What a plan would do, by its hash, and when it was made. */
const planName = z.string().regex(/^[0-9a-f]{32}-\d{1,15}$/);

/** What an extraction, or its inverse, would do. */
export const extractPlan = z.strictObject({
  /** Stands for all of it: `extract.run` does this, or nothing. */
  plan: planName,
  /** Notes that would be made, whole. */
  makes: z.array(z.strictObject({ path: notePath, text: noteText })),
  /** Every note whose text changes. */
  notes: z.array(z.strictObject({ path: notePath, hunks: z.array(changedLines) })),
  /** Notes that go to the trash, with the lines of their properties: those are in no note then, everything else in them is elsewhere. */
  trashes: z.array(z.strictObject({ path: notePath, properties: noteText })),
  /** The properties, as they are called, that were to be copied to a note which keeps its own. */
  keptProperties: z.array(z.string()),
  /** The files that only what moves uses: these get another path with it (`goes`), or could. */
  files: z.array(z.strictObject({ from: vaultPath, to: vaultPath, goes: z.boolean() })),
  /** Links, footnotes and references that would mean something else, or nothing, with the reason. */
  strays: z.array(z.strictObject({ path: notePath, line: z.int(), text: z.string(), reason: z.string() })),
});
export type ExtractPlan = z.infer<typeof extractPlan>;

export const extractOutcome = z.strictObject({
  /** Where the parts are now, in order. */
  paths: z.array(notePath),
  /** By this number it can be taken back. */
  change: z.int(),
  source: z.strictObject({ path: notePath, version: z.int() }),
  /** Where the cursor goes in the source at that version: after what was left behind. UTF-16 code units. */
  cursor: z.int(),
  /** How many other notes had links rewritten. */
  followed: z.int(),
});

export const extractCalls = {
  /**
   * What an extraction from here would be. An empty selection means the section around it; `split` (a level of headings) means every
   * section of that level, each to a note of its own. Refused with `nothing-to-extract`.
   */
  'extract.propose': defineCall(
    z.strictObject({
      path: notePath,
      text: noteText,
      selections: z.array(textRange).min(1).max(1000),
      split: z.int().min(1).max(6).nullable(),
    }),
    extractProposal,
  ),
  /** The offset of the heading called `heading` in the note, as a selection for the other calls. */
  'extract.findSection': defineCall(
    z.strictObject({ path: notePath, heading: z.string().max(2000) }),
    z.strictObject({ selection: textRange, text: noteText, version: z.int() }),
  ),
  /**
   * What would change in every note; changes nothing. Refused with `exists` where a title is taken (`data.path`, `data.suggestion`, and
   * `data.part`, its index), `conflict` where the text of a range has changed since `version`, `bad-name`, `not-found`, `read-only`.
   */
  'extract.plan': defineCall(z.strictObject({ what: extractWhat }), extractPlan),
  /**
   * Does what was planned, all of it or nothing. Refused as `extract.plan` is, and with `conflict` where any of it has changed since, or
   * where something cannot follow and `leaveStrays` does not say to leave it. `plan` may be `null`: then what the plan is now is done;
   * otherwise templates say the time that was shown. Files follow as after `rename.run`.
   */
  'extract.run': defineCall(
    z.strictObject({ what: extractWhat, plan: planName.nullable(), leaveStrays: z.boolean(), awaitFiles }),
    extractOutcome,
  ),
};
