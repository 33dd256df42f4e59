import type { SyntaxNode } from '@lezer/common';
import { parseLinkTarget } from '../links/link-target.ts';
import { nameKey, noteName } from '../paths/note-path.ts';
import { isWebAddress } from './addresses.ts';
import type { Lines } from './lines.ts';
import type { Highlight } from './note-facts.ts';

const QUOTING_CALLOUTS = /^\[!(?:quote|cite)\b/i;
const HYPOTHESIS = /^https?:\/\/(?:[\w-]+\.)?hyp(?:\.is|othes\.is)\//i;
/** `[@key]` or `[@key, p. 3]`, as Pandoc has it. */
const CITATION = /^\[(@[\p{L}\p{N}_][^\s,;[\]]*)[^[\]]*\]$/u;
const BLOCK_ID = /(?:^|[\s>])\^[A-Za-z0-9-]+$/;
/** A quotation's block id may stand on a line of its own below it. */
const OWN_BLOCK_ID = /^\^[A-Za-z0-9-]+[ \t]*(?:\n[ \t]*(?=\n)|$)/;
const LONGEST_ID = 250;
const HEADING = /^(?:ATX|Setext)Heading/;

/** What a note has that its quotations may be from. */
export interface HighlightParts {
  text: string;
  lines: Lines;
  /** Where the footnotes lead: what a label names first, a web address or a citekey. */
  footnotes: ReadonlyMap<string, string>;
  /** Where the labels of links lead, by {@link labelKey}. */
  labels: ReadonlyMap<string, string>;
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
  return isQuotingCallout(text.slice(callout.from, callout.to));
}

/** Whether a callout of this type (`[!quote]`) is a quotation. */
export function isQuotingCallout(type: string): boolean {
  return QUOTING_CALLOUTS.test(type);
}

function highlightOf(quote: SyntaxNode, page: string | null, parts: HighlightParts): Highlight {
  const { text, lines } = parts;
  const line = lines.numberAt(quote.from);
  return {
    ...sourcedQuote(quote, offersIn(quote, parts), page, text),
    line,
    endLine: lines.numberAt(quote.to),
    from: lines.startOf(line),
    to: quote.to,
    replyTo: replyEnd(quote),
  };
}

/** Something in a quotation that may say where it is from, and where it stands. The lower its rank, the surer; {@link IF_LAST} says so at the end only. */
export interface Offer {
  source: string;
  from: number;
  to: number;
  rank: number;
}

const ANNOTATION = 0;
const CITEKEY = 1;
const IF_LAST = 2;

/** What an address between `from` and `to` offers as a source; `null` where it leads into the vault. */
export function addressOffer(address: string, from: number, to: number): Offer | null {
  if (HYPOTHESIS.test(address)) return { source: address, from, to, rank: ANNOTATION };
  return isWebAddress(address) ? { source: address, from, to, rank: IF_LAST } : null;
}

/** What `[@key]`, as it is `written`, offers as a source. */
export function citationOffer(written: string, from: number, to: number): Offer | null {
  const key = CITATION.exec(written)?.[1];
  return key === undefined ? null : { source: key, from, to, rank: CITEKEY };
}

/** What a reference to a footnote offers as a source: the page that the footnote names, or its label. */
export function footnoteOffer(source: string, from: number, to: number): Offer {
  return { source, from, to, rank: IF_LAST };
}

/** The name under which `[a label]` is looked up: letter case and runs of space do not count (CommonMark, “matches”). */
export const labelKey = (written: string) => nameKey(written.slice(1, -1).replace(/\s+/g, ' ').trim());

/** The citekey that a link names, as `[[@key]]` or `[@key]`; `null` where it names none. `text` is the whole note. */
export function citekeyOf(link: SyntaxNode, text: string): string | null {
  const { from, to } = link;
  if (link.name === 'Link' && link.getChild('URL') === null)
    return citationOffer(text.slice(from, to), from, to)?.source ?? null;
  const target = link.name === 'Wikilink' ? link.getChild('WikilinkTarget') : null;
  return target === null
    ? null
    : (wikilinkOffer(text.slice(target.from, target.to), from, to)?.source ?? null);
}

/** What a wikilink to `target` offers as a source. */
export function wikilinkOffer(target: string, from: number, to: number): Offer | null {
  const citekey = noteName(parseLinkTarget(target).target);
  return citekey.startsWith('@') ? { source: citekey, from, to, rank: CITEKEY } : null;
}

/** Where a quotation is from, by what stands in it, in order, and where its words end. `page` is what the note is about. */
export function sourcedQuote(
  { from, to }: { from: number; to: number },
  offers: readonly Offer[],
  page: string | null,
  text: string,
): Pick<Highlight, 'source' | 'wordsTo'> {
  const wordsTo = withoutBlockId(from, to, text);
  let best: { source: string; mark: number | null; rank: number } | null = null;
  for (const { source, from: start, to: end, rank } of offers) {
    const after = text.slice(end, Math.max(end, wordsTo));
    const isLast = /^[\s.)>]*$/.test(after);
    if (rank === IF_LAST && !isLast) continue;
    // Readwise puts it in brackets.
    const bracket = isLast && after.includes(')') && text[start - 1] === '(' ? 1 : 0;
    if (best === null || rank <= best.rank) best = { source, mark: isLast ? start - bracket : null, rank };
  }
  return { source: best?.source ?? page, wordsTo: best?.mark ?? wordsTo };
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
  // Its first line may begin with the mark of its list, or a footnote's label; a later one without `>` is the user's as it is.
  const words = lines.map((line, at) =>
    line.replace(at === 0 ? /^[^>]*>[ \t]?/ : /^\s*>[ \t]?/, '').trimEnd(),
  );
  if (QUOTING_CALLOUTS.test(words[0] ?? '')) words.shift();
  const reply = text.slice(to, replyTo).trim().replace(OWN_BLOCK_ID, '').trim();
  return { quote: words.join('\n').trim(), reply: reply === '' ? null : reply };
}

/** What a quotation holds that may say where it is from, in order. */
function offersIn(quote: SyntaxNode, { text, footnotes, labels }: HighlightParts): Offer[] {
  const offers: Offer[] = [];
  const add = (offer: Offer | null) => {
    if (offer !== null) offers.push(offer);
  };
  quote.cursor().iterate(({ name, node }) => {
    const own = text.slice(node.from, node.to);
    if (name === 'Link' || name === 'URL') {
      const url = name === 'URL' ? node : node.getChild('URL');
      if (name === 'URL' && node.parent?.name === 'Link') return;
      if (url === null) {
        const label = node.getChild('LinkLabel');
        const address = labels.get(labelKey(label === null ? own : text.slice(label.from, label.to)));
        return add(
          address === undefined
            ? citationOffer(own, node.from, node.to)
            : addressOffer(address, node.from, node.to),
        );
      }
      // `<https://…>` has its brackets around it.
      const whole = name === 'URL' && node.parent?.name === 'Autolink' ? node.parent : node;
      add(addressOffer(text.slice(url.from, url.to).replace(/^<|>$/g, ''), whole.from, whole.to));
    } else if (name === 'FootnoteReference') {
      const label = own.slice(2, -1);
      add(footnoteOffer(footnotes.get(label) ?? `^${label}`, node.from, node.to));
    } else if (name === 'Wikilink') {
      const target = node.getChild('WikilinkTarget');
      add(wikilinkOffer(target === null ? '' : text.slice(target.from, target.to), node.from, node.to));
    }
  });
  return offers;
}

/** Where a quotation ends without the block id that stands last in it. */
function withoutBlockId(from: number, to: number, text: string): number {
  const start = Math.max(from, to - LONGEST_ID);
  const found = BLOCK_ID.exec(text.slice(start, to).trimEnd());
  return found === null ? to : start + found.index;
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
