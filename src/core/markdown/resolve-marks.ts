import type { DelimiterType, Element, InlineContext } from '@lezer/markdown';

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

const isDelimiter = (part: Part | undefined): part is Delimiter => part != null && 'side' in part;

/**
 * Wraps what stands between two matching signs among `parts`, from the place `from` on, and gives the elements that are left: the same as
 * Lezer does, which looks back to the beginning for each sign that ends nothing. Here each kind of sign is looked for only where it has
 * not been missed before, as CommonMark proposes. Changes `parts`.
 */
export function resolveMarks(context: InlineContext, parts: Part[], from: number): Element[] {
  const missed = new Map<DelimiterType, number[]>();
  for (let at = from; at < parts.length; at += 1) {
    const close = parts[at];
    if (!isDelimiter(close) || close.type.resolve === undefined || (close.side & CLOSES) === 0) continue;
    const bottoms = missed.get(close.type) ?? [];
    // What decides whether a sign matches: see `matches`.
    const kind = (close.size % 3) * 2 + (close.side & OPENS);
    const bottom = bottoms[kind] ?? from;
    let open = at - 1;
    while (open >= bottom && !matches(parts[open], close)) open -= 1;
    if (open < bottom) {
      bottoms[kind] = at;
      missed.set(close.type, bottoms);
    } else wrap(context, parts, open, at);
  }
  return parts.slice(from).filter((part): part is Element => part !== null && !isDelimiter(part));
}

const isEmphasis = ({ type }: Delimiter) => type.resolve === 'Emphasis';

function matches(part: Part | undefined, close: Delimiter): boolean {
  if (!isDelimiter(part) || (part.side & OPENS) === 0 || part.type !== close.type) return false;
  const bothWays = (close.side & OPENS) !== 0 || (part.side & CLOSES) !== 0;
  if (!isEmphasis(close) || !bothWays) return true;
  return (part.size + close.size) % 3 !== 0 || (part.size % 3 === 0 && close.size % 3 === 0);
}

/** Puts what stands between two signs into an element in their place; of emphasis, signs that are left stay. */
function wrap(context: InlineContext, parts: Part[], openAt: number, closeAt: number): void {
  const open = parts[openAt] as Delimiter;
  const close = parts[closeAt] as Delimiter;
  let name = close.type.resolve as string;
  let [start, end] = [open.from, close.to];
  if (isEmphasis(close)) {
    const size = Math.min(2, open.to - open.from, close.to - close.from);
    [start, end] = [open.to - size, close.from + size];
    name = size === 1 ? 'Emphasis' : 'StrongEmphasis';
  }
  const content: Element[] = [];
  if (open.type.mark !== undefined) content.push(context.elt(open.type.mark, start, open.to));
  for (let at = openAt + 1; at < closeAt; at += 1) {
    const part = parts[at];
    if (part != null && !isDelimiter(part)) content.push(part);
    parts[at] = null;
  }
  if (close.type.mark !== undefined) content.push(context.elt(close.type.mark, close.from, end));
  const element = context.elt(name, start, end, content);
  const left = (sign: Delimiter, signFrom: number, to: number): Delimiter =>
    Object.assign(Object.create(Object.getPrototypeOf(sign)), { ...sign, from: signFrom, to });
  parts[openAt] = isEmphasis(close) && open.from !== start ? left(open, open.from, start) : null;
  if (isEmphasis(close) && close.to !== end) {
    parts[closeAt] = left(close, end, close.to);
    parts.splice(closeAt, 0, element);
  } else parts[closeAt] = element;
}
