import { type Difference, differences } from './diff.ts';

/** A place where both sides changed the same text: the merged text holds `mine` there, `theirs` is what the other side has. */
export interface Overlap {
  /** Where `mine` stands in the merged text, UTF-16 code units. */
  from: number;
  to: number;
  mine: string;
  theirs: string;
}

export interface Merged {
  text: string;
  overlaps: Overlap[];
}

interface Side extends Difference {
  side: 'mine' | 'theirs';
}

interface Group {
  from: number;
  to: number;
  parts: Side[];
}

/**
 * Merges two texts that were both made from `base`. What only one side changed is taken over; two lines added at one place are both
 * kept, mine first; where both changed the same text, whole lines of mine stay and the overlap is given.
 */
export function mergeTexts(base: string, mine: string, theirs: string): Merged {
  const parts = [
    ...differences(base, mine).map((part): Side => ({ ...part, side: 'mine' })),
    ...differences(base, theirs).map((part): Side => ({ ...part, side: 'theirs' })),
  ].sort((a, b) => a.from - b.from || a.to - b.to || (a.side === b.side ? 0 : a.side === 'mine' ? -1 : 1));

  let text = '';
  let read = 0;
  const overlaps: Overlap[] = [];
  for (const group of groupsOf(base, parts)) {
    text += base.slice(read, group.from);
    read = group.to;
    const mineHere = sideOf(base, group, 'mine');
    const theirsHere = sideOf(base, group, 'theirs');
    const both = bothSides(group) && mineHere !== theirsHere;
    const joined = both ? bothAdded(base, group) : null;
    if (!both) text += group.parts.some((part) => part.side === 'mine') ? mineHere : theirsHere;
    else if (joined !== null) text += joined;
    else {
      overlaps.push({
        from: text.length,
        to: text.length + mineHere.length,
        mine: mineHere,
        theirs: theirsHere,
      });
      text += mineHere;
    }
  }
  return { text: text + base.slice(read), overlaps };
}

/** Changes that meet, together; those in which both sides changed the same text grown to whole lines, with all that meets them. */
function groupsOf(base: string, parts: Side[]): Group[] {
  let groups = gather(
    base,
    parts.map((part) => ({ from: part.from, to: part.to, parts: [part] })),
  );
  for (;;) {
    const grown = gather(
      base,
      groups.map((group) => (isConflict(base, group) ? wholeLines(base, group) : group)),
    );
    if (grown.length === groups.length) return grown;
    groups = grown;
  }
}

function gather(base: string, groups: Group[]): Group[] {
  const gathered: Group[] = [];
  for (const group of groups) {
    const last = gathered.at(-1);
    if (last === undefined || !meet(base, last, group)) gathered.push(group);
    else {
      last.to = Math.max(last.to, group.to);
      last.parts.push(...group.parts);
    }
  }
  return gathered;
}

/** Whether two stretches, the first not after the second, are of the same text. */
function meet(base: string, first: Group, second: Group): boolean {
  if (second.from !== first.to || (first.from === second.from && first.to === second.to))
    return second.from <= first.to;
  if (first.parts.every(({ side }) => second.parts.every((other) => other.side === side))) return false;
  // They touch. A line added before or after a changed one is no change of it.
  const border = second.from;
  const lineBefore = startsLine(base, border) && leavesLine(base, first);
  const left = onlyInsertion(first);
  const right = onlyInsertion(second);
  if (left === null && right === null) return !lineBefore;
  if (left !== null) return !(startsLine(base, border) && left.endsWith('\n'));
  return !((right?.startsWith('\n') && endsLine(base, border)) || (right?.endsWith('\n') && lineBefore));
}

/** Whether what takes the group's place ends where a line begins. */
function leavesLine(base: string, group: Group): boolean {
  const insert = group.parts.at(-1)?.insert ?? '';
  return insert === '' ? startsLine(base, group.from) : insert.endsWith('\n');
}

function onlyInsertion(group: Group): string | null {
  const [only] = group.parts;
  return group.from === group.to && group.parts.length === 1 && only !== undefined ? only.insert : null;
}

const bothSides = (group: Group) => new Set(group.parts.map(({ side }) => side)).size === 2;

function isConflict(base: string, group: Group): boolean {
  return (
    bothSides(group) &&
    sideOf(base, group, 'mine') !== sideOf(base, group, 'theirs') &&
    bothAdded(base, group) === null
  );
}

function wholeLines(base: string, group: Group): Group {
  const from = group.from === 0 ? 0 : base.lastIndexOf('\n', group.from - 1) + 1;
  const end = base.indexOf('\n', group.to);
  return { from, to: end < 0 ? base.length : end, parts: group.parts };
}

/** What stands in the group's place on one side. */
function sideOf(base: string, group: Group, side: Side['side']): string {
  let text = '';
  let read = group.from;
  for (const part of group.parts) {
    if (part.side !== side) continue;
    text += base.slice(read, part.from) + part.insert;
    read = part.to;
  }
  return text + base.slice(read, group.to);
}

/** Both additions to one place, each on lines of its own; `null` where they cannot be told apart by lines. */
function bothAdded(base: string, group: Group): string | null {
  if (group.from !== group.to || group.parts.length !== 2) return null;
  const mine = sideOf(base, group, 'mine');
  const theirs = sideOf(base, group, 'theirs');
  const starts = startsLine(base, group.from);
  const ends = endsLine(base, group.from);
  if (starts && ends) return `${mine}${mine.endsWith('\n') || theirs.startsWith('\n') ? '' : '\n'}${theirs}`;
  if (ends) return theirs.startsWith('\n') ? mine + theirs : mine.startsWith('\n') ? theirs + mine : null;
  if (starts) return mine.endsWith('\n') ? mine + theirs : theirs.endsWith('\n') ? theirs + mine : null;
  return null;
}

const startsLine = (text: string, at: number) => at === 0 || text[at - 1] === '\n';
const endsLine = (text: string, at: number) => at === text.length || text[at] === '\n';
