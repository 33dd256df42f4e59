/** Accents, and how a sign is to look: as a picture, on a key. */
const ACCENTS = /[\u0300-\u036f\ufe0e\ufe0f\u20e3]/g;
const MARK = /\p{M}/u;
const ONLY_ASCII = /^[\0-\x7f]*$/;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Not what is rather a letter or punctuation: © ® ‼ ⁉ ™ ℹ. A flag is two letters of its own kind. */
const PICTOGRAPH = /(?![\0-\u218f])\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const OWN_WORD = new RegExp(`${HAN_OR_KANA.source}|${PICTOGRAPH.source}`, 'u');
const NOT_ASCII = /[^\0-\x7f]+/g;
/** Each of them is one of these, or a half of one. */
const MAYBE_OWN_WORD = /[\u2190-\uffff]/;
const LONGEST_KNOWN = 8;
const MOST_KNOWN = 5000;

/** The form in which two texts look alike to somebody who searches: no accents, no letter case, one Unicode form. */
export function foldText(text: string): string {
  if (ONLY_ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
}

/** Whether a text begins with a character that is a word by itself: Han, kana, or a pictograph (an emoji). */
export const isOwnWord = (text: string) => OWN_WORD.test([...text][0] ?? '');

/**
 * A text as the full text is to take it apart: with spaces around Han and kana, which are written without, and for each pictograph a
 * character of private use, for SQLite’s tokenizer knows no word that is a sign.
 */
export function spaceOut(text: string): string {
  if (!MAYBE_OWN_WORD.test(text)) return text;
  let spaced = '';
  let isOwn = false;
  for (const character of text) {
    // What is added to a character that is a word by itself is none.
    if (isOwn && MARK.test(character)) continue;
    isOwn = true;
    if (HAN_OR_KANA.test(character)) spaced += ` ${character} `;
    else if (PICTOGRAPH.test(character)) spaced += ` ${wordOfSign(character)} `;
    else {
      spaced += character;
      isOwn = false;
    }
  }
  return spaced;
}

/** A character of private use for each pictograph: those of the three places of Unicode where they are fit into one there. */
function wordOfSign(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code >= 0x1f000) return String.fromCharCode(0xe000 + code - 0x1f000);
  return String.fromCharCode(code < 0x2800 ? 0xf000 + code - 0x2000 : 0xf800 + (code & 0xff));
}

const known = new Map<string, string>();

/**
 * A text as the full text takes it: folded as what is searched for is, for SQLite's own folding knows Latin letters only, and with Han
 * and kana apart. Letters of ASCII keep their case, which SQLite folds.
 */
export function fullText(text: string): string {
  return text.replace(NOT_ASCII, (run) => {
    const before = known.get(run);
    if (before !== undefined) return before;
    const folded = spaceOut(foldText(run));
    // Dashes, quotation marks and single letters with accents come again and again.
    if (run.length <= LONGEST_KNOWN && known.size < MOST_KNOWN) known.set(run, folded);
    return folded;
  });
}

const NOT_HAN = `(?!${HAN_OR_KANA.source})`;
const WORD_PARTS = new RegExp(
  [
    `${HAN_OR_KANA.source}\\p{M}*`,
    `(?:${PICTOGRAPH.source})\\ufe0f?`,
    `${NOT_HAN}[\\p{L}\\p{N}\\p{Co}](?:${NOT_HAN}[\\p{L}\\p{N}\\p{M}\\p{Co}])*`,
  ].join('|'),
  'gu',
);

const ASCII_WORDS = /[0-9a-z]+/g;
const ASCII_INITIALS = /(?<![0-9a-z])[0-9a-z]/g;

/** A word of a text and where it stands (UTF-16 offsets). */
export interface FoundWord {
  /** Folded. */
  key: string;
  from: number;
  to: number;
}

/** Every word of `text`, folded, with its place; a pictograph is one. */
export function* wordsOf(text: string): Generator<FoundWord> {
  if (ONLY_ASCII.test(text)) {
    for (const { 0: key, index } of text.toLowerCase().matchAll(ASCII_WORDS))
      yield { key, from: index, to: index + key.length };
    return;
  }
  for (const found of text.matchAll(WORD_PARTS)) {
    yield { key: foldText(found[0]), from: found.index, to: found.index + found[0].length };
  }
}

const WORD_CHARACTER = /[\p{L}\p{N}\p{M}\p{Co}]/u;

/** Whether a word of `text` begins with `start`; both are folded. */
export function hasWordBeginning(text: string, start: string): boolean {
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
    if (at === 0) return true;
    const before = text.codePointAt(at - (isLowSurrogate(text.charCodeAt(at - 1)) ? 2 : 1)) ?? 0;
    const character = String.fromCodePoint(before);
    if (!WORD_CHARACTER.test(character) || OWN_WORD.test(character)) return true;
    if (OWN_WORD.test(String.fromCodePoint(text.codePointAt(at) ?? 0))) return true;
  }
  return false;
}

/** Whether a word is a pictograph. */
export const isSign = (word: string) => PICTOGRAPH.test(word);

const isLowSurrogate = (code: number) => code >= 0xdc00 && code < 0xe000;

/** The first letters of a folded text's words, as one word: `our roadmap for becoming` is `orfb`. `''` for a single word; signs have none. */
export function initialsOf(key: string): string {
  if (ONLY_ASCII.test(key)) {
    const first = key.match(ASCII_INITIALS) ?? [];
    return first.length < 2 ? '' : first.join('');
  }
  const letters = [...wordsOf(key)].map((word) => [...word.key][0] ?? '').filter((first) => !isSign(first));
  return letters.length < 2 ? '' : letters.join('');
}
