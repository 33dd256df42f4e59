import { headingKey } from './link-target.ts';

/** A heading as links know it; the key is {@link headingKey} of its text. */
export interface HeadingPlace {
  level: number;
  key: string;
}

/**
 * The index of the heading that `#fragment` means among a note's headings, or -1: the first of that name; in a chain (`A#B`) the
 * first B somewhere under an A, as Obsidian writes and follows them. Punctuation and letter case do not count.
 */
export function findHeading(fragment: string, headings: readonly HeadingPlace[]): number {
  const keys = fragment.split('#').map(headingKey);
  const within = (from: number, parentLevel: number, depth: number): number => {
    for (let at = from; at < headings.length; at += 1) {
      const { level, key } = headings[at] as HeadingPlace;
      if (level <= parentLevel) return -1;
      if (key !== keys[depth]) continue;
      if (depth === keys.length - 1) return at;
      const found = within(at + 1, level, depth + 1);
      if (found >= 0) return found;
    }
    return -1;
  };
  return within(0, 0, 0);
}

/** Whether a note has the block that `#^id` means. Letter case does not count. */
export function hasBlock(id: string, blocks: readonly string[]): boolean {
  return blocks.some((block) => block.toLowerCase() === id.toLowerCase());
}
