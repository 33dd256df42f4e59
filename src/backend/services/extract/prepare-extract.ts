import { RambleError } from '../../../contract/errors.ts';
import type { ExtractPart, ExtractPlace, ExtractWhat } from '../../../contract/extract.ts';
import { planExtraction } from '../../../core/extract/plan-extraction.ts';
import { planFoldBack } from '../../../core/extract/plan-fold-back.ts';
import type { Reader } from '../../../core/extract/reading.ts';
import type {
  Destination,
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
import { understandNote } from '../../../core/markdown/understand.ts';
import {
  folderOf,
  joinPath,
  type NotePath,
  nameKey,
  noteName,
  parseNotePath,
} from '../../../core/paths/note-path.ts';
import { safeNoteName } from '../../../core/paths/safe-name.ts';
import { fillTemplate } from '../../../core/templates/fill-template.ts';
import type { NoteDocument } from '../../documents/document.ts';
import type { Documents } from '../../documents/documents.ts';
import { inParallel } from '../../documents/in-parallel.ts';
import type { Index } from '../../index/index-service.ts';
import type { RenameScope } from '../../index/queries/rename-scope.ts';
import type { NamesIn, Vault } from '../../vault/vault.ts';
import type { SettingsService } from '../settings.ts';

/** How many notes are read at a time. */
const AT_ONCE = 16;

export interface ExtractParts {
  vault: Vault;
  documents: Documents;
  settings: SettingsService;
  index: Pick<Index, 'settled' | 'partScope' | 'linkingTo' | 'pathsCalled'>;
  clock: () => Date;
  reader: Reader;
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

/** A note at one moment. */
export interface Taken {
  document: NoteDocument;
  version: number;
  text: string;
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
  const { tags, parents, liftHeadings } = what.form;
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
  const planned = await planAmong(parts, involved, made, destinations.areFree(), (among) =>
    planExtraction({
      source: textOf(source),
      parts: placed.map(partNow),
      leave: what.form.leave,
      form,
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
  const planned = await planAmong(parts, involved, [source.path], Promise.resolve(), (among) => {
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
  });
  return { ...planned, source, paths: [into.path] };
}

/** The notes that a plan is made from, each open. */
export class Involved {
  readonly #parts: ExtractParts;
  readonly #settled: Promise<void>;
  readonly #byPath = new Map<string, NoteDocument>();
  readonly #scopes: Promise<RenameScope>[] = [];

  constructor(parts: ExtractParts, source: NoteDocument, settled: Promise<void>) {
    this.#parts = parts;
    this.#settled = settled;
    this.#takePartIn(source);
  }

  /** The notes with a link to a part of one that was there from the beginning, or opened by `open`, or to one of those that are `made`. */
  async linking(made: readonly string[]): Promise<NotePath[]> {
    await this.#settled;
    const [toMade, ...scopes] = await Promise.all([
      this.#parts.index.linkingTo(made.map(fileKey)),
      ...this.#scopes,
    ]);
    return [...new Set([...scopes.flatMap(({ sources }) => sources), ...toMade])] as NotePath[];
  }

  #takePartIn(document: NoteDocument): void {
    if (this.#byPath.has(document.path)) return;
    this.#byPath.set(document.path, document);
    // Who needs the answer hears of a failure.
    for (const part of ['heading', 'block'] as const) {
      const scope = this.#settled.then(() => this.#parts.index.partScope(document.path, part));
      scope.catch(() => undefined);
      this.#scopes.push(scope);
    }
  }

  /** All of them as they are at this moment, by the paths that they have now. */
  now(): Map<string, Taken> {
    const { reader } = this.#parts;
    const take = (document: NoteDocument): [string, Taken] => [
      document.path,
      { document, version: document.version, text: reader.textOf(document.text) },
    ];
    return new Map([...this.#byPath.values()].map(take));
  }

  /** Throws `not-found`, `read-only`. */
  async open(path: NotePath): Promise<NoteDocument> {
    const document = this.#byPath.get(path) ?? (await openToChange(this.#parts.documents, path));
    this.#takePartIn(document);
    return document;
  }

  /** Those of the notes that are there: what the index knows may be gone by now. */
  async openSome(paths: readonly NotePath[]): Promise<void> {
    const unknown = paths.filter((path) => !this.#byPath.has(path));
    const opened = await inParallel(unknown, AT_ONCE, (path) =>
      this.#parts.documents.open(path).catch((error: unknown) => {
        if (error instanceof RambleError && error.code === 'not-found') return null;
        throw error;
      }),
    );
    for (const document of opened) if (document !== null) this.#byPath.set(document.path, document);
  }
}

/** Where a part goes, and what that is at the moment of asking. */
interface Placed {
  part: ExtractPart;
  path: NotePath;
  isNew: boolean;
  destinationNow(): Destination;
}

/** Where parts go: into notes that are there, or new ones under names that are free. */
class Destinations {
  readonly #vault: Vault;
  readonly #involved: Involved;
  readonly #namesIn = new Map<string, Promise<NamesIn>>();
  readonly #made = new Set<string>();
  readonly #checks: Promise<void>[] = [];

  /** Begins to look into the folders of those that are new. */
  constructor(vault: Vault, involved: Involved, parts: readonly ExtractPart[]) {
    this.#vault = vault;
    this.#involved = involved;
    for (const { to } of parts) if (to.kind === 'new') void this.#namesOf(to.folder);
  }

  #namesOf(folder: string): Promise<NamesIn> {
    const names = this.#namesIn.get(folder) ?? this.#vault.namesIn(folder);
    // Who needs the names hears of it.
    names.catch(() => undefined);
    this.#namesIn.set(folder, names);
    return names;
  }

  async of(part: ExtractPart, at: number, namePrefix: string): Promise<Placed> {
    const { title, to } = part;
    if (to.kind === 'existing') {
      const { path, place } = to;
      const document = await this.#involved.open(path);
      const destinationNow = (): Destination => ({
        kind: 'existing',
        ...textOf(document),
        place: placeIn(document, place),
      });
      return { part, path, isNew: false, destinationNow };
    }
    const name = safeNoteName(namePrefix + title);
    const check = parseNotePath(joinPath(to.folder, `${name}.md`));
    if (name === '' || !check.ok)
      throw new RambleError('bad-name', `“${title}” cannot be a note’s name. Give it another title.`, {
        part: at,
      });
    const key = nameKey(check.path);
    const isMade = this.#made.has(key);
    this.#made.add(key);
    const freeTitle = () => this.#freeTitle(to.folder, title, namePrefix);
    const checked = this.#check(check.path, isMade, at, freeTitle);
    // Who waits for all of them hears of it.
    checked.catch(() => undefined);
    this.#checks.push(checked);
    const { path } = check;
    return { part, path, isNew: true, destinationNow: () => ({ kind: 'new', path }) };
  }

  /** Resolves when no new note has the name of another. Throws `exists`. */
  async areFree(): Promise<void> {
    for (const checked of this.#checks) await checked;
  }

  /** Whatever the letter case and the Unicode form, a name is the same name. */
  async #check(
    path: NotePath,
    isMade: boolean,
    part: number,
    freeTitle: () => Promise<string>,
  ): Promise<void> {
    const there = await (await this.#namesOf(folderOf(path)))(path);
    if (there === null && !isMade) return;
    throw new RambleError(
      'exists',
      `There is a note called “${noteName(path)}” already. Choose another title, or add to it.`,
      { part, path: there ?? path, suggestion: await freeTitle() },
    );
  }

  async #freeTitle(folder: string, title: string, namePrefix: string): Promise<string> {
    const taken = new Set((await this.#vault.notesIn(folder)).map(nameKey));
    for (let count = 2; ; count += 1) {
      const name = safeNoteName(`${namePrefix}${title} ${count}`);
      const key = nameKey(joinPath(folder, `${name}.md`));
      if (!taken.has(key) && !this.#made.has(key)) return `${title} ${count}`;
    }
  }
}

type Among = Pick<ExtractionRequest, 'linking' | 'candidates' | 'read'>;

/**
 * Plans with every note that has a link which may have to follow. What the plan looks up and is not known yet is asked for, and the plan
 * made anew: how links are spelled is for the plan to say. Throws what `first` does, which is waited for meanwhile. `plan` is of one moment:
 * the notes are typed in all the time.
 */
async function planAmong(
  { index, reader }: ExtractParts,
  involved: Involved,
  made: readonly string[],
  first: Promise<void>,
  plan: (among: Among) => ExtractionPlan | Refusal,
): Promise<Pick<PreparedExtract, 'plan' | 'taken'>> {
  const { read } = reader;
  const changing = involved.now();
  const [linking] = await Promise.all([involved.linking(made), first]);
  await involved.openSome(linking);
  // Nearly all that is looked up: the notes themselves, and what they link to.
  const keys = new Set([...changing.keys(), ...made].map(fileKey));
  for (const [path, { text }] of changing)
    for (const { target } of read(path, text).spots) keys.add(targetKey(target, path));
  const known = new Map<string, readonly string[]>(await index.pathsCalled([...keys]));
  for (;;) {
    const missing = new Set<string>();
    const candidates: Candidates = (key) => {
      const paths = known.get(key);
      if (paths === undefined) missing.add(key);
      return paths ?? [];
    };
    const taken = involved.now();
    const linkingNow = [...taken].map(([path, { text }]): NoteText => ({ path, text }));
    const planned = plan({ linking: linkingNow, candidates, read });
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

async function openToChange(documents: Documents, path: NotePath): Promise<NoteDocument> {
  const document = await documents.open(path);
  if (document.unwritable !== null) throw new RambleError('read-only', document.unwritable, { path });
  return document;
}

const textOf = (document: NoteDocument): NoteText => ({
  path: document.path,
  text: document.text.toString(),
});

const bareTarget = (typed: string) => typed.replace(/^\[\[|\]\]$/g, '').trim();

function headingAt(document: NoteDocument, line: number): number {
  const { path, text } = textOf(document);
  const heading = understandNote(noteName(path), text).headings.find((one) => one.line === line);
  if (heading === undefined)
    throw new RambleError('not-found', `There is no heading on line ${line} of “${path}” any more.`, {
      path,
    });
  return heading.from;
}

function placeIn(document: NoteDocument, place: ExtractPlace): Place {
  return place.at === 'under' ? { at: 'under', heading: headingAt(document, place.line) } : place;
}

/** The text of the template note; where none is named, or it is gone, the settings' own text. `null` for the app's form. */
async function templateText(documents: Documents, named: string, otherwise: string): Promise<string | null> {
  const check = parseNotePath(`${named.replace(/^\/+/, '').replace(/\.md$/i, '')}.md`);
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
