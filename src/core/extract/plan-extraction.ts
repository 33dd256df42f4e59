import { candidatesWith } from '../links/moved-paths.ts';
import { headingSpellings } from '../links/spell-heading.ts';
import { noteName } from '../paths/note-path.ts';
import { assemble, readAll } from './assemble.ts';
import { carryLabels } from './carried-labels.ts';
import { withPropertiesOf } from './carried-properties.ts';
import { type Cut, cutPieces, Draft, type Piece, type Texts } from './draft.ts';
import { filesAlong } from './files-along.ts';
import { isWholeLines, type LeftBehind, leaveBehind } from './left-behind.ts';
import { type LeadingHeading, leadingHeading, lifted, movedPieces, outdent } from './moved-text.ts';
import { fromTemplate, ownForm, parentLine } from './new-note.ts';
import { insertionAt } from './place.ts';
import { type Reading, readAnew } from './reading.ts';
import type { ExtractionPart, ExtractionPlan, ExtractionRequest, Refusal } from './request.ts';
import { linkShowing, linkTo, type WordingValues, wordingOf } from './wording.ts';

/**
 * What an extraction does to every file of the vault, so that every link, footnote and reference means what it did, or is told as a stray.
 * Pure: the same request gives the same plan. Refused where something would be read as something else.
 */
export function planExtraction(request: ExtractionRequest): ExtractionPlan | Refusal {
  const { source, parts, linking, candidates, read = readAnew } = request;
  const fault = faultOf(request);
  if (fault !== null) return { ok: false, reason: fault };
  const targets = parts.flatMap(({ destination }) => (destination.kind === 'existing' ? [destination] : []));
  const before = readAll([source, ...targets, ...linking], read);
  const reading = before.get(source.path) as Reading;
  const made = parts.flatMap(({ destination }) => (destination.kind === 'new' ? [destination.path] : []));
  const files = filesAlong(reading, parts, candidates, request.ownFiles);
  const moved = request.takeFiles ? files : new Map<string, string>();
  const after = candidatesWith(candidates, [...made, ...moved.values()], [...moved.keys()]);
  const isWithin = ({ destination }: ExtractionPart) => destination.path === source.path;
  const labels = carryLabels(
    reading,
    parts.filter((part) => !isWithin(part)).map(({ ranges }) => ranges),
  );
  const carried = [...labels.toParts];
  const drafts = new Map<string, Piece[]>();
  const titled = new Set<string>();
  const texts: Texts = new Map([...before].map(([path, { text }]) => [path, text]));
  const cuts: Cut[] = [...labels.cuts];
  const left: LeftBehind[] = [];
  for (const part of parts) {
    const { destination, ranges, title } = part;
    const { path } = destination;
    const isSame = isWithin(part);
    const isOwnForm = destination.kind === 'new' && request.form.template === null;
    const heading = ranges[0] === undefined ? null : leadingHeading(reading, ranges[0]);
    const content = contentOf(reading, part, isOwnForm ? heading : null, request);
    const definitions = isSame ? [] : (carried.shift() ?? []);
    const text =
      definitions.length === 0
        ? content
        : content.length === 0
          ? definitions
          : [...content, { text: '\n\n' }, ...definitions];
    const values: WordingValues = {
      newTitle: title,
      fromTitle: noteName(source.path),
      newLink: linkTo(path, source.path, after),
      fromLink: linkTo(source.path, path, after),
      parents: parentLine(request.form, source.path, path, after),
      content: text,
      day: request.day,
      now: request.now,
    };
    const target = before.get(path);
    const insertion =
      destination.kind === 'new' || target === undefined
        ? null
        : insertionAt(target, destination.place, text);
    if (destination.kind === 'existing' && insertion === null)
      return { ok: false, reason: `There is no such heading in “${path}” any more.` };
    const arrived =
      target === undefined || insertion === null || request.leave !== 'embed'
        ? null
        : new Draft(path, cutPieces(path, target.text.length, [insertion]), texts);
    for (const range of ranges) {
      const shown = linkShowing(values.newLink, path, destination.kind === 'new' ? title : noteName(path));
      // All of a note that was there is more than what was pulled out.
      const part = arrived === null ? null : headingIn(arrived, leadingHeading(reading, range), source.path);
      const link = part === null ? shown : `${values.newLink}#${part}`;
      const leave = isSame ? 'nothing' : request.leave;
      const cut = leaveBehind(
        reading,
        range,
        wordingOf(leave, link, isWholeLines(source.text, range), values),
      );
      cuts.push(cut);
      left.push(cut);
    }
    if (destination.kind === 'new') {
      const { template } = request.form;
      drafts.set(
        path,
        template === null
          ? ownForm(path, title, request.form, heading?.text ?? null, values)
          : fromTemplate(path, title, { ...request.form, template }, values),
      );
      if (template === null && heading !== null) titled.add(path);
      continue;
    }
    if (target === undefined || insertion === null) continue;
    if (isSame) cuts.push(insertion);
    else drafts.set(path, cutPieces(path, target.text.length, [insertion]));
  }
  const [first] = parts;
  let keptProperties: string[] = [];
  if (request.properties.length > 0 && first !== undefined && !isWithin(first)) {
    const { path } = first.destination;
    const whole = withPropertiesOf(path, drafts.get(path) ?? [], reading, request.properties, texts);
    if (whole === null)
      return {
        ok: false,
        reason: `The properties of “${noteName(path)}” could not be read any more with these.`,
      };
    drafts.set(path, whole.pieces);
    keptProperties = whole.kept;
  }
  if (overlap(cuts)) return { ok: false, reason: 'A text cannot be moved into itself.' };
  drafts.set(source.path, cutPieces(source.path, source.text.length, cuts));
  const plan = assemble({
    before,
    drafts,
    made,
    gone: new Map(),
    moved,
    titled,
    candidates,
    read,
    cursor: { path: source.path, offset: cursorOf(cuts, left) },
  });
  const told = [...files].map(([from, to]) => ({ from, to, goes: moved.has(from) }));
  return plan.ok ? { ...plan, files: told, keptProperties } : plan;
}

/** How a link names a heading that came into a note from another; `null` where no name means it and nothing else. */
function headingIn(draft: Draft, heading: LeadingHeading | null, from: string): string | null {
  // What a link in it reads as may be another once links follow.
  if (heading === null || heading.hasLink) return null;
  const arrived = readAnew(draft.path, draft.text);
  const at = arrived.headings.findIndex(({ from: offset }) => {
    const origin = draft.originOf(offset);
    return origin?.path === from && origin.offset === heading.from;
  });
  for (const named of at < 0 ? [] : headingSpellings('', arrived.facts.headings, at))
    if (!/[|\n]|\[\[|\]\]/.test(named) && arrived.headingCalled(named) === at) return named;
  return null;
}

/** What moves, stretch after stretch. */
function contentOf(
  reading: Reading,
  { ranges, destination }: ExtractionPart,
  heading: LeadingHeading | null,
  { form }: ExtractionRequest,
): Piece[] {
  const lifts = form.liftHeadings && destination.kind === 'new';
  return ranges.flatMap((range, at): Piece[] => {
    const own =
      at === 0 && heading !== null ? { from: Math.min(heading.restFrom, range.to), to: range.to } : range;
    if (own.from >= own.to) return [];
    const level = lifts ? (leadingHeading(reading, range)?.level ?? 1) : 1;
    const changes = [...outdent(reading, own), ...lifted(reading, own, level)];
    return [{ text: at === 0 ? '' : '\n\n' }, ...movedPieces(reading, own, changes)];
  });
}

function faultOf({ source, parts }: ExtractionRequest): string | null {
  const ranges = parts.flatMap((part) => part.ranges).toSorted((a, b) => a.from - b.from);
  if (ranges.length === 0 || parts.some((part) => part.ranges.length === 0))
    return 'There is nothing to pull out.';
  for (const [at, { from, to }] of ranges.entries()) {
    if (from >= to || to > source.text.length) return 'There is no such stretch of text any more.';
    if (from < (ranges[at - 1]?.to ?? 0)) return 'Two of the parts have text in common.';
  }
  const paths = parts.map(({ destination }) => destination.path);
  if (new Set(paths).size < paths.length) return 'Two of the parts would be the same note.';
  return parts.some(({ destination }) => destination.kind === 'new' && destination.path === source.path)
    ? 'A note cannot be pulled out to itself.'
    : null;
}

function overlap(cuts: readonly Cut[]): boolean {
  const sorted = cuts.toSorted((a, b) => a.from - b.from || a.to - b.to);
  return sorted.some(({ from }, at) => from < (sorted[at - 1]?.to ?? 0));
}

/** Behind the first thing that is left behind, in the source with its cuts. */
function cursorOf(cuts: readonly Cut[], left: readonly LeftBehind[]): number {
  const [first] = left.toSorted((a, b) => a.from - b.from);
  if (first === undefined) return 0;
  const lengthOf = (piece: Piece) => ('text' in piece ? piece.text.length : piece.to - piece.from);
  const shift = cuts
    .filter((cut) => cut.to <= first.from && cut !== first)
    .flatMap(({ from, to, insert }) => [from - to, ...insert.map(lengthOf)])
    .reduce((sum, length) => sum + length, 0);
  return first.from + shift + first.words;
}
