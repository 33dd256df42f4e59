import { z } from 'zod';
import type { OtherKey } from '../../contract/settings.ts';
import type { ReadSettings } from './read-json.ts';

/** Obsidian's commands, and its plugins’, that this app has too. */
const SAME: ReadonlyMap<string, OtherKey['command']> = new Map([
  ['note-composer:split-file', 'extract'],
  ['note-composer:extract-heading', 'extract'],
  ['note-composer:merge-file', 'fold-back'],
  ['note-refactor-obsidian:app:extract-selection-first-line', 'extract'],
  ['note-refactor-obsidian:app:extract-selection-content-only', 'extract'],
  ['note-refactor-obsidian:app:extract-selection-autogenerate-name', 'extract'],
  ['note-refactor-obsidian:app:split-note-by-heading-h1', 'extract'],
  ['note-refactor-obsidian:app:split-note-by-heading-h2', 'extract'],
  ['note-refactor-obsidian:app:split-note-by-heading-h3', 'extract'],
]);
const MODIFIERS = ['Mod', 'Ctrl', 'Meta', 'Alt', 'Shift'];

const hotkey = z.object({
  modifiers: z.array(z.enum(['Mod', 'Ctrl', 'Meta', 'Alt', 'Shift'])),
  key: z.string().min(1).max(30),
});

/**
 * The keys that `.obsidian/hotkeys.json` has for what this app does too, as commands write theirs; never written. Keys that type
 * something are not among them.
 */
export async function readObsidianKeys(readSettings: ReadSettings): Promise<OtherKey[]> {
  const byCommand = z.record(z.string(), z.unknown()).safeParse(await readSettings('.obsidian/hotkeys.json'));
  const keys = [...SAME].flatMap(([id, command]) => {
    const hotkeys = z.array(z.unknown()).safeParse(byCommand.data?.[id]);
    return (hotkeys.data ?? []).flatMap((one): OtherKey[] => {
      const { data } = hotkey.safeParse(one);
      if (data === undefined || data.key === '+') return [];
      const modifiers = MODIFIERS.filter((name) => data.modifiers.some((modifier) => modifier === name));
      const typesNothing = modifiers.some((name) => name !== 'Shift') || /^F\d{1,2}$/i.test(data.key);
      return typesNothing ? [{ command, key: [...modifiers, data.key].join('+') }] : [];
    });
  });
  return keys.filter(({ key }, at) => keys.findIndex((other) => other.key === key) === at);
}
