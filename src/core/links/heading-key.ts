import { headingKey } from './link-target.ts';

/** A heading as links look for it. */
export interface KeyedHeading {
  level: number;
  /** Its text as {@link headingKey} gives it. */
  key: string;
}

/**
 * The headings that the part of a link after its `#` names, by their place in `headings`, the meant one last: a heading that reads so,
 * else, for `A#B`, the first B within the first A. Compared as Obsidian does: punctuation and runs of space are one space, case folded,
 * the first of several counts. `null` where there is none.
 */
export function findHeading(headings: readonly KeyedHeading[], heading: string): number[] | null {
  const whole = headingKey(heading);
  const one = headings.findIndex(({ key }) => key === whole);
  if (one >= 0) return [one];
  const chain: number[] = [];
  let [from, to] = [0, headings.length];
  for (const part of heading.split('#').filter((name) => name.trim() !== '')) {
    const key = headingKey(part);
    const at = headings.findIndex((candidate, index) => index >= from && index < to && candidate.key === key);
    const found = headings[at];
    if (found === undefined) return null;
    chain.push(at);
    from = at + 1;
    const end = headings.findIndex(({ level }, index) => index > at && index < to && level <= found.level);
    if (end >= 0) to = end;
  }
  return chain.length === 0 ? null : chain;
}

/** A heading's text as a link's target can hold it; `''` where nothing of it is left. It has the heading's key. */
export function headingForLink(text: string): string {
  return text
    .replace(/%%|[#|^:[\]\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
