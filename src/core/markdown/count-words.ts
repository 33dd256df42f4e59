/** What a character is: each Han or kana character is a word. */
const OTHER = 0;
const LETTER = 1;
const IDEOGRAPH = 2;
const JOINER = 3;
/** Where the count is: between words, in one, or right after what joins a word to the next letter. */
const OUTSIDE = 0;
const INSIDE = 1;
const JOINED = 2;
/** A step is where the count is after it, and this where a word begins. */
const BEGINS = 4;

const IS_IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const IS_LETTER = /[\p{L}\p{M}\p{N}]/u;
const IS_JOINER = /['\u2019-]/;

function kindOf(code: number): number {
  const character = String.fromCodePoint(code);
  if (IS_IDEOGRAPH.test(character)) return IDEOGRAPH;
  if (IS_LETTER.test(character)) return LETTER;
  return IS_JOINER.test(character) ? JOINER : OTHER;
}

function stepOf(state: number, kind: number): number {
  if (kind === LETTER) return state === OUTSIDE ? INSIDE | BEGINS : INSIDE;
  if (kind === IDEOGRAPH) return OUTSIDE | BEGINS;
  // It joins only what stands right before and after it.
  return kind === JOINER && state === INSIDE ? JOINED : OUTSIDE;
}

const STATES = [OUTSIDE, INSIDE, JOINED];
const KINDS = [OTHER, LETTER, IDEOGRAPH, JOINER];
const ASCII = Array.from({ length: 128 }, (_, code) => kindOf(code));
/** Steps from each state over each kind, and over each character of ASCII. Every character of every note is one. */
const STEPS = Uint8Array.from(STATES.flatMap((state) => KINDS.map((kind) => stepOf(state, kind))));
const ASCII_STEPS = Uint8Array.from(STATES.flatMap((state) => ASCII.map((kind) => stepOf(state, kind))));
const known = new Map<number, number>();

function kindOfAny(code: number): number {
  let kind = known.get(code);
  if (kind === undefined) {
    kind = kindOf(code);
    known.set(code, kind);
  }
  return kind;
}

/** How many words `text` has from `from` on; each Han or kana character counts as one, `don’t` and `well-read` too. */
export function countWords(text: string, from = 0): number {
  let words = 0;
  let state = OUTSIDE;
  for (let at = from; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    let step: number;
    if (code < 128) step = ASCII_STEPS[(state << 7) | code] as number;
    else {
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(at) ?? code;
        if (code > 0xffff) at += 1;
      }
      step = STEPS[(state << 2) | kindOfAny(code)] as number;
    }
    state = step & 3;
    words += step >> 2;
  }
  return words;
}
