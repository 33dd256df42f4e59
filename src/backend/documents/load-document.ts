import type { NotePath } from '../../core/paths/note-path.ts';
import { revisionOf } from '../vault/revision.ts';
import type { Vault } from '../vault/vault.ts';
import { NoteDocument } from './document.ts';
import type { Edit } from './edit.ts';
import type { FoundFile } from './file-of.ts';
import type { Journal } from './journal/journal.ts';
import type { Entry, LoadedDocument } from './journal/protocol.ts';
import { replay } from './journal/thin-out.ts';
import { readEditRow } from './journal-rows.ts';
import { NoteText } from './note-text.ts';
import { takeOutsideChange } from './outside-change.ts';
import { identityOf } from './saver.ts';

const NO_FILE = { revision: null, version: 0, file: null };

export interface LoadParts {
  vault: Vault;
  journal: Journal;
  now(): number;
}

/** A document brought in step with its file, and what the journal is to be told of that. */
export interface Loaded {
  document: NoteDocument;
  entries: Entry[];
}

/** A note that the journal does not know: its file as it is, or what it begins as where it has none. */
export async function beginDocument(
  { vault, now }: LoadParts,
  path: NotePath,
  file: Exclude<FoundFile, { kind: 'missing' }> | { kind: 'begin'; text: string },
): Promise<Loaded> {
  const id = newId();
  if (file.kind === 'begin') {
    const text = NoteText.fromString(file.text);
    const disk = { ...NO_FILE, text: file.text };
    // The journal hears of it with the first edit: a day without words leaves no trace.
    return {
      document: new NoteDocument(id, path, { text, version: 0, disk, journaled: false }),
      entries: [],
    };
  }
  const text = file.kind === 'text' ? NoteText.fromBytes(file.bytes) : NoteText.fromString(file.best);
  const disk = { revision: file.revision, version: 0, text: text.toString(), file: null };
  const document = new NoteDocument(id, path, { text, version: 0, disk, journaled: false });
  document.disk.file = await identityOf(vault, document);
  if (file.kind === 'unreadable') {
    document.unreadable = file;
    return { document, entries: [] };
  }
  document.writeProtected = await vault.whyReadOnly(path);
  return { document, entries: [...document.entries(0, now()), savedEntry(document, file.revision)] };
}

/** A note that the journal knows, with everything that was typed and is in no file yet. */
export async function continueDocument(
  parts: LoadParts,
  kept: LoadedDocument,
  path: NotePath,
  file: FoundFile,
): Promise<Loaded> {
  const loaded = await bringInStep(parts, kept, path, file);
  const { document } = loaded;
  const { version } = document.disk;
  if (document.dirty) document.restored = version < 0 ? kept.unsaved : document.version - version;
  return loaded;
}

async function bringInStep(
  parts: LoadParts,
  kept: LoadedDocument,
  path: NotePath,
  file: FoundFile,
): Promise<Loaded> {
  const { vault, journal, now } = parts;
  const disk = { revision: kept.savedRevision, version: kept.savedVersion ?? -1, text: '', file: null };
  const document = NoteDocument.fromJournal({ ...kept, path }, kept.edits.map(readEditRow), disk);
  const entries: Entry[] = [];
  if (kept.path !== path) entries.push({ type: 'moved', document: kept.id, path });
  if (kept.goneAt !== null) entries.push({ type: 'returned', document: kept.id });
  await restoreOverlaps(journal, document, kept);
  if (kept.savedRaw !== null) document.disk.version = -1;

  if (file.kind === 'missing') {
    document.disk.text = document.text.toString();
    if (kept.savedRevision !== null) document.gone = true;
    return { document, entries };
  }
  document.disk.file = await identityOf(vault, document);
  if (file.kind === 'unreadable') {
    // Nothing is at stake, and it is the file that is looked at: a document of its own shows it.
    if (!document.dirty) return beginDocument(parts, path, file);
    document.unreadable = file;
    document.disk.text = (await baseOf(journal, document, kept)) ?? document.text.toString();
    return { document, entries };
  }
  document.writeProtected = await vault.whyReadOnly(path);

  const present = revisionOf(document.text.bytes());
  const holds = (version: number) => {
    document.disk = {
      ...document.disk,
      revision: file.revision,
      version,
      text: NoteText.fromBytes(file.bytes).toString(),
    };
    entries.push(savedEntry(document, file.revision));
  };
  if (file.revision === present) holds(document.version);
  else if (
    file.revision === kept.savingRevision &&
    kept.savingVersion !== null &&
    // What was saved since, or taken in from another program, came after that save.
    kept.savingVersion >= (kept.savedVersion ?? -1) &&
    (await textThen(journal, document, kept.savingVersion, kept.savingRevision)) !== null
  )
    holds(kept.savingVersion);
  else {
    const saved = await baseOf(journal, document, kept);
    const theirs = NoteText.fromBytes(file.bytes).toString();
    if (file.revision === kept.savedRevision && saved !== null) document.disk.text = theirs;
    else {
      // The save may have been done, and the other program have begun with that.
      const saving =
        kept.savingVersion === null
          ? null
          : await textThen(journal, document, kept.savingVersion, kept.savingRevision);
      entries.push(...takeOutsideChange(document, file, { known: saved, perhaps: saving }, now()));
    }
  }
  return { document, entries };
}

/** The text that the file and the document were both made from; `null` where the journal cannot tell. */
async function baseOf(
  journal: Journal,
  document: NoteDocument,
  kept: LoadedDocument,
): Promise<string | null> {
  if (kept.savedRaw !== null) return NoteText.fromBytes(kept.savedRaw).toString();
  if (kept.savedVersion === null) {
    // It was never in a file: what the other program put there was made from what it began with at most.
    const begun = await journal.ask('upTo', document.id, 0).catch(() => null);
    return begun === null ? '' : replay(begun).toString();
  }
  return textThen(journal, document, kept.savedVersion, kept.savedRevision);
}

/** The text of a version; `null` where it is not the one with that revision: a damaged journal may contradict itself. */
async function textThen(
  journal: Journal,
  document: NoteDocument,
  version: number,
  revision: string | null,
): Promise<string | null> {
  if (version > document.version) return null;
  const found = await journal.ask('upTo', document.id, version).catch(() => null);
  if (found === null) return null;
  const text = replay(found);
  return revisionOf(text.bytes()) === revision ? text.toString() : null;
}

/** Puts overlaps where their text is now; at the end, as nothing of the user's, where the journal cannot tell where that is. */
async function restoreOverlaps(
  journal: Journal,
  document: NoteDocument,
  kept: LoadedDocument,
): Promise<void> {
  for (const { id, version, start, end, theirs } of kept.overlaps) {
    const later = document.editsAfter(version) ?? (await olderEdits(journal, document, version));
    let [from, to] = later === null ? [Infinity, Infinity] : [start, end];
    for (const { changes } of later ?? []) {
      from = changes.mapPos(from, -1);
      to = changes.mapPos(to, 1);
    }
    const longest = document.text.doc.length;
    document.overlaps.push({ id, from: Math.min(from, longest), to: Math.min(to, longest), theirs });
  }
}

async function olderEdits(journal: Journal, document: NoteDocument, version: number): Promise<Edit[] | null> {
  const rows = await journal.ask('editsAfter', document.id, version).catch(() => null);
  return rows?.map(readEditRow) ?? null;
}

/** The file holds what the document is known to hold on disk. */
export function savedEntry({ id, disk }: NoteDocument, revision: string): Entry {
  return { type: 'saved', document: id, version: disk.version, revision, raw: null };
}

/** Unlike any other, in this journal or another: a window that outlives a journal must not take one document for another. */
export function newId(): number {
  return Math.floor(Math.random() * 2 ** 48) + 1;
}
