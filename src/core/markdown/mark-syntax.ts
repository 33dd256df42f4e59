import type { DelimiterType, Element, InlineContext, MarkdownConfig } from '@lezer/markdown';
import { DEEPEST, depthAround, isAsDeepAs } from './inline-depth.ts';

const OPENS = 1;
const CLOSES = 2;

/** Signs that may begin or end emphasis and the like, as Lezer keeps them. */
interface Delimiter {
  type: DelimiterType;
  from: number;
  to: number;
  side: number;
  size: number;
}
type Part = Delimiter | Element | null;
/** What Lezer keeps of a paragraph while it reads it. */
type Paragraph = InlineContext & { parts: Part[]; resolveMarkers(from: number): Element[] };

const isDelimiter = (part: Part | undefined): part is Delimiter => part != null && 'side' in part;

/**
 * Wraps what stands between two matching signs among a paragraph's parts, from the place `from` on, and gives the elements that are left:
 * the same as Lezer does, which looks back to the beginning for each sign that ends nothing. Here each kind of sign is looked for only
 * where it has not been missed before, as CommonMark proposes. Signs around what is {@link DEEPEST} already are text.
 */
function resolveMarks(this: Paragraph, from: number): Element[] {
  /** What was read so far, without what is within an element. */
  const read: (Delimiter | Element)[] = [];
  const missed = new Map<DelimiterType, number[]>();
  for (let at = from; at < this.parts.length; at += 1) {
    const part = this.parts[at];
    if (part == null) continue;
    const left = isDelimiter(part) ? closeAll(this, read, part, missed) : part;
    if (left !== null) read.push(left);
  }
  return read.filter((part): part is Element => !isDelimiter(part));
}

/** Ends with this sign whatever it ends. Gives what is left of it, which may begin something. */
function closeAll(
  context: InlineContext,
  read: (Delimiter | Element)[],
  sign: Delimiter,
  missed: Map<DelimiterType, number[]>,
): Delimiter | null {
  let close: Delimiter | null = sign;
  while (close !== null && close.type.resolve !== undefined && (close.side & CLOSES) !== 0) {
    const bottoms = missed.get(close.type) ?? [];
    // What decides whether a sign matches: see `matches`.
    const kind = (close.size % 3) * 2 + (close.side & OPENS);
    const bottom = bottoms[kind] ?? 0;
    let open = read.length - 1;
    while (open >= bottom && !matches(read[open], close)) open -= 1;
    if (open < bottom) {
      bottoms[kind] = read.length;
      missed.set(close.type, bottoms);
      break;
    }
    const [opening, ...between] = read.splice(open) as [Delimiter, ...(Delimiter | Element)[]];
    for (const places of missed.values())
      for (const [which, place] of places.entries()) if (place > open) places[which] = open;
    const inside = between.filter((part): part is Element => !isDelimiter(part));
    const depth = depthAround(inside);
    if (depth > DEEPEST) {
      for (const element of inside) read.push(element);
      return null;
    }
    const { before, element, after } = wrap(context, opening, inside, close);
    isAsDeepAs(element, depth);
    if (before !== null) read.push(before);
    read.push(element);
    close = after;
  }
  return close;
}

const isEmphasis = ({ type }: Delimiter) => type.resolve === 'Emphasis';

function matches(part: Part | undefined, close: Delimiter): boolean {
  if (!isDelimiter(part) || (part.side & OPENS) === 0 || part.type !== close.type) return false;
  const bothWays = (close.side & OPENS) !== 0 || (part.side & CLOSES) !== 0;
  if (!isEmphasis(close) || !bothWays) return true;
  return (part.size + close.size) % 3 !== 0 || (part.size % 3 === 0 && close.size % 3 === 0);
}

/** Puts what stands between two signs into an element; of emphasis, signs may be left before and after it. */
function wrap(
  context: InlineContext,
  open: Delimiter,
  inside: readonly Element[],
  close: Delimiter,
): { before: Delimiter | null; element: Element; after: Delimiter | null } {
  let name = close.type.resolve as string;
  let [start, end] = [open.from, close.to];
  if (isEmphasis(close)) {
    const size = Math.min(2, open.to - open.from, close.to - close.from);
    [start, end] = [open.to - size, close.from + size];
    name = size === 1 ? 'Emphasis' : 'StrongEmphasis';
  }
  const content = [...inside];
  if (open.type.mark !== undefined) content.unshift(context.elt(open.type.mark, start, open.to));
  if (close.type.mark !== undefined) content.push(context.elt(close.type.mark, close.from, end));
  const left = (sign: Delimiter, from: number, to: number): Delimiter | null =>
    from === to ? null : Object.assign(Object.create(Object.getPrototypeOf(sign)), { ...sign, from, to });
  return {
    before: left(open, open.from, start),
    element: context.elt(name, start, end, content),
    after: left(close, end, close.to),
  };
}

/** Emphasis and the like as in CommonMark, in linear time: each paragraph gets a way to resolve its signs that is not Lezer's. */
export const markSyntax: MarkdownConfig = {
  parseInline: [
    {
      name: 'ResolveMarks',
      before: 'Escape',
      parse(context) {
        const paragraph = context as Paragraph;
        if (paragraph.resolveMarkers !== resolveMarks) paragraph.resolveMarkers = resolveMarks;
        return -1;
      },
    },
  ],
};
