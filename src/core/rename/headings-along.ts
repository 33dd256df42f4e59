import { type HeadingPlace, headingPlace } from '../links/resolve-fragment.ts';
import { understandNote } from '../markdown/understand.ts';
import { noteName } from '../paths/note-path.ts';
import { applyChanges, type TextChange } from '../text/text-change.ts';
import type { HeadingRename } from './follow-heading.ts';

/** A line that is a heading, or is one by what is drawn beneath it. */
const HEADING = /^(?: {0,3}(?:>|[-+*]|\d+[.)])[ \t]*)*#{1,6}(?:[ \t]|$)|^ {0,3}(?:=+|-+)[ \t]*$/m;

/**
 * What the changes of the note at `path` make of its headings besides, for a heading may hold a link or a tag that gets another name.
 * `null` where links to its headings go on meaning what they do.
 */
export function headingsAlong(
  path: string,
  text: string,
  changes: readonly TextChange[],
): HeadingRename | null {
  // Nearly all changes stand in no heading, and need no parsing.
  if (!changes.some(({ from }) => HEADING.test(paragraphFrom(text, from)))) return null;
  const headingsOf = (of: string) => understandNote(noteName(path), of).headings;
  const [before, after] = [headingsOf(text), headingsOf(applyChanges(text, changes))];
  const index = before.findIndex((heading, at) => {
    const now = after[at];
    return now === undefined || !isSame(headingPlace(heading), headingPlace(now));
  });
  return index < 0 || before.length !== after.length ? null : { path, before, after, index };
}

/** From the beginning of a line to the next line without text: a heading may go over several lines. */
function paragraphFrom(text: string, place: number): string {
  const end = /\n[ \t]*\n/.exec(text.slice(place));
  return text.slice(text.lastIndexOf('\n', place - 1) + 1, end === null ? text.length : place + end.index);
}

const isSame = (one: HeadingPlace, other: HeadingPlace) =>
  one.key === other.key && one.writtenKey === other.writtenKey;
