import { encode, type LinkSpot } from '../links/link-spot.ts';
import { parseLinkTarget, parseMarkdownDestination } from '../links/link-target.ts';
import { fileKey } from '../links/moved-paths.ts';
import { type Candidates, createResolver } from '../links/resolve.ts';
import { headingSpellings } from '../links/spell-heading.ts';
import { isLeftBehind, spellTarget } from '../links/spell-target.ts';
import { folderOf, noteName } from '../paths/note-path.ts';
import { breaksProperties } from '../rename/follow-moves.ts';
import { areSameChanges, type TextChange } from '../text/text-change.ts';
import type { Draft } from './draft.ts';
import { Arrivals, blockCalled, fragmentOf, type Meaning, type MeaningAfter, meaningOf } from './meanings.ts';
import type { Read, Reading, Rewritten } from './reading.ts';
import type { PlannedStray } from './request.ts';

/** The notes around a move. */
export interface Followed {
  /** What is known of the notes as they are, by path. */
  before: ReadonlyMap<string, Reading>;
  /** The same notes as they will be, but for their links, and the new ones. */
  drafts: readonly Draft[];
  candidatesBefore: Candidates;
  candidatesAfter: Candidates;
  /** What a link to a whole note, or to a file, means from now on that is gone from its path. */
  gone: ReadonlyMap<string, Meaning>;
  /** New notes whose first heading is their title: a link to it is a link to the note. */
  titled: ReadonlySet<string>;
  read: Read;
}

/** A link of a draft, and what it has to mean. */
interface Tied {
  spot: LinkSpot;
  /** Where it stood before. */
  source: Reading;
  sourceFrom: number;
  meaning: Meaning;
}

/** A link's target and fragment, decoded. */
interface Written {
  target: string;
  fragment: string | null;
}

/** What to change so that a link means what it has to. */
interface Edit {
  tied: Tied;
  changes: TextChange[];
}

/** How links are written, or why they cannot be, by what they have to mean and by how they are written now, and where. */
type Known = Map<MeaningAfter, Map<string, Written | string>>;

interface Worked {
  base: Draft;
  tied: Tied[];
  edits: readonly Edit[];
  /** All of these, in order. */
  changes: TextChange[];
  /** The base with its edits. */
  draft: Draft;
  reading: Reading;
}

/** The notes that only had links written anew and were seen to be otherwise as before: the next plan has the same. */
const otherwiseAsItWas = new WeakSet<Reading>();

/** How often headings may change by the links in them before it is given up. */
const ROUNDS = 4;

/**
 * The drafts, in their order, with their links written so that each means what it meant, wherever that is and wherever the link is. A link that does so as
 * it is stays as it is, to the byte; those that cannot are told.
 */
export function followLinks(followed: Followed): FollowedLinks {
  // A link between two notes of which neither gets or loses text means what it did.
  return follow(followed, false) ?? (follow(followed, true) as FollowedLinks);
}

interface FollowedLinks {
  notes: { draft: Draft; changes: TextChange[] }[];
  strays: PlannedStray[];
}

/** `null` where not every link is followed, and one of the others would be read as something else than before. */
function follow(followed: Followed, everyLink: boolean): FollowedLinks | null {
  const { before, gone, titled, candidatesBefore, candidatesAfter: after, read } = followed;
  const resolveBefore = createResolver(candidatesBefore);
  const resolveAfter = createResolver(after);
  const isAsItWas = ({ path, text }: Draft) => before.get(path)?.text === text;
  const moving = followed.drafts.filter((draft) => !isAsItWas(draft)).map(({ path }) => path);
  const keys = new Set([...moving, ...gone.keys()].map(fileKey));
  const worked = followed.drafts.map((base): Worked => {
    const was = before.get(base.path);
    const reading = was?.draft === base ? was : read(base.path, base.text);
    return { base, tied: tie(base, reading), edits: [], changes: [], draft: base, reading };
  });
  const givenUp = new Map<Tied, string>();
  for (let round = 0; round < ROUNDS; round += 1) if (!writeAll()) break;
  const wrong = giveUpWrong();
  if (wrong) for (let round = 0; round < ROUNDS; round += 1) if (!writeAll()) break;
  if (wrong) giveUpWrong();
  if (!everyLink && !worked.every(isOtherwiseAsItWas)) return null;
  return {
    notes: worked.map(({ draft, changes }) => ({ draft, changes })),
    strays: [...givenUp].map(([{ source, sourceFrom, spot }, reason]) => ({
      path: source.path,
      line: spot.link.line,
      text: source.text.slice(sourceFrom, sourceFrom + spot.link.to - spot.link.from),
      reason,
    })),
  };

  function tie(base: Draft, reading: Reading): Tied[] {
    const spots = everyLink || !isAsItWas(base) ? reading.spots : reading.spotsCalled(keys);
    if (before.get(base.path) === reading)
      return spots.flatMap((spot): Tied[] => {
        const meaning = meaningOf(reading, spot, before, resolveBefore);
        return meaning === null ? [] : [{ spot, source: reading, sourceFrom: spot.link.from, meaning }];
      });
    return spots.flatMap((spot): Tied[] => {
      const origin = base.originOf(spot.link.from);
      const source = origin === null ? undefined : before.get(origin.path);
      const own = origin === null ? undefined : source?.spotAt(origin.offset);
      if (origin === null || source === undefined || own === undefined) return [];
      const meaning = meaningOf(source, own, before, resolveBefore);
      const link = { ...spot.link, line: own.link.line };
      return meaning === null
        ? []
        : [{ spot: { ...spot, link }, source, sourceFrom: origin.offset, meaning }];
    });
  }

  /** Whether a note that only had links written anew has its other links, its headings and its block ids as before. */
  function isOtherwiseAsItWas({ base, reading, edits, changes }: Worked): boolean {
    const was = before.get(base.path);
    if (was === undefined || edits.length === 0 || !isAsItWas(base) || otherwiseAsItWas.has(reading))
      return true;
    const written = new Set(edits.map(({ tied }) => tied.sourceFrom));
    const isSo =
      was.parts === reading.parts &&
      was.spots.length === reading.spots.length &&
      was.spots.every(({ link: { from, to } }, at) => {
        if (written.has(from)) return true;
        const now = reading.spots[at]?.link;
        return now?.from === placeAfter(from, changes) && now.to - now.from === to - from;
      });
    if (isSo) otherwiseAsItWas.add(reading);
    return isSo;
  }

  /** Writes every link for the headings and blocks as they are now; says whether any of these are others by that. */
  function writeAll(): boolean {
    const arrivals = new Arrivals(worked);
    const known: Known = new Map();
    // All of them before the first is written: where a link leads is as it is now.
    const anew = worked.map((note) => editsIn(note, arrivals, known));
    let changed = false;
    for (const [at, note] of worked.entries()) {
      const edits = anew[at] ?? [];
      if (edits.length === 0 && note.edits.length === 0) continue;
      const changes = inOrder(edits);
      if (areSameChanges(changes, note.changes)) continue;
      note.edits = edits;
      note.changes = changes;
      const { draft, reading } = rewrite(note.base, changes);
      changed ||= note.reading.parts !== reading.parts;
      note.draft = draft;
      note.reading = reading;
    }
    return changed;
  }

  /** What is to change in the links of a note. */
  function editsIn({ base, tied: links }: Worked, arrivals: Arrivals, known: Known): Edit[] {
    const edits: Edit[] = [];
    for (const tied of links) {
      if (givenUp.has(tied)) continue;
      const written = write(tied, base, arrivals, known);
      if (typeof written === 'string') givenUp.set(tied, written);
      else if (written.length > 0) edits.push({ tied, changes: written });
    }
    return keepProperties(base, edits);
  }

  function rewrite(base: Draft, changes: readonly TextChange[]): Rewritten {
    const was = before.get(base.path);
    if (was?.draft === base) return was.rewritten(changes);
    const draft = base.rewrite(changes);
    return { draft, reading: read(draft.path, draft.text) };
  }

  /** The edits but for those in properties that could not be read any more with them. */
  function keepProperties(base: Draft, edits: Edit[]): Edit[] {
    const inProperties = edits.filter(({ tied }) => tied.spot.link.place === 'frontmatter');
    if (inProperties.length === 0 || !breaksProperties(base.text, inOrder(inProperties))) return edits;
    for (const { tied } of inProperties)
      givenUp.set(
        tied,
        'The note’s properties could not be read any more with that link in them: put it in quotes first.',
      );
    return edits.filter((edit) => !inProperties.includes(edit));
  }

  function wantedOf({ meaning }: Tied, arrivals: Arrivals): MeaningAfter | null {
    return arrivals.of(meaning.part === null ? (gone.get(meaning.path) ?? meaning) : meaning);
  }

  /** Whether a target and fragment, written in the draft at `path`, mean what they have to. */
  function reaches(
    path: string,
    target: string,
    fragment: string | null,
    wanted: MeaningAfter,
    arrivals: Arrivals,
  ): boolean {
    if (resolveAfter(target, path) !== wanted.path) return false;
    const { heading, block } = wanted;
    if (heading === null && block === null) return true;
    if (fragment === null) return heading === 0 && titled.has(wanted.path);
    const reading = arrivals.readingAt(wanted.path);
    if (reading === undefined) return false;
    const named = parseLinkTarget(`#${fragment}`).block;
    if (block !== null) return named !== null && blockCalled(reading, named)?.from === block.from;
    return named === null && reading.headingCalled(fragment) === heading;
  }

  /** What to change so that a link means what it has to: nothing where it does; why not, where it cannot. */
  function write(tied: Tied, base: Draft, arrivals: Arrivals, known: Known): TextChange[] | string {
    const { spot, meaning, source } = tied;
    const wanted = wantedOf(tied, arrivals);
    if (wanted === null) return 'What it leads to is no heading or block of its own any more.';
    const fragment = fragmentOf(base.text, spot);
    // What says the same from the same folder is written alike: a note is linked to in few ways. A link within a note goes by the note.
    const [was, is] =
      spot.target === '' ? [source.path, base.path] : [folderOf(source.path), folderOf(base.path)];
    const named = fragment === null ? '' : `#${fragment}`;
    // No path has a NUL in it, and no target that leads somewhere.
    const key = `${was}\0${is}\0${source.path === base.path}\0${meaning.path}\0${spot.writing}\0${spot.target}\0${named}`;
    const alike = known.get(wanted) ?? new Map<string, Written | string>();
    known.set(wanted, alike);
    const written = alike.get(key) ?? writtenAs(tied, base, fragment, wanted, arrivals);
    alike.set(key, written);
    return typeof written === 'string' ? written : editsFor(spot, base.text, written);
  }

  /** How a link is written so that it means what it has to: as it is where it does; why not, where it cannot. */
  function writtenAs(
    { spot, meaning, source }: Tied,
    base: Draft,
    fragment: string | null,
    wanted: MeaningAfter,
    arrivals: Arrivals,
  ): Written | string {
    const isMarkdown = spot.writing === 'markdown' || spot.writing === 'angled';
    const spelling = {
      meant: { before: meaning.path, after: wanted.path },
      source: { before: source.path, after: base.path },
      isMarkdown,
      isMoved: source.path !== base.path,
    };
    const spell = (target: string) => spellTarget({ ...spelling, target }, after, resolveAfter);
    const isLost = isLeftBehind({ ...spelling, target: spot.target });
    if (!isLost && reaches(base.path, spot.target, fragment, wanted, arrivals))
      return { target: spot.target, fragment };
    const named = isMarkdown ? `${noteName(meaning.path)}.md` : noteName(meaning.path);
    const spelled = spell(spot.target === '' ? named : spot.target);
    for (const target of isLost ? [spelled] : [spot.target, spelled]) {
      if (target === null || resolveAfter(target, base.path) !== wanted.path) continue;
      for (const part of fragmentsFor(fragment, wanted, titled, arrivals))
        if (isWritable(target, part, spot) && reaches(base.path, target, part, wanted, arrivals))
          return { target, fragment: part };
    }
    return 'No link can be written that means this and nothing else.';
  }

  /** Gives up the links that do not mean what they have to as they are read in the end; says whether there are any. */
  function giveUpWrong(): boolean {
    const arrivals = new Arrivals(worked);
    let wrong = false;
    for (const note of worked) {
      for (const tied of note.tied) {
        if (givenUp.has(tied)) continue;
        const spot = note.reading.spotAt(placeAfter(tied.spot.link.from, note.changes));
        const wanted = wantedOf(tied, arrivals);
        if (
          spot !== undefined &&
          wanted !== null &&
          reaches(note.base.path, spot.target, fragmentOf(note.draft.text, spot), wanted, arrivals)
        )
          continue;
        givenUp.set(tied, 'No link can be written that means this and nothing else.');
        wrong = true;
      }
    }
    return wrong;
  }
}

// Not within `follow`: V8 keeps a shape for each generator function, and with it all that the function sees, until the next whole
// collection. With each plan it was all that the plan held.
/** The fragments to try for what a link has to mean, the first first. */
function* fragmentsFor(
  named: string | null,
  wanted: MeaningAfter,
  titled: ReadonlySet<string>,
  arrivals: Arrivals,
): Generator<string | null> {
  const headings = arrivals.readingAt(wanted.path)?.facts.headings ?? [];
  if (wanted.block !== null) {
    yield named;
    yield `^${wanted.block.id}`;
  } else if (wanted.heading !== null) {
    if (wanted.heading === 0 && titled.has(wanted.path)) yield null;
    yield* headingSpellings(named ?? '', headings, wanted.heading);
  } else {
    yield named;
    yield null;
  }
}

function inOrder(edits: readonly Edit[]): TextChange[] {
  const changes: TextChange[] = [];
  for (const edit of edits) changes.push(...edit.changes);
  // As they nearly always are.
  const areSo = changes.every(({ from }, at) => at === 0 || from >= (changes[at - 1]?.to ?? 0));
  return areSo ? changes : changes.sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Where an offset that no change takes out is after them. */
function placeAfter(offset: number, changes: readonly TextChange[]): number {
  let shift = 0;
  for (const { from, to, insert } of changes) if (to <= offset) shift += insert.length - (to - from);
  return offset + shift;
}

/** Whether a target and a fragment can be told from each other once they are written. */
function isWritable(target: string, fragment: string | null, { writing }: LinkSpot): boolean {
  if (target === '' && (fragment === null || fragment.trim() === '')) return false;
  if (fragment !== null && /[|\n]|\[\[|\]\]/.test(fragment)) return false;
  const rest = fragment === null ? '' : `#${fragment}`;
  if (writing === 'angled' || writing === 'markdown') {
    const written = encode(target, writing) + (fragment === null ? '' : `#${encode(fragment, writing)}`);
    return parseMarkdownDestination(writing === 'angled' ? `<${written}>` : written)?.target === target;
  }
  return parseLinkTarget(target + rest).target === target;
}

function editsFor(spot: LinkSpot, text: string, { target, fragment }: Written): TextChange[] {
  const { writing, targetFrom, targetTo } = spot;
  const edits: TextChange[] = [];
  if (target !== spot.target) edits.push({ from: targetFrom, to: targetTo, insert: encode(target, writing) });
  const written = fragmentOf(text, spot);
  if (fragment === written) return edits;
  if (fragment === null) edits.push({ from: targetTo, to: spot.fragment?.to ?? targetTo, insert: '' });
  else if (spot.fragment === null)
    edits.push({ from: targetTo, to: targetTo, insert: `#${encode(fragment, writing)}` });
  else edits.push({ from: spot.fragment.from, to: spot.fragment.to, insert: encode(fragment, writing) });
  return edits;
}
