import { noteParser } from '../markdown/grammar.ts';
import { headingLevel, headingText } from '../markdown/plain-text.ts';
import type { Range } from './section.ts';

/** A title for what is in `range`: its heading, or its first words; `otherwise` (a date and time, say) where neither has any. */
export function proposeTitle(text: string, range: Range, otherwise = ''): string {
  return titleOf(text, range) || otherwise;
}

function titleOf(text: string, range: Range): string {
  const moved = text.slice(range.from, range.to);
  const first = noteParser.parse(moved).topNode.firstChild;
  if (first !== null && headingLevel(first.name) !== null) return headingText(first, moved);
  const line = moved.split('\n').find((candidate) => /[\p{L}\p{N}]/u.test(candidate)) ?? '';
  const words = line.replace(/^[\s>*+-]*(?:\d+[.)]\s+)?(?:\[.\]\s+)?/, '');
  const block = noteParser.parse(words).topNode.firstChild;
  const plain = block === null ? words : headingText(block, words);
  if (plain.length <= 80) return plain.replace(/[.,;:]+$/, '');
  return plain
    .slice(0, plain.lastIndexOf(' ', 80) + 1 || 80)
    .trim()
    .replace(/[.,;:]+$/, '');
}
