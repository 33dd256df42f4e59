import type { Tree } from '@lezer/common';
import { isScalar, parseDocument, visit } from 'yaml';
import { frontmatterEnd } from '../markdown/frontmatter-syntax.ts';
import { Lines } from '../markdown/lines.ts';
import type { NoteFacts, NoteLink } from '../markdown/note-facts.ts';
import { quickNoteParser } from '../markdown/quick-note-parser.ts';
import { parseLinkTarget, parseMarkdownDestination } from './link-target.ts';

/** How a link's target is written: what has to be escaped in it, and how. */
export type Writing = 'wiki' | 'single-quoted' | 'double-quoted' | 'markdown' | 'angled';

/** A link of a note, and where in the text its parts stand. Offsets are UTF-16 code units of the whole text. */
export interface LinkSpot {
  link: NoteLink;
  writing: Writing;
  /** The note or file as it is meant, decoded; `''` in a link to the note itself. */
  target: string;
  /** Where the target stands; empty in a link to the note itself. */
  targetFrom: number;
  targetTo: number;
  /** Where the heading or `^block` after the `#` stands; `null` where there is none. */
  fragment: { from: number; to: number } | null;
}

/**
 * The places of a note's links in its text, in the order of `facts.links`. Links that cannot be taken apart are left out. `read` gives the
 * text's tree.
 */
export function linkSpots(
  text: string,
  { links }: Pick<NoteFacts, 'links'>,
  read: () => Tree = () => quickNoteParser.parse(text),
): LinkSpot[] {
  const isWiki = (link: NoteLink) => /^!?\[\[/.test(text.slice(link.from, link.from + 3));
  const destinations = links.every(isWiki) ? new Map<number, Stretch>() : destinationsIn(read());
  const quoted = links.some(({ place }) => place === 'frontmatter') ? quotedIn(text) : [];
  return links.flatMap((link) => {
    if (isWiki(link)) return [wikiSpot(text, link, quoted)];
    const url = destinations.get(link.from);
    return url === undefined ? [] : [markdownSpot(text, link, url)];
  });
}

/** The places of the destinations that a note defines for its references (`[label]: destination`). */
export function referenceSpots(text: string, read: () => Tree): LinkSpot[] {
  if (!/^.*\]:/m.test(text)) return [];
  const found: LinkSpot[] = [];
  const lines = new Lines(text);
  read().iterate({
    enter({ name, from, to, node }) {
      const url = name === 'LinkReference' ? node.getChild('URL') : null;
      if (url === null) return;
      const parsed = parseMarkdownDestination(text.slice(url.from, url.to));
      if (parsed === null) return;
      const line = lines.numberAt(from);
      const link: NoteLink = { kind: 'markdown', ...parsed, alias: null, line, from, to, place: 'body' };
      found.push(markdownSpot(text, link, url));
    },
  });
  return found;
}

/** A piece of a target or fragment as it has to be written. */
export function encode(piece: string, writing: Writing): string {
  switch (writing) {
    case 'wiki':
      return piece;
    case 'single-quoted':
      return piece.replaceAll("'", "''");
    case 'double-quoted':
      return piece.replace(/["\\]/g, '\\$&');
    case 'angled':
      return piece.replace(/[%<>\\]/g, percent);
    case 'markdown':
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters end a destination
      return piece.replace(/[%<>()\\"[\]`\s\u0000-\u0020\u007f]/g, percent);
  }
}

/** A target or fragment as it was meant. */
export function decode(raw: string, writing: Writing): string {
  switch (writing) {
    case 'wiki':
      return raw;
    case 'single-quoted':
      return raw.replaceAll("''", "'");
    case 'double-quoted':
      return raw.replace(/\\(["\\])/g, '$1');
    case 'angled':
    case 'markdown':
      try {
        return decodeURIComponent(raw);
      } catch {
        return raw;
      }
  }
}

interface Stretch {
  from: number;
  to: number;
}

const percent = (sign: string) => encodeURIComponent(sign).replace(/[()'*]/g, hexOf);
const hexOf = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;

function wikiSpot(text: string, link: NoteLink, quoted: readonly Quoted[]): LinkSpot {
  const open = text.indexOf('[[', link.from) + 2;
  const inside = text.slice(open, link.to - 2);
  const pipe = inside.search(/\\?\|/);
  const before = pipe < 0 ? inside : inside.slice(0, pipe);
  const hash = before.indexOf('#');
  const name = trimmed(text, { from: open, to: open + (hash < 0 ? before.length : hash) });
  const fragment = trimmed(text, { from: open + hash + 1, to: open + before.length });
  const writing =
    link.place === 'frontmatter'
      ? (quoted.find(({ from, to }) => from < link.from && link.to < to)?.writing ?? 'wiki')
      : 'wiki';
  return {
    link,
    writing,
    target: parseLinkTarget(decode(before, writing)).target,
    targetFrom: name.from,
    targetTo: name.to,
    fragment: hash < 0 || fragment.from === fragment.to ? null : fragment,
  };
}

function markdownSpot(text: string, link: NoteLink, url: Stretch): LinkSpot {
  const isAngled = text[url.from] === '<' && text[url.to - 1] === '>';
  const [from, to] = isAngled ? [url.from + 1, url.to - 1] : [url.from, url.to];
  const hash = text.slice(from, to).search(/#|%23/);
  const sign = text[from + hash] === '%' ? 3 : 1;
  const name = trimmed(text, { from, to: hash < 0 ? to : from + hash });
  const fragment = trimmed(text, { from: from + hash + sign, to });
  return {
    link,
    writing: isAngled ? 'angled' : 'markdown',
    target: parseMarkdownDestination(text.slice(url.from, url.to))?.target ?? '',
    targetFrom: name.from,
    targetTo: name.to,
    fragment: hash < 0 || fragment.from === fragment.to ? null : fragment,
  };
}

function trimmed(text: string, { from, to }: Stretch): Stretch {
  const raw = text.slice(from, to);
  const lead = raw.length - raw.trimStart().length;
  return lead === raw.length
    ? { from, to: from }
    : { from: from + lead, to: to - (raw.length - raw.trimEnd().length) };
}

/** Where each Markdown link's destination stands, by where the link begins. */
function destinationsIn(tree: Tree): Map<number, Stretch> {
  const found = new Map<number, Stretch>();
  tree.iterate({
    enter({ name, from, node }) {
      if (name !== 'Link' && name !== 'Image') return;
      const url = node.getChild('URL');
      if (url !== null) found.set(from, { from: url.from, to: url.to });
    },
  });
  return found;
}

interface Quoted extends Stretch {
  writing: 'single-quoted' | 'double-quoted';
}

/** The quoted values of a note's properties. */
function quotedIn(text: string): Quoted[] {
  const end = frontmatterEnd(text);
  if (end === null) return [];
  const start = text.indexOf('\n') + 1;
  const yaml = text.slice(start, text.lastIndexOf('\n', end - 1) + 1);
  const found: Quoted[] = [];
  const document = parseDocument(yaml, { uniqueKeys: false, logLevel: 'silent', schema: 'core' });
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || node.range == null) return;
      const [from, to] = node.range;
      const writing =
        node.type === 'QUOTE_SINGLE'
          ? 'single-quoted'
          : node.type === 'QUOTE_DOUBLE'
            ? 'double-quoted'
            : null;
      if (writing !== null) found.push({ from: start + from, to: start + to, writing });
    },
  });
  return found;
}
