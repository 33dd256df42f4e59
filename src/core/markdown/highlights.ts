import type { SyntaxNode } from '@lezer/common';
import { parseLinkTarget } from '../links/link-target.ts';
import { noteName } from '../paths/note-path.ts';
import { isWebAddress } from './addresses.ts';
import type { Lines } from './lines.ts';
import type { Highlight } from './note-facts.ts';

const QUOTING_CALLOUTS = /^\[!(?:quote|cite)\b/i;
const HYPOTHESIS = /^https?:\/\/(?:[\w-]+\.)?hyp(?:\.is|othes\.is)\//i;
/** `[@key]` or `[@key, p. 3]`, as Pandoc has it. */
const CITATION = /^\[(@[\p{L}\p{N}_][^\s,;[\]]*)[^[\]]*\]$/u;
const BLOCK_ID = /(?:^|[\s>])\^[A-Za-z0-9-]+$/;
const LONGEST_ID = 250;
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
  const wordsTo = withoutBlockId(quote, parts.text);
  const { source, mark } = sourceOf(quote, wordsTo, parts);
  const line = lines.numberAt(quote.from);
  return {
    source: source ?? page,
    line,
    endLine: lines.numberAt(quote.to),
    from: lines.startOf(line),
    to: quote.to,
    wordsTo: mark ?? wordsTo,
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
  wordsTo: number,
  { text, footnotes }: HighlightParts,
): { source: string | null; mark: number | null } {
  let best: { source: string; mark: number | null; rank: number } | null = null;
  const offer = (source: string, node: SyntaxNode, rank: number) => {
    const after = text.slice(node.to, Math.max(node.to, wordsTo));
    const isLast = /^[\s.)>]*$/.test(after);
    if (rank > 1 && !isLast) return;
    // Readwise puts it in brackets.
    const bracket = isLast && after.includes(')') && text[node.from - 1] === '(' ? 1 : 0;
    if (best === null || rank <= best.rank)
      best = { source, mark: isLast ? node.from - bracket : null, rank };
  };
  quote.cursor().iterate(({ name, node }) => {
    const own = text.slice(node.from, node.to);
    if (name === 'Link' || name === 'URL') {
      const url = name === 'URL' ? node : node.getChild('URL');
      if (name === 'URL' && node.parent?.name === 'Link') return;
      const address = url === null ? '' : text.slice(url.from, url.to).replace(/^<|>$/g, '');
      // `<https://…>` has its brackets around it.
      const whole = name === 'URL' && node.parent?.name === 'Autolink' ? node.parent : node;
      const key = url === null ? CITATION.exec(own)?.[1] : undefined;
      if (HYPOTHESIS.test(address)) offer(address, whole, 0);
      else if (key !== undefined) offer(key, node, 1);
      else if (isWebAddress(address)) offer(address, whole, 2);
    } else if (name === 'FootnoteReference') {
      const label = own.slice(2, -1);
      offer(footnotes.get(label) ?? `^${label}`, node, 2);
    } else if (name === 'Wikilink') {
      const target = node.getChild('WikilinkTarget');
      const { target: to } = parseLinkTarget(target === null ? '' : text.slice(target.from, target.to));
      const citekey = noteName(to);
      if (citekey.startsWith('@')) offer(citekey, node, 1);
    }
  });
  return best ?? { source: null, mark: null };
}

/** Where a quotation ends without the block id that stands last in it. */
function withoutBlockId(quote: SyntaxNode, text: string): number {
  const from = Math.max(quote.from, quote.to - LONGEST_ID);
  const found = BLOCK_ID.exec(text.slice(from, quote.to).trimEnd());
  return found === null ? quote.to : from + found.index;
}

/** Where a reply stands that is no reply: what a footnote or a label means. */
const DEFINITION = /^(?:FootnoteDefinition|LinkReference)$/;

/** The end of what stands under a quotation, in its list and after it, up to the next quotation or heading. */
function replyEnd(quote: SyntaxNode): number {
  let end = quote.to;
  for (let around: SyntaxNode | null = quote; around !== null; around = around.parent) {
    if (around.name === 'FootnoteDefinition') break;
    for (let next = around.nextSibling; next !== null; next = next.nextSibling) {
      if (HEADING.test(next.name)) return end;
      const to = untilQuote(next);
      if (to === null) {
        if (!DEFINITION.test(next.name)) end = next.to;
      } else return Math.max(end, to);
    }
  }
  return end;
}

/** The end of what stands before the first quotation in a block, 0 where it begins with one; `null` where it holds none. */
function untilQuote(block: SyntaxNode): number | null {
  if (block.name === 'Blockquote') return 0;
  if (!/^(?:BulletList|OrderedList|ListItem)$/.test(block.name)) return null;
  let before = 0;
  for (let child = block.firstChild; child !== null; child = child.nextSibling) {
    const to = untilQuote(child);
    if (to !== null) return Math.max(before, to);
    if (child.name !== 'ListMark') before = child.to;
  }
  return null;
}
