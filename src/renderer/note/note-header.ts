import { formatDate } from '../../core/journal/date-tokens.ts';
import { noonOf } from '../../core/journal/day.ts';
import { folderOf, noteName } from '../../core/paths/note-path.ts';

const DATED = /^(\d{4}-\d{2}-\d{2})(?:\s*[-–—]\s*)?(.*)$/;

/** What stands above a note: the day or folder in small type, and its name unless the note begins with a heading of its own. */
export function noteHeader(path: string, text: string): { overline: string; title: string } {
  const name = noteName(path);
  const dated = DATED.exec(name);
  const day = dated?.[1];
  const overline = day === undefined ? folderOf(path) : formatDate(noonOf(day), 'dddd D MMMM YYYY');
  const title = dated?.[2] || (dated === null ? name : '');
  return { overline, title: /^(?:---\n[\s\S]*?\n---\n)?\s*# /.test(text) ? '' : title };
}
