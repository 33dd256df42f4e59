import type { Client } from '../../contract/client.ts';
import type { WindowCommand } from '../../contract/events.ts';
import { namedAt } from '../../core/markdown/named-at.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { folderOf, type NotePath, noteName } from '../../core/paths/note-path.ts';
import { headingTextAt } from '../../core/rename/follow-heading.ts';
import { closeNote } from '../state/close-note.ts';
import { extractAgain } from '../state/extraction.ts';
import { openTonight } from '../state/navigation.ts';
import { liveNote } from '../state/open-notes.ts';
import { type RenamedThing, showDialog, tell, tellError, useWindow } from '../state/store.ts';

/** Does what a key, a menu item or the palette asks for. */
export function runCommand(client: Client, command: WindowCommand): void {
  const { active, tonight, app, panels } = useWindow.getState();
  switch (command) {
    case 'history':
      if (active !== null) showDialog({ kind: 'history', path: active });
      break;
    case 'deleted':
    case 'quick-open':
    case 'palette':
    case 'settings':
      showDialog({ kind: command });
      break;
    case 'search':
      showDialog({ kind: 'search', query: '' });
      break;
    case 'open-folder':
      showDialog({ kind: 'folder' });
      break;
    case 'extract':
      if (active !== null) showDialog({ kind: 'extract', path: active });
      break;
    case 'extract-again':
      if (active !== null) void extractAgain(client, active);
      break;
    case 'fold-back':
      if (active !== null) showDialog({ kind: 'fold-back', path: active, heading: headingAtCursor(active) });
      break;
    case 'rename': {
      const tag = document.activeElement?.getAttribute('data-tag') ?? null;
      if (tag !== null) showDialog({ kind: 'rename', of: { kind: 'tag', tag } });
      else if (active !== null) showDialog({ kind: 'rename', of: { kind: 'note', path: active } });
      break;
    }
    case 'rename-heading': {
      const thing = thingAtCursor(active);
      if (thing === null)
        tell({ text: 'There is no tag or block id at the cursor, and no heading above it.' });
      else showDialog({ kind: 'rename', of: thing });
      break;
    }
    case 'rename-folder': {
      const folder = active === null ? '' : folderOf(active);
      if (folder === '') tell({ text: 'This note lies in no folder within yours.' });
      else showDialog({ kind: 'rename', of: { kind: 'folder', folder } });
      break;
    }
    case 'tonight':
      void openTonight(client);
      break;
    case 'close-note':
      if (active !== null && active !== tonight) void closeNote(active);
      break;
    case 'toggle-left':
      useWindow.setState({ panels: { ...panels, left: !panels.left } });
      break;
    case 'toggle-right':
      useWindow.setState({ panels: { ...panels, right: !panels.right } });
      break;
    case 'toggle-theme': {
      const theme = document.documentElement.dataset.theme === 'dusk' ? 'daylight' : 'dusk';
      client.call('app.setTheme', { theme }).catch(tellError);
      break;
    }
    case 'ramble-window':
      if (app?.capabilities.rambleWindow) client.call('app.showRambleWindow', {}).catch(tellError);
      else openRambleWindow();
      break;
  }
}

/** Opens the ramble window by itself; never while this port may be another program's, whose page would reach into this window. */
function openRambleWindow(): void {
  const { connection } = useWindow.getState();
  if (connection.kind !== 'open') tell({ text: 'Evening Ramble does not answer just now.' });
  else if (connection.outlived)
    tell({ text: 'Evening Ramble was started again: open the ramble window from its new window.' });
  else {
    // Asked for without an address, a window that is there comes forward as it is, and is not loaded again.
    const ramble = window.open('', 'ramble', 'popup,width=760,height=720');
    if (ramble === null)
      tell({ text: 'The browser keeps the ramble window back: let this page open windows.' });
    else if (isAt(ramble, '/ramble')) ramble.focus();
    else ramble.location.href = new URL('/ramble', location.href).href;
  }
}

/** Whether a window shows this page of ours; what shows another server's does not say where it is. */
function isAt(other: Window, path: string): boolean {
  try {
    return other.location.origin === location.origin && other.location.pathname === path;
  } catch {
    return false;
  }
}

/** The tag or block id that the cursor touches, or else the heading that it is in, or under. */
function thingAtCursor(path: NotePath | null): RenamedThing | null {
  const editor = liveNote(path)?.editor;
  if (editor === undefined || path === null) return null;
  const text = editor.text();
  const { to: cursor } = editor.selection();
  const named = namedAt(text, cursor);
  if (named !== null) return named.kind === 'tag' ? named : { ...named, path };
  return headingAtCursor(path);
}

/** The heading that the cursor is in, or under. */
function headingAtCursor(path: NotePath | null): Extract<RenamedThing, { kind: 'heading' }> | null {
  const editor = liveNote(path)?.editor;
  if (editor === undefined || path === null) return null;
  const text = editor.text();
  const { to: cursor } = editor.selection();
  const heading = understandNote(noteName(path), text).headings.findLast(({ from }) => from <= cursor);
  const range = heading === undefined ? null : headingTextAt(text, heading.from);
  if (heading === undefined || range === null) return null;
  return { kind: 'heading', path, line: heading.line, text: text.slice(range.from, range.to) };
}
