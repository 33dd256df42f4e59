import type { Candidates } from '../links/resolve.ts';
import type { Stray, TextChange } from '../text/text-change.ts';
import type { Read } from './reading.ts';
import type { Range } from './section.ts';

/** A note of the vault: its path, and its text with lines ended by LF. */
export interface NoteText {
  path: string;
  text: string;
}

/**
 * Where in a note that is there text is put: after its properties, title and line of parent maps; at its end; at the end of the section
 * whose heading begins on the line at that offset (UTF-16 code units); or instead of a stretch, such as the link that was left behind.
 */
export type Place =
  | { at: 'top' }
  | { at: 'bottom' }
  | { at: 'under'; heading: number }
  | { at: 'instead'; range: Range };

export type Destination =
  | { kind: 'new'; path: string }
  /** The source itself for a plain move within it: nothing is left behind then, and no label renamed. */
  | { kind: 'existing'; path: string; text: string; place: Place };

/** What stays in the source: a link, an embed, nothing, or one's own wording with `{{link}}` in it. */
export type Leave = 'link' | 'embed' | 'nothing' | { wording: string };

/** What is pulled out to one note. */
export interface ExtractionPart {
  /** Grown already (`growSelection`, `sectionAround`, `partsByHeading`), in order, none overlapping another. */
  ranges: readonly Range[];
  destination: Destination;
  /** The title as the user gave it: the new note's alias where its file cannot be called so, and the link's text. */
  title: string;
}

/** How a new note is written. */
export interface NewNoteForm {
  /** Without `#`. */
  tags: readonly string[];
  /** Maps of content as a wikilink in the source would spell them. */
  parents: readonly string[];
  /** Each parent map's link, joined by ` | `, stands for `{{parents}}` in it; `+ {{parents}}` where it is `null`. */
  parentLine: string | null;
  /** A template with the placeholders of Note Composer and Note Refactor; the app's own form where it is `null`. */
  template: string | null;
  /** Lifts headings so that the section's own is of level 1; its title is so anyway. */
  liftHeadings: boolean;
}

/** Everything that a plan is made of. */
export interface ExtractionRequest {
  source: NoteText;
  /** Each to a note of its own. */
  parts: readonly ExtractionPart[];
  leave: Leave;
  form: NewNoteForm;
  /** The lines of those of the source's properties, each whole, that the first part's note gets too. */
  properties: readonly Range[];
  /** Files to which no other note has a link. */
  ownFiles: ReadonlySet<string>;
  /** Those of them go along that only what moves uses. */
  takeFiles: boolean;
  /**
   * The notes that have a link to a heading or a block of the source or of a destination that is there, or a link whose target's last
   * segment is the name of a new note. Others may be among them. Neither the source nor a destination need be.
   */
  linking: readonly NoteText[];
  /** Looks up every file of the vault as it is now, also those of notes not given here. */
  candidates: Candidates;
  /** For who plans more than once; each text is read anew where it is not given. */
  read?: Read;
  /** What `{{date}}` says. */
  day: Date;
  /** What `{{time}}` says. */
  now: Date;
}

/** A link or a label that will not mean what it did; told before anything happens. */
export interface PlannedStray extends Stray {
  /** The note that it stands in before. */
  path: string;
}

/** What one extraction does to every file. */
export interface ExtractionPlan {
  ok: true;
  /** Notes that are made, whole. */
  makes: NoteText[];
  /** Notes that are there and change: the source, the destinations, those that link. Each note's changes are in order. */
  changes: { path: string; changes: readonly TextChange[] }[];
  /** Notes that go to the trash, with the lines of their properties, which are in no note then; everything else of theirs is elsewhere. */
  trashes: { path: string; properties: string }[];
  strays: PlannedStray[];
  /** The properties, as they are called, that were to be copied to a note which keeps its own. */
  keptProperties: string[];
  /** The files that only what moves uses, where that goes to another folder: these go along, or could. */
  files: { from: string; to: string; goes: boolean }[];
  /** Where the cursor goes in the changed source: after the first thing left behind. UTF-16 code units. */
  cursor: number;
}

/** An extraction that would break something. */
export interface Refusal {
  ok: false;
  /** In words, as a whole sentence. */
  reason: string;
}
