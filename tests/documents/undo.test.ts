import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { history, historyField, undo } from '@codemirror/commands';
import { EditorState } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenNote } from '../../src/contract/notes.ts';
import { undoHistory } from '../../src/renderer/editor/undo-again.ts';
import { type Asking, ownEdits } from '../../src/renderer/note/own-edits.ts';
import { cleanUp, makeVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { openAt } from './open-at.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  cleanUp();
});

/** Undoes in an editor that opens the note, as often as it goes. */
function undoAll(note: OpenNote, asking: Asking): { text: string; steps: number } {
  const json = undoHistory(note.past.text, ownEdits(note.past, asking), note.text);
  let state = EditorState.fromJSON(
    { doc: note.text, selection: { ranges: [{ anchor: 0, head: 0 }], main: 0 }, history: json },
    { extensions: history() },
    { history: historyField },
  );
  let steps = 0;
  while (
    undo({
      state,
      dispatch: (transaction) => {
        state = transaction.state;
      },
    })
  )
    steps += 1;
  return { text: state.doc.toString(), steps };
}

const LATER: Asking = { isOwn: () => false, since: Date.parse('2030-01-01') };

describe('undo after the app was ended', () => {
  it('C64: goes back before the last snapshot of the journal', async () => {
    const vault = makeVault({ 'a.md': 'begin\n' });
    const data = mkdtempSync(join(tmpdir(), 'ramble-data-'));
    folders.push(data);
    const first = await openAt(vault.folder, data);
    const typist = await Typist.open(first.client, 'a.md');
    for (let count = 0; count < 100; count += 1) typist.type(typist.text.length, `${count}\n`);
    await typist.push();
    // A long text put in makes a snapshot at once.
    typist.type(typist.text.length, `${'long '.repeat(8000)}\n`);
    await typist.save();
    typist.type(typist.text.length, 'after\n');
    await typist.save();
    const { text } = typist;
    typist.close();
    await first.close();
    const second = await openAt(vault.folder, data);
    const note = await second.client.call('notes.open', { path: 'a.md' });
    expect(note.text).toBe(text);
    expect(note.past.edits).toHaveLength(102);
    expect(undoAll(note, LATER).text).toBe('begin\n');
    await second.close();
  });

  it('C64: takes back what the window that wrote last had written, and nothing of another’s', async () => {
    const vault = makeVault({ 'a.md': 'begin\n' });
    const data = mkdtempSync(join(tmpdir(), 'ramble-data-'));
    folders.push(data);
    const first = await openAt(vault.folder, data);
    const { document } = await first.client.call('notes.open', { path: 'a.md' });
    let version = 0;
    for (const [peer, words] of [
      ['wother.1', 'theirs\n'],
      ['wmine.1', 'mine\n'],
      ['wother.2', 'theirs again\n'],
      ['wmine.2', 'mine again\n'],
    ] as const) {
      const { text } = await first.client.call('notes.open', { path: 'a.md' });
      ({ version } = await first.client.call('notes.push', {
        document,
        version,
        peer,
        edits: [{ kind: 'typed', changes: [text.length, [0, ...words.split('\n')]] }],
      }));
    }
    await first.client.call('notes.flush', { document });
    await first.close();
    const second = await openAt(vault.folder, data);
    const note = await second.client.call('notes.open', { path: 'a.md' });
    expect(undoAll(note, LATER).text).toBe('begin\ntheirs\ntheirs again\n');
    // A window that was there already, and wrote nothing, takes nothing back.
    expect(undoAll(note, { isOwn: () => false, since: 0 })).toEqual({ text: note.text, steps: 0 });
    // One that was there and knows its own keeps to them.
    const mine = { isOwn: (peer: string) => peer.startsWith('wother.'), since: 0 };
    expect(undoAll(note, mine).text).toBe('begin\nmine\nmine again\n');
    await second.close();
  });
});
