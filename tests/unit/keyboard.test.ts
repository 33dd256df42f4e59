import { expect, it } from 'vitest';
import type { OtherKey } from '../../src/contract/settings.ts';
import { commandOf } from '../../src/renderer/shell/keyboard.ts';

const OTHERS: OtherKey[] = [
  { command: 'extract', key: 'Mod+Alt+Q' },
  { command: 'fold-back', key: 'Mod+Z' },
  { command: 'extract', key: 'Mod+Shift+1' },
];

/** A key with its modifiers, in words: `ctrl alt`, and `altgr` for what types another sign. */
function commandAt(key: string, code: string, modifiers: string) {
  const has = (name: string) => modifiers.split(' ').includes(name);
  const event = {
    key,
    code,
    ctrlKey: has('ctrl'),
    altKey: has('alt'),
    shiftKey: has('shift'),
    metaKey: has('meta'),
    getModifierState: (name: string) => name === 'AltGraph' && has('altgr'),
  };
  return commandOf(event as KeyboardEvent, OTHERS);
}

it.each([
  ['the app’s own', 'e', 'KeyE', 'ctrl shift', 'extract'],
  ['its other one', 'N', 'KeyN', 'alt shift', 'extract'],
  ['Obsidian’s', 'q', 'KeyQ', 'ctrl alt', 'extract'],
  ['on a Russian keyboard', 'й', 'KeyQ', 'ctrl alt', 'extract'],
  ['a digit with Shift, which types a sign', '!', 'Digit1', 'ctrl shift', 'extract'],
  ['what AltGr types', '@', 'KeyQ', 'ctrl alt altgr', null],
  ['the letter at that place, where it types another', 'y', 'KeyZ', 'ctrl', null],
  ['one modifier more', 'q', 'KeyQ', 'ctrl alt meta', null],
  ['the letter alone', 'q', 'KeyQ', '', null],
])('%s', (_name, key, code, modifiers, command) => {
  expect(commandAt(key, code, modifiers)).toBe(command);
});
