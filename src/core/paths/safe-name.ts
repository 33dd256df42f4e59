import { utf8Length } from './note-path.ts';

/** Characters that a file system refuses or that end an Obsidian link target: `* " \ / < > : | ? # ^ [ ]` and controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE = /[*"\\/<>:|?#^[\]\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;
const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;
/** Room for `.md` and for a ` (2)` beneath the 255 bytes of a name. */
const MAX_NAME_BYTES = 240;

/**
 * A file name (without `.md`) for a note called `title`, safe on every system and as a link target.
 * Gives `''` where nothing of the title is left; the caller then asks for another.
 */
export function safeNoteName(title: string): string {
  let name = title
    .replace(/%%|\[\[|\]\]/g, ' ')
    .replace(UNSAFE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  name = name.replace(/^[.\s]+/, '');
  if (utf8Length(name) > MAX_NAME_BYTES) name = cutToBytes(name, MAX_NAME_BYTES);
  name = name.replace(/[. ]+$/, '');
  return RESERVED_ON_WINDOWS.test(name) ? `${name} note` : name;
}

function cutToBytes(text: string, limit: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > limit) break;
    kept += character;
  }
  return kept.trimEnd();
}
