import type { Heading } from '../markdown/note-facts.ts';
import { headingKey } from './link-target.ts';

/** A heading as links know it: by the {@link headingKey} of what it reads as, or of how it is written, markup and all. */
export interface HeadingPlace {
  level: number;
  key: string;
  writtenKey: string;
}

/** A heading of a note as links know it. */
export function headingPlace({
  level,
  text,
  written,
}: Pick<Heading, 'level' | 'text' | 'written'>): HeadingPlace {
  const key = headingKey(text);
  return { level, key, writtenKey: written === text ? key : headingKey(written) };
}

const isCalled = (heading: HeadingPlace, key: string | undefined) =>
  heading.key === key || heading.writtenKey === key;

/**
 * The headings that `#fragment` names among a note's headings, by index, the meant one last; none where it means none. The first
 * heading of that name; in a chain (`A#B`) the first B somewhere under an A, as Obsidian writes and follows them; and, where there is no
 * such chain, the first heading that reads so with its `#`. Punctuation and letter case do not count.
 */
export function headingChain(fragment: string, headings: readonly HeadingPlace[]): number[] {
  const keys = fragment
    .split('#')
    .filter((name) => name.trim() !== '')
    .map(headingKey);
  const within = (from: number, parentLevel: number, depth: number): number[] => {
    for (let at = from; at < headings.length; at += 1) {
      const heading = headings[at] as HeadingPlace;
      if (heading.level <= parentLevel) return [];
      if (!isCalled(heading, keys[depth])) continue;
      if (depth === keys.length - 1) return [at];
      const found = within(at + 1, heading.level, depth + 1);
      if (found.length > 0) return [at, ...found];
    }
    return [];
  };
  const chain = within(0, 0, 0);
  if (chain.length > 0 || keys.length < 2) return chain;
  const key = headingKey(fragment);
  const whole = headings.findIndex((heading) => isCalled(heading, key));
  return whole < 0 ? [] : [whole];
}

/** The index of the heading that `#fragment` means among a note's headings ({@link headingChain}), or -1. */
export function findHeading(fragment: string, headings: readonly HeadingPlace[]): number {
  return headingChain(fragment, headings).at(-1) ?? -1;
}

/** A heading's text as a link's target can hold it; `''` where nothing of it is left. It has the heading's key. */
export function headingForLink(text: string): string {
  return text
    .replace(/%%|[#|^:[\]\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Whether a note has the block that `#^id` means. Letter case does not count. */
export function hasBlock(id: string, blocks: readonly string[]): boolean {
  return blocks.some((block) => block.toLowerCase() === id.toLowerCase());
}
