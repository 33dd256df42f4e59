import { isAlias, isCollection, isMap, isScalar, isSeq, type Pair, parseDocument, visit } from 'yaml';
import { isWebAddress } from './addresses.ts';
import { frontmatterEnd } from './frontmatter-syntax.ts';
import { type Property, plainProperties } from './plain-properties.ts';

const LONGEST_YAML = 64 * 1024;

/** The properties of a note that the app understands. */
export interface Frontmatter {
  /** Where the body begins: after the closing `---` and its line end. 0 where there is no frontmatter. */
  bodyFrom: number;
  title: string | null;
  aliases: string[];
  /** Without `#`, as written. */
  tags: string[];
  /** The page that the note is about: its `url`, `source`, `link` or `uri`. */
  page: string | null;
}

/**
 * Reads a note's frontmatter. Tags and aliases may be a list, a flow list, or one string parted by commas (tags: also by spaces),
 * under today's names or those that Obsidian dropped in 1.9 (`tag`, `alias`). YAML that cannot be read counts as none of them;
 * the note stays as it is.
 */
export function readFrontmatter(text: string): Frontmatter {
  const end = frontmatterEnd(text);
  if (end === null) return { bodyFrom: 0, title: null, aliases: [], tags: [], page: null };
  const bodyFrom = Math.min(text.length, end + 1);
  const yaml = text.slice(text.indexOf('\n') + 1, text.lastIndexOf('\n', end - 1) + 1);
  const empty = { bodyFrom, title: null, aliases: [], tags: [], page: null };
  if (yaml.length > LONGEST_YAML) return empty;
  const properties = plainProperties(yaml) ?? yamlProperties(yaml);
  if (properties === null) return empty;
  const title = properties.get('title')?.values[0] ?? null;
  const all = (names: string[]) => names.flatMap((name) => properties.get(name) ?? []);
  return {
    bodyFrom,
    page:
      all(['url', 'source', 'link', 'uri'])
        .flatMap(({ values }) => values)
        .find(isWebAddress) ?? null,
    title: title === null || title.trim() === '' ? null : title.trim(),
    aliases: all(['aliases', 'alias']).flatMap(aliasesOf),
    tags: all(['tags', 'tag']).flatMap(tagsOf),
  };
}

/** The aliases that a property names. */
export function aliasesOf({ values, isList }: Property): string[] {
  // An alias in a list may hold a comma.
  return clean(isList ? values : values.flatMap((value) => value.split(',')));
}

/** The tags that a property names, without `#`. */
export function tagsOf({ values }: Property): string[] {
  return clean(
    values.flatMap((value) => value.split(/[,\s]+/)).map((tag) => tag.replace(/^#/, '').replace(/\/+$/, '')),
  );
}

/** A property of a note: its key in lower case, its values as strings, and the whole lines that it stands on in the note's text. */
export interface PropertyEntry extends Property {
  key: string;
  from: number;
  to: number;
  /** Where a list's brackets, or its last item, stand; `null` for what is no list of words. */
  list: PropertyList | null;
}

export interface PropertyList {
  isFlow: boolean;
  /** In brackets where the closing one stands, else where the last item ends. */
  end: number;
  /** What parts another item from what is there. */
  gap: string;
}

/**
 * The note's properties in order: each on lines of its own, beginning with its name. `null` where they are written in any other way, or
 * mean something only together (anchors), so that none may be put among them or taken from them. Offsets are UTF-16 code units.
 */
export function propertyEntries(text: string): PropertyEntry[] | null {
  const end = frontmatterEnd(text);
  if (end === null) return [];
  const start = text.indexOf('\n') + 1;
  const stop = text.lastIndexOf('\n', end - 1) + 1;
  const yaml = text.slice(start, stop);
  if (/^(?:[ \t]*(?:#.*)?\n)*$/.test(yaml)) return [];
  if (yaml.length > LONGEST_YAML || /^(?:---|\.\.\.|%)/m.test(yaml)) return null;
  try {
    const document = parseDocument(yaml, { logLevel: 'silent', schema: 'core' });
    const { contents, errors } = document;
    if (errors.length > 0 || !isMap(contents) || contents.flow) return null;
    let isTied = false;
    visit(document, (_, node) => {
      if (isAlias(node) || ((isScalar(node) || isCollection(node)) && node.anchor !== undefined))
        isTied = true;
    });
    if (isTied) return null;
    const entries = contents.items.map((item): PropertyEntry | null => {
      const at = isScalar(item.key) ? (item.key.range?.[0] ?? -1) : -1;
      if (at < 0 || (at > 0 && yaml[at - 1] !== '\n')) return null;
      const { key, ...property } = propertyOf(item);
      return { key, ...property, from: start + at, to: stop, list: listIn(item.value, yaml, start) };
    });
    const whole = entries.filter((entry) => entry !== null);
    for (const [at, entry] of whole.entries()) entry.to = whole[at + 1]?.from ?? stop;
    const names = new Set(whole.map(({ key }) => key));
    return whole.length === entries.length && names.size === whole.length ? whole : null;
  } catch {
    return null;
  }
}

/** How a list of words is written; `null` for anything else. */
function listIn(value: unknown, yaml: string, start: number): PropertyList | null {
  if (!isSeq(value) || !value.items.every((item) => isScalar(item))) return null;
  const last = value.items.at(-1);
  const lastEnd = last?.range?.[1];
  if (value.flow) {
    const close = (value.range?.[1] ?? 0) - 1;
    if (yaml[close] !== ']') return null;
    const rest = yaml.slice(lastEnd ?? close, close);
    const gap = last === undefined || /,\s+$/.test(rest) ? '' : rest.includes(',') ? ' ' : ', ';
    return rest.includes('#') ? null : { isFlow: true, end: start + close, gap };
  }
  const at = last?.range?.[0];
  if (at === undefined || lastEnd === undefined || yaml.slice(at, lastEnd).includes('\n')) return null;
  const lead = /^[ \t]*- /.exec(yaml.slice(yaml.lastIndexOf('\n', at - 1) + 1, at))?.[0];
  return lead === undefined ? null : { isFlow: false, end: start + lastEnd, gap: lead };
}

function clean(values: string[]): string[] {
  return values.map((value) => value.trim()).filter((value) => value !== '');
}

/** Each property, the first of a name, as YAML has it; `null` where there is no map of them. */
export function yamlProperties(yaml: string): Map<string, Property> | null {
  try {
    const { contents } = parseDocument(yaml, { uniqueKeys: false, logLevel: 'silent', schema: 'core' });
    if (!isMap(contents)) return null;
    const items = contents.items.filter(({ key }) => isScalar(key)).map(propertyOf);
    return new Map(items.map(({ key, ...property }): [string, Property] => [key, property]).reverse());
  } catch {
    return null;
  }
}

/** A property's values as strings; aliases of YAML (`*x`) and nested maps are left out. */
function propertyOf({ key, value }: Pair): Property & { key: string } {
  const items = isSeq(value) ? value.items : [value];
  const values = items.flatMap((item) =>
    isScalar(item) && item.value !== null ? [item.source ?? String(item.value)] : [],
  );
  return { key: isScalar(key) ? String(key.value).toLowerCase() : '', values, isList: isSeq(value) };
}
