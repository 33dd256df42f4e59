import { realpathSync } from 'node:fs';
import type { ShownLine, TextRange } from '../../../contract/shapes.ts';
import { readLineEnds } from '../../../core/text/line-ends.ts';
import { isInside, onDisk } from '../../vault/contain.ts';
import { decodeNote, MAX_NOTE_BYTES } from '../../vault/decode.ts';
import { readRegularSync } from '../../vault/read-regular.ts';

const MAX_SHOWN = 300;
const BEFORE_MARK = 80;

/** A note's text as it is on disk now, LF only; `null` where it cannot be read as text. Never throws. */
export function readNoteText(root: string, path: string): string | null {
  try {
    const real = realpathSync.native(onDisk(root, path));
    if (!isInside(root, real)) return null;
    const bytes = readRegularSync(real, MAX_NOTE_BYTES);
    const decoded = bytes === null ? null : decodeNote(bytes);
    return decoded?.kind === 'text' ? readLineEnds(decoded.raw).text : null;
  } catch {
    return null;
  }
}

/** A line for a list: a long one is cut around its first mark. Marks are within `text`, sorted. */
export function showLine(line: number, text: string, marks: TextRange[]): ShownLine {
  if (text.length <= MAX_SHOWN) return { line, text, marks };
  const first = marks[0]?.from ?? 0;
  const from = wholeCharacter(text, Math.max(0, Math.min(first - BEFORE_MARK, text.length - MAX_SHOWN)));
  const to = wholeCharacter(text, Math.min(text.length, from + MAX_SHOWN));
  const lead = from > 0 ? '…' : '';
  const shift = lead.length - from;
  const kept = marks
    .filter((mark) => mark.to > from && mark.from < to)
    .map((mark) => ({ from: Math.max(mark.from, from) + shift, to: Math.min(mark.to, to) + shift }));
  return { line, text: `${lead}${text.slice(from, to)}${to < text.length ? '…' : ''}`, marks: kept };
}

/** An offset that does not cut a surrogate pair in two. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
