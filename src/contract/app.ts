import { z } from 'zod';
import { defineCall } from './call.ts';

/** What the door that this window came through can do; the interface reads this and asks nothing else. */
export const capabilities = z.strictObject({
  /** The system's own dialog for choosing a folder. */
  pickFolder: z.boolean(),
  /** A second window with tonight's note, opened by the door. Otherwise the interface opens `/ramble` itself. */
  rambleWindow: z.boolean(),
  /** Show a note's file in the system's file manager. */
  revealFile: z.boolean(),
  /** The system's own application menu shows the commands. */
  menu: z.boolean(),
});
export type Capabilities = z.infer<typeof capabilities>;

export const theme = z.enum(['system', 'dusk', 'daylight']);
export type Theme = z.infer<typeof theme>;

export const vaultState = z.strictObject({
  /** The folder's own name, for the screen. */
  name: z.string(),
  notes: z.int(),
  /** How far reading the notes is; `null` when it is done. */
  indexing: z.strictObject({ done: z.int(), total: z.int(), paused: z.boolean() }).nullable(),
  /** Files that could not be read, notes that are in no file yet and what else is wrong, with the reason in words. */
  problems: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })),
  /**
   * What was typed when the app last ended, was in no file yet, and was put back; `null` where there was nothing, and once a window has
   * told it.
   */
  restored: z.strictObject({ edits: z.int(), notes: z.int() }).nullable(),
});
export type VaultState = z.infer<typeof vaultState>;

export const appState = z.strictObject({
  version: z.string(),
  capabilities,
  theme,
  vault: vaultState.nullable(),
  /** Why the last folder could not be opened, for the first-run screen. */
  notice: z.string().nullable(),
});
export type AppState = z.infer<typeof appState>;

/** The folder as the user typed or chose it: the one place where a path outside the vault enters, and it never comes back. */
const typedFolder = z.string().trim().min(1).max(4096);

export const appCalls = {
  'app.state': defineCall(z.strictObject({}), appState),
  'app.setTheme': defineCall(z.strictObject({ theme }), z.strictObject({})),
  'app.openFolder': defineCall(z.strictObject({ folder: typedFolder }), appState),
  /** Copies the sample notes into a new folder (refused where it holds anything) and opens it. */
  'app.makeSample': defineCall(z.strictObject({ folder: typedFolder }), appState),
  /** Asks with the system's dialog; `null` when the user cancelled. Needs the capability `pickFolder`. */
  'app.pickFolder': defineCall(
    z.strictObject({ purpose: z.enum(['open', 'sample']) }),
    z.strictObject({ folder: z.string().nullable() }),
  ),
  /** Needs the capability `rambleWindow`. */
  'app.showRambleWindow': defineCall(z.strictObject({}), z.strictObject({})),
  /** Opens a web address in the user's browser. Only http, https and mailto. */
  'app.openExternal': defineCall(z.strictObject({ url: z.string().max(8192) }), z.strictObject({})),
};
