import { noteParser } from '../markdown/grammar.ts';
import { nameKey } from '../paths/note-path.ts';
import { parseQuery } from '../search/parse-query.ts';
import type { Field, QueryNode } from '../search/query.ts';
import { applyChanges, type TextChange } from '../text/text-change.ts';

/** A tag, or a folder, that gets another name. */
export interface RenamedInQueries {
  field: Extract<Field, 'tag' | 'path'>;
  from: string;
  to: string;
}

type TextNode = QueryNode & { kind: 'text' };

/** The search that means after a rename what this one meant before. One that is wrong stays as it is. */
export function renameInQuery(query: string, renamed: RenamedInQueries): string {
  return applyChanges(query, changesOfQuery(query, renamed));
}

/** The changes of a note's text after which its `query` fences mean what they meant before. In order. */
export function renameInFences(text: string, renamed: RenamedInQueries): TextChange[] {
  const changes: TextChange[] = [];
  noteParser.parse(text).iterate({
    enter({ name, node }) {
      if (name !== 'FencedCode') return;
      const info = node.getChild('CodeInfo');
      if (info === null || text.slice(info.from, info.to).trim().toLowerCase() !== 'query') return;
      // Line for line: in a callout the lines of a fence do not follow each other.
      const pieces = node
        .getChildren('CodeText')
        .map(({ from, to }) => ({ from, text: text.slice(from, to) }));
      let at = 0;
      const starts = pieces.map((piece) => {
        const start = at;
        at += piece.text.length + 1;
        return start;
      });
      for (const change of changesOfQuery(pieces.map((piece) => piece.text).join('\n'), renamed)) {
        const line = starts.findLastIndex((start) => start <= change.from);
        const shift = (pieces[line]?.from ?? 0) - (starts[line] ?? 0);
        const isOnOneLine = change.to - (starts[line] ?? 0) <= (pieces[line]?.text.length ?? 0);
        if (isOnOneLine) changes.push({ ...change, from: change.from + shift, to: change.to + shift });
      }
    },
  });
  return changes;
}

function changesOfQuery(query: string, { field, from, to }: RenamedInQueries): TextChange[] {
  const parsed = parseQuery(query);
  if (!parsed.ok || parsed.query === null) return [];
  return textsIn(parsed.query, field, false).flatMap((node) => {
    const sign = node.text.match(field === 'tag' ? /^#/ : /^\/+/)?.[0] ?? '';
    const written = node.text.slice(sign.length);
    const head = written.split('/').slice(0, from.split('/').length).join('/');
    // The beginning of a name may be that of another, too.
    if (node.open || nameKey(head) !== nameKey(from)) return [];
    const text = sign + to + written.slice(head.length);
    return [{ from: node.from, to: node.to, insert: write(text, node.quoted) }];
  });
}

function write(text: string, quoted: boolean): string {
  const isPlain = /^[^\s()"]+$/.test(text) && !/^(?:OR|AND|NOT|\/.*)$/.test(text) && !text.endsWith('*');
  return isPlain && !quoted ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** What a query looks for in a field, in order. */
function textsIn(node: QueryNode, field: Field, within: boolean): TextNode[] {
  switch (node.kind) {
    case 'all':
    case 'any':
      return node.parts.flatMap((part) => textsIn(part, field, within));
    case 'not':
      return textsIn(node.part, field, within);
    case 'in':
      return textsIn(node.part, field, node.field === field);
    case 'text':
      return within ? [node] : [];
    default:
      return [];
  }
}
