/** What a property says. */
export interface Property {
  values: string[];
  isList: boolean;
}

const NAMED = /^([A-Za-z][\w-]*):(?: +(.*))?$/;
const ITEM = /^ *- +(.*)$/;
/** Begins nothing that YAML knows, and holds nothing that could end it or make a map of it. */
const PLAIN = /^[^\s\-?:,[\]{}#&*!|>'"%@`](?:[^\t:#]|:(?![ ]|$)|(?<! )#)*$/;
const QUOTED = /^(?:"([^"\\\t]*)"|'([^'\t]*)')$/;
const FLOW = /^\[(.*)\]$/;
const NOTHING = /^(?:null|~)$/i;

/**
 * The properties of a note whose YAML is written plainly: names at the margin, each with one value or a list of them on lines that are
 * not folded. A tenth of the work that all of YAML takes; `null` for what is written in any other way.
 */
export function plainProperties(yaml: string): Map<string, Property> | null {
  if (!yaml.endsWith('\n') || yaml.length < 2) return null;
  const found = new Map<string, Property>();
  const lines = yaml.slice(0, -1).split('\n');
  for (let at = 0; at < lines.length; ) {
    const [, name, written = ''] = NAMED.exec(lines[at] ?? '') ?? [];
    if (name === undefined) return null;
    at += 1;
    const items: string[] = [];
    let indent = -1;
    for (; /^ *$/.test(written); at += 1) {
      const line = lines[at] ?? '';
      const item = ITEM.exec(line)?.[1];
      if (item === undefined) break;
      const dash = line.indexOf('-');
      if (indent >= 0 && dash !== indent) return null;
      indent = dash;
      items.push(item);
    }
    const property = items.length > 0 ? listOf(items) : propertyOf(withoutSpace(written));
    if (property === null) return null;
    // The first of a name counts.
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), property);
  }
  return found;
}

/** YAML knows fewer spaces than Unicode. */
const withoutSpace = (text: string) => text.replace(/^ +| +$/g, '');

function propertyOf(written: string): Property | null {
  if (written === '') return { values: [], isList: false };
  const inside = FLOW.exec(written)?.[1];
  if (inside !== undefined) {
    if (/[[\]{}]|:(?!\/)/.test(inside)) return null;
    return /^ *$/.test(inside) ? { values: [], isList: true } : listOf(inside.split(','));
  }
  const values = scalarOf(written);
  return values === null ? null : { values, isList: false };
}

function listOf(items: readonly string[]): Property | null {
  const values: string[] = [];
  for (const item of items) {
    const value = scalarOf(withoutSpace(item));
    if (value === null) return null;
    values.push(...value);
  }
  return { values, isList: true };
}

/** The one value that is written so, none for nothing; `null` where it is not plain. */
function scalarOf(written: string): string[] | null {
  const [, double, single] = QUOTED.exec(written) ?? [];
  const quoted = double ?? single;
  if (quoted !== undefined) return [quoted];
  if (!PLAIN.test(written)) return null;
  return NOTHING.test(written) ? [] : [written];
}
