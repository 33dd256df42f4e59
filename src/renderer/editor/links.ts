import { syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { SyntaxNode } from '@lezer/common';
import { parseMarkdownDestination } from '../../core/links/link-target.ts';

/** A link as it stands in the document. */
export interface LinkHere {
  from: number;
  to: number;
  /** A wikilink's target with its heading or block, a path, or a URL. */
  target: string;
  /** Whether it leads into the vault, so that it may be missing. */
  inside: boolean;
}

/** The link that a node of the tree is, or `null`. */
export function linkOfNode(state: EditorState, node: SyntaxNode): LinkHere | null {
  switch (node.name) {
    case 'Wikilink':
    case 'Embed': {
      const target = node.getChild('WikilinkTarget');
      if (target === null) return null;
      const text = state.sliceDoc(target.from, target.to).trim();
      return text === '' ? null : { from: node.from, to: node.to, target: text, inside: true };
    }
    case 'Link':
    case 'Image':
    case 'Autolink': {
      const url = node.getChild('URL');
      return url === null ? null : markdownLink(node, state.sliceDoc(url.from, url.to));
    }
    case 'URL': {
      const parent = node.parent?.name;
      if (parent === 'Link' || parent === 'Image' || parent === 'Autolink' || parent === 'LinkReference')
        return null;
      return {
        from: node.from,
        to: node.to,
        target: withScheme(state.sliceDoc(node.from, node.to)),
        inside: false,
      };
    }
    default:
      return null;
  }
}

function markdownLink(node: SyntaxNode, destination: string): LinkHere | null {
  const bare = /^<(.*)>$/s.exec(destination)?.[1] ?? destination;
  const parsed = parseMarkdownDestination(destination);
  const range = { from: node.from, to: node.to };
  if (parsed === null) return bare === '' ? null : { ...range, target: bare, inside: false };
  if (node.name === 'Autolink') return { ...range, target: withScheme(bare), inside: false };
  const fragment = parsed.heading ?? (parsed.block === null ? null : `^${parsed.block}`);
  const target = fragment === null ? parsed.target : `${parsed.target}#${fragment}`;
  return target === '' ? null : { ...range, target, inside: true };
}

/** A bare `www.…` or mail address as a URL. */
function withScheme(address: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return address;
  return address.includes('@') && !address.includes('/') ? `mailto:${address}` : `https://${address}`;
}

const WIKILINK = /\[\[([^[\]|\n]+)(?:\|[^[\]\n]*)?\]\]/g;

/** The link at a position, or `null`. Frontmatter and comments are text to the grammar, so their wikilinks are looked for by hand. */
export function linkAt(state: EditorState, position: number): LinkHere | null {
  const tree = syntaxTree(state);
  for (const side of [1, -1] as const) {
    for (let node: SyntaxNode | null = tree.resolveInner(position, side); node !== null; node = node.parent) {
      const link = linkOfNode(state, node);
      if (link !== null) return link;
      if (/^(FrontmatterText|NoteComment|NoteCommentBlock)$/.test(node.name))
        return linkInText(state, position);
    }
  }
  return null;
}

function linkInText(state: EditorState, position: number): LinkHere | null {
  const line = state.doc.lineAt(position);
  for (const found of line.text.slice(0, 10_000).matchAll(WIKILINK)) {
    const from = line.from + found.index;
    const to = from + found[0].length;
    const target = found[1]?.trim() ?? '';
    if (from <= position && position <= to && target !== '') return { from, to, target, inside: true };
  }
  return null;
}
