const OTHER = 0;
const LETTER = 1;
/** Han and kana: each is a word. */
const IDEOGRAPH = 2;

const IS_IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const IS_LETTER = /[\p{L}\p{M}\p{N}]/u;

function kindOf(code: number): number {
  const character = String.fromCodePoint(code);
  return IS_IDEOGRAPH.test(character) ? IDEOGRAPH : IS_LETTER.test(character) ? LETTER : OTHER;
}

const ASCII = Uint8Array.from({ length: 128 }, (_, code) => kindOf(code));
const known = new Map<number, number>();

function kindOfAny(code: number): number {
  if (code < 128) return ASCII[code] as number;
  let kind = known.get(code);
  if (kind === undefined) {
    kind = kindOf(code);
    known.set(code, kind);
  }
  return kind;
}

const isJoiner = (code: number) => code === 39 || code === 0x2019 || code === 45;

/** How many words `text` has from `from` on; each Han or kana character counts as one, `don’t` and `well-read` too. */
export function countWords(text: string, from = 0): number {
  let words = 0;
  let inWord = false;
  let joined = false;
  for (let at = from; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    if (code >= 0xd800 && code < 0xdc00) {
      code = text.codePointAt(at) ?? code;
      if (code > 0xffff) at += 1;
    }
    const kind = kindOfAny(code);
    if (kind === LETTER) {
      if (!inWord && !joined) words += 1;
      inWord = true;
      joined = false;
    } else {
      if (kind === IDEOGRAPH) words += 1;
      // It joins only what stands right before and after it.
      joined = inWord && isJoiner(code);
      inWord = false;
    }
  }
  return words;
}
