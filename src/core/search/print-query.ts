import type { QueryNode } from './query.ts';

/** Writes a query out. Read again, it is the same query (offsets aside). */
export function printQuery(node: QueryNode): string {
  switch (node.kind) {
    case 'any':
      return node.parts.map((part) => (part.kind === 'any' ? grouped(part) : printQuery(part))).join(' OR ');
    case 'all':
      return node.parts.map((part) => (isSeveral(part) ? grouped(part) : printQuery(part))).join(' ');
    case 'not':
      return `-${isSeveral(node.part) ? grouped(node.part) : printQuery(node.part)}`;
    case 'in':
      return `${node.field}:${isSeveral(node.part) || node.part.kind === 'not' ? grouped(node.part) : printQuery(node.part)}`;
    case 'date':
      return `${node.side}:${node.value}`;
    case 'regex':
      return `/${node.source}/`;
    case 'text':
      return `${node.quoted ? `"${node.text.replace(/["\\]/g, '\\$&')}"` : node.text}${node.open ? '*' : ''}`;
  }
}

const isSeveral = (node: QueryNode) => node.kind === 'all' || node.kind === 'any';
const grouped = (node: QueryNode) => `(${printQuery(node)})`;
