/** A part of a template: text, or a placeholder with what stands behind its colon. */
export type TemplatePart = { text: string } | { name: string; format: string | null; text: string };

/** Takes a template apart at its `{{name}}` and `{{name:FORMAT}}`. Every part's `text` is as it stands in the template; names are in lower case. */
export function splitTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const found of template.matchAll(/\{\{\s*([a-z_]+)\s*(?::([^{}]*))?\}\}/gi)) {
    const format = found[2]?.trim() || null;
    parts.push({ text: template.slice(at, found.index) });
    parts.push({ name: (found[1] ?? '').toLowerCase(), format, text: found[0] });
    at = found.index + found[0].length;
  }
  return [...parts, { text: template.slice(at) }];
}
