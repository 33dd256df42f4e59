import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { frontmatterEnd } from '../markdown/frontmatter-syntax.ts';
import { noteParser } from '../markdown/grammar.ts';
import { nameKey } from '../paths/note-path.ts';
import type { TextChange } from '../text/text-change.ts';

/**
 * The changes of a note's text after which its tag `from`, and every tag nested in it, is called `to`: in the body and in its properties,
 * whatever the letter case. Tags are given without `#`. Only the bytes of the tag's own name are changed.
 */
export function renameTagIn(text: string, from: string, to: string): TextChange[] {
  const changes: TextChange[] = [];
  const rename = (at: number, written: string) => {
    const length = lengthOf(written, from);
    if (length !== null && written.slice(0, length) !== to)
      changes.push({ from: at, to: at + length, insert: to });
  };
  for (const { at, tag, isPlain } of propertyTags(text)) {
    const length = lengthOf(tag, from);
    const name = renamedTag(tag, from, to);
    // “null”, “true” and “1e3” are no text to YAML by themselves.
    if (isPlain && length !== null && name !== tag && !isText(name))
      changes.push({ from: at, to: at + tag.length, insert: `"${name}"` });
    else rename(at, tag);
  }
  noteParser.parse(text).iterate({
    enter(node) {
      if (node.name === 'Tag') rename(node.from + 1, text.slice(node.from + 1, node.to));
    },
  });
  return changes;
}

/** The tag that takes a tag's place when `from` is called `to`; the tag itself where it is another. */
export function renamedTag(tag: string, from: string, to: string): string {
  const length = lengthOf(tag, from);
  return length === null ? tag : to + tag.slice(length);
}

/** How much of a tag as it is written is `from`; `null` where it is neither that nor nested in it. */
function lengthOf(written: string, from: string): number | null {
  const parts = written.split('/');
  const head = parts.slice(0, from.split('/').length).join('/');
  return nameKey(head) === nameKey(from) ? head.length : null;
}

/** Whether YAML takes a value without quotation marks for a text. */
function isText(value: string): boolean {
  const { contents, errors } = parseDocument(value, { logLevel: 'silent', schema: 'core' });
  return errors.length === 0 && isScalar(contents) && typeof contents.value === 'string';
}

interface PropertyTag {
  /** Where it stands in the note's text. */
  at: number;
  tag: string;
  /** It is a value by itself, without quotation marks. */
  isPlain: boolean;
}

/** The tags in a note's properties. */
function propertyTags(text: string): PropertyTag[] {
  const end = frontmatterEnd(text);
  if (end === null) return [];
  const start = text.indexOf('\n') + 1;
  const yaml = text.slice(start, text.lastIndexOf('\n', end - 1) + 1);
  const document = parseDocument(yaml, { uniqueKeys: false, logLevel: 'silent', schema: 'core' });
  if (!isMap(document.contents)) return [];
  const found: PropertyTag[] = [];
  const seen = new Set<string>();
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value).toLowerCase() : '';
    if ((name !== 'tags' && name !== 'tag') || seen.has(name)) continue;
    seen.add(name);
    for (const item of isSeq(value) ? value.items : [value]) {
      if (!isScalar(item) || item.range == null || item.value === null) continue;
      const [from, to] = item.range;
      for (const part of yaml.slice(from, to).matchAll(/[^\s,'"#][^\s,'"]*/g))
        found.push({
          at: start + from + part.index,
          tag: part[0],
          isPlain: item.type === 'PLAIN' && part[0].length === to - from,
        });
    }
  }
  return found;
}
