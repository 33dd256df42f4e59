/** One way in which somebody looks for a note: what they type to find it. */
export interface QuickKind {
  name: string;
  /** `null` where it cannot be typed for this note. */
  typed(note: MeantNote): string | null;
}

/** A note that somebody has in mind. */
export interface MeantNote {
  path: string;
  title: string;
  alias: string | null;
  heading: string | null;
}

const wordsOf = (title: string) => title.split(/[^\p{L}\p{N}@]+/u).filter((word) => word !== '');
const longest = (title: string) => wordsOf(title).toSorted((a, b) => b.length - a.length)[0] ?? '';
const mistyped = (title: string, mistype: (word: string) => string) => {
  const word = longest(title);
  return word.length < 5 ? null : title.replace(word, mistype(word));
};

/** The ways that quick open must know. */
export const QUICK_KINDS: readonly QuickKind[] = [
  { name: 'the title', typed: ({ title }) => title },
  { name: 'its beginning', typed: ({ title }) => title.slice(0, Math.ceil(title.length * 0.7)) },
  { name: 'capitals', typed: ({ title }) => title.toUpperCase() },
  { name: 'words out of order', typed: ({ title }) => several(wordsOf(title).toReversed()) },
  {
    name: 'the beginnings of its words',
    typed: ({ title }) => several(wordsOf(title).map((word) => word.slice(0, 4))),
  },
  {
    name: 'first letters',
    typed: ({ title }) =>
      wordsOf(title).length < 5
        ? null
        : wordsOf(title)
            .map((word) => word[0])
            .join(''),
  },
  {
    name: 'a letter wrong',
    typed: ({ title }) => mistyped(title, (word) => `${word.slice(0, 2)}q${word.slice(3)}`),
  },
  {
    name: 'a letter missing',
    typed: ({ title }) => mistyped(title, (word) => word.slice(0, 2) + word.slice(3)),
  },
  {
    name: 'a letter too many',
    typed: ({ title }) => mistyped(title, (word) => `${word.slice(0, 3)}x${word.slice(3)}`),
  },
  {
    name: 'two letters swapped',
    typed: ({ title }) => mistyped(title, (word) => word.slice(0, 2) + word[3] + word[2] + word.slice(4)),
  },
  {
    name: 'no punctuation',
    typed: ({ title }) => (/[^\p{L}\p{N}\s]/u.test(title) ? several(wordsOf(title)) : null),
  },
  {
    name: 'no accents',
    typed: ({ title }) =>
      /[à-ÿ]/i.test(title) ? title.normalize('NFD').replace(/[\u0300-\u036f]/g, '') : null,
  },
  { name: 'Chinese', typed: ({ title }) => /\p{Script=Han}{2,}/u.exec(title)?.[0] ?? null },
  { name: 'a date', typed: ({ title }) => /^\d{4}-\d{2}-\d{2}/.exec(title)?.[0] ?? null },
  { name: 'letters in order, some left out', typed: ({ title }) => skipped(title) },
  {
    name: 'its folder and words',
    typed: ({ path, title }) =>
      path.includes('/') ? `${path.split('/')[0]} ${wordsOf(title).join(' ')}` : null,
  },
  { name: 'words left out', typed: ({ title }) => several(wordsOf(title).filter((_, at) => at !== 1)) },
  { name: 'an alias', typed: ({ alias }) => alias },
  { name: 'a heading', typed: ({ heading }) => heading },
  {
    name: 'from the inside of a word on',
    typed: ({ title }) => (longest(title).length < 9 ? null : title.slice(title.indexOf(longest(title)) + 2)),
  },
  {
    name: 'words run together',
    typed: ({ title }) => (wordsOf(title).length < 3 ? null : wordsOf(title).join('')),
  },
];

const several = (words: string[]) => (words.length < 2 ? null : words.join(' '));

/** `becoming a gardener` is `becgard`. */
function skipped(title: string): string | null {
  const words = wordsOf(title);
  if (words.length < 3) return null;
  return words.map((word) => word.slice(0, 3).toLowerCase()).join('');
}
