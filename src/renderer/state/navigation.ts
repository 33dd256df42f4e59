import type { Client } from '../../contract/client.ts';
import { RambleError } from '../../contract/errors.ts';
import { parseLinkTarget } from '../../core/links/link-target.ts';
import { type NotePath, noteName, parseNotePath } from '../../core/paths/note-path.ts';
import { type Arrival, arrive, liveNote } from './open-notes.ts';
import { dropTab, showDialog, showTab, tell, tellError, useWindow } from './store.ts';

/** Opens a note in this window. */
export async function openNote(client: Client, path: NotePath, arrival: Arrival = {}): Promise<void> {
  arrive(path, arrival);
  showTab(path, noteName(path));
  liveNote(path)?.editor.focus();
  await client.call('find.visited', { path }).catch(() => undefined);
}

/** Opens tonight's ramble: the note of this evening, there or not yet. */
export async function openTonight(client: Client): Promise<void> {
  try {
    const tonight = await client.call('journal.tonight', {});
    const { tonight: before, save } = useWindow.getState();
    // The evening was renamed or moved by the settings before a word of it was written.
    if (before !== null && before !== tonight.path && save[before]?.kind === 'unwritten') dropTab(before);
    useWindow.setState({ tonight: tonight.path });
    showTab(tonight.path, 'Tonight');
    liveNote(tonight.path)?.editor.focus();
  } catch (error) {
    tellError(error);
    useWindow.setState({ hasShownNote: true });
  }
}

const WEB_ADDRESS = /^(https?:|mailto:)/i;

/** Follows a link of the note `from`: a web address, a note, a heading; a note that is not there yet is offered to be made. */
export async function followLink(client: Client, from: NotePath, target: string): Promise<void> {
  if (WEB_ADDRESS.test(target)) {
    await client.call('app.openExternal', { url: target }).catch(tellError);
    return;
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    tell({ text: `Links of this kind are not opened (${target.slice(0, 60)}).`, tone: 'warning' });
    return;
  }
  try {
    const { targets } = await client.call('links.resolve', { from, targets: [target] });
    const found = targets[0];
    const check = found?.path ? parseNotePath(found.path) : null;
    if (check?.ok) await openNote(client, check.path, { line: found?.line ?? null });
    else if (found?.path)
      tell({ text: `${found.path} is not a note; it is shown by the system’s own programs.` });
    else showDialog({ kind: 'make-note', target: parseLinkTarget(target).target, from });
  } catch (error) {
    tellError(error);
  }
}

/** Makes a note called `name` in `folder`, or opens the one that is there already. */
export async function makeNote(client: Client, path: NotePath): Promise<void> {
  try {
    await client.call('notes.create', { path, text: '' });
  } catch (error) {
    if (!(error instanceof RambleError && error.code === 'exists')) {
      tellError(error);
      return;
    }
  }
  await openNote(client, path);
}
