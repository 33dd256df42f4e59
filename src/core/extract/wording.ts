import { type Candidates, linkTextFor, resolveLink } from '../links/resolve.ts';
import { noteName, withoutEnding } from '../paths/note-path.ts';
import { dateOf } from '../templates/fill-template.ts';
import { splitTemplate, type TemplatePart } from '../templates/placeholders.ts';
import type { Piece } from './draft.ts';
import type { Leave } from './request.ts';

/** What the placeholders of an extraction say. */
export interface WordingValues {
  /** The new note's title, and that of the note that the text is from. */
  newTitle: string;
  fromTitle: string;
  /** What stands between `[[` and `]]` in a link to each. */
  newLink: string;
  fromLink: string;
  /** The line of parent maps, `''` where there are none. */
  parents: string;
  content: readonly Piece[];
  day: Date;
  now: Date;
}

/** What stands between `[[` and `]]` to mean the note at `path` in the note `from`. */
export function linkTo(path: string, from: string, candidates: Candidates): string {
  const short = linkTextFor(path, candidates);
  return resolveLink(short, from, candidates) === path ? short : withoutEnding(path);
}

/** A link's text that shows a title, where that is not what the note is called. */
export function linkShowing(link: string, path: string, title: string): string {
  const shown = title
    .replace(/[[\]|\n]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return title === noteName(path) || shown === '' ? link : `${link}|${shown}`;
}

/** What is left behind, on lines of its own or among words. */
export function wordingOf(leave: Leave, link: string, isWholeLines: boolean, values: WordingValues): string {
  if (leave === 'nothing') return '';
  if (leave === 'embed') return `![[${link.replace(/\|.*$/s, '')}]]`;
  if (leave === 'link') return isWholeLines ? `-> [[${link}]]` : `[[${link}]]`;
  const template = leave.wording;
  const filled = fillPlaceholders(
    template,
    { ...values, newLink: link, content: [] },
    !isNoteRefactors(template),
  );
  return filled.map((piece) => ('text' in piece ? piece.text : '')).join('');
}

/** Whether a template is written for Note Refactor, whose plain `{{title}}` and `{{link}}` are those of the note that the text is from. */
export const isNoteRefactors = (template: string) => /\{\{\s*new_note_/i.test(template);

/** Whether a template says where the text goes. */
export const hasContent = (template: string) =>
  splitTemplate(template).some((part) => 'name' in part && /^(?:content|new_note_content)$/.test(part.name));

/**
 * Fills the placeholders of Note Composer (`{{content}} {{fromTitle}} {{newTitle}}`) and of Note Refactor (`{{new_note_content}}
 * {{new_note_title}} {{new_note_link}} {{title}} {{link}}`), `{{parents}}`, dates and times. What is filled in is not read again, and a link
 * gets its brackets where the template has none around it. `isNews` says whose `{{title}}` and `{{link}}` are.
 */
export function fillPlaceholders(template: string, values: WordingValues, isNews: boolean): Piece[] {
  const parts = splitTemplate(template);
  return parts.flatMap((part, at): readonly Piece[] => {
    if (!('name' in part)) return [part];
    const link = (target: string) => (isBracketed(parts, at) ? target : `[[${target}]]`);
    switch (part.name) {
      case 'content':
      case 'new_note_content':
        return values.content;
      case 'newtitle':
      case 'new_note_title':
        return [{ text: values.newTitle }];
      case 'fromtitle':
        return [{ text: values.fromTitle }];
      case 'new_note_link':
        return [{ text: link(values.newLink) }];
      case 'title':
        return [{ text: isNews ? values.newTitle : values.fromTitle }];
      case 'link':
        return [{ text: link(isNews ? values.newLink : values.fromLink) }];
      case 'parents':
        return [{ text: values.parents }];
      default:
        return [{ text: dateOf(part, values) ?? part.text }];
    }
  });
}

function isBracketed(parts: readonly TemplatePart[], at: number): boolean {
  return (parts[at - 1]?.text.endsWith('[[') ?? false) && /^(?:\||\]\])/.test(parts[at + 1]?.text ?? '');
}
