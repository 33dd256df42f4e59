import { spaceOut, wordsOf } from '../fold.ts';

const MAX_QUERY = 2000;
const MAX_PARTS = 32;

/** A part of a search: words that stand one after the other (one word, or a phrase). */
export interface TextPart {
  /** Folded. */
  words: string[];
  /** The last word may go on. */
  open: boolean;
}

/** What was typed to search for: words all wanted, "phrases" in quotes, the last word perhaps not finished. Any text is a search. */
export function parseTextQuery(query: string): TextPart[] {
  const parts: TextPart[] = [];
  const pieces = query.slice(0, MAX_QUERY).split('"');
  pieces.forEach((piece, at) => {
    // An odd piece stood in quotes; one that was opened and not closed is still being typed.
    const quoted = at % 2 === 1 && at < pieces.length - 1;
    for (const chunk of quoted ? [piece] : piece.split(/\s+/)) {
      const words = [...wordsOf(chunk)].map((word) => word.key);
      if (words.length > 0 && parts.length < MAX_PARTS) parts.push({ words, open: false });
    }
  });
  const last = parts.at(-1);
  if (last === undefined || query.trimEnd().endsWith('"')) return parts;
  // One letter begins a tenth of all words: it is slow to look up, and says nothing yet.
  if (!/^[a-z]$/.test(last.words.at(-1) ?? '')) last.open = true;
  else if (parts.length > 1 && !/\s$/.test(query)) parts.pop();
  return parts;
}

/** The same search as an FTS5 expression. What was typed stands in it as quoted words only. */
export function toFts(parts: readonly TextPart[]): string {
  return parts
    .map(({ words, open }) => `"${spaceOut(words.join(' ')).replaceAll('"', '""')}"${open ? '*' : ''}`)
    .join(' AND ');
}
