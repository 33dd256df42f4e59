import { ChangeSet, type Text } from '@codemirror/state';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { NoteDocument } from './document.ts';
import type { Journal } from './journal/journal.ts';
import type { ChangePart } from './journal/protocol.ts';
import { replay } from './journal/thin-out.ts';
import { readEditRow } from './journal-rows.ts';
import type { NoteText } from './note-text.ts';
import type { OpenDocuments } from './open-documents.ts';

/** What is not taken back with the rest: which note, and why, in words. */
export interface Left {
  path: NotePath;
  reason: string;
}

/** One note's part in a change that is to be taken back. */
export interface BackPart {
  document: NoteDocument;
  /** What the part changed, the text before it, and what happened from it to `known`. */
  changes: ChangeSet;
  before: NoteText;
  since: ChangeSet[];
  known: number;
}

/** Reads from the journal what takes a part back; in words why that cannot be. Throws `io`. */
export async function readPart(
  journal: Journal,
  documents: OpenDocuments,
  { document: id, version }: ChangePart,
): Promise<BackPart | Left> {
  const document = await documents.find(id).catch(() => null);
  if (document === null || document.gone) {
    const path = (await journal.ask('loadById', id))?.path ?? 'A note.md';
    return { path: path as NotePath, reason: 'it is not there any more' };
  }
  const { path, unwritable } = document;
  if (unwritable !== null) return { path, reason: unwritable };
  const then = await journal.ask('upTo', id, version - 1);
  const rows = await journal.ask('editsAfter', id, version - 1);
  const [first, ...since] = (rows ?? []).map((row) => readEditRow(row).changes);
  if (then === null || first === undefined)
    return { path, reason: 'too much of its past was thinned out since' };
  return { document, changes: first, before: replay(then), since, known: version + since.length };
}

/** How a part is taken back from the text as it is now. */
export interface FitBack {
  changes: ChangeSet;
  /** How many places of it were changed by somebody since, and stay as they are. */
  left: number;
  /** What the note held before, to the byte, where nothing else happened to it. */
  bytes: Uint8Array | undefined;
}

/**
 * The change that takes back what of a part is still as the part made it; `null` where what happened since is not at hand.
 *
 * @param isName it gave things other names: what was written next to one on its line is part of the name, and makes it another.
 */
export function fitBack(
  { document, changes, before, since, known }: BackPart,
  isName: boolean,
): FitBack | null {
  const later = document.editsAfter(known);
  if (later === null) return null;
  const all = [...since, ...later.map((edit) => edit.changes)];
  const now = document.text.doc;
  const mapped = (at: number, side: 1 | -1) => all.reduce((place, change) => change.mapPos(place, side), at);
  const isBreak = (at: number) => now.sliceString(at, at + 1) === '\n';
  const back: { from: number; to: number; insert: Text }[] = [];
  let left = 0;
  changes.iterChanges((fromBefore, toBefore, fromAfter, toAfter, inserted) => {
    // What is next to it is not in it; where it only took something away, that comes back in its place.
    const from = mapped(fromAfter, fromAfter === toAfter ? -1 : 1);
    const to = fromAfter === toAfter ? from : mapped(toAfter, -1);
    const isLonger =
      (mapped(fromAfter, -1) < from && !isBreak(from - 1)) || (mapped(toAfter, 1) > to && !isBreak(to));
    if (from > to || (isName && isLonger) || !now.slice(from, to).eq(inserted)) left += 1;
    else back.push({ from, to, insert: before.doc.slice(fromBefore, toBefore) });
  });
  return {
    changes: ChangeSet.of(back, now.length),
    left,
    bytes: all.length === 0 && left === 0 ? before.bytes() : undefined,
  };
}
