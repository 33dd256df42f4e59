import type { SyntaxNode, Tree, TreeCursor } from '@lezer/common';
import { parseLinkTarget, parseMarkdownDestination } from '../links/link-target.ts';
import { nameKey } from '../paths/note-path.ts';
import { isWebAddress } from './addresses.ts';
import { namesBlock } from './block-ids.ts';
import { countWords } from './count-words.ts';
import { readFrontmatter } from './frontmatter.ts';
import { citekeyOf, type FoundQuote, highlightsOf, labelKey } from './highlights.ts';
import { Lines } from './lines.ts';
import type { Heading, NoteFacts, NoteLink, NoteParts } from './note-facts.ts';
import { headingLevel, headingRange, headingText, plainText } from './plain-text.ts';
import { linksInProperties } from './property-links.ts';
import { quickNoteParser } from './quick-note-parser.ts';
import { scanNote } from './scan-note.ts';

/**
 * What a note means. `name` is its file name without `.md`; `text` has lines ended by LF, and `tree` is the text's, for who has it already:
 * without, notes that are written plainly are not parsed ({@link scanNote}), which is the same. Never throws.
 */
export function understandNote(name: string, text: string, tree?: Tree): NoteFacts {
  const frontmatter = readFrontmatter(text);
  const { bodyFrom } = frontmatter;
  const page = frontmatter.page ?? (name.startsWith('@') ? name : null);
  const scanned = tree === undefined ? scanNote(text, bodyFrom, page) : null;
  const parts = scanned ?? new Reading(text, page).read(tree ?? quickNoteParser.parse(text));
  return {
    ...parts,
    title: titleOf(name, frontmatter.title, frontmatter.aliases, parts.headings),
    aliases: unique(frontmatter.aliases, (alias) => alias),
    tags: unique([...frontmatter.tags.filter(isTag), ...parts.tags], nameKey),
    words: countWords(text, bodyFrom),
    bodyFrom,
  };
}

const isTag = (tag: string) => /[^\d/]/.test(tag) && !/\s/.test(tag);

function titleOf(name: string, title: string | null, aliases: string[], headings: Heading[]): string {
  if (title !== null) return title;
  if (!name.startsWith('@')) return name;
  return aliases[0] ?? headings.find((heading) => heading.level === 1 && heading.text !== '')?.text ?? name;
}

function unique(values: string[], keyOf: (value: string) => string): string[] {
  const seen = new Map<string, string>();
  for (const value of values) if (!seen.has(keyOf(value))) seen.set(keyOf(value), value);
  return [...seen.values()];
}

const LINKS = new Set(['Wikilink', 'Embed', 'Link', 'Image', 'LinkReference']);

interface Stretch {
  from: number;
  to: number;
}

/** What a tree is of: the note, or a part of it that begins at `offset`. */
interface Source {
  text: string;
  offset: number;
  place: NoteLink['place'];
}

/** One walk over a note's tree: what the grammar makes of it. */
class Reading {
  readonly headings: Heading[] = [];
  readonly blocks: NoteFacts['blocks'] = [];
  readonly links: NoteLink[] = [];
  readonly tags: string[] = [];
  readonly footnotes: NoteFacts['footnotes'] = { references: [], definitions: [] };
  readonly tasks: NoteFacts['tasks'] = [];
  readonly urls: NoteFacts['urls'] = [];
  readonly fences: NoteFacts['fences'] = [];
  readonly lines: Lines;
  /** The outermost quotes. */
  readonly quotes: FoundQuote[] = [];
  /** The first web address or citekey of each footnote. */
  readonly footnoteSources = new Map<string, string>();
  /** Where each label of a link leads, by its folded name. */
  readonly labels = new Map<string, string>();
  readonly #text: string;
  /** The footnote's definition that is being read. */
  #footnote: { label: string; to: number } | null = null;
  /** The page that the note is about. */
  #page: string | null;
  /** Where the outermost quote that is being read ends. */
  #quoteTo = 0;

  constructor(text: string, page: string | null) {
    this.#text = text;
    this.#page = page;
    this.lines = new Lines(text);
  }

  read(tree: Tree): NoteParts {
    const cursor = tree.cursor();
    do this.#enter(cursor);
    while (cursor.next());
    const { headings, blocks, links, tags, footnotes, tasks, urls, fences } = this;
    const highlights = highlightsOf(this.quotes, {
      text: this.#text,
      lines: this.lines,
      footnotes: this.footnoteSources,
      labels: this.labels,
    });
    return { headings, blocks, links, tags, footnotes, tasks, urls, fences, highlights };
  }

  #enter(node: TreeCursor): void {
    switch (node.name) {
      case 'Wikilink':
      case 'Embed':
      case 'Link':
      case 'Image':
      case 'LinkReference': {
        const citekey = this.#footnote === null ? null : citekeyOf(node.node, this.#text);
        if (citekey !== null) this.#nameInFootnote(node, citekey);
        return this.#link(node.node, { text: this.#text, offset: 0, place: 'body' });
      }
      case 'URL':
        return this.#address(node.node);
      case 'Tag':
        this.tags.push(this.#slice(node).slice(1));
        return;
      case 'BlockId':
        if (namesBlock(node.node, this.#text))
          this.blocks.push({ id: this.#slice(node).slice(1), line: this.lines.numberAt(node.from) });
        return;
      case 'Blockquote':
        if (node.from < this.#quoteTo) return;
        this.#quoteTo = node.to;
        this.quotes.push({ node: node.node, page: this.#page });
        return;
      case 'FootnoteReference': {
        const label = this.#slice(node).slice(2, -1);
        this.footnotes.references.push({ label, line: this.lines.numberAt(node.from) });
        return;
      }
      case 'FootnoteDefinition':
        this.#footnote = { label: '', to: node.to };
        return;
      case 'FootnoteLabel': {
        const label = this.#slice(node).slice(2, -2);
        if (this.#footnote !== null) this.#footnote.label = label;
        this.footnotes.definitions.push({ label, line: this.lines.numberAt(node.from) });
        return;
      }
      case 'TaskMarker':
        this.tasks.push({ state: this.#slice(node).slice(1, -1), line: this.lines.numberAt(node.from) });
        return;
      case 'FencedCode': {
        const info = node.node.getChild('CodeInfo');
        const language = info === null ? '' : (this.#slice(info).split(/[\s{]/)[0] ?? '');
        this.fences.push({ language, line: this.lines.numberAt(node.from) });
        return;
      }
      case 'FrontmatterText':
        this.links.push(...linksInProperties(this.#text, node.from, node.to, this.lines));
        return;
      case 'NoteComment':
      case 'NoteCommentBlock':
        return this.#comment(node);
      default: {
        const level = headingLevel(node.name);
        if (level !== null) this.#heading(node.node, level);
      }
    }
  }

  #slice({ from, to }: Stretch): string {
    return this.#text.slice(from, to);
  }

  #address(node: SyntaxNode): void {
    const url = this.#slice(node).replace(/^<|>$/g, '');
    // Where a link leads without a scheme is a path, whatever it begins with.
    const isPath = LINKS.has(node.parent?.name ?? '') && parseMarkdownDestination(url) !== null;
    if (isPath || !isWebAddress(url)) return;
    const line = this.lines.numberAt(node.from);
    this.urls.push({ url, line });
    // The page's own address has a line for itself.
    if (
      this.#page === null &&
      node.from >= this.#quoteTo &&
      this.lines
        .lineText(line)
        .replace(/^[\s*+-]+/, '')
        .trim() === url
    )
      this.#page = url;
    this.#nameInFootnote(node, url);
    if (node.parent?.name === 'LinkReference') {
      const label = node.parent.getChild('LinkLabel');
      const key = label === null ? '' : labelKey(this.#slice(label));
      if (!this.labels.has(key)) this.labels.set(key, url);
    }
  }

  /** Keeps what a footnote names first. */
  #nameInFootnote(node: Stretch, source: string): void {
    const footnote = this.#footnote;
    if (footnote !== null && node.from < footnote.to && !this.footnoteSources.has(footnote.label))
      this.footnoteSources.set(footnote.label, source);
  }

  /** Within a quote, a callout or a list item a heading is none of the note's: Obsidian lists none there, and no link leads to one. */
  #heading(node: SyntaxNode, level: number): void {
    if (node.parent?.name !== 'Document') return;
    const line = this.lines.numberAt(node.from);
    this.headings.push({
      level,
      text: headingText(node, this.#text),
      written: this.#slice(headingRange(node, this.#text)),
      line,
      from: this.lines.startOf(line),
    });
  }

  #link(node: SyntaxNode, source: Source): void {
    if (node.name === 'Wikilink' || node.name === 'Embed') this.#wikilink(node, source);
    else this.#markdownLink(node, source);
  }

  #wikilink(node: SyntaxNode, source: Source): void {
    const target = node.getChild('WikilinkTarget');
    const alias = node.getChild('WikilinkAlias');
    if (target === null) return;
    this.#add(node.name === 'Embed' ? 'embed' : 'wikilink', node, target, source, {
      ...parseLinkTarget(source.text.slice(target.from, target.to)),
      alias: alias === null ? null : source.text.slice(alias.from, alias.to).trim(),
    });
  }

  /** A link or picture, or what a label stands for: `[label]: destination`. */
  #markdownLink(node: SyntaxNode, source: Source): void {
    const url = node.getChild('URL');
    if (url === null) return;
    const parsed = parseMarkdownDestination(source.text.slice(url.from, url.to));
    if (parsed === null || (parsed.target === '' && parsed.heading === null && parsed.block === null)) return;
    const kind = node.name === 'Image' ? 'embed' : 'markdown';
    const shown = node.name === 'LinkReference' ? '' : plainText(node, source.text).trim();
    this.#add(kind, node, url, source, { ...parsed, alias: shown === '' ? null : shown });
  }

  /** The links in a comment, whose text is Markdown like any other. */
  #comment({ from, to }: Stretch): void {
    const written = this.#text.slice(from + 2, to);
    const inside = written.replace(/%%$/, '');
    const lead = inside.length - inside.trimStart().length;
    // After a line break nothing is frontmatter.
    const source: Source = { text: `\n${inside.slice(lead)}`, offset: from + 1 + lead, place: 'comment' };
    quickNoteParser.parse(source.text).iterate({
      enter: ({ name, node }) => {
        if (LINKS.has(name)) this.#link(node, source);
      },
    });
  }

  #add(
    kind: NoteLink['kind'],
    { from, to }: Stretch,
    target: Stretch,
    { offset, place }: Source,
    parts: Pick<NoteLink, 'target' | 'heading' | 'block' | 'alias'>,
  ): void {
    this.links.push({
      kind,
      ...parts,
      line: this.lines.numberAt(from + offset),
      from: from + offset,
      to: to + offset,
      targetFrom: target.from + offset,
      targetTo: target.to + offset,
      place,
    });
  }
}
