import { Lexer } from 'yaml';
import { frontmatterEnd } from './frontmatter-syntax.ts';

/** A stretch of a note's properties that is not written as it is meant. Offsets are UTF-16 code units of the whole text. */
export interface PropertyStretch {
  from: number;
  to: number;
  /** `single-quoted` and `double-quoted` with their quotation marks, `comment` with its `#`. */
  kind: 'comment' | 'single-quoted' | 'double-quoted';
}

/** The signs that the lexer puts before what it says next, and that are no part of the text. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f']);
const SCALAR_MARK = '\u001f';

/** The quoted values and the comments of a note's properties, in order; none where there are no properties. Never throws. */
export function propertyStretches(text: string): PropertyStretch[] {
  const end = frontmatterEnd(text);
  if (end === null) return [];
  let at = text.indexOf('\n') + 1;
  const yaml = text.slice(at, text.lastIndexOf('\n', end - 1) + 1);
  const found: PropertyStretch[] = [];
  let isPlain = false;
  for (const token of new Lexer().lex(yaml)) {
    if (!isPlain && MARKS.has(token)) {
      isPlain = token === SCALAR_MARK;
      continue;
    }
    const kind = isPlain ? undefined : KINDS[token[0] ?? ''];
    if (kind !== undefined) found.push({ from: at, to: at + token.length, kind });
    at += token.length;
    isPlain = false;
  }
  return found;
}

const KINDS: Readonly<Record<string, PropertyStretch['kind'] | undefined>> = {
  '#': 'comment',
  "'": 'single-quoted',
  '"': 'double-quoted',
};

const ESCAPE = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2})|([^uUx]))/g;
const SHORT: Readonly<Record<string, string>> = {
  ...{ 0: '\0', a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b' },
  ...{ N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029' },
};

/** A piece of a quoted value, on one line, as it is meant. */
export function unquoteProperty(written: string, kind: 'single-quoted' | 'double-quoted'): string {
  if (kind === 'single-quoted') return written.replaceAll("''", "'");
  return written.replace(ESCAPE, (whole, short4, long8, short2, sign: string | undefined) => {
    if (sign !== undefined) return SHORT[sign] ?? sign;
    const code = Number.parseInt(short4 ?? long8 ?? short2 ?? '', 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
