/**
 * The address of a file inside a vault: relative, `/` between segments, never climbing out, never hidden.
 * A plain string becomes one only through {@link parseVaultPath} or {@link parseNotePath}.
 */
export type VaultPath = string & { readonly __brand: 'VaultPath' | 'NotePath' };

/** A {@link VaultPath} that ends in `.md`, in any case. */
export type NotePath = string & { readonly __brand: 'NotePath' };

export type PathCheck<Path> = { ok: true; path: Path } | { ok: false; reason: string };

const MAX_PATH_BYTES = 4096;
const MAX_SEGMENT_BYTES = 255;
const NOTE_ENDING = /\.md$/i;

/** The length of `text` in UTF-8 bytes; a lone surrogate counts as the three bytes it would be written as. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Whether a text is longer than so many bytes of UTF-8: a code unit is one to three of them. */
const isLonger = (text: string, bytes: number) =>
  text.length > bytes || (text.length * 3 > bytes && utf8Length(text) > bytes);

function faultOf(raw: string): string | null {
  if (raw === '') return 'it is empty';
  if (isLonger(raw, MAX_PATH_BYTES)) return 'it is too long';
  if (raw.includes('\0')) return 'it holds a NUL character';
  if (raw.includes('\\')) return 'it holds a backslash';
  if (raw.startsWith('/') || /^[A-Za-z]:/.test(raw)) return 'it is not relative to the vault';
  for (const segment of raw.split('/')) {
    if (segment === '') return 'it has an empty folder name';
    if (segment === '.' || segment === '..') return 'it climbs out of its folder';
    if (segment.startsWith('.')) return 'it is hidden (a name that starts with a dot)';
    if (isLonger(segment, MAX_SEGMENT_BYTES)) return 'one of its names is longer than 255 bytes';
  }
  return null;
}

/** Checks that `raw` addresses something inside a vault; `reason` completes "…, because". Never throws. */
export function parseVaultPath(raw: string): PathCheck<VaultPath> {
  const fault = faultOf(raw);
  return fault === null ? { ok: true, path: raw as VaultPath } : { ok: false, reason: fault };
}

/** Checks that `raw` addresses a note inside a vault; `reason` completes "…, because". Never throws. */
export function parseNotePath(raw: string): PathCheck<NotePath> {
  const fault = faultOf(raw) ?? (isNoteName(raw) ? null : 'a note’s name ends in .md');
  return fault === null ? { ok: true, path: raw as NotePath } : { ok: false, reason: fault };
}

/** The last segment of `path` without `.md`: what Obsidian shows as the note's name. */
export function noteName(path: string): string {
  return withoutEnding(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether a file of that name is a note: it ends in `.md`, in any letter case. */
export function isNoteName(name: string): boolean {
  return NOTE_ENDING.test(name);
}

/** A path, name or link's target without the `.md` that ends it; another ending stays. */
export function withoutEnding(path: string): string {
  return path.replace(NOTE_ENDING, '');
}

/** The folder of `path`, without a trailing slash; `''` for the vault's root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `folder/name`, where `''` is the vault's root. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/**
 * The key under which two names are one name: NFC (Macs hand over NFD), letter case folded, and a space that keeps words together
 * (a Mac types it with Option held) taken for a plain one: Obsidian's `normalizePath`.
 */
export function nameKey(name: string): string {
  if (!/[^\0-\x7f]/.test(name)) return name.toLowerCase();
  return name
    .normalize('NFC')
    .replace(/[\u00a0\u202f]/g, ' ')
    .toLowerCase();
}
