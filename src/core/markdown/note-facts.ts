/** A heading of a note. `text` is what it reads as, without markup; `from` is where its line begins. */
export interface Heading {
  level: number;
  text: string;
  /** From 1. */
  line: number;
  /** UTF-16 offset of the start of the heading's line. */
  from: number;
}

/** A link as it stands in a note; where it leads is for the index to say. */
export interface NoteLink {
  kind: 'wikilink' | 'embed' | 'markdown';
  /** The note or file part, decoded; `''` in a link to the note itself (`[[#Heading]]`). */
  target: string;
  /** `A#B` where headings are chained. */
  heading: string | null;
  /** A block's id, without `^`. */
  block: string | null;
  /** The text shown instead of the target. */
  alias: string | null;
  /** From 1. */
  line: number;
  /** UTF-16 offsets of the whole link in the note's text. */
  from: number;
  to: number;
  place: 'body' | 'frontmatter' | 'comment';
}

/** Everything the index keeps of a note. Lines count from 1, offsets are UTF-16 code units. */
export interface NoteFacts {
  /** The frontmatter's `title`, for a `@citekey` note also its first alias or heading; otherwise the file's name. */
  title: string;
  aliases: string[];
  /** As first written, without `#`; each once, whatever its case. */
  tags: string[];
  headings: Heading[];
  blocks: { id: string; line: number }[];
  links: NoteLink[];
  /** Words of the body, frontmatter not counted. */
  words: number;
  /** Where the body begins, after the frontmatter. */
  bodyFrom: number;
}
