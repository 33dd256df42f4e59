import type { Element, InlineContext } from '@lezer/markdown';

/** The last `]]` seen missing in a section: a line of a hundred thousand brackets must stay linear. */
const noCloseAfter = new WeakMap<InlineContext, number>();

function closeOf(context: InlineContext, from: number): number {
  const known = noCloseAfter.get(context);
  if (known !== undefined && from >= known) return -1;
  const rest = context.text.indexOf(']]', from - context.offset);
  if (rest < 0) noCloseAfter.set(context, from);
  return rest < 0 ? -1 : rest + context.offset;
}

/**
 * Parses `[[target#heading|alias]]` or `![[embed]]` at `start`, on one line; `\\|` separates inside a table. Gives where it ends, -1 where
 * there is none.
 */
export function wikilink(context: InlineContext, start: number, kind: 'Wikilink' | 'Embed'): number {
  const open = start + (kind === 'Embed' ? 3 : 2);
  const close = closeOf(context, open);
  if (close <= open) return -1;
  const inside = context.slice(open, close);
  if (inside.includes('\n') || inside.includes('[[') || inside.trim() === '') return -1;
  // `[[a]]]`: the last two brackets close, one bracket may belong to the alias.
  const pipe = inside.search(/\\?\|/);
  const parts: Element[] = [context.elt('WikilinkMark', start, open)];
  const targetEnd = pipe < 0 ? close : open + pipe;
  if (targetEnd > open) parts.push(context.elt('WikilinkTarget', open, targetEnd));
  if (pipe >= 0) {
    const aliasFrom = targetEnd + (inside[pipe] === '\\' ? 2 : 1);
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
