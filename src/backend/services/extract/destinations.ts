import { RambleError } from '../../../contract/errors.ts';
import type { ExtractPart, ExtractPlace } from '../../../contract/extract.ts';
import type { Destination, Place } from '../../../core/extract/request.ts';
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
import type { NoteDocument } from '../../documents/document.ts';
import type { NamesIn, Vault } from '../../vault/vault.ts';
import { type Involved, textOf } from './involved.ts';

/** Where a part goes, and what that is at the moment of asking. */
export interface Placed {
  part: ExtractPart;
  path: NotePath;
  isNew: boolean;
  destinationNow(): Destination;
}

/** Where parts go: into notes that are there, or new ones under names that are free. */
export class Destinations {
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

/** Where the heading on that line begins. Throws `not-found`. */
export function headingAt(document: NoteDocument, line: number): number {
  const { path, text } = textOf(document);
  const heading = understandNote(noteName(path), text).headings.find((one) => one.line === line);
  if (heading === undefined)
    throw new RambleError('not-found', `There is no heading on line ${line} of “${path}” any more.`, {
      path,
    });
  return heading.from;
}

/** A place in a note as it is at this moment. Throws `not-found`. */
export function placeIn(document: NoteDocument, place: ExtractPlace): Place {
  return place.at === 'under' ? { at: 'under', heading: headingAt(document, place.line) } : place;
}
