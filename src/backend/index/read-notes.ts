import { onDisk } from '../vault/contain.ts';
import { MAX_NOTE_BYTES } from '../vault/decode.ts';
import { readWithStatSync } from '../vault/read-regular.ts';
import { recordOf } from './note-record.ts';
import type { FromNoteReader, ReadNote, ToNoteReader } from './read-ahead.ts';

/** What a note is read into, before it is worked out: most find room. */
const ROOM = Buffer.alloc(256 * 1024);

/** Reads notes and works out what they mean. One that cannot be read is left out: whoever wanted it will meet the reason. */
export function readNotes(root: string, { chunk, paths }: ToNoteReader): FromNoteReader {
  const notes: ReadNote[] = [];
  for (const path of paths) {
    try {
      const { stat, bytes } = readWithStatSync(onDisk(root, path), MAX_NOTE_BYTES, ROOM);
      const { size, mtimeMs, ctimeMs } = stat;
      notes.push({ path, size, mtimeMs, ctimeMs, record: recordOf(path, bytes, size) });
    } catch {
      // See above.
    }
  }
  return { chunk, notes, bytes: together(notes) };
}

/** Takes the bytes out of the notes and puts them into one piece of memory, which can be handed over without a copy. */
function together(notes: readonly ReadNote[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(notes.reduce((sum, { record }) => sum + record.bytes.length, 0));
  let at = 0;
  for (const { record } of notes) {
    all.set(record.bytes, at);
    at += record.bytes.length;
    record.bytes = NOTHING;
  }
  return all;
}

const NOTHING = new Uint8Array(0);
