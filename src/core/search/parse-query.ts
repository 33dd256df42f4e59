import { compileRegex, FIELDS, type Field, type QueryError, type QueryNode } from './query.ts';
import { daysOf, isBegunDate } from './query-dates.ts';

export type ParsedQuery = { ok: true; query: QueryNode | null } | { ok: false; error: QueryError };

const MAX_DEPTH = 30;
const MAX_PARTS = 64;
const SIDES = ['before', 'after'] as const;
const OPERATORS: readonly string[] = [...FIELDS, ...SIDES];
const NAMED = /(\p{L}+):/uy;
const WORD = /[^\s()"]+/y;
const SPACE = /\s*/y;

/**
 * Reads a search. `typing` says that somebody is in the middle of it: its last word may go on, and what is begun at the very end (a
 * quotation, a parenthesis, an operator) is no error. A query that asks for nothing is `null`. Never throws; time grows with length.
 */
export function parseQuery(text: string, typing = false): ParsedQuery {
  try {
    return { ok: true, query: new Parser(text, typing).whole() };
  } catch (fault) {
    if (fault instanceof QueryFault) return { ok: false, error: fault.error };
    throw fault;
  }
}

class QueryFault extends Error {
  readonly error: QueryError;

  constructor(message: string, from: number, to: number) {
    super(message);
    this.error = { message, from, to };
  }
}

type Keyword = 'OR' | 'AND' | 'NOT';

class Parser {
  readonly #text: string;
  readonly #typing: boolean;
  #at = 0;
  #depth = 0;
  #parts = 0;
  /** The operator whose parentheses we are in. */
  #within: Field | null = null;

  constructor(text: string, typing: boolean) {
    this.#text = text;
    this.#typing = typing;
  }

  whole(): QueryNode | null {
    const query = this.#any();
    if (this.#at < this.#text.length)
      throw new QueryFault('No parenthesis is open here. Take this one away.', this.#at, this.#at + 1);
    return query;
  }

  #any(): QueryNode | null {
    const parts: QueryNode[] = [];
    let isFirst = true;
    for (;;) {
      const before = this.#at;
      const { node, empty } = this.#all();
      if (node !== null) parts.push(node);
      const keyword = this.#keyword();
      if (empty && (keyword === 'OR' || !isFirst)) this.#nothingBeside(isFirst || keyword === 'OR', before);
      if (keyword !== 'OR') return join('any', parts);
      this.#at += 2;
      isFirst = false;
    }
  }

  #nothingBeside(onLeft: boolean, before: number): void {
    if (onLeft) throw new QueryFault('Nothing stands before this OR.', this.#at, this.#at + 2);
    if (this.#unfinished()) return;
    const from = this.#text.lastIndexOf('OR', before);
    throw new QueryFault('Write after OR what else is wanted, or take it away.', from, from + 2);
  }

  #all(): { node: QueryNode | null; empty: boolean } {
    const parts: QueryNode[] = [];
    let empty = true;
    for (;;) {
      this.#skipSpace();
      const keyword = this.#keyword();
      if (this.#at >= this.#text.length || this.#text[this.#at] === ')' || keyword === 'OR')
        return { node: join('all', parts), empty };
      if (keyword === 'AND') {
        this.#takeAnd(empty);
        continue;
      }
      empty = false;
      const node = this.#item();
      if (node !== null) parts.push(node);
    }
  }

  #takeAnd(isFirst: boolean): void {
    const from = this.#at;
    if (isFirst) throw new QueryFault('Nothing stands before this AND.', from, from + 3);
    this.#at += 3;
    this.#skipSpace();
    const next = this.#keyword();
    const stops = this.#at >= this.#text.length || this.#text[this.#at] === ')';
    if (next !== 'OR' && next !== 'AND' && (!stops || this.#unfinished())) return;
    throw new QueryFault(
      'Write after AND what else is wanted, or take it away: words side by side are all wanted anyway.',
      from,
      from + 3,
    );
  }

  /** A part, with what negates it. */
  #item(): QueryNode | null {
    const signs: number[] = [];
    for (;;) {
      const from = this.#at;
      if (this.#text[from] === '-') {
        this.#at += 1;
        // A dash by itself is punctuation.
        if (/^[\s)]?$/.test(this.#text.charAt(this.#at))) return null;
      } else if (this.#keyword() === 'NOT') {
        this.#at += 3;
        this.#skipSpace();
        if (this.#isEnd()) {
          if (this.#unfinished()) return null;
          throw new QueryFault('Write after NOT what is not wanted, or take it away.', from, from + 3);
        }
      } else break;
      signs.push(from);
      if (signs.length > MAX_DEPTH) this.#tooDeep(from);
    }
    const part = this.#atom();
    if (part === null) return null;
    return signs.reduceRight<QueryNode>(
      (node, from) => ({ kind: 'not', part: node, from, to: node.to }),
      part,
    );
  }

  #isEnd(): boolean {
    return this.#at >= this.#text.length || this.#text[this.#at] === ')' || this.#keyword() !== null;
  }

  #atom(): QueryNode | null {
    const named = match(NAMED, this.#text, this.#at);
    return named === null ? this.#operand() : this.#named(named);
  }

  #named(written: string): QueryNode | null {
    const from = this.#at;
    const to = from + written.length;
    const name = written.slice(0, -1).toLowerCase();
    if (!OPERATORS.includes(name)) {
      // “Note: this”, “https://”: not meant for us.
      if (/^(?:[\s)]|$|\/\/)/.test(this.#text.slice(to, to + 2))) return this.#operand();
      const meant = OPERATORS.find((known) => known.startsWith(name) || name.startsWith(known));
      const instead =
        meant === undefined ? `The operators are ${OPERATORS.join(': ')}:.` : `Is ${meant}: meant?`;
      const message = `There is no operator “${written}”. ${instead} To look for these words, put them in "quotation marks".`;
      throw new QueryFault(message, from, to);
    }
    if (this.#within !== null) {
      const message = `${name}: cannot stand inside ${this.#within}:(…). Write it beside the parentheses.`;
      throw new QueryFault(message, from, to);
    }
    this.#at = to;
    this.#skipSpace();
    if (this.#isEnd()) {
      if (this.#unfinished()) return null;
      throw new QueryFault(`Write after ${name}: what to look for there.`, from, to);
    }
    const side = SIDES.find((known) => known === name);
    if (side !== undefined) return this.#date(side, from);
    const field = name as Field;
    if (this.#isDash(name)) return null;
    this.#within = field;
    const part = this.#operand();
    this.#within = null;
    return part === null ? null : { kind: 'in', field, part, from, to: part.to };
  }

  /** After an operator a dash would be read as a part of the word, and never as “not”. Gives whether one is just being typed. */
  #isDash(name: string): boolean {
    const from = this.#at;
    if (this.#text[from] !== '-') return false;
    this.#at = from + 1;
    if (this.#unfinished()) return true;
    const message = `Write the - before ${name}: to leave out what is found there, or put the words in "quotation marks".`;
    throw new QueryFault(message, from, from + 1);
  }

  #date(side: 'before' | 'after', from: number): QueryNode | null {
    const start = this.#at;
    const written = match(WORD, this.#text, start) ?? this.#text[start] ?? '';
    this.#at = start + written.length;
    if (this.#unfinished() && isBegunDate(written) && daysOf(written) === null) return null;
    if (daysOf(written) === null) {
      const message = `“${written}” is no date. Write a year, a month or a day: ${side}:2021, ${side}:2021-02 or ${side}:2021-02-09.`;
      throw new QueryFault(message, start, this.#at);
    }
    this.#count(from);
    return { kind: 'date', side, value: written, from, to: this.#at };
  }

  /** A group, a phrase, a regular expression or a word. */
  #operand(): QueryNode | null {
    switch (this.#text[this.#at]) {
      case '(':
        return this.#group();
      case '"':
        return this.#phrase();
      case '/':
        return this.#regex();
      default:
        return this.#word();
    }
  }

  #group(): QueryNode | null {
    const from = this.#at;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#tooDeep(from);
    this.#at += 1;
    const node = this.#any();
    this.#depth -= 1;
    if (this.#text[this.#at] === ')') this.#at += 1;
    else if (!this.#typing)
      throw new QueryFault('This parenthesis is not closed. Write a ) where it ends.', from, from + 1);
    return node === null ? null : { ...node, from, to: this.#at };
  }

  #phrase(): QueryNode | null {
    const from = this.#at;
    let text = '';
    let at = from + 1;
    for (; at < this.#text.length && this.#text[at] !== '"'; at += 1) {
      if (this.#text[at] === '\\' && /["\\]/.test(this.#text[at + 1] ?? '')) at += 1;
      text += this.#text[at];
    }
    const closed = at < this.#text.length;
    if (!closed && !this.#typing)
      throw new QueryFault('This quotation is not closed. Write a " where it ends.', from, from + 1);
    this.#at = closed ? at + 1 : at;
    const starred = this.#text[this.#at] === '*';
    if (starred) this.#at += 1;
    if (text.trim() === '') return null;
    this.#count(from);
    return { kind: 'text', text, quoted: true, open: starred || !closed, from, to: this.#at };
  }

  #regex(): QueryNode | null {
    const from = this.#at;
    // A slash by itself is punctuation.
    if (/^[\s)]?$/.test(this.#text.charAt(from + 1))) {
      this.#at = from + 1;
      return null;
    }
    const end = endOfRegex(this.#text, from);
    if (end === null) return this.#openRegex();
    const source = this.#text.slice(from + 1, end);
    this.#at = end + (this.#text[end + 1] === 'i' ? 2 : 1);
    if (source === '') return null;
    if (compileRegex(source) === null)
      throw new QueryFault(`This is no regular expression${whyNot(source)}.`, from, this.#at);
    this.#count(from);
    return { kind: 'regex', source, from, to: this.#at };
  }

  /** What begins with a slash and has none where it could end. */
  #openRegex(): QueryNode | null {
    const from = this.#at;
    // A folder, from the vault's root on.
    if (this.#within === 'path') return this.#word();
    // Who types may be within it, but hardly where it has a slash already and goes on for another word.
    if (!this.#typing || /^(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])*\/.*\s/s.test(this.#text.slice(from + 1)))
      throw new QueryFault(
        'This regular expression is not closed. Write a / where it ends, or put the words in "quotation marks".',
        from,
        from + 1,
      );
    this.#at = this.#text.length;
    return null;
  }

  #word(): QueryNode | null {
    const from = this.#at;
    const written = match(WORD, this.#text, from) ?? '';
    this.#at = from + written.length;
    const text = written.replace(/\*+$/, '');
    if (text === '') return null;
    this.#count(from);
    const open = text !== written || this.#unfinished();
    return { kind: 'text', text, quoted: false, open, from, to: this.#at };
  }

  /** `OR`, `AND` or `NOT` in capitals, by itself. */
  #keyword(): Keyword | null {
    const found = match(/(?:OR|AND|NOT)(?=[\s()"]|$)/y, this.#text, this.#at);
    return found as Keyword | null;
  }

  #unfinished(): boolean {
    return this.#typing && this.#at >= this.#text.length;
  }

  #skipSpace(): void {
    this.#at += match(SPACE, this.#text, this.#at)?.length ?? 0;
  }

  #count(from: number): void {
    this.#parts += 1;
    if (this.#parts > MAX_PARTS)
      throw new QueryFault(`A search has at most ${MAX_PARTS} parts. Leave out some.`, from, this.#at);
  }

  #tooDeep(from: number): never {
    throw new QueryFault('These are nested too deeply. Take some parentheses away.', from, from + 1);
  }
}

function join(kind: 'all' | 'any', parts: QueryNode[]): QueryNode | null {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? null;
  return { kind, parts, from: first.from, to: parts.at(-1)?.to ?? first.to };
}

/** What a sticky pattern finds at an offset. */
function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** The slash that ends the regular expression begun at `from`: not escaped, in no [class], and at the end of a word, or with the `i` that many write after it. */
function endOfRegex(text: string, from: number): number | null {
  let inClass = false;
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass && /^i?(?:[\s)]|$)/.test(text.slice(at + 1, at + 3))) return at;
  }
  return null;
}

function whyNot(source: string): string {
  try {
    new RegExp(source, 'i');
    return '';
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(': ').at(-1) : undefined;
    return reason === undefined ? '' : ` (${reason})`;
  }
}
