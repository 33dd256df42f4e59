import { nameKey, withoutEnding } from '../../../../core/paths/note-path.ts';
import { compileRegex, type Field, type QueryNode } from '../../../../core/search/query.ts';
import { daysOf } from '../../../../core/search/query-dates.ts';
import { foldText, wordsOf } from '../../fold.ts';

/** Where in a note words are looked for; `null` is anywhere in it. */
export type Scope = 'mine' | 'quoted' | 'heading' | null;

/** A search as the index carries it out: what it asks for is folded, and what asks for nothing is gone. */
export type Plan =
  | { kind: 'all' | 'any'; parts: Plan[] }
  | { kind: 'not'; part: Plan }
  /** Words one after the other; the last of an `open` one may go on. */
  | { kind: 'words'; scope: Scope; words: string[]; open: boolean }
  | { kind: 'regex'; where: Field | null; pattern: RegExp }
  /** A tag and those nested in it. */
  | { kind: 'tag'; key: string; open: boolean }
  /** `needle` is somewhere in the note's path, or its name. */
  | { kind: 'name'; of: 'path' | 'file'; needle: string }
  | { kind: 'date'; side: 'before' | 'after'; first: string; last: string };

const SIGN = /(?![\0-\x7f])\p{S}/u;

/** How to carry out a query; `null` where it asks for nothing. */
export function planOf(query: QueryNode): Plan | null {
  return plan(query, null);
}

function plan(node: QueryNode, field: Field | null): Plan | null {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const parts = node.parts.flatMap((part) => plan(part, field) ?? []);
      const [only] = parts;
      return parts.length <= 1 ? (only ?? null) : { kind: node.kind, parts };
    }
    case 'not': {
      const part = plan(node.part, field);
      return part === null ? null : { kind: 'not', part };
    }
    case 'in':
      return plan(node.part, node.field);
    case 'date': {
      const days = daysOf(node.value);
      return days === null ? null : { kind: 'date', side: node.side, ...days };
    }
    case 'regex': {
      const pattern = compileRegex(node.source);
      return pattern === null ? null : { kind: 'regex', where: field, pattern };
    }
    case 'text':
      return planText(node.text, node.open, field);
  }
}

function planText(text: string, open: boolean, field: Field | null): Plan | null {
  if (field === 'tag') {
    const key = nameKey(text.trim().replace(/^#/, '').replace(/\/+$/, ''));
    return key === '' ? null : { kind: 'tag', key, open };
  }
  if (field === 'path' || field === 'file') {
    const needle = foldText(field === 'file' ? withoutEnding(text) : text.replace(/^\/+/, ''));
    return needle === '' ? null : { kind: 'name', of: field, needle };
  }
  const words = [...wordsOf(text)].map(({ key }) => key).filter((key) => key !== '');
  if (words.length > 0) return { kind: 'words', scope: field, words, open };
  // The full text knows no arrows or currencies. Punctuation between words asks for nothing.
  const pattern = SIGN.test(text) ? compileRegex(text.trim().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')) : null;
  return pattern === null ? null : { kind: 'regex', where: field, pattern };
}
