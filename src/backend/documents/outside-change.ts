import { ChangeSet } from '@codemirror/state';
import { changesBetween } from '../../core/text/diff.ts';
import { readLineEnds, writeLineEnds } from '../../core/text/line-ends.ts';
import { type Merged, mergeTexts } from '../../core/text/merge.ts';
import type { NoteDocument } from './document.ts';
import type { Entry } from './journal/protocol.ts';
import { NoteText } from './note-text.ts';

const DISK = 'disk';

/** The texts that both sides may have been made from; `null` where there is none. */
export interface Bases {
  /** What is known to have been in the file. */
  known: string | null;
  /** What a save may have put there. */
  perhaps: string | null;
}

/**
 * Takes what another program wrote in a note's file into its document, merged with what is not saved yet. Gives what the journal is
 * to keep: with an overlap that is the other program's whole text, before anything is written over it.
 *
 * Without a base nobody can tell who changed what: the note is as its file, and what it was stays in its history.
 */
export function takeOutsideChange(
  document: NoteDocument,
  file: { bytes: Buffer; revision: string },
  bases: Bases,
  at: number,
): Entry[] {
  const theirText = NoteText.fromBytes(file.bytes).toString();
  const mine = document.text.toString();
  // An empty file where there was none is how a note begins: nothing was taken out of it.
  const isBeginning = document.disk.revision === null && theirText === '';
  const from = isBeginning ? '' : (begunWith(theirText, bases) ?? mine);
  const merged = document.dirty ? mergeTexts(from, mine, theirText) : { text: theirText, overlaps: [] };
  const entries = takeMerged(document, merged, file.bytes, at);
  const clean = merged.text === theirText;
  entries.push(...document.replaceBytes(clean ? file.bytes : bytesOfMerged(file.bytes, merged.text), at));
  document.disk = {
    ...document.disk,
    revision: file.revision,
    version: clean ? document.version : -1,
    text: theirText,
  };
  const saved = { type: 'saved', document: document.id, revision: file.revision } as const;
  entries.push(
    clean ? { ...saved, version: document.version, raw: null } : { ...saved, version: null, raw: file.bytes },
  );
  return entries;
}

/** So many of the lines that a save brought are looked for: enough to tell, and soon done in the longest note. */
const MOST_LINES = 200;
/** Shorter words are in a text by chance. */
const SHORTEST_WORD = 8;

/**
 * The text that another program began with: the save, where most of what only it brought is there, lines as they are or, of a line that was changed
 * again, its longer words. Otherwise what is known to have been in the file: what was to be saved must not be taken for deleted by a program
 * that never saw it.
 */
function begunWith(theirs: string, { known, perhaps }: Bases): string | null {
  if (known === null || perhaps === null) return known ?? perhaps;
  const [knownLines, theirLines] = [known, theirs].map((text) => new Set(text.split('\n')));
  const brought = perhaps.split('\n').filter((line) => line.trim() !== '' && !knownLines?.has(line));
  let there = 0;
  let missing = 0;
  for (const line of brought.slice(0, MOST_LINES)) {
    const isThere = theirLines?.has(line) === true;
    const pieces = isThere ? [line] : line.split(/\s+/).filter((word) => word.length >= SHORTEST_WORD);
    for (const piece of pieces) {
      if (!isThere && known.includes(piece)) continue;
      if (isThere || theirs.includes(piece)) there += piece.length;
      else missing += piece.length;
    }
  }
  return there > 0 && there >= missing ? perhaps : known;
}

/**
 * Takes in what another program wrote in the very moment of a save, into the file that the save has just taken the name from. The
 * file on disk is ours.
 */
export function takeDisplaced(document: NoteDocument, bytes: Buffer, base: string, at: number): Entry[] {
  const theirText = NoteText.fromBytes(bytes).toString();
  return takeMerged(document, mergeTexts(base, document.text.toString(), theirText), bytes, at);
}

function takeMerged(document: NoteDocument, merged: Merged, bytes: Buffer, at: number): Entry[] {
  const changes = changesBetween(document.text.toString(), merged.text);
  document.apply({ peer: DISK, kind: 'outside', at, changes });
  const entries = document.entries(1, at);
  if (merged.overlaps.length > 0) {
    const { id, version } = document;
    entries.push({ type: 'kept', document: id, version, at, raw: bytes, reason: 'outside' });
  }
  for (const { from, to, theirs } of merged.overlaps) {
    const id = 1 + Math.max(0, ...document.overlaps.map((overlap) => overlap.id));
    document.overlaps.push({ id, from, to, theirs });
    entries.push({
      type: 'overlapped',
      document: document.id,
      overlap: { id, version: document.version, start: from, end: to, theirs },
    });
  }
  return entries;
}

/** The merged text with the file's own line ends wherever the file's lines are in it. */
function bytesOfMerged(bytes: Buffer, text: string): Buffer {
  const whole = bytes.toString('utf8');
  const bom = whole.startsWith('\ufeff') ? '\ufeff' : '';
  const lined = readLineEnds(whole.slice(bom.length));
  return Buffer.from(bom + writeLineEnds(lined, changesBetween(lined.text, text), text), 'utf8');
}

/**
 * The change that settles an overlap as the user chose; `null` where the text stays as it is. Only the user's part of the overlap is
 * ever replaced; what is added stands on lines of its own.
 */
export function settleOverlap(
  document: NoteDocument,
  { from, to, theirs }: { from: number; to: number; theirs: string },
  keep: 'mine' | 'theirs' | 'both',
): ChangeSet | null {
  const { doc } = document.text;
  if (keep === 'mine') return null;
  if (keep === 'theirs' && from < to) return ChangeSet.of({ from, to, insert: theirs }, doc.length, '\n');
  // What was typed since may have joined the lines.
  const line = doc.lineAt(to);
  const gap = line.length === 0 || theirs.startsWith('\n') ? '' : '\n';
  return ChangeSet.of({ from: line.to, insert: gap + theirs }, doc.length, '\n');
}
