import { z } from 'zod';
import { defineCall } from './call.ts';
import { leaveBehind } from './extract.ts';
import { folderPath, noteText, queryText, tagName } from './shapes.ts';

export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'an hour is written like 04:00');

/** A search with a name of its own. */
export const savedSearch = z.strictObject({
  name: z.string().trim().min(1).max(100),
  query: queryText.min(1),
});
export type SavedSearch = z.infer<typeof savedSearch>;

/** What a vault's owner can set; the file is `.ramble/settings.json` in the vault. */
export const settings = z.strictObject({
  journal: z.strictObject({
    folder: folderPath,
    /** The name of a ramble, in the date tokens of Obsidian (moment); text stands in [brackets]. */
    namePattern: z.string().min(1).max(200),
    /** The text a new ramble starts from, with {{title}}, {{date}}, {{date:FORMAT}}, {{time}}, {{time:FORMAT}}. */
    template: noteText.max(100_000),
    /** A note in the vault whose text is the template; `''` uses `template`. */
    templateNote: z.string().max(4096),
    dayEndsAt: clockTime,
  }),
  /** What the dialog for pulling text out begins with. */
  extract: z.strictObject({
    folder: folderPath,
    /** What every new page's file name begins with, with {{date:FORMAT}} and {{time:FORMAT}}. */
    namePrefix: z.string().max(200),
    tags: z.array(tagName).max(100),
    leave: leaveBehind,
    /** A note in the vault whose text is the template of new pages; `''` uses `templateText`. */
    template: z.string().max(4096),
    /** A template; `''` for the app's own form. */
    templateText: noteText.max(100_000),
    /** The line of parent maps, with {{parents}}; `''` for `+ {{parents}}`. */
    parentLine: z.string().max(1000),
    liftHeadings: z.boolean(),
  }),
  /** Saved searches, as their owner put them in order. */
  searches: z.array(savedSearch).max(200),
});
export type Settings = z.infer<typeof settings>;

export const settingsPatch = z.strictObject({
  journal: settings.shape.journal.partial().optional(),
  extract: settings.shape.extract.partial().optional(),
  /** All of them. */
  searches: settings.shape.searches.optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatch>;

export const settingsState = z.strictObject({
  values: settings,
  /** Why the file in the vault was not used: it is then left as it is, and nothing is written over it. */
  problem: z.string().nullable(),
  /** Settings that come from `.obsidian/` because `.ramble/settings.json` does not say, as `journal.folder`. */
  fromObsidian: z.array(z.string()),
});
export type SettingsState = z.infer<typeof settingsState>;

/** A key that another program has for something that this app does too; written as the keys of commands, with `Ctrl` and `Meta` besides. */
export const otherKey = z.strictObject({
  key: z.string().max(100),
  command: z.enum(['extract', 'fold-back']),
});
export type OtherKey = z.infer<typeof otherKey>;

export const settingsCalls = {
  'settings.get': defineCall(z.strictObject({}), settingsState),
  /** The keys of `.obsidian/hotkeys.json`. */
  'settings.keys': defineCall(z.strictObject({}), z.strictObject({ keys: z.array(otherKey) })),
  'settings.change': defineCall(z.strictObject({ patch: settingsPatch }), settingsState),
};
