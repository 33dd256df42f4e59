import { COMMANDS } from '../../contract/commands.ts';
import type { WindowCommand } from '../../contract/events.ts';
import type { OtherKey } from '../../contract/settings.ts';
import { isMac } from './key.tsx';

/**
 * The command whose key this is, or `null`; the app's own keys come before `others`. Keys are compared by what they type, and by place
 * where a layout types no Latin letter there. What AltGr types is text.
 */
export function commandOf(event: KeyboardEvent, others: readonly OtherKey[]): WindowCommand | null {
  if (event.getModifierState('AltGraph')) return null;
  const pressed = event.key.toLowerCase();
  const isLatin = /^[a-z]$/.test(pressed);
  const keys: { id: WindowCommand; key: string | null }[] = [
    ...COMMANDS,
    ...COMMANDS.map(({ id, otherKey = null }) => ({ id, key: otherKey })),
    // On a Mac a letter with Option alone is text.
    ...others
      .filter(({ key }) => !(isMac && /^Alt\+(?:Shift\+)?.$/.test(key)))
      .map(({ command, key }) => ({ id: command, key })),
  ];
  for (const { id, key } of keys) {
    if (key === null) continue;
    const parts = key.toLowerCase().split('+');
    const last = parts.at(-1) ?? '';
    const has = (name: string) => parts.slice(0, -1).includes(name);
    const place = /\d/.test(last) ? `Digit${last}` : `Key${last.toUpperCase()}`;
    const same = pressed === last || (last.length === 1 && !isLatin && event.code === place);
    if (
      same &&
      event.ctrlKey === (has('ctrl') || (has('mod') && !isMac)) &&
      event.metaKey === (has('meta') || (has('mod') && isMac)) &&
      event.shiftKey === has('shift') &&
      event.altKey === has('alt')
    ) {
      return id;
    }
  }
  return null;
}
