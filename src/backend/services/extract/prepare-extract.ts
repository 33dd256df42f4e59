import { RambleError } from '../../../contract/errors.ts';
import type { ExtractWhat } from '../../../contract/extract.ts';
import { couldGoAlong } from '../../../core/extract/files-along.ts';
import { planExtraction } from '../../../core/extract/plan-extraction.ts';
import { planFoldBack } from '../../../core/extract/plan-fold-back.ts';
import type {
  ExtractionPart,
  ExtractionPlan,
  ExtractionRequest,
  NoteText,
  Place,
  Refusal,
} from '../../../core/extract/request.ts';
import { type Range, sectionsOf } from '../../../core/extract/section.ts';
import { fileKey } from '../../../core/links/moved-paths.ts';
import { type Candidates, targetKey } from '../../../core/links/resolve.ts';
import {
  folderOf,
  type NotePath,
  noteName,
  parseNotePath,
  withoutEnding,
} from '../../../core/paths/note-path.ts';
import { fillTemplate } from '../../../core/templates/fill-template.ts';
import type { NoteDocument } from '../../documents/document.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Index } from '../../index/index-service.ts';
import type { Vault } from '../../vault/vault.ts';
import type { SettingsService } from '../settings.ts';
import { Destinations, headingAt, type Placed, placeIn } from './destinations.ts';
import { Involved, type InvolvedParts, openToChange, type Taken, textOf } from './involved.ts';

export interface ExtractParts extends InvolvedParts {
  vault: Vault;
  settings: SettingsService;
  index: Pick<Index, 'settled' | 'partScope' | 'linkingTo' | 'pathsCalled'>;
  clock: () => Date;
}

/** What an extraction does to the notes as they are now. */
export interface PreparedExtract {
  plan: ExtractionPlan;
  source: NoteDocument;
  /** Where the parts go, in order. */
  paths: NotePath[];
  /** Every note that the plan was made from, as it was then, by path. */
  taken: ReadonlyMap<string, Taken>;
}

type What<Kind extends ExtractWhat['kind']> = Extract<ExtractWhat, { kind: Kind }>;

/**
 * Works out what pulling parts out of a note does to every note; `now` is what templates say. The index is asked once it is `settled`.
 * Throws `exists` (`data.part`, `data.path`, `data.suggestion`), `conflict`, `bad-name`, `not-found`, `read-only`, `nothing-to-extract`.
 */
export async function prepareExtract(
  parts: ExtractParts,
  what: What<'extract'>,
  now: Date,
  settled: Promise<void>,
): Promise<PreparedExtract> {
  const { documents, settings } = parts;
  const source = await openToChange(documents, what.path);
  // The index and the disk are asked at once, while the settings are read.
  const involved = new Involved(parts, source, settled);
  const destinations = new Destinations(parts.vault, involved, what.parts);
  const { extract } = (await settings.get()).values;
  const namePrefix = fillTemplate(extract.namePrefix, { title: noteName(source.path), day: now, now });
  const placed: Placed[] = [];
  for (const [at, part] of what.parts.entries()) placed.push(await destinations.of(part, at, namePrefix));
  const { tags, parents, liftHeadings, takeFiles } = what.form;
  const form = {
    tags: [...new Set(tags)],
    parents: [...new Set(parents.map(bareTarget))],
    parentLine: extract.parentLine === '' ? null : extract.parentLine,
    template: await templateText(documents, what.form.template, extract.templateText),
    liftHeadings,
  };
  const made = placed.flatMap(({ path, isNew }) => (isNew ? [path] : []));
  const partNow = ({ part: { ranges, title }, destinationNow }: Placed): ExtractionPart => ({
    ranges: ranges.map((range) => rangeNow(source, what.version, range)),
    destination: destinationNow(),
    title,
  });
  const filesWith = (candidates: Candidates) => {
    const moving = placed.map(({ part, path }) => ({
      ranges: part.ranges.map((range) => rangeNow(source, what.version, range)),
      folder: folderOf(path),
    }));
    return [...couldGoAlong(parts.reader.read(source.path, textOf(source).text), moving, candidates).keys()];
  };
  const planned = await planAmong(parts, involved, made, destinations.areFree(), filesWith, (among) =>
    planExtraction({
      source: textOf(source),
      parts: placed.map(partNow),
      leave: what.form.leave,
      form,
      properties: what.properties.map((range) => rangeNow(source, what.version, range)),
      takeFiles,
      ...among,
      day: now,
      now,
    }),
  );
  return { ...planned, source, paths: placed.map(({ path }) => path) };
}

/** Works out what merging a note, or a section of it, into another does to every note, at the time `now`. Throws as {@link prepareExtract} does. */
export async function prepareFoldBack(
  parts: ExtractParts,
  what: What<'fold-back'>,
  now: Date,
  settled: Promise<void>,
): Promise<PreparedExtract> {
  const { documents } = parts;
  const source = await openToChange(documents, what.path);
  const involved = new Involved(parts, source, settled);
  const into = await involved.open(what.into);
  const planned = await planAmong(
    parts,
    involved,
    [source.path],
    Promise.resolve(),
    () => [],
    (among) => {
      const [note, target] = [textOf(source), textOf(into)];
      const from = what.line === null ? null : headingAt(source, what.line);
      const section = from === null ? null : (sectionsOf(note.text).find((one) => one.from === from) ?? null);
      if (from !== null && section === null)
        throw new RambleError(
          'nothing-to-extract',
          `The heading on line ${what.line} begins no section of its own.`,
        );
      const place = placeIn(into, what.place);
      const lower = levelsDeeper(note.text, target.text, place);
      return planFoldBack({ note, section, target, place, lower, ...among, now });
    },
  );
  return { ...planned, source, paths: [into.path] };
}

type Among = Pick<ExtractionRequest, 'linking' | 'candidates' | 'read' | 'ownFiles'>;

/**
 * Plans with every note that has a link which may have to follow. What the plan looks up and is not known yet is asked for, and the plan
 * made anew: how links are spelled is for the plan to say. `filesWith` gives the files that could go along. Throws what `first` does,
 * which is waited for meanwhile. `plan` is of one moment: the notes are typed in all the time.
 */
async function planAmong(
  { index, reader }: ExtractParts,
  involved: Involved,
  made: readonly string[],
  first: Promise<void>,
  filesWith: (candidates: Candidates) => readonly string[],
  plan: (among: Among) => ExtractionPlan | Refusal,
): Promise<Pick<PreparedExtract, 'plan' | 'taken'>> {
  const { read } = reader;
  // Nearly all that is looked up: the notes themselves, and what they link to.
  const changing = involved.now();
  const keys = new Set([...changing.keys(), ...made].map(fileKey));
  for (const [path, { text }] of changing)
    for (const { target } of read(path, text).spots) keys.add(targetKey(target, path));
  const [linking, called] = await Promise.all([
    involved.linking(made.map(fileKey)),
    involved.settled.then(() => index.pathsCalled([...keys])),
    first,
  ]);
  await involved.openSome(linking);
  const known = new Map<string, readonly string[]>(called);
  const isOwn = async (file: string) =>
    (await index.linkingTo([fileKey(file)])).every((path) => path === involved.source.path);
  const files = filesWith((key) => known.get(key) ?? []);
  const areOwn = await Promise.all(files.map(isOwn));
  const ownFiles = new Set(files.filter((_, at) => areOwn[at]));
  for (;;) {
    const missing = new Set<string>();
    const candidates: Candidates = (key) => {
      const paths = known.get(key);
      if (paths === undefined) missing.add(key);
      return paths ?? [];
    };
    const taken = involved.now();
    const linkingNow = [...taken].map(([path, { text }]): NoteText => ({ path, text }));
    const planned = plan({ linking: linkingNow, candidates, read, ownFiles });
    if (missing.size === 0) {
      if (planned.ok) return { plan: planned, taken };
      throw new RambleError('nothing-to-extract', planned.reason);
    }
    for (const [key, paths] of await index.pathsCalled([...missing])) known.set(key, paths);
  }
}

/** How many levels deeper the headings of a note are beneath what stands at a place of another. */
function levelsDeeper(note: string, target: string, place: Place): number {
  const top = Math.min(...sectionsOf(note).map(({ level }) => level));
  const sections = sectionsOf(target);
  const above =
    place.at === 'under'
      ? (sections.find(({ from }) => from === place.heading)?.level ?? 0)
      : Number(sections.some(({ level }) => level === 1));
  return Number.isFinite(top) ? Math.max(0, above + 1 - top) : 0;
}

const bareTarget = (typed: string) => typed.replace(/^\[\[|\]\]$/g, '').trim();

/** The text of the template note; where none is named, or it is gone, the settings' own text. `null` for the app's form. */
async function templateText(documents: Documents, named: string, otherwise: string): Promise<string | null> {
  const check = parseNotePath(`${withoutEnding(named.replace(/^\/+/, ''))}.md`);
  if (named === '' || !check.ok) return otherwise === '' ? null : otherwise;
  try {
    return (await documents.open(check.path)).text.toString();
  } catch (error) {
    if (error instanceof RambleError && error.code === 'not-found')
      throw new RambleError('not-found', `There is no template “${named}”. Choose another, or none.`, {
        path: check.path,
      });
    throw error;
  }
}

/** The range in the present text, where it was `range` at `version`. Throws `conflict` where the text within it has changed. */
function rangeNow(source: NoteDocument, version: number, range: Range): Range {
  const since = source.editsAfter(version);
  if (since === null) throw changedMeanwhile(source.path);
  let { from, to } = range;
  for (const { changes } of since) {
    if (changes.touchesRange(from, to)) throw changedMeanwhile(source.path);
    from = changes.mapPos(from, 1);
    to = changes.mapPos(to, -1);
  }
  if (to > source.text.doc.length || from >= to)
    throw new RambleError('nothing-to-extract', `There is no such stretch of text in ${source.path}.`);
  return { from, to };
}

/** The refusal where somebody changed a note that the plan is for. */
export function changedMeanwhile(path: NotePath): RambleError {
  return new RambleError('conflict', `The text in ${path} was changed meanwhile. Nothing was pulled out.`, {
    path,
  });
}
