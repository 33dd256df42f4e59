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
import { joinPath, type NotePath, nameKey, noteName, parseNotePath } from '../../../core/paths/note-path.ts';
import { safeNoteName } from '../../../core/paths/safe-name.ts';
import { fillTemplate } from '../../../core/templates/fill-template.ts';
import type { NoteDocument } from '../../documents/document.ts';
import type { Documents } from '../../documents/documents.ts';
import { inParallel } from '../../documents/in-parallel.ts';
import type { Index } from '../../index/index-service.ts';
import type { Vault } from '../../vault/vault.ts';
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
  /** Every note that the plan was made from, by path. */
  involved: Involved;
}

type What<Kind extends ExtractWhat['kind']> = Extract<ExtractWhat, { kind: Kind }>;

/**
 * Works out what pulling parts out of a note does to every note; `now` is what templates say. Throws `exists` (`data.part`, `data.path`,
 * `data.suggestion`), `conflict`, `bad-name`, `not-found`, `read-only`, `nothing-to-extract`.
 */
export async function prepareExtract(
  parts: ExtractParts,
  what: What<'extract'>,
  now: Date,
): Promise<PreparedExtract> {
  const { documents, settings } = parts;
  const { extract } = (await settings.get()).values;
  const source = await openToChange(documents, what.path);
  const involved = new Involved(documents, source);
  const namePrefix = fillTemplate(extract.namePrefix, { title: noteName(source.path), day: now, now });
  const destinations = new Destinations(parts, involved, namePrefix);
  const planned: ExtractionPart[] = [];
  for (const [at, part] of what.parts.entries()) {
    const ranges = part.ranges.map((range) => rangeNow(source, what.version, range));
    planned.push({ ranges, destination: await destinations.of(part, at), title: part.title });
  }
  const { tags, parents, liftHeadings } = what.form;
  const form = {
    tags: [...new Set(tags)],
    parents: [...new Set(parents.map(bareTarget))],
    parentLine: extract.parentLine === '' ? null : extract.parentLine,
    template: await templateText(documents, what.form.template, extract.templateText),
    liftHeadings,
  };
  const made = planned.flatMap(({ destination }) => (destination.kind === 'new' ? [destination.path] : []));
  const plan = await planAmong(parts, involved, made, (among) =>
    planExtraction({
      source: textOf(source),
      parts: planned,
      leave: what.form.leave,
      form,
      ...among,
      day: now,
      now,
    }),
  );
  return { plan, source, paths: planned.map(({ destination }) => destination.path as NotePath), involved };
}

/** Works out what merging a note, or a section of it, into another does to every note, at the time `now`. Throws as {@link prepareExtract} does. */
export async function prepareFoldBack(
  parts: ExtractParts,
  what: What<'fold-back'>,
  now: Date,
): Promise<PreparedExtract> {
  const { documents } = parts;
  const source = await openToChange(documents, what.path);
  const involved = new Involved(documents, source);
  const into = await involved.open(what.into);
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
  const plan = await planAmong(parts, involved, [note.path], (among) =>
    planFoldBack({ note, section, target, place, lower, ...among, now }),
  );
  return { plan, source, paths: [into.path], involved };
}

/** The notes that a plan is made from, each open. */
export class Involved {
  readonly #documents: Documents;
  readonly #byPath = new Map<string, NoteDocument>();

  constructor(documents: Documents, source: NoteDocument) {
    this.#documents = documents;
    this.#byPath.set(source.path, source);
  }

  [Symbol.iterator](): Iterator<NoteDocument> {
    return this.#byPath.values();
  }

  at(path: string): NoteDocument | undefined {
    return this.#byPath.get(path);
  }

  /** Throws `not-found`, `read-only`. */
  async open(path: NotePath): Promise<NoteDocument> {
    const document = this.#byPath.get(path) ?? (await openToChange(this.#documents, path));
    this.#byPath.set(path, document);
    return document;
  }

  /** Those of the notes that are there: what the index knows may be gone by now. */
  async openSome(paths: readonly NotePath[]): Promise<void> {
    const unknown = paths.filter((path) => !this.#byPath.has(path));
    const opened = await inParallel(unknown, AT_ONCE, (path) =>
      this.#documents.open(path).catch((error: unknown) => {
        if (error instanceof RambleError && error.code === 'not-found') return null;
        throw error;
      }),
    );
    for (const document of opened) if (document !== null) this.#byPath.set(document.path, document);
  }
}

/** Where parts go: into notes that are there, or new ones under names that are free. */
class Destinations {
  readonly #parts: ExtractParts;
  readonly #involved: Involved;
  readonly #namePrefix: string;
  readonly #made = new Set<string>();

  constructor(parts: ExtractParts, involved: Involved, namePrefix: string) {
    this.#parts = parts;
    this.#involved = involved;
    this.#namePrefix = namePrefix;
  }

  async of({ title, to }: ExtractPart, part: number): Promise<Destination> {
    if (to.kind === 'existing') {
      const document = await this.#involved.open(to.path);
      return {
        kind: 'existing',
        path: to.path,
        text: textOf(document).text,
        place: placeIn(document, to.place),
      };
    }
    const name = safeNoteName(this.#namePrefix + title);
    const check = parseNotePath(joinPath(to.folder, `${name}.md`));
    if (name === '' || !check.ok)
      throw new RambleError('bad-name', `“${title}” cannot be a note’s name. Give it another title.`, {
        part,
      });
    const key = nameKey(check.path);
    // Whatever the letter case and the Unicode form, a name is the same name.
    const there = await this.#parts.vault.namesake(check.path);
    if (there !== null || this.#made.has(key))
      throw new RambleError(
        'exists',
        `There is a note called “${name}” already. Choose another title, or add to it.`,
        { part, path: there ?? check.path, suggestion: await this.#freeTitle(to.folder, title) },
      );
    this.#made.add(key);
    return { kind: 'new', path: check.path };
  }

  async #freeTitle(folder: string, title: string): Promise<string> {
    const taken = new Set((await this.#parts.vault.notesIn(folder)).map(nameKey));
    for (let count = 2; ; count += 1) {
      const name = safeNoteName(`${this.#namePrefix}${title} ${count}`);
      const key = nameKey(joinPath(folder, `${name}.md`));
      if (!taken.has(key) && !this.#made.has(key)) return `${title} ${count}`;
    }
  }
}

type Among = Pick<ExtractionRequest, 'linking' | 'candidates' | 'read'>;

/**
 * Plans with every note that has a link which may have to follow. What the plan looks up and is not known yet is asked for, and the plan
 * made anew: how links are spelled is for the plan to say.
 */
async function planAmong(
  { index, reader }: ExtractParts,
  involved: Involved,
  made: readonly string[],
  plan: (among: Among) => ExtractionPlan | Refusal,
): Promise<ExtractionPlan> {
  const { read } = reader;
  const noteOf = ({ path, text }: NoteDocument): NoteText => ({ path, text: reader.textOf(text) });
  const changing = [...involved].map(noteOf);
  const asked = changing.map(({ path }) => path);
  const scopes = asked.flatMap((path) => [index.partScope(path, 'heading'), index.partScope(path, 'block')]);
  const [linkingToMade, ...linking] = await Promise.all([index.linkingTo(made.map(fileKey)), ...scopes]);
  const sources = new Set([...linking.flatMap((scope) => scope.sources), ...linkingToMade]);
  await involved.openSome([...sources] as NotePath[]);
  const notes = [...involved].map(noteOf);
  // Nearly all that is looked up: the notes themselves, and what they link to.
  const keys = new Set([...asked, ...made].map(fileKey));
  for (const { path, text } of changing)
    for (const { target } of read(path, text).spots) keys.add(targetKey(target, path));
  const known = new Map<string, readonly string[]>(await index.pathsCalled([...keys]));
  for (;;) {
    const missing = new Set<string>();
    const candidates: Candidates = (key) => {
      const paths = known.get(key);
      if (paths === undefined) missing.add(key);
      return paths ?? [];
    };
    const planned = plan({ linking: notes, candidates, read });
    if (missing.size === 0) {
      if (planned.ok) return planned;
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
