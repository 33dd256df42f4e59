import { z } from 'zod';
import { theme, vaultState } from './app.ts';
import { settingsState } from './settings.ts';
import { notePath, revision } from './shapes.ts';

/** What the app asks of its window: an item of the system's menu, a shortcut, a link from outside. */
export const windowCommand = z.enum([
  'quick-open',
  'search',
  'palette',
  'extract',
  'tonight',
  'settings',
  'open-folder',
  'toggle-theme',
  'toggle-left',
  'toggle-right',
  'close-note',
  'ramble-window',
]);
export type WindowCommand = z.infer<typeof windowCommand>;

/** Every event of the app and its payload. Past tense: they say what has happened. */
export const eventShapes = {
  /** Another program, or another window, changed a note; `revision` is `null` when it is gone. */
  'note.changed': z.strictObject({ path: notePath, revision: revision.nullable() }),
  /** The index holds something new: lists shown from it may be asked for again. */
  'index.updated': z.strictObject({}),
  'vault.progressed': vaultState,
  /** Another folder was opened: every window starts again from `app.state`. */
  'vault.opened': z.strictObject({}),
  'settings.changed': settingsState,
  'theme.changed': z.strictObject({ theme }),
  'command.requested': z.strictObject({ command: windowCommand }),
};

export type EventName = keyof typeof eventShapes;
export type EventPayload<Name extends EventName> = z.infer<(typeof eventShapes)[Name]>;
export type AppEvent = { [Name in EventName]: { name: Name; payload: EventPayload<Name> } }[EventName];
