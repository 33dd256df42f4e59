import { z } from 'zod';
import { theme, vaultState } from './app.ts';
import { documentId, noteEdit, noteOverlap, saveState } from './notes.ts';
import { settingsState } from './settings.ts';
import { notePath } from './shapes.ts';

/** What the app asks of its window: an item of the system's menu, a shortcut, a link from outside. */
export const windowCommand = z.enum([
  'quick-open',
  'search',
  'palette',
  'extract',
  'extract-again',
  'fold-back',
  'rename',
  'rename-heading',
  'rename-folder',
  'tonight',
  'history',
  'deleted',
  'settings',
  'open-folder',
  'toggle-theme',
  'toggle-left',
  'toggle-right',
  'close-note',
  'ramble-window',
]);
export type WindowCommand = z.infer<typeof windowCommand>;

/** Whose doing it was. */
const by = z.enum(['you', 'another program']);

/** Every event of the app and its payload. Past tense: they say what has happened. */
export const eventShapes = {
  /** A note's text is another: the edits after `version`, in order, a window's own among them. They would survive a crash. */
  'note.edited': z.strictObject({ document: documentId, version: z.int(), edits: z.array(noteEdit) }),
  /** Whether the text at `version` is in the note's file, and where another program changed the same text. */
  'note.state': z.strictObject({
    document: documentId,
    path: notePath,
    version: z.int(),
    state: saveState,
    overlaps: z.array(noteOverlap),
  }),
  /** The note's file lies elsewhere now; its text goes on. */
  'note.moved': z.strictObject({
    document: documentId,
    from: notePath,
    to: notePath,
    by,
  }),
  /** The note's file was deleted, or put into the trash by what the user did here, and nothing typed was at stake. */
  'note.gone': z.strictObject({ document: documentId, path: notePath, by }),
  /** The index holds something new: lists shown from it may be asked for again. */
  'index.updated': z.strictObject({}),
  'vault.progressed': vaultState,
  /** Another folder was opened: every window starts again from `app.state`. */
  'vault.opened': z.strictObject({}),
  /** Another process answers for the folder now, or the way to it was cut for a while: what is shown is asked for again. */
  'vault.resumed': z.strictObject({}),
  'settings.changed': settingsState,
  'theme.changed': z.strictObject({ theme }),
  'command.requested': z.strictObject({ command: windowCommand }),
};

export type EventName = keyof typeof eventShapes;
export type EventPayload<Name extends EventName> = z.infer<(typeof eventShapes)[Name]>;
export type AppEvent = { [Name in EventName]: { name: Name; payload: EventPayload<Name> } }[EventName];
