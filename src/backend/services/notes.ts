import { RambleError } from '../../contract/errors.ts';
import type { OpenNote } from '../../contract/notes.ts';
import type { Revision } from '../../contract/shapes.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { conflictCopyOf } from '../../core/paths/conflict-copy.ts';
import { folderOf, type NotePath, noteName, type VaultPath } from '../../core/paths/note-path.ts';
import { editJson, idOf, stateOf } from '../documents/document-shapes.ts';
import type { Documents } from '../documents/documents.ts';
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
/** A title stands at the beginning of a note. */
const TITLE_WITHIN = 20_000;
/** How much of the past a window is given to build its undo from. */
const LONGEST_PAST = 2_000_000;

export interface NotesService {
  /** A note as a window opens it; where it has no file it begins as `begin`. Throws `not-found` and what reading throws. */
  open(path: NotePath, begin?: string): Promise<OpenNote>;
  /** Makes a note that was not there. Throws `exists`, `io`. */
  create(path: NotePath, text: string): Promise<{ path: NotePath; revision: Revision }>;
  /** The note that this one is a conflict copy of, if that is there, and this one's own copies. */
  copies(path: NotePath): Promise<{ of: NotePath | null; copies: NotePath[] }>;
  image(path: VaultPath): Promise<{ mediaType: string; base64: string }>;
}

export function createNotes(vault: Vault, documents: Documents): NotesService {
  return {
    async open(path, begin) {
      const document = await documents.open(path, begin);
      await documents.recallPast(document);
      // Up to what would survive a crash: the rest comes as an event, as to every window.
      const { announced } = document;
      const text = (document.textAt(announced) ?? document.text.doc).toString();
      const { text: pastText, edits, before } = document.past();
      const past =
        pastText.length > LONGEST_PAST
          ? { text, edits: [], before: 0 }
          : { text: pastText, edits: edits.map(editJson), before };
      const { state, overlaps } = stateOf(document);
      // A window goes on with the name that it has, where that leads to the note.
      const isOtherName = document.path !== path && (await vault.ownPath(path)) === document.path;
      return {
        document: idOf(document),
        path: isOtherName ? path : document.toldPath,
        title: understandNote(noteName(path), text.slice(0, TITLE_WITHIN)).title,
        version: announced,
        text,
        revision: document.disk.revision,
        readOnly: document.readOnly,
        state,
        overlaps,
        past,
      };
    },

    async create(path, text) {
      const {
        documents: [document],
      } = await documents.change('typed', 'app', [{ path, make: text }]);
      const revision = document?.disk.revision;
      if (revision == null) throw new RambleError('io', `“${path}” could not be made.`);
      return { path, revision };
    },

    async copies(path) {
      const original = conflictCopyOf(path);
      const of = original !== null && (await vault.exists(original)) ? original : null;
      const beside = await vault.notesIn(folderOf(path));
      return { of, copies: beside.filter((other) => conflictCopyOf(other) === path) };
    },

    async image(path) {
      const mediaType = IMAGE_TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
      if (mediaType === undefined) throw new RambleError('unsupported', `${path} is not an image.`);
      const { bytes } = await vault.read(path);
      if (bytes.length > LARGEST_IMAGE) throw new RambleError('unsupported', `${path} is larger than 20 MB.`);
      return { mediaType, base64: bytes.toString('base64') };
    },
  };
}
