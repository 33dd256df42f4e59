import { formatDate } from '../journal/date-tokens.ts';

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
  return template.replace(
    /\{\{\s*(title|date|time)\s*(?::([^{}]*))?\}\}/gi,
    (_whole, name: string, format?: string) => {
      switch (name.toLowerCase()) {
        case 'title':
          return values.title;
        case 'date':
          return formatDate(values.day, format?.trim() || 'YYYY-MM-DD');
        default:
          return formatDate(values.now, format?.trim() || 'HH:mm');
      }
    },
  );
}
