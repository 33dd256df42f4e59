import { type PropertyStretch, propertyStretches, unquoteProperty } from '../markdown/frontmatter-scalars.ts';
import type { NoteFacts, NoteLink } from '../markdown/note-facts.ts';
import { decodeDestination, hashIn, parseLinkTarget, parseMarkdownDestination } from './link-target.ts';

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

/** The places of a note's links in its text, in the order of `facts.links`. */
export function linkSpots(text: string, { links }: Pick<NoteFacts, 'links'>): LinkSpot[] {
  const isWiki = (link: NoteLink) => /^!?\[\[/.test(text.slice(link.from, link.from + 3));
  const properties = links.some(({ place }) => place === 'frontmatter') ? propertyStretches(text) : [];
  return links.map((link) => (isWiki(link) ? wikiSpot(text, link, properties) : markdownSpot(text, link)));
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
      return piece.replace(/[%<>\\`$|]|&(?=#?\w+;)/g, percent);
    case 'markdown':
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters end a destination
      return piece.replace(/[%<>()\\"[\]`$|\s\u0000-\u0020\u007f]|&(?=#?\w+;)/g, percent);
  }
}

/** A target or fragment as it was meant. */
export function decode(raw: string, writing: Writing): string {
  switch (writing) {
    case 'wiki':
      return raw;
    case 'single-quoted':
    case 'double-quoted':
      return unquoteProperty(raw, writing);
    case 'angled':
    case 'markdown':
      return decodeDestination(raw);
  }
}

interface Stretch {
  from: number;
  to: number;
}

const percent = (sign: string) => encodeURIComponent(sign).replace(/[()'*]/g, hexOf);
const hexOf = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;

function wikiSpot(text: string, link: NoteLink, properties: readonly PropertyStretch[]): LinkSpot {
  const open = link.targetFrom;
  const before = text.slice(open, link.targetTo);
  const hash = before.indexOf('#');
  const name = trimmed(text, { from: open, to: open + (hash < 0 ? before.length : hash) });
  const fragment = trimmed(text, { from: open + hash + 1, to: open + before.length });
  const around =
    link.place === 'frontmatter' && properties.find(({ from, to }) => from < link.from && link.to < to);
  const writing = around && around.kind !== 'comment' ? around.kind : 'wiki';
  return {
    link,
    writing,
    target: parseLinkTarget(decode(before, writing)).target,
    targetFrom: name.from,
    targetTo: name.to,
    fragment: hash < 0 || fragment.from === fragment.to ? null : fragment,
  };
}

function markdownSpot(text: string, link: NoteLink): LinkSpot {
  const url = { from: link.targetFrom, to: link.targetTo };
  const isAngled = text[url.from] === '<' && text[url.to - 1] === '>';
  const [from, to] = isAngled ? [url.from + 1, url.to - 1] : [url.from, url.to];
  const hash = hashIn(text.slice(from, to));
  const name = trimmed(text, { from, to: hash === null ? to : from + hash.from });
  const fragment = trimmed(text, { from: hash === null ? to : from + hash.to, to });
  return {
    link,
    writing: isAngled ? 'angled' : 'markdown',
    target: parseMarkdownDestination(text.slice(url.from, url.to))?.target ?? '',
    targetFrom: name.from,
    targetTo: name.to,
    fragment: fragment.from === fragment.to ? null : fragment,
  };
}

function trimmed(text: string, { from, to }: Stretch): Stretch {
  const raw = text.slice(from, to);
  const lead = raw.length - raw.trimStart().length;
  return lead === raw.length
    ? { from, to: from }
    : { from: from + lead, to: to - (raw.length - raw.trimEnd().length) };
}
