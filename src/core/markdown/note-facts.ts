/** A heading of a note. `text` is what it reads as, without markup, `written` what stands there; `from` is where its line begins. */
export interface Heading {
  level: number;
  text: string;
  written: string;
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
  /** UTF-16 offsets of the target with its fragment as it is written: between the brackets, before a `|`; a destination with its `<>`. */
  targetFrom: number;
  targetTo: number;
  place: 'body' | 'frontmatter' | 'comment';
}

/** A quotation and what the user wrote under it. Its texts are the note’s: see `readHighlight`. Offsets are UTF-16 code units. */
export interface Highlight {
  /** Where it is from: a web address, a citekey (`@key`), a footnote’s label (`^label`); `null` where nothing tells. */
  source: string | null;
  /** The quotation’s first and last line, from 1. */
  line: number;
  endLine: number;
  /** The quotation: where its first line begins, and where the last ends. */
  from: number;
  to: number;
  /** Where its words end: before the link to its source, where that stands last. */
  wordsTo: number;
  /** The reply: what stands under it, up to the next quotation or heading. Ends where the quotation does when there is none. */
  replyTo: number;
}

/** Something named, and the line it stands in, from 1. */
export type At<Named> = Named & { line: number };

/** Everything the index keeps of a note. Lines count from 1, offsets are UTF-16 code units. */
export interface NoteFacts {
  /** The frontmatter's `title`, for a `@citekey` note also its first alias or heading; otherwise the file's name. */
  title: string;
  aliases: string[];
  /** As first written, without `#`; each once, whatever its case. */
  tags: string[];
  headings: Heading[];
  blocks: At<{ id: string }>[];
  links: NoteLink[];
  footnotes: { references: At<{ label: string }>[]; definitions: At<{ label: string }>[] };
  /** `state` is the character between the brackets: a space where it is to be done. */
  tasks: At<{ state: string }>[];
  /** Web addresses and other links out of the vault, wherever the text has them. */
  urls: At<{ url: string }>[];
  /** Fenced code; `language` is the first word after the fence, or `''`. */
  fences: At<{ language: string }>[];
  highlights: Highlight[];
  /** Words of the body, frontmatter not counted. */
  words: number;
  /** Where the body begins, after the frontmatter. */
  bodyFrom: number;
}

/** What of a note's facts its text alone tells, without its name and properties. */
export type NoteParts = Pick<
  NoteFacts,
  'headings' | 'blocks' | 'links' | 'tags' | 'footnotes' | 'tasks' | 'urls' | 'fences' | 'highlights'
>;

/** A note of which only the name is known. */
export function factsOfName(name: string): NoteFacts {
  return {
    title: name,
    aliases: [],
    tags: [],
    headings: [],
    blocks: [],
    links: [],
    footnotes: { references: [], definitions: [] },
    tasks: [],
    urls: [],
    fences: [],
    highlights: [],
    words: 0,
    bodyFrom: 0,
  };
}
