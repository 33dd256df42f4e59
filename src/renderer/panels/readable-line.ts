import type { ShownLine } from '../../contract/shapes.ts';

/** Markup that a list needs not show: quotation and heading marks, `[h.](…)`, links but for what they say. */
const MARKUP =
  /^\s*(?:>\s?)+|^\s*#{1,6}\s+|\s*\[h\.?\]\([^)\s]*\)|!?\[\[(?:[^\]|[]*\|)?([^\][]*)\]\]|!?\[([^\]]*)\]\([^)\s]*\)|\*\*|==|~~/g;

/** A line as it reads in a list, with its marks where the text went. */
export function readableLine({
  text,
  marks,
}: Pick<ShownLine, 'text' | 'marks'>): Pick<ShownLine, 'text' | 'marks'> {
  const spans: { from: number; to: number; start: number; end: number }[] = [];
  let readable = '';
  let at = 0;
  for (const found of text.matchAll(MARKUP)) {
    readable += text.slice(at, found.index);
    const start = readable.length;
    readable += found[1] ?? found[2] ?? '';
    at = found.index + found[0].length;
    spans.push({ from: found.index, to: at, start, end: readable.length });
  }
  readable += text.slice(at);
  const moved = (position: number, side: 'start' | 'end') => {
    let shift = 0;
    for (const span of spans) {
      if (position <= span.from) break;
      if (position < span.to) return side === 'start' ? span.start : span.end;
      shift = span.end - span.to;
    }
    return position + shift;
  };
  return {
    text: readable,
    marks: marks
      .map((mark) => ({ from: moved(mark.from, 'start'), to: moved(mark.to, 'end') }))
      .filter((mark) => mark.from < mark.to),
  };
}
