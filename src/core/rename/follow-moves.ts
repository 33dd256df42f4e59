import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { encode, type LinkSpot, linkSpots } from '../links/link-spot.ts';
import { parseLinkTarget, parseMarkdownDestination } from '../links/link-target.ts';
import type { Moves } from '../links/moved-paths.ts';
import { type Candidates, resolveLink } from '../links/resolve.ts';
import { spellTarget } from '../links/spell-target.ts';
import { frontmatterEnd } from '../markdown/frontmatter-syntax.ts';
import type { NoteFacts } from '../markdown/note-facts.ts';
import { applyChanges, type NoteChanges, type Stray, type TextChange } from '../text/text-change.ts';

/** A note that may link to what moves, or moves itself: its path before, and its text, lines ended by LF. */
export interface LinkingNote {
  path: string;
  text: string;
  facts: Pick<NoteFacts, 'links'>;
}

/**
 * The changes of a note's text after which every link that led somewhere leads to the same file, wherever it is then. `before` and
 * `after` look up the vault's paths around the move. What is not part of a link's target stays as it is, to the byte.
 */
export function followMoves(
  note: LinkingNote,
  moves: Moves,
  before: Candidates,
  after: Candidates,
): NoteChanges {
  const source = { before: note.path, after: moves.get(note.path) ?? note.path };
  const changes: SpotChange[] = [];
  const strays: Stray[] = [];
  for (const spot of linkSpots(note.text, note.facts)) {
    if (spot.target === '') continue;
    const path = resolveLink(spot.target, source.before, before);
    if (path === null) continue;
    const written = spellTarget(
      {
        target: spot.target,
        meant: { before: path, after: moves.get(path) ?? path },
        source,
        isMarkdown: spot.writing === 'markdown' || spot.writing === 'angled',
      },
      after,
    );
    if (written === spot.target) continue;
    const insert = written === null ? null : insertFor(note.text, spot, written);
    if (insert === null)
      strays.push(strayOf(note.text, spot, 'No link can be written that means this file and no other.'));
    else changes.push({ from: spot.targetFrom, to: spot.targetTo, insert, spot });
  }
  return followed(
    note.text,
    changes,
    strays,
    'The note’s properties could not be read any more with that name in them: put the link in quotes first.',
  );
}

/** A change of a link. */
export type SpotChange = TextChange & { spot: LinkSpot };

/** The changes in order, but for those that would break the note’s properties: they are strays, for that reason. */
export function followed(
  text: string,
  changes: readonly SpotChange[],
  strays: readonly Stray[],
  reason: string,
): NoteChanges {
  const inProperties = changes.filter(({ spot }) => spot.link.place === 'frontmatter');
  const broken = new Set(
    breaksProperties(text, inProperties) ? inProperties.filter((one) => breaksProperties(text, [one])) : [],
  );
  // Each may be well by itself, and all together not.
  const isWell = !breaksProperties(
    text,
    inProperties.filter((one) => !broken.has(one)),
  );
  const left = changes.filter((one) => broken.has(one) || (!isWell && inProperties.includes(one)));
  return {
    changes: changes
      .filter((one) => !left.includes(one))
      .map(({ from, to, insert }) => ({ from, to, insert }))
      .sort((a, b) => a.from - b.from),
    strays: [...strays, ...left.map(({ spot }) => strayOf(text, spot, reason))],
  };
}

/** A link that cannot follow, for showing. */
export function strayOf(text: string, { link }: LinkSpot, reason: string): Stray {
  return { line: link.line, text: text.slice(link.from, link.to), reason };
}

/** What to write for a target, so that the link as a whole is read as it is meant; `null` where that is not to be had. */
function insertFor(text: string, spot: LinkSpot, written: string): string | null {
  // A bare `#` would begin the heading's name.
  const insert = encode(written, spot.writing).replaceAll(
    '#',
    spot.writing === 'markdown' || spot.writing === 'angled' ? '%23' : '#',
  );
  const rest = spot.fragment === null ? '' : `#${text.slice(spot.fragment.from, spot.fragment.to)}`;
  if (spot.writing === 'angled')
    return parseMarkdownDestination(`<${insert}${rest}>`)?.target === written ? insert : null;
  if (spot.writing === 'markdown')
    return parseMarkdownDestination(insert + rest)?.target === written ? insert : null;
  return parseLinkTarget(written).target === written ? insert : null;
}

/** Whether properties that can be read now could not be after the changes, or would be of another shape. */
export function breaksProperties(text: string, changes: readonly TextChange[]): boolean {
  if (changes.length === 0) return false;
  const before = shapeOf(text);
  return before !== null && shapeOf(applyChanges(text, changes)) !== before;
}

/** What a note’s properties are made of, their texts left out; `null` where they cannot be read. */
function shapeOf(text: string): string | null {
  const end = frontmatterEnd(text);
  if (end === null) return null;
  const yaml = text.slice(text.indexOf('\n') + 1, text.lastIndexOf('\n', end - 1) + 1);
  const document = parseDocument(yaml, { uniqueKeys: false, logLevel: 'silent', schema: 'core' });
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  return JSON.stringify(shape(document.contents));
}

function shape(node: unknown): unknown {
  if (isMap(node)) return node.items.map(({ key, value }) => [shape(key), shape(value)]);
  if (isSeq(node)) return { list: node.items.map(shape) };
  return isScalar(node) ? { tag: node.tag, anchor: node.anchor } : null;
}
