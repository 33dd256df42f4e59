const ACCENTS = /[\u0300-\u036f]/g;
const ONLY_ASCII = /^[\0-\x7f]*$/;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const NOT_ASCII = /[^\0-\x7f]+/g;
/** Below the first of these characters no text has Han or kana. */
const MAYBE_HAN_OR_KANA = /[\u2e80-\uffff]/;
const LONGEST_KNOWN = 8;
const MOST_KNOWN = 5000;

/** The form in which two texts look alike to somebody who searches: no accents, no letter case, one Unicode form. */
export function foldText(text: string): string {
  if (ONLY_ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
}

/** Whether a text begins with a character that is a word by itself. */
export const isHanOrKana = (text: string) => HAN_OR_KANA.test([...text][0] ?? '');

/** Puts spaces around Han and kana, so that each is a word to the full text: they are written without spaces. */
export function spaceOut(text: string): string {
  if (!MAYBE_HAN_OR_KANA.test(text)) return text;
  let spaced = '';
  for (const character of text) spaced += HAN_OR_KANA.test(character) ? ` ${character} ` : character;
  return spaced;
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

const WORD_PARTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]\p{M}*|(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{Co}](?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}\p{Co}])*/gu;

const ASCII_WORDS = /[0-9a-z]+/g;
const ASCII_INITIALS = /(?<![0-9a-z])[0-9a-z]/g;

/** A word of a text and where it stands (UTF-16 offsets). */
export interface FoundWord {
  /** Folded. */
  key: string;
  from: number;
  to: number;
}

/** Every word of `text`, folded, with its place. */
export function* wordsOf(text: string): Generator<FoundWord> {
  if (ONLY_ASCII.test(text)) {
    for (const { 0: key, index } of text.toLowerCase().matchAll(ASCII_WORDS))
      yield { key, from: index, to: index + key.length };
    return;
  }
  for (const found of text.matchAll(WORD_PARTS)) {
    const key = foldText(found[0]);
    yield { key, from: found.index, to: found.index + found[0].length };
  }
}

const WORD_CHARACTER = /[\p{L}\p{N}\p{M}\p{Co}]/u;

/** Whether a word of `text` begins with `start`; both are folded. */
export function hasWordBeginning(text: string, start: string): boolean {
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
    if (at === 0) return true;
    const before = text.codePointAt(at - (isLowSurrogate(text.charCodeAt(at - 1)) ? 2 : 1)) ?? 0;
    const character = String.fromCodePoint(before);
    if (!WORD_CHARACTER.test(character) || HAN_OR_KANA.test(character)) return true;
    if (HAN_OR_KANA.test(String.fromCodePoint(text.codePointAt(at) ?? 0))) return true;
  }
  return false;
}

const isLowSurrogate = (code: number) => code >= 0xdc00 && code < 0xe000;

/** The first letters of a folded text's words, as one word: `our roadmap for becoming` is `orfb`. `''` for a single word. */
export function initialsOf(key: string): string {
  if (ONLY_ASCII.test(key)) {
    const first = key.match(ASCII_INITIALS) ?? [];
    return first.length < 2 ? '' : first.join('');
  }
  const letters = [...wordsOf(key)].map((word) => [...word.key][0] ?? '');
  return letters.length < 2 ? '' : letters.join('');
}
