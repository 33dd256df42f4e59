import { parseLinkTarget, parseMarkdownDestination } from '../links/link-target.ts';
import { isWebAddress } from './addresses.ts';
import { bareAddressEnd } from './bare-address.ts';
import {
  addressOffer,
  citationOffer,
  footnoteOffer,
  isQuotingCallout,
  type Offer,
  sourcedQuote,
  wikilinkOffer,
} from './highlights.ts';
import { Lines } from './lines.ts';
import { markupSearch } from './markup-search.ts';
import type { Highlight, NoteLink, NoteParts } from './note-facts.ts';
import { linksInProperties } from './property-links.ts';
import { TAG_SIGN } from './tag-name.ts';
import { wikilinkParts } from './wikilink-syntax.ts';

/** The grammar does not look further for the end of the properties than twice this. */
const LONGEST_FRONTMATTER = 100_000;
/** The grammar reads no name to its end that is much longer. */
const LONGEST_NAME = 150;

/** A line that is text: no block of the grammar begins so, and none above it takes it for its own. */
const TEXT_LINE =
  /[^\s#>\-+*_=\d`~|[<$%:]|#(?!#{0,5}(?:\s|$))|-[^\s\-|:]|\+\S|[*_]{1,3}[^\s*_]|\d+(?![\d.)])|`{1,2}(?!`)|\[\[|\[[^[\]\n]+\]\(/y;
const BLANK_LINE = /[ \t]*(?:\n|$)/y;
const HEADING = /(#{1,6})(?: |(?=\n|$))/y;
const RULE = /(?:-{3,}|\*{3,}|_{3,})[ \t]*(?:\n|$)/y;
const FENCE = /(`{3,})[ \t]*([^`\n]*)(?:\n|$)/y;
const FENCE_END = / {0,3}(`{3,})[ \t]*(?:\n|$)/y;
/** A heading that may read otherwise than it is written. */
const MARKED_HEADING = /[\\&`<*_[\]~^$]|==|%%|:\/\/|www\.|[\w.+-]@|mailto:|xmpp:|#\s*$/;

const PUNCTUATION = /[!-/:-@[-`{-~]/;
const TAG = new RegExp(`#((?:${TAG_SIGN})+)`, 'uy');
const BLOCK_ID = /\^([A-Za-z0-9-]+)\s*/y;
const FOOTNOTE = /\[\^([^\s[\]]{1,150})\]/y;
const CALLOUT = /\[![^[\]\n|]{1,60}(?:\|[^[\]\n]{0,60})?\][+-]?(?=\s|$)/y;
/** Plain words in brackets, and where they lead, if anywhere. */
const LINK = /\[([^[\]\n\\`<*_~=^%$&#]+)\](?:\(([^\s()<>\\]{1,1000})\)|(?![([]))/y;
const NOT_PLAIN = /:\/\/|www\.|[\w.+-]@|mailto:|xmpp:/;
const ADDRESS_START = /https?:\/\/|www\./y;

/** Finds what may be markup in a text. */
const markupOf = markupSearch('[\\\\`<![#%^$]', [
  { sign: '://', markup: '(?<!\\w)https?:\\/\\/' },
  { sign: 'www.', markup: '(?<!\\w)www\\.' },
  // After mailto: and xmpp:, too.
  { sign: '@', markup: '(?<=[\\w.+-])@' },
]);

/** A quotation that is being read. */
interface Quote {
  from: number;
  to: number;
  line: number;
  endLine: number;
  /** Not where it is a callout; `null` before its first words. */
  isQuotation: boolean | null;
  offers: Offer[];
  /** The page that the note is about, as far as it told before. */
  page: string | null;
}

/**
 * What the grammar finds in a note that is written plainly: headings, paragraphs, quotations and fenced code at the margin, with links,
 * tags and addresses in them. Several times as fast as a parse. `null` of a note that has anything else. `bodyFrom` is where the
 * frontmatter ends (UTF-16 offset), `page` what it says that the note is about. Never throws.
 */
export function scanNote(text: string, bodyFrom: number, page: string | null): NoteParts | null {
  return bodyFrom > LONGEST_FRONTMATTER ? null : new Scan(text, page).read(bodyFrom);
}

class Scan {
  readonly #text: string;
  readonly #found: NoteParts = {
    headings: [],
    blocks: [],
    links: [],
    tags: [],
    footnotes: { references: [], definitions: [] },
    tasks: [],
    urls: [],
    fences: [],
    highlights: [],
  };
  readonly #markup: RegExp;
  /** Where the next markup stands, if that is after what is being read. */
  #next = -1;
  /** Lines are counted on the way: the number of the last one that was looked for, and where it ends. */
  #line = 0;
  #lineEnd = -1;
  #page: string | null;
  #quote: Quote | null = null;
  /** The paragraph that is being read: where it begins, -1 where there is none; where its first markup may stand; its end. */
  #paragraph = -1;
  #wordsFrom = 0;
  #paragraphTo = 0;
  /** The last quotation, as long as what follows is its reply. */
  #replied: Highlight | null = null;

  constructor(text: string, page: string | null) {
    this.#text = text;
    this.#page = page;
    this.#markup = markupOf(text);
  }

  read(bodyFrom: number): NoteParts | null {
    const text = this.#text;
    this.#properties(bodyFrom);
    for (let from = bodyFrom; from < text.length; ) {
      const end = this.#block(from, this.#endOf(from));
      if (end < 0) return null;
      from = end + 1;
    }
    return this.#endBlocks() ? this.#found : null;
  }

  #properties(bodyFrom: number): void {
    if (bodyFrom === 0) return;
    const from = this.#text.indexOf('\n') + 1;
    const to = this.#text.lastIndexOf('\n---', bodyFrom - 2);
    const first = this.#text.indexOf('[[', from);
    if (first >= 0 && first < to)
      this.#found.links.push(...linksInProperties(this.#text, from, to, new Lines(this.#text)));
  }

  #endOf(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end < 0 ? this.#text.length : end;
  }

  /** Reads the block, or the line of one, that stands between `from` and `to`. Gives where it ends, -1 where it is none of those known here. */
  #block(from: number, to: number): number {
    if (from === to || this.#is(BLANK_LINE, from)) return this.#endBlocks() ? to : -1;
    if (this.#text[from] === '>') return this.#quoted(from, to);
    if (this.#is(TEXT_LINE, from)) return this.#words(from, to);
    const mayBeRule = this.#paragraph < 0;
    if (!this.#endBlocks()) return -1;
    const heading = this.#at(HEADING, from);
    if (heading !== null) return this.#heading(from, to, heading[1]?.length ?? 0);
    if (!mayBeRule || !this.#is(RULE, from)) return this.#fence(from);
    this.#reply(to);
    return to;
  }

  #is(what: RegExp, at: number): boolean {
    what.lastIndex = at;
    return what.test(this.#text);
  }

  #at(what: RegExp, at: number): RegExpExecArray | null {
    what.lastIndex = at;
    return what.exec(this.#text);
  }

  /** A line of a paragraph. Under one of a quotation it belongs to that. */
  #words(from: number, to: number): number {
    if (this.#paragraph < 0) {
      if (!this.#endBlocks()) return -1;
      this.#paragraph = from;
      this.#wordsFrom = from;
    } else if (this.#quote !== null) this.#extend(this.#quote, to);
    this.#paragraphTo = to;
    return to;
  }

  #extend(quote: Quote, to: number): void {
    quote.to = to;
    quote.endLine += 1;
  }

  #quoted(from: number, to: number): number {
    const text = this.#text;
    if (this.#quote === null) {
      if (!this.#endBlocks()) return -1;
      this.#replied = null;
      const line = this.#lineOf(from);
      this.#quote = { from, to, line, endLine: line, isQuotation: null, offers: [], page: this.#page };
    } else this.#extend(this.#quote, to);
    if (this.#is(BLANK_LINE, from + 1)) return this.#endParagraph() ? to : -1;
    const start = from + 2;
    if (text[from + 1] !== ' ') return -1;
    const callout = this.#quote.isQuotation === null ? this.#at(CALLOUT, start) : null;
    if (callout === null && !this.#is(TEXT_LINE, start)) return -1;
    if (this.#paragraph < 0) {
      this.#paragraph = start;
      this.#wordsFrom = start + (callout?.[0].length ?? 0);
    }
    this.#quote.isQuotation ??= callout === null || isQuotingCallout(callout[0]);
    this.#paragraphTo = to;
    return to;
  }

  #heading(from: number, to: number, level: number): number {
    const start = Math.min(to, from + level + 1);
    const content = this.#text.slice(start, to);
    if (MARKED_HEADING.test(content)) return -1;
    this.#replied = null;
    this.#found.headings.push({
      level,
      text: content.replace(/\s+/g, ' ').trim(),
      written: content.trim(),
      line: this.#lineOf(from),
      from,
    });
    return this.#inline(start, start, to) ? to : -1;
  }

  #fence(from: number): number {
    const fence = this.#at(FENCE, from);
    if (fence === null) return -1;
    const [whole, signs = '', info = ''] = fence;
    for (let at = from + whole.length; at < this.#text.length; at = this.#endOf(at) + 1) {
      const end = this.#at(FENCE_END, at);
      if (end === null || (end[1] ?? '').length < signs.length) continue;
      this.#found.fences.push({ language: info.split(/[\s{]/)[0] ?? '', line: this.#lineOf(from) });
      const to = this.#endOf(at);
      this.#reply(to);
      return to;
    }
    return -1;
  }

  #endBlocks(): boolean {
    if (!this.#endParagraph()) return false;
    const quote = this.#quote;
    if (quote === null) return true;
    this.#quote = null;
    if (quote.isQuotation === false) return true;
    const { from, to, line, endLine, offers, page } = quote;
    const sourced = sourcedQuote(quote, offers, page, this.#text);
    this.#replied = { ...sourced, line, endLine, from, to, replyTo: to };
    this.#found.highlights.push(this.#replied);
    return true;
  }

  #endParagraph(): boolean {
    if (this.#paragraph < 0) return true;
    const start = this.#paragraph;
    this.#paragraph = -1;
    if (this.#quote === null) this.#reply(this.#paragraphTo);
    return this.#inline(start, this.#wordsFrom, this.#paragraphTo);
  }

  #reply(to: number): void {
    if (this.#replied !== null) this.#replied.replyTo = to;
  }

  /** Reads the markup between `from` and `to` of what begins at `start`; `false` where some is not known here. */
  #inline(start: number, from: number, to: number): boolean {
    for (let at = from; ; ) {
      if (this.#next < at) {
        this.#markup.lastIndex = at;
        this.#next = this.#markup.exec(this.#text)?.index ?? this.#text.length;
      }
      if (this.#next >= to) return true;
      at = this.#inlineAt(this.#next, start, to);
      if (at < 0) return false;
    }
  }

  /** Where to go on after what stands at `at`; -1 for what is not known here. */
  #inlineAt(at: number, start: number, to: number): number {
    const text = this.#text;
    const isAfterSpace = () => at === start || /\s/.test(text[at - 1] ?? '');
    const next = at + 1 < to ? (text[at + 1] ?? '') : '';
    switch (text[at]) {
      case '\\':
        return PUNCTUATION.test(next) ? at + 2 : at + 1;
      case '`':
        return at > start && text[at - 1] === '`' ? at + 1 : this.#code(at, to);
      case '<':
        return /\S/.test(next) ? -1 : at + 1;
      case '!':
        if (next !== '[') return at + 1;
        return text[at + 2] === '[' ? this.#wikilink('embed', at, to) : -1;
      case '[':
        if (next === '[') return this.#wikilink('wikilink', at, to);
        return next === '^' ? this.#footnote(at) : this.#link(at);
      case '#':
        return isAfterSpace() ? this.#tag(at) : at + 1;
      case '%':
        return next === '%' ? -1 : at + 1;
      case '^':
        if (next === '[') return -1;
        return isAfterSpace() ? this.#blockId(at, to) : at + 1;
      case '$': {
        const other = text.indexOf('$', at + 1);
        return other >= 0 && other < to ? -1 : at + 1;
      }
      case 'h':
      case 'w':
        return this.#bareAddress(at);
      default:
        return -1;
    }
  }

  #code(at: number, to: number): number {
    const text = this.#text;
    const runEnd = (from: number) => {
      let end = from;
      while (end < to && text[end] === '`') end += 1;
      return end;
    };
    const opened = runEnd(at);
    for (let from = text.indexOf('`', opened); from >= 0 && from < to; ) {
      const end = runEnd(from);
      if (end - from === opened - at) return end;
      from = text.indexOf('`', end);
    }
    return opened;
  }

  #wikilink(kind: 'wikilink' | 'embed', at: number, to: number): number {
    const text = this.#text;
    const open = at + (kind === 'embed' ? 3 : 2);
    const close = text.indexOf(']]', open);
    if (close < 0 || close + 2 > to) return -1;
    const inside = text.slice(open, close);
    if (inside.includes('[[') || inside.endsWith('[') || inside.includes('\n') || inside.trim() === '')
      return -1;
    const parts = wikilinkParts(inside);
    const target = inside.slice(0, parts.target);
    const alias = parts.alias === null ? '' : inside.slice(parts.alias);
    if (kind === 'wikilink') this.#offer(wikilinkOffer(target, at, close + 2));
    if (target !== '')
      this.#add({
        kind,
        ...parseLinkTarget(target),
        alias: alias === '' ? null : alias.trim(),
        line: this.#lineOf(at),
        from: at,
        to: close + 2,
        targetFrom: open,
        targetTo: open + target.length,
        place: 'body',
      });
    return close + 2;
  }

  /** A link, or words in brackets that are none. */
  #link(at: number): number {
    const found = this.#at(LINK, at);
    if (found === null || NOT_PLAIN.test(found[1] ?? '')) return -1;
    const [whole, words = '', url] = found;
    const to = at + whole.length;
    if (url === undefined) this.#offer(citationOffer(whole, at, to));
    else {
      this.#offer(addressOffer(url, at, to));
      const line = this.#lineOf(at);
      const parts = parseMarkdownDestination(url);
      if (parts === null && isWebAddress(url)) this.#found.urls.push({ url, line });
      if (parts !== null && (parts.target !== '' || parts.heading !== null || parts.block !== null)) {
        const shown = words.trim();
        const targetFrom = to - 1 - url.length;
        const range = { from: at, to, targetFrom, targetTo: to - 1 };
        this.#add({
          kind: 'markdown',
          ...parts,
          alias: shown === '' ? null : shown,
          line,
          ...range,
          place: 'body',
        });
      }
    }
    return to;
  }

  #add(link: NoteLink): void {
    this.#found.links.push(link);
  }

  #offer(offer: Offer | null): void {
    if (offer !== null) this.#quote?.offers.push(offer);
  }

  #footnote(at: number): number {
    const found = this.#at(FOOTNOTE, at);
    if (found === null) return -1;
    const [whole, label = ''] = found;
    this.#found.footnotes.references.push({ label, line: this.#lineOf(at) });
    this.#offer(footnoteOffer(`^${label}`, at, at + whole.length));
    return at + whole.length;
  }

  #tag(at: number): number {
    const written = this.#at(TAG, at)?.[1] ?? '';
    if (written.length > LONGEST_NAME) return -1;
    const name = written.replace(/\/+$/, '');
    if (!/[^\d/]/.test(name)) return at + 1;
    this.#found.tags.push(name);
    return at + 1 + name.length;
  }

  #blockId(at: number, to: number): number {
    const found = this.#at(BLOCK_ID, at);
    if (found === null || at + found[0].length < to) return at + 1;
    const id = found[1] ?? '';
    // In a quotation it names a block at its very end only.
    if (this.#quote !== null || id.length > LONGEST_NAME) return -1;
    this.#found.blocks.push({ id, line: this.#lineOf(at) });
    return at + 1 + id.length;
  }

  #bareAddress(at: number): number {
    const text = this.#text;
    const to = bareAddressEnd(text, at + (this.#at(ADDRESS_START, at)?.[0].length ?? 0));
    if (to < 0) return at + 1;
    const url = text.slice(at, to);
    if (url.endsWith('>')) return -1;
    const line = this.#lineOf(at);
    this.#found.urls.push({ url, line });
    this.#offer(addressOffer(url, at, to));
    if (this.#page === null && this.#quote === null) {
      let before = at;
      while (before > 0 && text[before - 1] !== '\n' && /[\s*+-]/.test(text[before - 1] ?? '')) before -= 1;
      const isFirst = before === 0 || text[before - 1] === '\n';
      if (isFirst && text.slice(to, this.#lineEnd).trim() === '') this.#page = url;
    }
    return to;
  }

  /** The number of the line, from 1, that holds `at`, which is never before what was asked for last. */
  #lineOf(at: number): number {
    while (this.#lineEnd < at) {
      this.#lineEnd = this.#endOf(this.#lineEnd + 1);
      this.#line += 1;
    }
    return this.#line;
  }
}
