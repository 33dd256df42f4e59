import { noteParser } from './grammar.ts';

/** The tag (without `#`) or block id (without `^`) that an offset (UTF-16) of a note touches. */
export function namedAt(
  text: string,
  offset: number,
): { kind: 'tag'; tag: string } | { kind: 'block'; id: string } | null {
  const tree = noteParser.parse(text);
  for (const side of [1, -1] as const) {
    const { name, from, to } = tree.resolveInner(offset, side);
    const own = text.slice(from + 1, to);
    if (name === 'Tag') return { kind: 'tag', tag: own };
    if (name === 'BlockId') return { kind: 'block', id: own };
  }
  return null;
}
