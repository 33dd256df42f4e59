import { isUtf8 } from 'node:buffer';

/** Notes above this many bytes are neither opened nor indexed. */
export const MAX_NOTE_BYTES = 50 * 1024 * 1024;
/** How much of an unreadable file is shown. */
const MAX_SHOWN_BYTES = 1024 * 1024;

export type UnreadableCode = 'too-large' | 'utf-16' | 'binary' | 'not-utf8';

export type DecodedNote =
  | { kind: 'text' /** With its own line ends, without the BOM. */; raw: string; bom: boolean }
  | {
      kind: 'unreadable';
      code: UnreadableCode;
      /** Why, in words. */
      message: string;
      /** The best guess at the text, for looking at only: it may hold U+FFFD. */
      best: string;
    };

/** Turns a note's bytes into text, or says why that cannot be done without harm. Never throws. */
export function decodeNote(bytes: Buffer): DecodedNote {
  if (bytes.length > MAX_NOTE_BYTES)
    return unreadable('too-large', tooLargeMessage(bytes.length), lossy(bytes));
  const wide = utf16Order(bytes);
  if (wide !== null)
    return unreadable(
      'utf-16',
      'It is written in UTF-16, not UTF-8, so it can only be looked at.',
      wideText(bytes, wide),
    );
  if (isBinary(bytes))
    return unreadable('binary', 'It is not text: the file holds a picture, a program or other data.', '');
  if (!isUtf8(bytes)) {
    const message = `It holds bytes that are not UTF-8 (the first in line ${badLine(bytes)}), so it can only be looked at.`;
    return unreadable('not-utf8', message, lossy(bytes));
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { kind: 'text', raw: bytes.toString('utf8', bom ? 3 : 0), bom };
}

/** Why a note of so many bytes is not opened. */
export function tooLargeMessage(size: number): string {
  return `It is larger than 50 MB (${Math.round(size / 1024 / 1024)} MB).`;
}

function unreadable(code: UnreadableCode, message: string, best: string): DecodedNote {
  return { kind: 'unreadable', code, message, best };
}

const lossy = (bytes: Buffer) => new TextDecoder('utf-8').decode(bytes.subarray(0, MAX_SHOWN_BYTES));

function wideText(bytes: Buffer, order: 'le' | 'be'): string {
  return new TextDecoder(`utf-16${order}`).decode(bytes.subarray(0, MAX_SHOWN_BYTES));
}

function utf16Order(bytes: Buffer): 'le' | 'be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'be';
  const seen = Math.min(bytes.length, 4096) & ~1;
  if (seen < 4) return null;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < seen; at += 2) {
    if (bytes[at] === 0) even += 1;
    if (bytes[at + 1] === 0) odd += 1;
  }
  const pairs = seen / 2;
  // Latin text in UTF-16 has a NUL in nearly every pair, always on the same side.
  if (odd > pairs * 0.7 && even < pairs * 0.1) return 'le';
  if (even > pairs * 0.7 && odd < pairs * 0.1) return 'be';
  return null;
}

const MAGIC = [
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x25, 0x50, 0x44, 0x46, 0x2d],
  [0x50, 0x4b, 0x03, 0x04],
  [0x1f, 0x8b, 0x08],
  [0x7f, 0x45, 0x4c, 0x46],
];

function isBinary(bytes: Buffer): boolean {
  if (MAGIC.some((magic) => magic.every((byte, at) => bytes[at] === byte))) return true;
  let nuls = 0;
  for (let at = bytes.indexOf(0); at >= 0 && nuls <= 16; at = bytes.indexOf(0, at + 1)) nuls += 1;
  // A stray NUL is a byte like another to a text file; a file that is full of them is no text.
  return nuls > 16 || nuls * 10 > bytes.length;
}

function badLine(bytes: Buffer): number {
  let from = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}
