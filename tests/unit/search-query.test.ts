import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../src/core/search/parse-query.ts';
import { printQuery } from '../../src/core/search/print-query.ts';
import { FIELDS, type QueryNode } from '../../src/core/search/query.ts';
import { daysOf } from '../../src/core/search/query-dates.ts';
import { costOf } from '../support/cost-of.ts';

/** A query without its offsets, short: `all(a, not(b))`. */
function shape(node: QueryNode | null): string {
  if (node === null) return 'nothing';
  switch (node.kind) {
    case 'all':
    case 'any':
      return `${node.kind}(${node.parts.map(shape).join(', ')})`;
    case 'not':
      return `not(${shape(node.part)})`;
    case 'in':
      return `${node.field}(${shape(node.part)})`;
    case 'date':
      return `${node.side}(${node.value})`;
    case 'regex':
      return `/${node.source}/`;
    case 'text':
      return `${node.quoted ? `"${node.text}"` : node.text}${node.open ? '*' : ''}`;
  }
}

const read = (text: string, typing = false) => {
  const parsed = parseQuery(text, typing);
  return parsed.ok
    ? shape(parsed.query)
    : `${text.slice(parsed.error.from, parsed.error.to)} ! ${parsed.error.message}`;
};

test.each([
  ['', 'nothing'],
  ['slow reading', 'all(slow, reading)'],
  ['a b OR c d', 'any(all(a, b), all(c, d))'],
  ['a (b OR c) d', 'all(a, any(b, c), d)'],
  ['a AND b', 'all(a, b)'],
  ['a or b and c', 'all(a, or, b, and, c)'],
  ['-a -"b c" -(d e)', 'all(not(a), not("b c"), not(all(d, e)))'],
  ['NOT a OR NOT (b c)', 'any(not(a), not(all(b, c)))'],
  ['--a', 'not(not(a))'],
  ['well-known - -> x', 'all(well-known, not(>), x)'],
  ['tag:inbox tag:#p/x', 'all(tag(inbox), tag(#p/x))'],
  ['Tag: inbox', 'tag(inbox)'],
  ['path:"Reading notes" file:2021-02', 'all(path("Reading notes"), file(2021-02))'],
  ['mine:(a OR "b c") -quoted:d', 'all(mine(any(a, "b c")), not(quoted(d)))'],
  ['heading:/^on/ /a b\\/[/]c/', 'all(heading(/^on/), /a b\\/[/]c/)'],
  ['/home/user/ x', 'all(/home/user/, x)'],
  ['after:2021-02 before:2022', 'all(after(2021-02), before(2022))'],
  ['read* "slow rea"*', 'all(read*, "slow rea"*)'],
  ['https://example.org 12:30 Note: this', 'all(https://example.org, 12:30, Note:, this)'],
  ['"say \\"yes\\" \\\\ \\n"', '"say "yes" \\ \\n"'],
  ['a"b c"d', 'all(a, "b c", d)'],
  ['ORder NOTe', 'all(ORder, NOTe)'],
  ['slow /read/i x', 'all(slow, /read/, x)'],
  ['(/read/i)', '/read/'],
  ['slow / reading (a /)', 'all(slow, reading, a)'],
  ['path:/home x', 'all(path(/home), x)'],
  ['() "" // *', 'nothing'],
])('%s', (text, expected) => expect(read(text)).toBe(expected));

test.each([
  ['"slow rea', '"slow rea"*'],
  ['slow rea', 'all(slow, rea*)'],
  ['slow ', 'slow'],
  ['slow OR', 'slow'],
  ['slow OR ', 'slow'],
  ['slow AND ', 'slow'],
  ['slow NOT', 'slow'],
  ['slow -', 'slow'],
  ['slow (read', 'all(slow, read*)'],
  ['slow mine:(', 'slow'],
  ['slow tag:', 'slow'],
  ['slow tag:in', 'all(slow, tag(in*))'],
  ['slow /rea', 'slow'],
  ['slow /rea di', 'slow'],
  ['slow /', 'slow'],
  ['slow / rea', 'all(slow, rea*)'],
  ['path:/T', 'path(/T*)'],
  ['slow mine:-', 'slow'],
  ['slow before:202', 'slow'],
  ['slow before:2021-', 'slow'],
  ['slow before:2021', 'all(slow, before(2021))'],
  ['slow "reading"', 'all(slow, "reading")'],
])('while it is typed: %s', (text, expected) => expect(read(text, true)).toBe(expected));

test.each([
  ['a "b c', '" ! This quotation is not closed'],
  ['a (b (c)', '( ! This parenthesis is not closed'],
  ['a) b', ') ! No parenthesis is open'],
  ['a /b', '/ ! This regular expression is not closed'],
  ['a /b(/ c', '/b(/ ! This is no regular expression (Unterminated group)'],
  ['before:yesterday', 'yesterday ! “yesterday” is no date'],
  ['before:2021-02-30', '2021-02-30 ! '],
  ['after:(a)', '( ! “(” is no date'],
  ['x tags:inbox', 'tags: ! There is no operator “tags:”. Is tag: meant?'],
  ['mine:-doubt', '- ! Write the - before mine: to leave out what is found there'],
  ['a -tag:-b', '- ! Write the - before tag:'],
  ['foo:bar', 'foo: ! There is no operator “foo:”. The operators are tag: path: '],
  ['mine:(a tag:b)', 'tag: ! tag: cannot stand inside mine:(…)'],
  ['tag: OR a', 'tag: ! Write after tag:'],
  ['a OR', 'OR ! Write after OR'],
  ['OR a', 'OR ! Nothing stands before'],
  ['a OR OR b', 'OR ! Nothing stands before'],
  ['a AND OR b', 'AND ! Write after AND'],
  ['AND a', 'AND ! Nothing stands before'],
  ['a NOT', 'NOT ! Write after NOT'],
  ['(a OR ) b', 'OR ! Write after OR'],
])('points at what is wrong in %s', (text, expected) => expect(read(text)).toContain(expected));

test.each([
  ['mine:-d', '- ! Write the - before mine:'],
  ['slow /read/x on', '/ ! This regular expression is not closed'],
  ['a) b', ') ! No parenthesis is open'],
])('points at what is wrong also while it is typed: %s', (text, expected) =>
  expect(read(text, true)).toContain(expected),
);

describe('dates', () => {
  test.each([
    ['2021', '2021-01-01', '2021-12-31'],
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['2100-02', '2100-02-01', '2100-02-28'],
    ['2021-02-09', '2021-02-09', '2021-02-09'],
  ])('%s', (value, first, last) => expect(daysOf(value)).toEqual({ first, last }));
  test.each(['', '21', '2021-13', '2021-00', '2021-04-31', '2021-2', '2021-02-09x'])('%s is none', (value) =>
    expect(daysOf(value)).toBeNull(),
  );
});

const SYNTAX = [
  '"',
  '(',
  ')',
  '-',
  ' ',
  'OR',
  'AND',
  'NOT ',
  'tag:',
  'mine:',
  'before:',
  'foo:',
  '/',
  '\\',
  '[',
  '*',
  'a',
  '2021',
  '\ud83d',
  '😀',
];
const messy = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...SYNTAX)).map((parts) => parts.join('')),
);

test('never throws; an error and every part lie within the query', () => {
  const inside = (text: string, node: QueryNode): boolean =>
    node.from >= 0 &&
    node.from < node.to &&
    node.to <= text.length &&
    ('parts' in node ? node.parts : 'part' in node ? [node.part] : []).every((part) => inside(text, part));
  fc.assert(
    fc.property(messy, fc.boolean(), (text, typing) => {
      const parsed = parseQuery(text, typing);
      if (!parsed.ok) {
        const { message, from, to } = parsed.error;
        expect(message).not.toBe('');
        expect(from >= 0 && from < to && to <= text.length).toBe(true);
      } else if (parsed.query !== null) expect(inside(text, parsed.query)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('while one types, what is begun at the end of a right query is no error', () => {
  fc.assert(
    fc.property(queries(), fc.nat(), (query, cut) => {
      const text = printQuery(query);
      const before = parseQuery(text.slice(0, cut % (text.length + 1)), true);
      // Half of an operator, or of a date, is not yet what it will be.
      if (!before.ok) expect(before.error.message).toMatch(/is no date|There is no operator/);
    }),
    { numRuns: 2000 },
  );
});

const span = { from: 0, to: 0 };
function queries(): fc.Arbitrary<QueryNode> {
  const text = fc.oneof(
    fc.record({
      text: fc
        .string({ unit: fc.constantFrom('a', 'b', 'é', '学', '-', "'", '.'), minLength: 1 })
        .map((word) => `w${word}`),
      quoted: fc.constant(false),
      open: fc.boolean(),
    }),
    fc.record({
      text: fc
        .string({ unit: fc.constantFrom('a', ' ', '"', '\\', '(', 'OR', ':', '/'), minLength: 1 })
        .map((word) => `w${word}`),
      quoted: fc.constant(true),
      open: fc.boolean(),
    }),
  );
  const word: fc.Arbitrary<QueryNode> = text.map((found) => ({ kind: 'text', ...found, ...span }));
  const regex: fc.Arbitrary<QueryNode> = fc
    .constantFrom('a+', 'a b', 'a\\/b', '[/]x', '\\p{L}', '\\-')
    .map((source) => ({ kind: 'regex', source, ...span }));
  const nested = (leaf: fc.Arbitrary<QueryNode>) =>
    fc.letrec<{ node: QueryNode }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.record({
          kind: fc.constantFrom('all' as const, 'any' as const),
          parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
          ...{ from: fc.constant(0), to: fc.constant(0) },
        }),
        tie('node').map((part): QueryNode => ({ kind: 'not', part, ...span })),
      ),
    })).node;
  const field = fc
    .record({ field: fc.constantFrom(...FIELDS), part: nested(fc.oneof(word, regex)) })
    .map((found): QueryNode => ({ kind: 'in', ...found, ...span }));
  const date = fc
    .record({
      side: fc.constantFrom('before' as const, 'after' as const),
      value: fc.constantFrom('2021', '2021-02'),
    })
    .map((found): QueryNode => ({ kind: 'date', ...found, ...span }));
  return nested(fc.oneof(word, regex, field, date));
}

test('a query that is written out reads as the same query', () => {
  fc.assert(
    fc.property(queries(), (query) => {
      expect(read(printQuery(query))).toBe(shape(query));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['parentheses', '('.repeat(10_000)],
  ['pairs', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`],
  ['empty pairs', '()'.repeat(10_000)],
  ['quotes', '"'.repeat(10_001)],
  ['slashes', '/ '.repeat(10_001)],
  ['open classes', '/['.repeat(10_000)],
  ['dashes', '-'.repeat(10_000)],
  ['NOT', 'NOT '.repeat(10_000)],
  ['OR', 'a OR '.repeat(10_000)],
  ['colons', 'x:'.repeat(10_000)],
  ['letters', 'x'.repeat(100_000)],
  ['words', 'a '.repeat(50_000)],
])('%s without end take no time', (_, text) => {
  const cost = costOf(() => {
    parseQuery(text);
    parseQuery(text, true);
  });
  expect(cost).toBeLessThan(250);
});
