import { readEscape, SIGN_OR_ESCAPE, unescapeMarkdown } from '../markdown/escapes.ts';

export interface LinkTarget {
  /** The note or file; `''` for a link within the note itself. */
  target: string;
  /** `A#B` where headings are chained. */
  heading: string | null;
  /** Without `^`. */
  block: string | null;
}

/** Takes apart what stands before the `|` of a wikilink: `note#heading`, `note#^block`, `#heading`. */
export function parseLinkTarget(raw: string): LinkTarget {
  const hash = raw.indexOf('#');
  return hash < 0 ? withFragment(raw, '') : withFragment(raw.slice(0, hash), raw.slice(hash + 1));
}

function withFragment(file: string, named: string): LinkTarget {
  const target = file.trim();
  const fragment = named.trim();
  if (fragment === '') return { target, heading: null, block: null };
  const block = /^\^(.+)$/.exec(fragment)?.[1];
  return block === undefined ? { target, heading: fragment, block: null } : { target, heading: null, block };
}

/**
 * Takes apart the destination of a Markdown link as it is written, with or without `<>`: what stands before its `#` and after, each
 * decoded. `null` where it leads out of the vault (a URL).
 */
export function parseMarkdownDestination(destination: string): LinkTarget | null {
  const isAngled = destination.length > 1 && destination.startsWith('<') && destination.endsWith('>');
  const bare = isAngled ? destination.slice(1, -1) : destination;
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(bare) || bare.startsWith('//')) return null;
  const hash = hashIn(bare);
  if (hash === null) return withFragment(decodeDestination(bare), '');
  return withFragment(decodeDestination(bare.slice(0, hash.from)), decodeDestination(bare.slice(hash.to)));
}

/** A Markdown link's destination as a wikilink would name it; `null` where it leads out of the vault, or no wikilink could. */
export function asWikilinkTarget(destination: string): string | null {
  const parts = parseMarkdownDestination(destination);
  if (parts === null || parts.target.includes('#')) return null;
  const { target, heading, block } = parts;
  if (block !== null) return `${target}#^${block}`;
  return heading === null ? target : `${target}#${heading}`;
}

/** Where the `#` before a fragment stands in a destination as it is written (UTF-16 offsets): one that is percent-encoded is none. */
export function hashIn(destination: string): { from: number; to: number } | null {
  for (const { index, 0: found } of destination.matchAll(SIGN_OR_ESCAPE))
    if (readEscape(found) === '#') return { from: index, to: index + found.length };
  return null;
}

/** A piece of a destination as it is meant: without backslashes, entities and percent signs. */
export function decodeDestination(written: string): string {
  const address = unescapeMarkdown(written);
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** The form in which two headings are the same heading to a link: punctuation and runs of space are one space, case folded. */
export function headingKey(heading: string): string {
  return heading
    .normalize('NFC')
    .replace(/[!"#$%&()*+,.:;<=>?@^`{|}~/[\]\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
