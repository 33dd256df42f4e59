import type { NoteLink } from '../markdown/note-facts.ts';
import { understandNote } from '../markdown/understand.ts';
import { noteName } from '../paths/note-path.ts';
import { applyChanges, type NoteChanges, type TextChange } from '../text/text-change.ts';

/** What may be more to Markdown than the letters of a name: `$` begins maths, a backtick code, `|` ends a table's cell. */
const SIGNS = /[$`%<>|\\[\]{}^&!]/;
const NO_LINK = 'With that name it would be no link any more, or end another that stands beside it.';

/**
 * The changes of the note at `path` without those after which one of its links would be read as none: these links are strays. A name
 * cannot tell by itself, for it is the text around it that makes maths or code of it.
 */
export function keepLinks(path: string, text: string, { changes, strays }: NoteChanges): NoteChanges {
  if (!changes.some(({ insert }) => SIGNS.test(insert))) return { changes, strays };
  const linksOf = (of: string) => understandNote(noteName(path), of).links;
  const links = linksOf(text);
  const linkAt = ({ from, to }: TextChange) => links.find((link) => link.from <= from && to <= link.to);
  const left = [...strays];
  let kept = changes;
  for (;;) {
    const there = new Set(linksOf(applyChanges(text, kept)).map(({ from }) => from));
    const lost = links.filter((link) => !isWithin(link, kept) && !there.has(placeAfter(link.from, kept)));
    if (lost.length === 0) return { changes: kept, strays: left };
    const own = kept.filter((change) => lost.some((link) => link === linkAt(change)));
    const blamed =
      own.length > 0 ? own : kept.filter((change) => SIGNS.test(change.insert) && linkAt(change));
    if (blamed.length === 0) return { changes: kept, strays: left };
    for (const change of blamed) {
      const link = linkAt(change);
      if (link !== undefined)
        left.push({ line: link.line, text: text.slice(link.from, link.to), reason: NO_LINK });
    }
    kept = kept.filter((change) => !blamed.includes(change));
  }
}

/** Whether a link is replaced as a whole, as within a heading that gets another text. */
const isWithin = (link: NoteLink, changes: readonly TextChange[]) =>
  changes.some(({ from, to }) => from <= link.from && link.to <= to);

/** Where a place of the text is after the changes. */
const placeAfter = (place: number, changes: readonly TextChange[]) =>
  changes.reduce(
    (now, { from, to, insert }) => (to <= place ? now + insert.length - (to - from) : now),
    place,
  );
