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
  const target = (hash < 0 ? raw : raw.slice(0, hash)).trim();
  const fragment = hash < 0 ? '' : raw.slice(hash + 1).trim();
  if (fragment === '') return { target, heading: null, block: null };
  const block = /^\^([A-Za-z0-9-]+)$/.exec(fragment)?.[1];
  return block === undefined ? { target, heading: fragment, block: null } : { target, heading: null, block };
}

/** Takes apart the destination of a Markdown link, percent-decoded; `null` where it leads out of the vault (a URL). */
export function parseMarkdownDestination(destination: string): LinkTarget | null {
  const bare = /^<(.*)>$/s.exec(destination)?.[1] ?? destination;
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(bare) || bare.startsWith('//')) return null;
  return parseLinkTarget(decodeLoosely(bare));
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
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
