import { RambleError } from '../../../contract/errors.ts';
import type { Reader } from '../../../core/extract/reading.ts';
import type { NoteText } from '../../../core/extract/request.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import type { NoteDocument } from '../../documents/document.ts';
import type { Documents } from '../../documents/documents.ts';
import { inParallel } from '../../documents/in-parallel.ts';
import type { Index } from '../../index/index-service.ts';
import type { RenameScope } from '../../index/queries/rename-scope.ts';

/** How many notes are read at a time. */
const AT_ONCE = 16;

export interface InvolvedParts {
  documents: Documents;
  index: Pick<Index, 'partScope' | 'linkingTo'>;
  reader: Reader;
}

/** A note at one moment. */
export interface Taken {
  document: NoteDocument;
  version: number;
  text: string;
}

/** The notes that a plan is made from, each open. */
export class Involved {
  readonly #parts: InvolvedParts;
  /** The note that text is pulled out of. */
  readonly source: NoteDocument;
  /** The index knows all that was there when this was made. */
  readonly settled: Promise<void>;
  readonly #byPath = new Map<string, NoteDocument>();
  readonly #scopes: Promise<RenameScope>[] = [];

  constructor(parts: InvolvedParts, source: NoteDocument, settled: Promise<void>) {
    this.#parts = parts;
    this.source = source;
    this.settled = settled;
    this.#takePartIn(source);
  }

  /** The notes with a link to a part of one that was there from the beginning, or opened by `open`, or to a file with one of these keys. */
  async linking(keys: readonly string[]): Promise<NotePath[]> {
    await this.settled;
    const [toMade, ...scopes] = await Promise.all([this.#parts.index.linkingTo([...keys]), ...this.#scopes]);
    return [...new Set([...scopes.flatMap(({ sources }) => sources), ...toMade])] as NotePath[];
  }

  #takePartIn(document: NoteDocument): void {
    if (this.#byPath.has(document.path)) return;
    this.#byPath.set(document.path, document);
    // Who needs the answer hears of a failure.
    const scope = this.settled.then(() => this.#parts.index.partScope(document.path, ['heading', 'block']));
    scope.catch(() => undefined);
    this.#scopes.push(scope);
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

/** Opens a note that is to change. Throws `not-found`, `read-only`. */
export async function openToChange(documents: Documents, path: NotePath): Promise<NoteDocument> {
  const document = await documents.open(path);
  if (document.unwritable !== null) throw new RambleError('read-only', document.unwritable, { path });
  return document;
}

/** A note's path and text, as they are at this moment. */
export const textOf = (document: NoteDocument): NoteText => ({
  path: document.path,
  text: document.text.toString(),
});
