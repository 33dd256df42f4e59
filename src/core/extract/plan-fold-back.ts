import { type Candidates, resolveLink } from '../links/resolve.ts';
import { headingLevel } from '../markdown/plain-text.ts';
import type { TextChange } from '../text/text-change.ts';
import { assemble, readAll } from './assemble.ts';
import { cutPieces } from './draft.ts';
import type { Meaning } from './meanings.ts';
import { lowered, movedPieces } from './moved-text.ts';
import { insertionAt } from './place.ts';
import { planExtraction } from './plan-extraction.ts';
import { type Read, type Reading, readAnew } from './reading.ts';
import type { ExtractionPlan, NoteText, Place, Refusal } from './request.ts';
import { bodyStart, type Range } from './section.ts';

/** A note, or a section of it, that is merged into another. */
export interface FoldBackRequest {
  note: NoteText;
  /** What of it; all of it, after which its file goes to the trash, where it is `null`. Its properties are not merged: the plan tells them. */
  section: Range | null;
  target: NoteText;
  place: Place;
  /** How many levels deeper its headings are there. */
  lower: number;
  /** The notes with a link to the note, or to a heading or a block of it or of the target. */
  linking: readonly NoteText[];
  candidates: Candidates;
  /** As in an extraction. */
  read?: Read;
  now: Date;
}

/** What merging a note into another does to every file: the inverse of an extraction, and as careful. */
export function planFoldBack(request: FoldBackRequest): ExtractionPlan | Refusal {
  const { note, section, target, place, lower, linking, candidates, read = readAnew, now } = request;
  if (section !== null)
    return planExtraction({
      source: note,
      parts: [{ ranges: [section], destination: { kind: 'existing', ...target, place }, title: '' }],
      leave: 'nothing',
      form: { tags: [], parents: [], parentLine: null, template: null, liftHeadings: false },
      properties: [],
      ownFiles: new Set(),
      takeFiles: false,
      linking,
      candidates,
      read,
      day: now,
      now,
    });
  if (note.path === target.path) return { ok: false, reason: 'A note cannot be merged into itself.' };
  const before = readAll([note, target, ...linking], read);
  const [source, into] = [before.get(note.path), before.get(target.path)] as [Reading, Reading];
  const start = bodyStart(note.text);
  const body = note.text.slice(start);
  const range = {
    from: start + (/^(?:[ \t]*\n)*/.exec(body)?.[0].length ?? 0),
    to: start + body.trimEnd().length,
  };
  const pieces =
    range.from >= range.to
      ? []
      : movedPieces(source, range, [
          ...originLine(source, target.path, candidates),
          ...lowered(source, range, lower),
        ]);
  const insertion = insertionAt(into, place, pieces);
  if (insertion === null)
    return { ok: false, reason: `There is no such heading in “${target.path}” any more.` };
  return assemble({
    before,
    drafts: new Map([[target.path, cutPieces(target.path, target.text.length, [insertion])]]),
    made: [],
    moved: new Map(),
    gone: new Map([[note.path, meaningAfter(source, target.path)]]),
    titled: new Set(),
    candidates,
    read,
    cursor: { path: target.path, offset: insertion.from },
  });
}

/** What a link to the note means once it is merged: its title where its text begins with a heading, else the other note. */
function meaningAfter({ path, tree, headings }: Reading, target: string): Meaning {
  let first = tree.topNode.firstChild;
  while (first !== null && first.name === 'Frontmatter') first = first.nextSibling;
  const [heading] = headings;
  return first !== null && heading !== undefined && headingLevel(first.name) !== null
    ? { path, part: { kind: 'heading', from: heading.from, to: heading.to } }
    : { path: target, part: null };
}

/** The line that says that the note is from the other, which it is no more. */
function originLine({ path, text }: Reading, target: string, candidates: Candidates): TextChange[] {
  const found = /^from \[\[([^[\]|\n]+)\]\]\n\n?/m.exec(text);
  if (found === null || resolveLink(found[1] ?? '', path, candidates) !== target) return [];
  return [{ from: found.index, to: found.index + found[0].length, insert: '' }];
}
