import type { SyntaxNode } from '@lezer/common';
import { parseMarkdownDestination } from '../../src/core/links/link-target.ts';
import { resolveLink } from '../../src/core/links/resolve.ts';
import { findHeading, headingPlace } from '../../src/core/links/resolve-fragment.ts';
import { noteParser } from '../../src/core/markdown/grammar.ts';
import { headingLevel } from '../../src/core/markdown/plain-text.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';
import { lookUp, type Vault } from './extraction.ts';

export const wordsOf = (text: string) => text.match(/(?<![\p{L}\d])L?w\d+(?!\d)/gu) ?? [];

const plain = (text: string) => wordsOf(text).filter((word) => !word.startsWith('L'));

/** The same few texts are asked for again and again. */
function remembering<Value>(work: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    if (known.size > 200) known.clear();
    const value = work(text);
    known.set(text, value);
    return value;
  };
}

export const treeOf = remembering((text) => noteParser.parse(text));

const nodesOf = remembering((text) => {
  const nodes: SyntaxNode[] = [];
  treeOf(text).iterate({ enter: ({ node }) => void nodes.push(node) });
  return nodes;
});

const factsOf = remembering((text) => understandNote('', text, treeOf(text)));

/**
 * What every link, footnote and reference of a vault reaches, by the word that says which it is. What is reached is the word that stands
 * in the heading, before the block's id, or in the definition; a note by its path, `titled` by its first heading.
 */
export function meaningsIn(
  vault: Vault,
  files: readonly string[],
  titled: readonly string[] = [],
): Map<string, string[]> {
  const candidates = lookUp([...Object.keys(vault), ...files]);
  const found = new Map<string, string[]>();
  const add = (word: string | undefined, meaning: string | null) => {
    if (word !== undefined && meaning !== null) found.set(word, [...(found.get(word) ?? []), meaning].sort());
  };
  const reach = (
    from: string,
    target: string,
    heading: string | null,
    block: string | null,
  ): string | null => {
    const path = resolveLink(target, from, candidates);
    if (path === null) return null;
    const text = vault[path];
    if (text === undefined) return `file ${path}`;
    const nodes = nodesOf(text);
    if (block !== null) {
      const id = nodes.find(
        (node) =>
          node.name === 'BlockId' && text.slice(node.from + 1, node.to).toLowerCase() === block.toLowerCase(),
      );
      if (id !== undefined) return `block ${plain(text.slice(0, id.from)).at(-1)}`;
    }
    const headings = nodes.filter(({ name }) => headingLevel(name) !== null);
    const at = heading === null ? -1 : findHeading(heading, factsOf(text).headings.map(headingPlace));
    const named =
      headings[at] ?? (titled.includes(path) && block === null && heading === null ? headings[0] : undefined);
    const word = named === undefined ? undefined : plain(text.slice(named.from, named.to)).at(-1);
    // What names a heading or a block that is not there may find one later.
    if (word === undefined && (heading !== null || block !== null)) return null;
    return word === undefined ? `note ${path}` : `heading ${word}`;
  };
  for (const [path, text] of Object.entries(vault)) {
    for (const link of factsOf(text).links)
      add(
        wordsOf(link.alias ?? '').find((word) => word.startsWith('L')),
        reach(
          path,
          link.target.replace(/\\$/, ''),
          escapedBlock(link.heading) === null ? link.heading : null,
          link.block ?? escapedBlock(link.heading),
        ),
      );
    const nodes = nodesOf(text);
    const definition = (kind: string, label: string) =>
      nodes.find((node) => {
        const own =
          node.name === kind ? (node.getChild('FootnoteLabel') ?? node.getChild('LinkLabel')) : null;
        return (
          own !== null &&
          text
            .slice(own.from, own.to)
            .replace(/^\[\^?|\]:?$/g, '')
            .toLowerCase() === label.toLowerCase()
        );
      });
    for (const node of nodes) {
      const own = text.slice(node.from, node.to);
      const after = /^L(?:w\d+)/.exec(text.slice(node.to))?.[0];
      if (node.name === 'FootnoteReference') {
        const meant = definition('FootnoteDefinition', own.slice(2, -1));
        add(after, meant === undefined ? 'nothing' : `note ${plain(text.slice(meant.from, meant.to))[0]}`);
      } else if ((node.name === 'Link' || node.name === 'Image') && node.getChild('URL') === null) {
        const label = node.getChild('LinkLabel');
        const named =
          label === null ? own.replace(/^!?\[|\]$/g, '') : text.slice(label.from + 1, label.to - 1);
        const meant = definition('LinkReference', named);
        const url = meant?.getChild('URL');
        const word = wordsOf(own).find((one) => one.startsWith('L')) ?? after;
        if (meant === undefined || url == null) continue;
        const parsed = parseMarkdownDestination(text.slice(url.from, url.to));
        add(
          word,
          `${plain(text.slice(meant.from, meant.to))[0]} ${parsed === null ? '' : reach(path, parsed.target, null, null)}`,
        );
      }
    }
  }
  return found;
}

/** In a comment within a table the `\\|` is not taken apart. */
const escapedBlock = (heading: string | null) => /^\^([A-Za-z0-9-]+)\\$/.exec(heading ?? '')?.[1] ?? null;

const KINDS = new Set([
  ...[
    'FencedCode',
    'Table',
    'MathBlock',
    'NoteCommentBlock',
    'HTMLBlock',
    'CodeBlock',
    'Math',
    'InlineCode',
    'Tag',
  ],
  ...['NoteComment', 'Wikilink', 'Embed', 'TaskMarker', 'FootnoteReference', 'LinkReference'],
]);

/** Every construct of a vault that cannot be divided, by its kind and the words in it. */
export function constructsIn(vault: Vault): Set<string> {
  const found = new Set<string>();
  for (const text of Object.values(vault))
    for (const { name, from, to } of nodesOf(text)) {
      const words = wordsOf(text.slice(from, to));
      const kind = name.replace(/^(?:ATX|Setext)Heading\d$/, 'Heading');
      if ((KINDS.has(name) || kind === 'Heading') && words.length > 0)
        found.add(`${kind} ${words.join(' ')}`);
    }
  return found;
}

/** The words that stand in definitions of footnotes and of references, which may be copied. */
export function definedWords(vault: Vault): Set<string> {
  const found = new Set<string>();
  for (const text of Object.values(vault))
    for (const { name, from, to } of nodesOf(text))
      if (name === 'FootnoteDefinition' || name === 'LinkReference')
        for (const word of wordsOf(text.slice(from, to))) found.add(word);
  return found;
}
