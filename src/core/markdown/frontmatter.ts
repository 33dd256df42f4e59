import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { isWebAddress } from './addresses.ts';
import { frontmatterEnd } from './frontmatter-syntax.ts';

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
  const properties = readProperties(yaml);
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
    // An alias in a list may hold a comma.
    aliases: clean(
      all(['aliases', 'alias']).flatMap(({ values, isList }) =>
        isList ? values : values.flatMap((value) => value.split(',')),
      ),
    ),
    tags: clean(
      all(['tags', 'tag'])
        .flatMap(({ values }) => values.flatMap((value) => value.split(/[,\s]+/)))
        .map((tag) => tag.replace(/^#/, '').replace(/\/+$/, '')),
    ),
  };
}

/** A property of a note: its key in lower case, its values as strings, and the whole lines that it stands on in the note's text. */
export interface PropertyEntry extends Property {
  key: string;
  from: number;
  to: number;
}

/** The note's properties in order; none where not every one can be read, and stands on lines of its own. Offsets are UTF-16 code units. */
export function propertyEntries(text: string): PropertyEntry[] {
  const end = frontmatterEnd(text);
  if (end === null) return [];
  const start = text.indexOf('\n') + 1;
  const stop = text.lastIndexOf('\n', end - 1) + 1;
  const yaml = text.slice(start, stop);
  if (yaml.length > LONGEST_YAML) return [];
  const map = parseMap(yaml);
  if (map === null || map.errors > 0) return [];
  const entries = map.items.map(({ at, ...item }) => ({
    ...item,
    from: start + (at === 0 ? 0 : yaml.lastIndexOf('\n', at - 1) + 1),
    to: stop,
  }));
  for (const [at, entry] of entries.entries()) entry.to = entries[at + 1]?.from ?? stop;
  return entries.every(({ from, to }) => from < to) ? entries : [];
}

function clean(values: string[]): string[] {
  return values.map((value) => value.trim()).filter((value) => value !== '');
}

interface Property {
  values: string[];
  isList: boolean;
}

/** Each property, the first of a name; `null` where there is no map of them. */
function readProperties(yaml: string): Map<string, Property> | null {
  const map = parseMap(yaml);
  if (map === null) return null;
  return new Map(map.items.map((item): [string, Property] => [item.key, item]).reverse());
}

/** What a map of YAML holds, `at` where each key stands. Values are strings; aliases of YAML (`*x`) and nested maps are left out. */
function parseMap(
  yaml: string,
): { items: (Property & { key: string; at: number })[]; errors: number } | null {
  try {
    const document = parseDocument(yaml, { uniqueKeys: false, logLevel: 'silent', schema: 'core' });
    if (!isMap(document.contents)) return null;
    const items = document.contents.items.flatMap(({ key, value }) => {
      if (!isScalar(key)) return [];
      const listed = isSeq(value) ? value.items : [value];
      const values = listed.flatMap((item) =>
        isScalar(item) && item.value !== null ? [item.source ?? String(item.value)] : [],
      );
      const name = String(key.value).toLowerCase();
      return [{ key: name, values, isList: isSeq(value), at: key.range?.[0] ?? 0 }];
    });
    return { items, errors: document.errors.length };
  } catch {
    return null;
  }
}
