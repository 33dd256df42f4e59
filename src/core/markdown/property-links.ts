import { parseLinkTarget } from '../links/link-target.ts';
import { propertyStretches, unquoteProperty } from './frontmatter-scalars.ts';
import type { Lines } from './lines.ts';
import type { NoteLink } from './note-facts.ts';
import { wikilinksIn } from './wikilinks-in.ts';

/** The wikilinks in the properties of a note, which stand between `from` and `to` of its text, in its quoted values as they are meant. */
export function linksInProperties(text: string, from: number, to: number, lines: Lines): NoteLink[] {
  const written = [...wikilinksIn(text, from, to)];
  if (written.length === 0) return [];
  const found: NoteLink[] = [];
  const stretches = propertyStretches(text);
  let next = 0;
  for (const { isEmbed, target, alias, ...link } of written) {
    while ((stretches[next]?.to ?? to) <= link.from) next += 1;
    const around = stretches[next];
    const kind = around !== undefined && around.from <= link.from ? around.kind : 'plain';
    if (kind === 'comment') continue;
    const meant = (written: string) => (kind === 'plain' ? written : unquoteProperty(written, kind));
    found.push({
      kind: isEmbed ? 'embed' : 'wikilink',
      ...parseLinkTarget(meant(text.slice(target.from, target.to))),
      alias: alias === null ? null : meant(text.slice(alias.from, alias.to)).trim(),
      line: lines.numberAt(link.from),
      from: link.from,
      to: link.to,
      targetFrom: target.from,
      targetTo: target.to,
      place: 'frontmatter',
    });
  }
  return found;
}
