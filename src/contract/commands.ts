import type { WindowCommand } from './events.ts';

export interface CommandInfo {
  id: WindowCommand;
  label: string;
  /** `Mod` is Ctrl, on a Mac ⌘. Keys are joined by `+`, as Electron's accelerators are but for `Mod`. */
  key: string | null;
  /** Another key that does the same, for the habits of other programs. */
  otherKey?: string;
}

/** What a window can be asked to do, named and keyed once for the menu, the palette and the keyboard. */
export const COMMANDS: readonly CommandInfo[] = [
  { id: 'tonight', label: 'Tonight’s ramble', key: 'Mod+D' },
  { id: 'quick-open', label: 'Go to a note…', key: 'Mod+O' },
  { id: 'search', label: 'Search the text of all notes…', key: 'Mod+Shift+F' },
  { id: 'extract', label: 'Extract to a page of its own…', key: 'Mod+Shift+E', otherKey: 'Alt+Shift+N' },
  { id: 'extract-again', label: 'Extract again like last time', key: 'Mod+Alt+X' },
  { id: 'fold-back', label: 'Fold this note into another…', key: null },
  { id: 'rename', label: 'Rename or move this note…', key: 'F2' },
  { id: 'rename-heading', label: 'Rename the heading, tag or block id here…', key: 'Shift+F2' },
  { id: 'rename-folder', label: 'Rename or move this note’s folder…', key: null },
  { id: 'history', label: 'History of this note…', key: 'Mod+Shift+H' },
  { id: 'deleted', label: 'Deleted notes…', key: null },
  { id: 'palette', label: 'All commands…', key: 'Mod+P' },
  { id: 'ramble-window', label: 'Open the ramble window', key: 'Mod+Alt+E' },
  { id: 'toggle-left', label: 'Show or hide the left side', key: 'Mod+Alt+L' },
  { id: 'toggle-right', label: 'Show or hide the right side', key: 'Mod+Alt+R' },
  { id: 'toggle-theme', label: 'Switch between Dusk and Daylight', key: 'Mod+Shift+L' },
  { id: 'close-note', label: 'Close this note', key: 'Alt+W' },
  { id: 'settings', label: 'Settings…', key: 'Mod+,' },
  { id: 'open-folder', label: 'Open another folder…', key: null },
];

/** `key` as it is shown: `Ctrl Shift E`, on a Mac `⌘⇧E`. */
export function shownKey(key: string, mac: boolean): string {
  if (!mac) return key.replace('Mod', 'Ctrl').split('+').join(' ');
  return key
    .replace(/Mod|Meta/, '⌘')
    .replace('Ctrl', '⌃')
    .replace('Shift', '⇧')
    .replace('Alt', '⌥')
    .split('+')
    .join('');
}
