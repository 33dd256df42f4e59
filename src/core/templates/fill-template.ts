import { formatDate } from '../journal/date-tokens.ts';
import { splitTemplate } from './placeholders.ts';

export interface TemplateValues {
  title: string;
  /** What `{{date}}` says: the ramble's own day, which after midnight is not the clock's. */
  day: Date;
  /** What `{{time}}` says. */
  now: Date;
}

/**
 * Fills Obsidian's placeholders: `{{title}}`, `{{date}}`, `{{date:FORMAT}}`, `{{time}}`, `{{time:FORMAT}}`. Anything else between
 * braces stays as it is, and what was filled in is not read again.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  return splitTemplate(template)
    .map((part) => {
      if (!('name' in part)) return part.text;
      return part.name === 'title' ? values.title : (dateOf(part, values) ?? part.text);
    })
    .join('');
}

/** What `{{date}}` and `{{time}}` say; `null` for other placeholders. */
export function dateOf(
  { name, format }: { name: string; format: string | null },
  { day, now }: Pick<TemplateValues, 'day' | 'now'>,
): string | null {
  if (name === 'date') return formatDate(day, format ?? 'YYYY-MM-DD');
  return name === 'time' ? formatDate(now, format ?? 'HH:mm') : null;
}
