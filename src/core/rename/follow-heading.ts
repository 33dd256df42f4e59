import { decode, encode, linkSpots } from '../links/link-spot.ts';
import { type Candidates, resolveLink } from '../links/resolve.ts';
import { findHeading, headingChain, headingForLink, headingPlace } from '../links/resolve-fragment.ts';
import { headingName, headingPath } from '../links/spell-heading.ts';
import { noteParser } from '../markdown/grammar.ts';
import type { Heading } from '../markdown/note-facts.ts';
import { headingLevel, headingRange } from '../markdown/plain-text.ts';
import type { NoteChanges, Stray } from '../text/text-change.ts';
import { followed, type LinkingNote, type SpotChange, strayOf } from './follow-moves.ts';

/** A heading that reads otherwise from now on. */
export interface HeadingRename {
  /** The note that it stands in. */
  path: string;
  /** That note's headings before and after, as many of each. */
  before: readonly Heading[];
  after: readonly Heading[];
  /** Its place among them. */
  index: number;
}

/**
 * Where the text of the heading on the line that begins at `lineFrom` stands: without its `#`, underline, and block id. `null` where there
 * is no heading. Offsets are UTF-16 code units.
 */
export function headingTextAt(text: string, lineFrom: number): { from: number; to: number } | null {
  const end = text.indexOf('\n', lineFrom);
  let found: { from: number; to: number } | null = null;
  noteParser.parse(text).iterate({
    from: lineFrom,
    to: end < 0 ? text.length : end,
    enter({ name, from, node }) {
      if (found !== null || headingLevel(name) === null || from < lineFrom || (end >= 0 && from > end))
        return;
      found = headingRange(node, text);
    },
  });
  return found;
}

/** The changes of a note's links after which each means the heading that it meant. The heading itself is not changed here. */
export function followHeading(note: LinkingNote, rename: HeadingRename, candidates: Candidates): NoteChanges {
  const { path, index } = rename;
  const before = rename.before.map(headingPlace);
  const after = rename.after.map(headingPlace);
  const changes: SpotChange[] = [];
  const strays: Stray[] = [];
  for (const spot of linkSpots(note.text, note.facts)) {
    const { fragment, link, writing } = spot;
    if (fragment === null || link.block !== null) continue;
    if (resolveLink(spot.target, note.path, candidates) !== path) continue;
    const raw = note.text.slice(fragment.from, fragment.to);
    const chain = headingChain(decode(raw, writing), before);
    const meant = chain.at(-1);
    if (meant === undefined) continue;
    const means = (written: string) => findHeading(written, after) === meant;
    const written = [...spellings(decode(raw, writing), chain, rename)].find(means);
    if (written === undefined)
      strays.push(strayOf(note.text, spot, 'No link can be written that means this heading and no other.'));
    else if (written !== decode(raw, writing))
      changes.push({ ...fragment, insert: encode(written, writing), spot });
  }
  return followed(
    note.text,
    changes,
    strays,
    'The note’s properties could not be read any more with that heading in them.',
  );

  /** Ways to name a heading: as it was named, with the new text for the old; with every heading that it stands under. */
  function* spellings(named: string, chain: number[], { after: headings }: HeadingRename): Generator<string> {
    const to = headingName(headings[index] ?? { text: '', written: '' });
    const parts = chain.length === 1 ? [named] : named.split('#').filter((name) => name.trim() !== '');
    const { text: from = '', written = '' } = rename.before[index] ?? {};
    const names = new Set([from, written].flatMap((name) => [name, headingForLink(name)]));
    const isItself = (part: string) => names.has(part.trim());
    // What was written in its own way, and still means it, stays.
    if (!parts.some((part, at) => chain[at] === index && isItself(part))) yield named;
    yield parts.map((part, at) => (chain[at] === index ? to : part)).join('#');
    const meant = chain.at(-1) ?? 0;
    for (const ancestors of [1, Number.POSITIVE_INFINITY]) yield headingPath(headings, meant, ancestors);
    yield named;
  }
}
