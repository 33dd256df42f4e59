import { type Element, InlineContext, type MarkdownConfig, parser } from '@lezer/markdown';
import { DEEPEST, depthAround, isAsDeepAs } from './inline-depth.ts';

/** How much may stand between the parentheses of a link: without a limit, text with many an open one would be read again for each. */
const LONGEST_DESTINATION = 4000;
const DATA = /\(\s*<?data:[^\s()<>]*/y;
const BANG = 33;
const OPEN = 91;
const CLOSE = 93;
const PAREN = 40;

type InlineParser = (context: InlineContext, next: number, pos: number) => number;
interface Inside {
  inlineParsers: readonly InlineParser[];
  inlineNames: readonly string[];
}
const inside = parser as unknown as Inside;
const builtIn = (name: string) => inside.inlineParsers[inside.inlineNames.indexOf(name)] as InlineParser;
const startLink = builtIn('Link');
const startImage = builtIn('Image');
const endLink = builtIn('LinkEnd');

interface Delimiter {
  type: unknown;
  side: number;
}
/** What Lezer keeps of a paragraph while it reads it. */
interface Paragraph {
  text: string;
  parts: (Delimiter | BuiltElement | null)[];
}
type BuiltElement = Element & { type: number; children?: readonly BuiltElement[] };

/** The places among a paragraph's parts of the links and images that are begun and not ended. */
const begun = new WeakMap<InlineContext, number[]>();

/** Whether a link or image was begun before here and not ended. */
export function hasBegunLink(context: InlineContext): boolean {
  return (begun.get(context)?.length ?? 0) > 0;
}

function begin(start: InlineParser, sign: number): InlineParser {
  return (context, next, pos) => {
    if (next !== sign) return -1;
    const { parts } = context as unknown as Paragraph;
    const before = parts.length;
    const end = start(context, next, pos);
    if (end < 0 || parts.length === before) return end;
    const known = begun.get(context);
    if (known === undefined) begun.set(context, [before]);
    else known.push(before);
    return end;
  };
}

/**
 * Lezer's own end of a link, which looks through all parts of the paragraph at each `]`, shown only those since the link began: a paragraph
 * of links takes time in proportion to its length.
 */
function end(context: InlineContext, next: number, pos: number): number {
  if (next !== CLOSE) return -1;
  const places = begun.get(context);
  const place = places?.pop();
  if (places === undefined || place === undefined) return -1;
  const paragraph = context as unknown as Paragraph;
  const { parts, text } = paragraph;
  const opening = parts[place] as Delimiter;
  if (opening.side === 0) {
    parts[place] = null;
    return -1;
  }
  if (depthAround(parts.slice(place + 1)) > DEEPEST) {
    // Nothing begun after it is still open, so that no other place is another by this.
    for (const element of context.takeContent(place)) parts.push(element as BuiltElement);
    return -1;
  }
  paragraph.parts = parts.splice(place);
  paragraph.text = text.slice(0, reachOf(text, pos - context.offset));
  const ended = endLink(context, next, pos);
  const [first] = paragraph.parts;
  if (ended >= 0 && first != null && 'to' in first) {
    const link = first as BuiltElement;
    const isImage = opening.type === InlineContext.imageStart;
    const made = finished(context, isImage ? sized(context, link, pos) : link);
    isAsDeepAs(made, depthAround(link.children ?? []));
    withoutTags.add(made);
    paragraph.parts[0] = made;
  }
  for (const part of paragraph.parts) parts.push(part);
  paragraph.parts = parts;
  paragraph.text = text;
  // There is no link within a link.
  if (ended >= 0 && opening.type === InlineContext.linkStart) {
    for (const other of places) {
      const part = parts[other] as Delimiter;
      if (part.type === InlineContext.linkStart) part.side = 0;
    }
  }
  return ended;
}

/** How far the text after a `]` is looked at. */
function reachOf(text: string, close: number): number {
  if (text.charCodeAt(close + 1) !== PAREN) return close + LONGEST_DESTINATION;
  DATA.lastIndex = close + 1;
  return close + (DATA.exec(text)?.[0].length ?? 0) + LONGEST_DESTINATION;
}

/** The links and images that hold no tags any more. */
const withoutTags = new WeakSet<object>();

const ANNOTATION = /\bhyp\.is\/([\w-]{22})(?![\w-])/;

const typeOf = (context: InlineContext, name: string) => context.elt(name, 0, 0).type;

/** Whether the parts of a link or image name an address or a reference: without, it is text in brackets where no reference has its name. */
function leadsSomewhere(context: InlineContext, parts: readonly BuiltElement[]): boolean {
  const [url, label] = [typeOf(context, 'URL'), typeOf(context, 'LinkLabel')];
  return parts.some(({ type }) => type === url || type === label);
}

const withChildren = (node: BuiltElement, children: readonly BuiltElement[]): BuiltElement =>
  Object.assign(Object.create(Object.getPrototypeOf(node)), node, { children });

/** A link or image whose text holds no tags: they have no place there. The address of an annotation shows its id. */
function finished(context: InlineContext, link: BuiltElement): BuiltElement {
  const parts = link.children ?? [];
  if (!leadsSomewhere(context, parts)) return link;
  const [url, tag] = [typeOf(context, 'URL'), typeOf(context, 'Tag')];
  const cleaned = (node: BuiltElement): BuiltElement =>
    withoutTags.has(node) || node.children === undefined || node.children.length === 0
      ? node
      : withChildren(node, node.children.filter(({ type }) => type !== tag).map(cleaned));
  const children = parts
    .filter(({ type }) => type !== tag)
    .map((child) => (child.type === url ? annotated(context, child) : cleaned(child)));
  return withChildren(link, children);
}

/** An image's words are not looked through for it: they may hold a thousand images. */
const LONGEST_SIZE = 32;
const SIZE = /\|[ \t]*\d+(?:x\d+)?[ \t]*$/;

/** An image whose alternative text, which ends at `close`, ends in a size: `![alt|100](x.png)`, `![alt|100x50](x.png)`, as in Obsidian. */
function sized(context: InlineContext, image: BuiltElement, close: number): BuiltElement {
  const size = SIZE.exec(context.slice(Math.max(image.from, close - LONGEST_SIZE), close))?.[0];
  const children = image.children ?? [];
  if (size === undefined || !leadsSomewhere(context, children)) return image;
  const from = close - size.length + 1;
  if (children.some((child) => child.from < close && from < child.to)) return image;
  const at = children.findIndex((child) => child.from >= close);
  const element = context.elt('EmbedSize', from, close) as BuiltElement;
  return withChildren(image, children.toSpliced(at, 0, element));
}

function annotated(context: InlineContext, url: BuiltElement): BuiltElement {
  const found = ANNOTATION.exec(context.slice(url.from, url.to));
  if (found === null) return url;
  const to = url.from + found.index + found[0].length;
  const id = context.elt('AnnotationId', to - (found[1]?.length ?? 0), to);
  return context.elt('URL', url.from, url.to, [id]) as BuiltElement;
}

/** Links and images as in CommonMark, in linear time, and without tags in their text. */
export const linkSyntax: MarkdownConfig = {
  defineNodes: [{ name: 'AnnotationId' }],
  parseInline: [
    { name: 'Link', parse: begin(startLink, OPEN) },
    { name: 'Image', parse: begin(startImage, BANG) },
    { name: 'LinkEnd', parse: end },
  ],
};
