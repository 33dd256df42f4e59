/** Where a part of a query stands in it: UTF-16 offsets, `from` inclusive, `to` exclusive. */
export interface Span {
  from: number;
  to: number;
}

/** The operators that take words, and where those are looked for. */
export const FIELDS = ['tag', 'path', 'file', 'heading', 'mine', 'quoted'] as const;
export type Field = (typeof FIELDS)[number];

/** What a search means. */
export type QueryNode = Span &
  (
    | { kind: 'all' | 'any'; parts: QueryNode[] }
    | { kind: 'not'; part: QueryNode }
    /** One word, or several that stand one after the other; the last of an `open` one may go on. */
    | { kind: 'text'; text: string; quoted: boolean; open: boolean }
    /** A regular expression, without its slashes. */
    | { kind: 'regex'; source: string }
    /** No other `in` and no `date` stands within. */
    | { kind: 'in'; field: Field; part: QueryNode }
    /** `value` is a year, a month or a day: `2021`, `2021-02`, `2021-02-09`. */
    | { kind: 'date'; side: 'before' | 'after'; value: string }
  );

/** What is wrong with a query, in words that say what to do, and where. */
export interface QueryError extends Span {
  message: string;
}

/** The regular expression of a query: letter case aside, Unicode where the pattern allows it. `null` where it is none. */
export function compileRegex(source: string): RegExp | null {
  for (const flags of ['giu', 'gi']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // Without Unicode some escapes are allowed that are errors with it.
    }
  }
  return null;
}

/** Whether any part of a query is of a kind. */
export function holds(node: QueryNode, kind: QueryNode['kind']): boolean {
  if (node.kind === kind) return true;
  if (node.kind === 'all' || node.kind === 'any') return node.parts.some((part) => holds(part, kind));
  return (node.kind === 'not' || node.kind === 'in') && holds(node.part, kind);
}
