import { COMMANDS } from '../../contract/commands.ts';
import type { WindowCommand } from '../../contract/events.ts';
import { isMac } from './key.tsx';

/** The command whose key this is, or `null`. Keys are compared by what they type, and by place where a layout types another sign. */
export function commandOf(event: KeyboardEvent): WindowCommand | null {
  const pressed = event.key.toLowerCase();
  const keys = COMMANDS.flatMap(({ id, key, otherKey }) => [
    { id, key },
    { id, key: otherKey ?? null },
  ]);
  for (const { id, key } of keys) {
    if (key === null) continue;
    const parts = key.toLowerCase().split('+');
    const last = parts.at(-1) ?? '';
    const mod = isMac ? event.metaKey : event.ctrlKey;
    const same = pressed === last || (last.length === 1 && event.code === `Key${last.toUpperCase()}`);
    if (
      same &&
      mod === parts.includes('mod') &&
      event.shiftKey === parts.includes('shift') &&
      event.altKey === parts.includes('alt')
    ) {
      return id;
    }
  }
  return null;
}
