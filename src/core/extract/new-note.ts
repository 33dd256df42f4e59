import { type Candidates, resolveLink } from '../links/resolve.ts';
import { frontmatterEnd } from '../markdown/frontmatter-syntax.ts';
import { noteName } from '../paths/note-path.ts';
import type { Piece } from './draft.ts';
import type { NewNoteForm } from './request.ts';
import { fillPlaceholders, hasContent, isNoteRefactors, linkTo, type WordingValues } from './wording.ts';

/** The parent maps of a new note, each as a link in it spells it. */
export function parentLine(
  { parents, parentLine: form }: NewNoteForm,
  source: string,
  path: string,
  candidates: Candidates,
): string {
  const links = parents.map((typed) => {
    const target = typed.replace(/^\[\[|\]\]$/g, '').trim();
    const parent = resolveLink(target, source, candidates);
    if (parent === null) return target.replace(/[[\]|]/g, ' ').trim();
    return parent === path ? target : linkTo(parent, path, candidates);
  });
  const shown = [...new Set(links)].map((link) => `[[${link}]]`).join(' | ');
  return shown === '' ? '' : (form ?? '+ {{parents}}').split('{{parents}}').join(shown);
}

/** A new note in the app's own form: properties, parent maps, the title, where it is from, and the text. */
export function ownForm(
  path: string,
  title: string,
  { tags }: NewNoteForm,
  heading: readonly Piece[] | null,
  values: WordingValues,
): Piece[] {
  const properties = propertyLines(path, title, tags);
  return [
    { text: properties.length === 0 ? '' : `---\n${properties.map(([, line]) => line).join('\n')}\n---\n\n` },
    { text: values.parents === '' ? '' : `${values.parents}\n\n` },
    { text: '# ' },
    ...(heading ?? [{ text: title }]),
    { text: `\n\nfrom [[${values.fromLink}]]\n` },
    ...(values.content.length === 0 ? [] : [{ text: '\n' }, ...values.content, { text: '\n' }]),
  ];
}

/** A new note from a template. The text goes behind it, and the parent maps before it, where it does not say where. */
export function fromTemplate(
  path: string,
  title: string,
  { tags, template }: NewNoteForm & { template: string },
  values: WordingValues,
): Piece[] {
  const whole = withProperties(template, propertyLines(path, title, tags));
  const bodyAt = Math.min(whole.length, (frontmatterEnd(whole) ?? -1) + 1);
  const fill = (part: string) => fillPlaceholders(part, values, !isNoteRefactors(template));
  const saysParents = /\{\{\s*parents\s*\}\}/i.test(template) || values.parents === '';
  const end = whole.endsWith('\n\n') || whole === '' ? '' : whole.endsWith('\n') ? '\n' : '\n\n';
  return [
    ...fill(whole.slice(0, bodyAt)),
    { text: saysParents ? '' : `${values.parents}\n\n` },
    ...fill(whole.slice(bodyAt)),
    ...(hasContent(template) ? [] : [{ text: end }, ...values.content, { text: '\n' }]),
  ];
}

function propertyLines(
  path: string,
  title: string,
  tags: readonly string[],
): [key: string, line: string, items: string][] {
  const lines: [string, string, string][] = [];
  const add = (key: string, values: readonly string[]) => {
    const items = values.map((value) => JSON.stringify(value)).join(', ');
    lines.push([key, `${key}: [${items}]`, items]);
  };
  if (title !== noteName(path)) add('aliases', [title]);
  if (tags.length > 0) add('tags', tags);
  return lines;
}

/** A template with properties added to its own, in a list on one line that is there already or on lines of their own. */
function withProperties(template: string, properties: readonly [string, string, string][]): string {
  if (properties.length === 0) return template;
  const end = frontmatterEnd(template);
  if (end === null) return `---\n${properties.map(([, line]) => line).join('\n')}\n---\n\n${template}`;
  let head = template.slice(0, end);
  for (const [key, line, items] of properties) {
    const own = new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(head);
    const list = own === null ? null : /^\[(.*)\][ \t]*$/.exec(own[1] ?? '');
    const replace = (text: string) =>
      head.slice(0, own?.index) + text + head.slice((own?.index ?? 0) + (own?.[0].length ?? 0));
    if (own === null) head = `${head.slice(0, head.lastIndexOf('---'))}${line}\n---`;
    else if (list !== null)
      head = replace(`${key}: [${[list[1]?.trim() ?? '', items].filter((part) => part !== '').join(', ')}]`);
    else if ((own[1] ?? '').trim() === '' && /^\n[ \t]*- /.test(head.slice(own.index + own[0].length))) {
      const indent = /^\n([ \t]*)- /.exec(head.slice(own.index + own[0].length))?.[1] ?? '';
      head = replace(
        `${own[0]}\n${items
          .split(/, (?=")/)
          .map((item) => `${indent}- ${item}`)
          .join('\n')}`,
      );
    } else if ((own[1] ?? '').trim() === '') head = replace(line);
  }
  return head + template.slice(end);
}
