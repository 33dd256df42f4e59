import { formatDate } from '../../core/journal/date-tokens.ts';
import { noonOf } from '../../core/journal/day.ts';
import { headingKey } from '../../core/links/link-target.ts';
import type { NoteFacts } from '../../core/markdown/note-facts.ts';
import { folderOf, noteName } from '../../core/paths/note-path.ts';

const DATED = /^(\d{4}-\d{2}-\d{2})(?:\s*[-–—]\s*)?(.*)$/;

/**
 * What stands above a note: the day or folder in small type, and its title, unless the note begins with a heading of its own or says
 * its title in one.
 */
export function noteHeader(
  path: string,
  text: string,
  facts: NoteFacts,
): { overline: string; title: string } {
  const dated = DATED.exec(noteName(path));
  const day = dated?.[1];
  const overline = day === undefined ? folderOf(path) : formatDate(noonOf(day), 'dddd D MMMM YYYY');
  const title = dated === null ? facts.title : (dated[2] ?? '');
  const top = facts.headings.filter((heading) => heading.level === 1);
  const begins = top[0] !== undefined && text.slice(facts.bodyFrom, top[0].from).trim() === '';
  const says = top.some((heading) => headingKey(heading.text) === headingKey(title));
  return { overline, title: begins || says ? '' : title };
}
