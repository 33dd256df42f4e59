const ACCENTS = /[\u0300-\u036f]/g;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HAN_OR_KANA_ALL = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/** The form in which two texts look alike to somebody who searches: no accents, no letter case, one Unicode form. */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
}

/** Puts spaces around Han and kana, so that each is a word to the full text: they are written without spaces. */
export function spaceOut(text: string): string {
  return HAN_OR_KANA.test(text) ? text.replace(HAN_OR_KANA_ALL, ' $& ') : text;
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
