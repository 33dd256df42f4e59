/** What begins with a character that stands everywhere: looked for only where the text has `sign`, which must follow. */
interface RareMarkup {
  sign: string;
  /** A regular expression's source. */
  markup: string;
}

/** Gives, for a text, what finds the next place where markup may begin: `always`, or any of `rare` of which the text has the sign. It is global. */
export function markupSearch(always: string, rare: readonly RareMarkup[]): (text: string) => RegExp {
  const searches = new Map<number, RegExp>();
  return (text) => {
    let signs = 0;
    for (const [at, { sign }] of rare.entries()) if (text.includes(sign)) signs |= 1 << at;
    let search = searches.get(signs);
    if (search === undefined) {
      const wanted = rare.filter((_, at) => (signs & (1 << at)) !== 0).map(({ markup }) => markup);
      search = new RegExp([always, ...wanted].join('|'), 'g');
      searches.set(signs, search);
    }
    return search;
  };
}
