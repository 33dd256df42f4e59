const ACCENTS = /[\u0300-\u036f]/g;
const ONLY_ASCII = /^[\0-\x7f]*$/;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Two code units that may be one of the rarer Han characters. */
const PAIR = '[\\ud800-\\udbff][\\udc00-\\udfff]';
const MAYBE_HAN_OR_KANA = new RegExp(`[${basicHanAndKana()}]|${PAIR}`, 'g');

/** The class of {@link HAN_OR_KANA} within the first 65,536 characters as ranges: a search by properties is ten times slower. */
function basicHanAndKana(): string {
  const escaped = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
  let ranges = '';
  let from = -1;
  for (let code = 0; code <= 0xffff; code += 1) {
    const isIn = code < 0xd800 || code > 0xdfff ? HAN_OR_KANA.test(String.fromCharCode(code)) : false;
    if (isIn && from < 0) from = code;
    if (!isIn && from >= 0) {
      ranges += `${escaped(from)}-${escaped(code - 1)}`;
      from = -1;
    }
  }
  return ranges;
}

/** The form in which two texts look alike to somebody who searches: no accents, no letter case, one Unicode form. */
export function foldText(text: string): string {
  if (ONLY_ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
}

/** Puts spaces around Han and kana, so that each is a word to the full text: they are written without spaces. */
export function spaceOut(text: string): string {
  return text.replace(MAYBE_HAN_OR_KANA, (found) =>
    found.length === 1 || HAN_OR_KANA.test(found) ? ` ${found} ` : found,
  );
}

const WORD_PARTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}\p{Co}])+/gu;

/** A word of a text and where it stands (UTF-16 offsets). */
export interface FoundWord {
  /** Folded. */
  key: string;
  from: number;
  to: number;
}

/** Every word of `text`, folded, with its place. */
export function* wordsOf(text: string): Generator<FoundWord> {
  for (const found of text.matchAll(WORD_PARTS)) {
    const key = foldText(found[0]);
    yield { key, from: found.index, to: found.index + found[0].length };
  }
}

/** The first letters of a folded text's words, as one word: `our roadmap for becoming` is `orfb`. `''` for a single word. */
export function initialsOf(key: string): string {
  const letters = [...wordsOf(key)].map((word) => [...word.key][0] ?? '');
  return letters.length < 2 ? '' : letters.join('');
}
