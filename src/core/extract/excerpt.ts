import { noteParser } from '../markdown/grammar.ts';
import { headingLevel, plainText } from '../markdown/plain-text.ts';

const LONGEST_READ = 4000;

/** The first words of a stretch of a note as they read, without markup, properties and a heading at the front; at most `length` long. */
export function excerptOf(text: string, length: number): string {
  const read = text.slice(0, LONGEST_READ);
  const words: string[] = [];
  for (let block = noteParser.parse(read).topNode.firstChild; block !== null; block = block.nextSibling) {
    if (block.name === 'Frontmatter' || (headingLevel(block.name) !== null && words.length === 0)) continue;
    words.push(plainText(block, read).replace(/\s+/g, ' ').trim());
  }
  const excerpt = words.join(' ').trim() || read.trim();
  return excerpt.length <= length
    ? excerpt
    : `${excerpt.slice(0, excerpt.lastIndexOf(' ', length) + 1 || length).trimEnd()}…`;
}
