/** The named characters that people write; Markdown knows two thousand more, which stay as they are written. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', num: '#', excl: '!', percnt: '%' },
  ...{
    lpar: '(',
    rpar: ')',
    lsqb: '[',
    rsqb: ']',
    lbrack: '[',
    rbrack: ']',
    ast: '*',
    lowbar: '_',
    grave: '`',
  },
  ...{
    sol: '/',
    bsol: '\\',
    colon: ':',
    comma: ',',
    period: '.',
    semi: ';',
    quest: '?',
    equals: '=',
    plus: '+',
  },
  ...{ dollar: '$', commat: '@', vert: '|', verbar: '|', lcub: '{', rcub: '}', Tab: '\t', NewLine: '\n' },
  ...{ ndash: '–', mdash: '—', hellip: '…', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«' },
  ...{ raquo: '»', bull: '•', middot: '·', copy: '©', reg: '®', trade: '™', deg: '°', sect: '§', para: '¶' },
  ...{ times: '×', divide: '÷', minus: '−', euro: '€', pound: '£', yen: '¥', cent: '¢', shy: '\u00ad' },
  ...{
    larr: '←',
    uarr: '↑',
    rarr: '→',
    darr: '↓',
    harr: '↔',
    thinsp: '\u2009',
    ensp: '\u2002',
    emsp: '\u2003',
  },
  ...{
    auml: 'ä',
    ouml: 'ö',
    uuml: 'ü',
    Auml: 'Ä',
    Ouml: 'Ö',
    Uuml: 'Ü',
    szlig: 'ß',
    eacute: 'é',
    egrave: 'è',
  },
  ...{ ecirc: 'ê', agrave: 'à', acirc: 'â', ccedil: 'ç', ntilde: 'ñ', iacute: 'í', oacute: 'ó', uacute: 'ú' },
  ...{ aacute: 'á', aring: 'å', oslash: 'ø', aelig: 'æ', frac12: '½', infin: '∞', ne: '≠', le: '≤', ge: '≥' },
};

const ESCAPE = /\\[!-/:-@[-`{-~]|&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{0,31});/g;

/** Finds each escaped sign of a Markdown text, and each bare `#`. */
export const SIGN_OR_ESCAPE = new RegExp(`${ESCAPE.source}|#`, 'g');

/** What a backslash and a sign, or an entity, stands for; what is no escape stays as it is. */
export function readEscape(written: string): string {
  if (written.startsWith('\\')) return written.slice(1);
  const inside = /^&(.*);$/.exec(written)?.[1];
  if (inside === undefined) return written;
  const number = /^#(?:(\d+)|x([\da-f]+))$/i.exec(inside);
  if (number === null) return Object.hasOwn(NAMED, inside) ? (NAMED[inside] ?? written) : written;
  const code =
    number[1] === undefined ? Number.parseInt(number[2] ?? '', 16) : Number.parseInt(number[1], 10);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : '\ufffd';
}

/** A piece of Markdown without its backslashes and entities: `A&amp;B \(x\)` is `A&B (x)`. */
export function unescapeMarkdown(written: string): string {
  return written.replace(ESCAPE, readEscape);
}
