import { type Range, sectionsOf } from './section.ts';

/** A section that becomes a note of its own, and what it is called. */
export interface HeadedPart {
  range: Range;
  /** The heading as it reads; `''` for an empty one. */
  title: string;
}

/** The sections of a note under its headings of one level (1 to 6), in order. Each ends at the next heading of that or a higher level. */
export function partsByHeading(text: string, level: number): HeadedPart[] {
  return sectionsOf(text)
    .filter((section) => section.level === level)
    .map(({ from, to, heading }) => ({ range: { from, to }, title: heading }));
}
