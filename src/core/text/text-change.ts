/** A stretch of a text and what stands in its place after a rename. Offsets are UTF-16 code units. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** A link that would mean something else, or nothing, after a rename, and cannot be written so that it means what it did. */
export interface Stray {
  /** From 1. */
  line: number;
  /** The link as it stands. */
  text: string;
  /** In words, as a whole sentence. */
  reason: string;
}

/** What a rename does in one note. */
export interface NoteChanges {
  /** In order, none overlapping another. */
  changes: TextChange[];
  strays: Stray[];
}

/** Whether these are the same changes. */
export const areSameChanges = (some: readonly TextChange[], others: readonly TextChange[]): boolean =>
  some.length === others.length &&
  some.every(({ from, to, insert }, at) => {
    const other = others[at];
    return from === other?.from && to === other.to && insert === other.insert;
  });

/** The text after changes that are in order. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let after = '';
  let at = 0;
  for (const { from, to, insert } of changes) {
    after += text.slice(at, from) + insert;
    at = to;
  }
  return after + text.slice(at);
}
