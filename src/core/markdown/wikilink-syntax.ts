import type { Element, InlineContext } from '@lezer/markdown';

type Mark = '[[' | ']]';

/** For each mark, where it was last looked for in a section and where it is: a line of a hundred thousand brackets must stay linear. */
const lastLooks = new WeakMap<InlineContext, Partial<Record<Mark, { from: number; at: number }>>>();

/** Where the mark stands next, from `from` on; `Infinity` where it does not. */
function nextMark(context: InlineContext, mark: Mark, from: number): number {
  const looks = lastLooks.get(context) ?? {};
  const last = looks[mark];
  if (last !== undefined && last.from <= from && from <= last.at) return last.at;
  const found = context.text.indexOf(mark, from - context.offset);
  const at = found < 0 ? Number.POSITIVE_INFINITY : found + context.offset;
  looks[mark] = { from, at };
  lastLooks.set(context, looks);
  return at;
}

/** Where the target of a wikilink ends and its alias begins (`null` without one) in what stands between the brackets: UTF-16 offsets. */
export function wikilinkParts(inside: string): { target: number; alias: number | null } {
  const pipe = inside.search(/\\?\|/);
  if (pipe < 0) return { target: inside.length, alias: null };
  return { target: pipe, alias: pipe + (inside[pipe] === '\\' ? 2 : 1) };
}

/**
 * Parses `[[target#heading|alias]]` or `![[embed]]` at `start`, on one line; `\\|` separates inside a table. Gives where it ends, -1 where
 * there is none.
 */
export function wikilink(context: InlineContext, start: number, kind: 'Wikilink' | 'Embed'): number {
  const open = start + (kind === 'Embed' ? 3 : 2);
  const close = nextMark(context, ']]', open);
  if (close === Number.POSITIVE_INFINITY || nextMark(context, '[[', open) + 1 < close) return -1;
  const inside = context.slice(open, close);
  if (inside.includes('\n') || inside.trim() === '') return -1;
  const parts: Element[] = [context.elt('WikilinkMark', start, open)];
  const { target, alias } = wikilinkParts(inside);
  const targetEnd = open + target;
  if (targetEnd > open) parts.push(context.elt('WikilinkTarget', open, targetEnd));
  if (alias !== null) {
    const aliasFrom = open + alias;
    parts.push(context.elt('WikilinkPipe', targetEnd, aliasFrom));
    if (close > aliasFrom) {
      const isSize = kind === 'Embed' && /^\s*\d+(?:x\d+)?\s*$/.test(context.slice(aliasFrom, close));
      const size = isSize ? [context.elt('EmbedSize', aliasFrom, close)] : [];
      parts.push(context.elt('WikilinkAlias', aliasFrom, close, size));
    }
  }
  parts.push(context.elt('WikilinkMark', close, close + 2));
  return context.addElement(context.elt(kind, start, close + 2, parts));
}
