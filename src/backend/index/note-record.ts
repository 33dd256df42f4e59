import { resolveLink } from '../../core/links/resolve.ts';
import type { NoteFacts } from '../../core/markdown/note-facts.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { noteName } from '../../core/paths/note-path.ts';
import { readLineEnds } from '../../core/text/line-ends.ts';
import { decodeNote, MAX_NOTE_BYTES, tooLargeMessage } from '../vault/decode.ts';
import { readRegularSync } from '../vault/read-regular.ts';
import { revisionOf } from '../vault/revision.ts';

/** What the index keeps of one note. */
export interface NoteRecord {
  facts: NoteFacts;
  /** The whole text, lines ended by LF; `''` where it could not be read. */
  text: string;
  hash: string;
  /** Why only its name is known. */
  problem: { code: string; message: string } | null;
}

/** Reads a note's bytes from `place` on disk; `null` for more than 50 MB. Throws the system's own error. */
export function readNoteBytes(place: string): Buffer | null {
  return readRegularSync(place, MAX_NOTE_BYTES);
}

/** What a note's bytes mean. A note that cannot be understood is known by its name, with the reason. Never throws. */
export function recordOf(path: string, bytes: Buffer | null, size: number): NoteRecord {
  const name = noteName(path);
  if (bytes === null) {
    const problem = { code: 'too-large', message: tooLargeMessage(size) };
    return { facts: factsOfName(name), text: '', hash: revisionOf(Buffer.from(`${size}`)), problem };
  }
  const hash = revisionOf(bytes);
  const decoded = decodeNote(bytes);
  if (decoded.kind === 'unreadable') {
    const problem = { code: decoded.code, message: decoded.message };
    return { facts: factsOfName(name), text: '', hash, problem };
  }
  const { text } = readLineEnds(decoded.raw);
  try {
    return { facts: understandNote(name, text), text, hash, problem: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = { code: 'not-understood', message: `Its Markdown could not be understood (${reason}).` };
    return { facts: factsOfName(name), text, hash, problem };
  }
}

/** The key under which a link is looked up: the folded last segment of its target, just as resolving it will ask for it. */
export function targetKey(target: string, from: string): string {
  let key = '';
  resolveLink(target, from, (asked) => {
    key = asked;
    return [];
  });
  return key;
}

function factsOfName(name: string): NoteFacts {
  return { title: name, aliases: [], tags: [], headings: [], blocks: [], links: [], words: 0, bodyFrom: 0 };
}
