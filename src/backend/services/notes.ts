import { RambleError } from '../../contract/errors.ts';
import type { OpenNote, SaveOutcome } from '../../contract/notes.ts';
import type { Revision } from '../../contract/shapes.ts';
import { formatDate } from '../../core/journal/date-tokens.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import {
  folderOf,
  joinPath,
  type NotePath,
  noteName,
  parseNotePath,
  type VaultPath,
} from '../../core/paths/note-path.ts';
import { readLineEnds, writeLineEnds } from '../../core/text/line-ends.ts';
import { decodeNote } from '../vault/decode.ts';
import type { Vault } from '../vault/vault.ts';

const IMAGE_TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
};
const LARGEST_IMAGE = 20 * 1024 * 1024;
const BOM = '\ufeff';

export interface NotesService {
  open(path: NotePath): Promise<OpenNote>;
  /** Writes `text` where the file still is `base`; otherwise keeps it in a note beside it. Throws `read-only`, `io`. */
  save(path: NotePath, text: string, base: Revision): Promise<SaveOutcome>;
  /** As `save`, but where the file is not `base` any more it throws `conflict` and nothing is kept or changed. */
  replace(path: NotePath, text: string, base: Revision): Promise<Revision>;
  /** Makes a note that was not there. Throws `exists`, `io`. */
  create(path: NotePath, text: string): Promise<{ path: NotePath; revision: Revision }>;
  image(path: VaultPath): Promise<{ mediaType: string; base64: string }>;
}

export function createNotes(vault: Vault, clock: () => Date): NotesService {
  async function readText(path: NotePath) {
    const { bytes, revision } = await vault.read(path);
    return { decoded: decodeNote(bytes), revision };
  }

  async function replace(path: NotePath, text: string, base: Revision): Promise<Revision> {
    const { decoded, revision } = await readText(path);
    const wellFormed = text.toWellFormed();
    if (decoded.kind === 'unreadable') {
      if (revision === base) throw new RambleError('read-only', decoded.message);
      throw changedMeanwhile(path);
    }
    const before = readLineEnds(decoded.raw);
    // Two programs that wrote the same text do not conflict, and what is there already is not written again.
    if (before.text === wellFormed) return revision;
    if (revision !== base) throw changedMeanwhile(path);
    const raw = (decoded.bom ? BOM : '') + writeLineEnds(before, wellFormed);
    return (await vault.writeAtomic(path, Buffer.from(raw, 'utf8'), { expect: base })).revision;
  }

  async function create(path: NotePath, text: string): Promise<{ path: NotePath; revision: Revision }> {
    const bytes = Buffer.from(text.toWellFormed(), 'utf8');
    const { revision } = await vault.writeAtomic(path, bytes, { expect: null });
    return { path, revision };
  }

  /** A place beside the note for the text that could not be saved in it. */
  async function keepBeside(path: NotePath, text: string): Promise<SaveOutcome> {
    const stamp = formatDate(clock(), 'YYYY-MM-DD HHmm');
    for (let count = 1; count < 100; count += 1) {
      const suffix = count === 1 ? '' : ` ${count}`;
      const name = `${noteName(path).slice(0, 180)} (kept ${stamp}${suffix}).md`;
      const check = parseNotePath(joinPath(folderOf(path), name));
      if (!check.ok) break;
      try {
        const made = await create(check.path, text);
        return { kind: 'conflict', copy: made.path, copyRevision: made.revision };
      } catch (error) {
        if (!(error instanceof RambleError && error.code === 'exists')) throw error;
      }
    }
    throw new RambleError(
      'io',
      `No name was free beside ${path} to keep your text in. It is still here: copy it.`,
    );
  }

  return {
    async open(path) {
      const { decoded, revision } = await readText(path);
      const text = decoded.kind === 'text' ? readLineEnds(decoded.raw).text : decoded.best;
      const { title } = understandNote(noteName(path), text.slice(0, 20_000));
      const readOnly = decoded.kind === 'text' ? await vault.whyReadOnly(path) : decoded.message;
      return { path, title, text, revision, readOnly };
    },

    async save(path, text, base) {
      try {
        return { kind: 'saved', revision: await replace(path, text, base) };
      } catch (error) {
        if (!(error instanceof RambleError)) throw error;
        // Another program removed the note while it was being written in: the words come back under its name.
        if (error.code === 'not-found')
          return { kind: 'saved', revision: (await create(path, text)).revision };
        if (error.code === 'conflict') return keepBeside(path, text);
        throw error;
      }
    },

    replace,
    create,

    async image(path) {
      const mediaType = IMAGE_TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
      if (mediaType === undefined) throw new RambleError('unsupported', `${path} is not an image.`);
      const { bytes } = await vault.read(path);
      if (bytes.length > LARGEST_IMAGE) throw new RambleError('unsupported', `${path} is larger than 20 MB.`);
      return { mediaType, base64: bytes.toString('base64') };
    },
  };
}

function changedMeanwhile(path: NotePath): RambleError {
  return new RambleError(
    'conflict',
    `${path} was changed by another program meanwhile. Nothing was written.`,
  );
}
