import type { SyntaxNode, SyntaxNodeRef } from '@lezer/common';
import { parseLinkTarget, parseMarkdownDestination } from '../links/link-target.ts';
import { nameKey } from '../paths/note-path.ts';
import { readFrontmatter } from './frontmatter.ts';
import { noteParser } from './grammar.ts';
import { Lines } from './lines.ts';
import type { Heading, NoteFacts, NoteLink } from './note-facts.ts';
import { countWords, headingLevel, headingText, plainText } from './plain-text.ts';

const WIKILINK = /(!?)\[\[([^[\]\n|]+)(?:\|([^\]\n]*))?\]\]/g;

/**
 * What a note means, by the grammar. `name` is its file name without `.md`; `text` has lines ended by LF. Never throws.
 */
export function understandNote(name: string, text: string): NoteFacts {
  const frontmatter = readFrontmatter(text);
  const reading = new Reading(text);
  noteParser.parse(text).iterate({ enter: (node) => reading.enter(node) });
  const body = frontmatter.bodyFrom === 0 ? text : text.slice(frontmatter.bodyFrom);
  return {
    title: titleOf(name, frontmatter.title, frontmatter.aliases, reading.headings),
    aliases: unique(frontmatter.aliases, (alias) => alias),
    tags: unique([...frontmatter.tags.filter(isTag), ...reading.tags], nameKey),
    headings: reading.headings,
    blocks: reading.blocks,
    links: reading.links,
    words: countWords(body),
    bodyFrom: frontmatter.bodyFrom,
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

/** One walk over a note's tree. */
class Reading {
  readonly headings: Heading[] = [];
  readonly blocks: { id: string; line: number }[] = [];
  readonly links: NoteLink[] = [];
  readonly tags: string[] = [];
  readonly #text: string;
  readonly #lines: Lines;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new Lines(text);
  }

  enter(node: SyntaxNodeRef): void {
    const level = headingLevel(node.name);
    if (level !== null) this.#heading(node.node, level);
    switch (node.name) {
      case 'Wikilink':
      case 'Embed':
        this.#wikilink(node.node);
        break;
      case 'Link':
      case 'Image':
        this.#markdownLink(node.node);
        break;
      case 'Tag':
        this.tags.push(this.#text.slice(node.from + 1, node.to));
        break;
      case 'BlockId':
        this.blocks.push({
          id: this.#text.slice(node.from + 1, node.to),
          line: this.#lines.numberAt(node.from),
        });
        break;
      case 'FrontmatterText':
        this.#scan(node.from, node.to, 'frontmatter');
        break;
      case 'NoteComment':
      case 'NoteCommentBlock':
        this.#scan(node.from, node.to, 'comment');
        break;
    }
  }

  #heading(node: SyntaxNode, level: number): void {
    const line = this.#lines.numberAt(node.from);
    this.headings.push({
      level,
      text: headingText(node, this.#text),
      line,
      from: this.#lines.startOf(line),
    });
  }

  #wikilink(node: SyntaxNode): void {
    const target = node.getChild('WikilinkTarget');
    const alias = node.getChild('WikilinkAlias');
    if (target === null) return;
    this.#add(node.name === 'Embed' ? 'embed' : 'wikilink', node.from, node.to, 'body', {
      ...parseLinkTarget(this.#text.slice(target.from, target.to)),
      alias: alias === null ? null : this.#text.slice(alias.from, alias.to).trim(),
    });
  }

  #markdownLink(node: SyntaxNode): void {
    const url = node.getChild('URL');
    if (url === null) return;
    const parsed = parseMarkdownDestination(this.#text.slice(url.from, url.to));
    if (parsed === null || (parsed.target === '' && parsed.heading === null && parsed.block === null)) return;
    const kind = node.name === 'Image' ? 'embed' : 'markdown';
    const shown = plainText(node, this.#text).trim();
    this.#add(kind, node.from, node.to, 'body', { ...parsed, alias: shown === '' ? null : shown });
  }

  /** Wikilinks where the grammar sees only text: properties and comments. */
  #scan(from: number, to: number, place: NoteLink['place']): void {
    for (const found of this.#text.slice(from, to).matchAll(WIKILINK)) {
      const start = from + found.index;
      this.#add(found[1] === '!' ? 'embed' : 'wikilink', start, start + found[0].length, place, {
        ...parseLinkTarget(found[2] ?? ''),
        alias: found[3]?.trim() ?? null,
      });
    }
  }

  #add(
    kind: NoteLink['kind'],
    from: number,
    to: number,
    place: NoteLink['place'],
    parts: Pick<NoteLink, 'target' | 'heading' | 'block' | 'alias'>,
  ): void {
    this.links.push({ kind, ...parts, line: this.#lines.numberAt(from), from, to, place });
  }
}
