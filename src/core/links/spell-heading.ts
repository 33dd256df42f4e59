import type { Heading } from '../markdown/note-facts.ts';
import { headingKey } from './link-target.ts';
import { headingForLink } from './resolve-fragment.ts';

/**
 * What names a heading in a link: as it reads, or, where its markup is more than the signs that do not count, as it is written, which is
 * what Obsidian compares.
 */
export function headingName({ text, written }: Pick<Heading, 'text' | 'written'>): string {
  // What a comment says is not to be read anywhere else.
  const isReadSo = headingKey(text) === headingKey(written) || written.includes('%%');
  return headingForLink(isReadSo ? text : written);
}

/** What names a heading of a note in a link, with as many of the headings that it stands under as `ancestors` says. */
export function headingPath(headings: readonly Heading[], at: number, ancestors: number): string {
  const above = ancestors === 0 ? [] : parentsOf(headings, at).slice(-ancestors);
  return [...above, at]
    .flatMap((index) => headings[index] ?? [])
    .map(headingName)
    .join('#');
}

/** The headings that one stands under, the outermost first. */
function parentsOf(headings: readonly Heading[], at: number): number[] {
  const parents: number[] = [];
  let level = headings[at]?.level ?? 0;
  for (let index = at - 1; index >= 0 && level > 1; index -= 1) {
    const above = headings[index];
    if (above === undefined || above.level >= level) continue;
    parents.unshift(index);
    level = above.level;
  }
  return parents;
}

/** Ways to name a heading in a link: as it was named, with fewer of the headings above it, by its text, with those that it stands under. */
export function* headingSpellings(
  named: string,
  headings: readonly Heading[],
  at: number,
): Generator<string> {
  const parts = named.split('#').filter((part) => part.trim() !== '');
  for (let left = 0; left < parts.length; left += 1) yield left === 0 ? named : parts.slice(left).join('#');
  for (const ancestors of [0, 1, Number.POSITIVE_INFINITY]) yield headingPath(headings, at, ancestors);
}
