import type { SyntaxNode } from '@lezer/common';
import { parseLinkTarget } from '../links/link-target.ts';
import { isWebAddress } from './addresses.ts';
import type { Lines } from './lines.ts';
import type { Highlight } from './note-facts.ts';

const QUOTING_CALLOUTS = /^\[!(?:quote|cite)\b/i;
const HYPOTHESIS = /^https?:\/\/(?:[\w-]+\.)?hyp(?:\.is|othes\.is)\//i;
const HEADING = /^(?:ATX|Setext)Heading/;

/** What a note has that its quotations may be from. */
export interface HighlightParts {
  text: string;
  lines: Lines;
  /** Where the footnotes lead: a label's first web address. */
  footnotes: ReadonlyMap<string, string>;
}

/** An outermost quote of a note, and the page that the note is about as far as it told before. */
export interface FoundQuote {
  node: SyntaxNode;
  page: string | null;
}

/** The quotations among the quotes of a note with their sources. A callout is one only as `[!quote]` or `[!cite]`. */
export function highlightsOf(quotes: readonly FoundQuote[], parts: HighlightParts): Highlight[] {
  return quotes
    .filter(({ node }) => isQuotation(node, parts.text))
    .map(({ node, page }) => highlightOf(node, page, parts));
}

function isQuotation(quote: SyntaxNode, text: string): boolean {
  const callout = quote.getChild('Paragraph')?.firstChild;
  if (callout?.name !== 'CalloutType') return true;
  return QUOTING_CALLOUTS.test(text.slice(callout.from, callout.to));
}

function highlightOf(quote: SyntaxNode, page: string | null, parts: HighlightParts): Highlight {
  const { lines } = parts;
  const { source, mark } = sourceOf(quote, parts);
  const line = lines.numberAt(quote.from);
  return {
    source: source ?? page,
    line,
    endLine: lines.numberAt(quote.to),
    from: lines.startOf(line),
    to: quote.to,
    wordsTo: mark ?? quote.to,
    replyTo: replyEnd(quote),
  };
}

/**
 * The texts of a highlight in its note: the quoted lines without `>` and without the link to their source at the end, and the reply,
 * `null` where there is none.
 */
export function readHighlight(
  text: string,
  { from, to, wordsTo, replyTo }: Highlight,
): { quote: string; reply: string | null } {
  const lines = text.slice(from, wordsTo).split('\n');
  const words = lines.map((line) => line.replace(/^[\s\d.)*+-]*>[ \t]?/, '').trimEnd());
  if (QUOTING_CALLOUTS.test(words[0] ?? '')) words.shift();
  const reply = text.slice(to, replyTo).trim();
  return { quote: words.join('\n').trim(), reply: reply === '' ? null : reply };
}

/** Where a quotation says that it is from, and where that begins when it is the quotation's end. */
function sourceOf(
  quote: SyntaxNode,
  { text, footnotes }: HighlightParts,
): { source: string | null; mark: number | null } {
  let best: { source: string; mark: number | null; rank: number } | null = null;
  const offer = (source: string, node: SyntaxNode, rank: number) => {
    const isLast = /^[\s.)>]*$/.test(text.slice(node.to, quote.to));
    if (rank > 1 && !isLast) return;
    if (best === null || rank <= best.rank) best = { source, mark: isLast ? node.from : null, rank };
  };
  quote.cursor().iterate(({ name, node }) => {
    const own = text.slice(node.from, node.to);
    if (name === 'Link' || name === 'URL') {
      const url = name === 'URL' ? node : node.getChild('URL');
      if (name === 'URL' && node.parent?.name === 'Link') return;
      const address = url === null ? '' : text.slice(url.from, url.to).replace(/^<|>$/g, '');
      if (HYPOTHESIS.test(address)) offer(address, node, 0);
      else if (isWebAddress(address)) offer(address, node, 2);
    } else if (name === 'FootnoteReference') {
      const label = own.slice(2, -1);
      offer(footnotes.get(label) ?? `^${label}`, node, 2);
    } else if (name === 'Wikilink') {
      const target = node.getChild('WikilinkTarget');
      const { target: to } = parseLinkTarget(target === null ? '' : text.slice(target.from, target.to));
      if (to.startsWith('@')) offer(to, node, 1);
    }
  });
  return best ?? { source: null, mark: null };
}

function replyEnd(quote: SyntaxNode): number {
  let end = quote.to;
  for (let next = quote.nextSibling; next !== null; next = next.nextSibling) {
    if (next.name === 'Blockquote' || HEADING.test(next.name)) break;
    end = next.to;
  }
  return end;
}
