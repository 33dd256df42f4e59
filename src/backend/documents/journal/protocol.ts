import type { FileMove } from '../file-move.ts';

/** One edit of a document as the journal keeps it: `version` is the version after it. */
export interface EditRow {
  version: number;
  peer: string;
  kind: string;
  /** Milliseconds since 1970, by the clock of that moment: for showing; the order is the version's. */
  at: number;
  /** The edit's `ChangeSet`, as JSON. */
  changes: string;
}

/** Bytes of a note at a version. */
export interface SnapshotRow {
  version: number;
  at: number;
  raw: Uint8Array;
}

export interface OverlapRow {
  id: number;
  /** The version at which the place was noted, and the place in it (UTF-16 code units). */
  version: number;
  start: number;
  end: number;
  theirs: string;
}

/** One note's part in a change of several. */
export interface ChangePart {
  document: number;
  /** The document's version after it. */
  version: number;
  /** The note was made by it. */
  made: boolean;
}

/** A saved search that was written anew with a change. */
export interface KeptSearch {
  name: string;
  before: string;
  after: string;
}

/** A change of several notes that can be taken back as one. */
export interface KeptChange {
  id: number;
  at: number;
  kind: string;
  /** The change that this one takes back. */
  undoes: number | null;
  /** What got another path. */
  moves: FileMove[];
  parts: ChangePart[];
  /** Notes that went into the trash with it. */
  trashed: { document: number; path: string }[];
  /** The saved searches that it wrote anew. */
  searches: KeptSearch[];
}

/** What can be said of a change without its texts. */
export interface ChangeRow extends Pick<KeptChange, 'id' | 'at' | 'kind' | 'undoes' | 'moves'> {
  /** The change that took this one back, where one did. */
  takenBackBy: number | null;
  /** How many notes changed, and where those are now that it made, and where those were that went. */
  notes: number;
  made: string[];
  trashed: string[];
}

/** Something to be kept. What is committed together is kept together, or not at all. */
export type Entry =
  | { type: 'begun'; document: number; path: string; snapshot: SnapshotRow }
  | { type: 'edited'; document: number; edit: EditRow }
  | { type: 'snapshot'; document: number; snapshot: SnapshotRow }
  /** The note's bytes of this version are about to be written to its file. */
  | { type: 'saving'; document: number; version: number; revision: string }
  /**
   * The file holds `revision`. `version` is the document's version with the same text; where the file was merged into unsaved text
   * there is none, and `raw` holds the file's bytes: the version whose text was last in the file stays known.
   */
  | { type: 'saved'; document: number; revision: string; version: number; raw: null }
  | { type: 'saved'; document: number; revision: string; version: null; raw: Uint8Array }
  | { type: 'moved'; document: number; path: string }
  /** The document of the note at `from`, or those of all in that folder, are at `to` now, whether they are open or not. */
  | { type: 'path-moved'; from: string; to: string }
  /** A file or folder is about to get another path, or has it (or never will). */
  | { type: 'moving' | 'move-ended'; from: string; to: string }
  | { type: 'changed'; change: KeptChange }
  /** It was refused after all, and everything is as before. */
  | { type: 'change-failed'; id: number }
  /** A note that was to go with a change is in the trash, or stays for good. */
  | { type: 'trash-ended'; document: number }
  /** The saved searches of a change are written. */
  | { type: 'searches-ended'; change: number }
  /** The file was deleted, and nothing typed was at stake. */
  | { type: 'gone'; document: number; at: number }
  | { type: 'returned'; document: number }
  /** Another version of the note that is not on its line of versions: what another program wrote over unsaved text. */
  | { type: 'kept'; document: number; version: number; at: number; raw: Uint8Array; reason: string }
  | { type: 'overlapped'; document: number; overlap: OverlapRow }
  | { type: 'settled-overlap'; document: number; id: number };

/** A document as it can be gone on with. */
export interface LoadedDocument {
  id: number;
  path: string;
  version: number;
  /** The last version whose text was in the file. */
  savedVersion: number | null;
  savedRevision: string | null;
  /** What the file held when it was merged into unsaved text since; `null` where it holds the text of `savedVersion`. */
  savedRaw: Uint8Array | null;
  savingVersion: number | null;
  savingRevision: string | null;
  /** When its file was found deleted. */
  goneAt: number | null;
  /** The latest snapshot, and every edit after it. */
  snapshot: SnapshotRow;
  edits: EditRow[];
  /** How many edits were in no file yet, other programs' not counted. */
  unsaved: number;
  overlaps: OverlapRow[];
}

export interface UnsavedDocument {
  id: number;
  path: string;
}

/** An edit or a kept version, without its text. */
export interface MomentRow {
  version: number;
  at: number;
  kind: string;
  peer: string;
  /** Where this is a version kept beside the line of versions, its id. */
  kept: number | null;
  /** The change of several notes that it is a part of. */
  change: number | null;
}

export interface DocumentPlace {
  id: number;
  path: string;
  goneAt: number | null;
  /** When its text last changed. */
  at: number;
}

export interface Questions {
  /** The latest document of a path. */
  load(path: string): LoadedDocument | null;
  /** Every document that was at a path last, the oldest first: a note that was deleted and made again has several. */
  at(path: string): number[];
  loadById(id: number): LoadedDocument | null;
  /** The documents whose file held these bytes when it was last written or read, or would hold them after a save that was under way. */
  savedAs(revision: string): { id: number; path: string }[];
  /** Every document's last path; `goneAt` where its file was seen to be deleted. */
  documents(): DocumentPlace[];
  /** Files and folders that were about to get another path, the oldest name first. */
  moving(): { from: string; to: string }[];
  change(id: number): (KeptChange & { takenBackBy: number | null }) | null;
  /** The latest changes of several notes, the latest first. */
  changes(most: number): ChangeRow[];
  /** Notes that were about to go into the trash with a change. */
  trashing(): { document: number; path: string }[];
  /** Saved searches that were about to be written anew with changes, the earliest change first. */
  searching(): (KeptSearch & { change: number })[];
  /** Documents whose last edits are in no file yet. */
  unsaved(): UnsavedDocument[];
  /** The latest days (of UTC) of notes' last edits and of their snapshots, each by the last of these, the latest first; milliseconds since 1970. */
  lastWritten(days: number): number[];
  /** The snapshot at or before a version, and the edits from there to it; `null` where it was thinned out. */
  upTo(id: number, version: number): { snapshot: SnapshotRow; edits: EditRow[] } | null;
  /** The edits after a version; `null` where some were thinned out. */
  editsAfter(id: number, version: number): EditRow[] | null;
  moments(id: number): MomentRow[];
  keptRaw(kept: number): Uint8Array | null;
}

export type Question = keyof Questions;

export type ToJournal =
  /** `patient` ones wait for a journal that cannot be used just now; the others fail. */
  | { type: 'commit'; id: number; entries: Entry[]; patient: boolean }
  | { type: 'ask'; id: number; question: Question; args: unknown[] }
  | { type: 'thin-out'; id: number; now: number }
  | { type: 'close' };

export type FromJournal =
  | { type: 'done'; id: number; value: unknown }
  | { type: 'failed'; id: number; message: string }
  /** What is wrong with the journal, in words for the user; `null` when it is well again. */
  | { type: 'problem'; message: string | null; isUsable: boolean }
  /** The journal was set aside: it knows none of its documents, or only what could be read of them. */
  | { type: 'begun-anew' };

export interface JournalStart {
  file: string;
}
