import { COMMANDS, shownKey } from '../../contract/commands.ts';
import type { WindowCommand } from '../../contract/events.ts';

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The key of a command, as a keycap; nothing where it has none. */
export function Key({ of }: { of: WindowCommand }) {
  const key = COMMANDS.find((command) => command.id === of)?.key ?? null;
  return key === null ? null : <kbd>{shownKey(key, isMac)}</kbd>;
}
