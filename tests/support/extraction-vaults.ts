import fc from 'fast-check';
import type { Place } from '../../src/core/extract/request.ts';
import type { Vault } from './extraction.ts';

const PATHS = ['Src.md', 'a/Src.md', 'a/T.md', 'b/T.md', 'b/c/N.md', 'N.md', 'Ü é.md'];
const NEW = ['New.md', 'a/New.md', 'b/N2.md', 'c/T.md', 'b/c/Src.md'];
export const FILES = ['a/img.png', 'img/x.png', 'b/img.png', 'a/own.png', 'own.png', 'a/in/own.pdf'];
const HEADINGS = ['Dup', 'One', 'Dup', 'Two #t', 'A *b*'];
const IDS = ['id', 'x1', 'dup'];

/** A kind of block, and how it is made of words that stand nowhere else in the vault. */
type Block = (word: () => string, link: () => string) => string;

const BLOCKS: Block[] = [
  (w, l) => `${w()} ${l()} ${w()}`,
  (w, l) => `${w()} ${w()}\n${w()} ${l()}`,
  (w) => `## ${HEADINGS[0]} %%${w()}%%`,
  (w) => `### ${HEADINGS[1]} %%${w()}%%`,
  (w) => `# ${HEADINGS[3]} %%${w()}%%`,
  (w) => `${HEADINGS[0]} %%${w()}%%\n---`,
  (w, l) => `#### ${HEADINGS[4]} ${l()} %%${w()}%%`,
  (w, l) => `- ${w()}\n- ${w()} ${l()}\n  - ${w()}\n    - ${w()}\n- ${w()}`,
  (w, l) => `1. ${w()}\n2. ${w()}\n   - ${l()} ${w()}\n3. ${w()}`,
  (w) => `- [ ] ${w()} ${w()}\n- [x] ${w()}`,
  (w, l) => `> ${w()} ${l()}\n> ${w()}`,
  (w) => `> [!note] ${w()}\n> ${w()}`,
  (w, l) => `| ${w()} | b |\n| - | - |\n| ${l().replace('|', '\\|')} | ${w()} |`,
  (w) => `\`\`\`js\n# ${w()} [^1] [[Src]]\n\`\`\``,
  (w) => `$$\n${w()}\n$$`,
  (w) => `%%\n${w()} [[N]]\n%%`,
  (w) => `<div>${w()}\n${w()}</div>`,
  (w) => `${w()} $a_${w()}$ \`${w()}\` **${w()} ${w()}** ==${w()}==`,
  (w) => `[^1]: ${w()}`,
  (w, l) => `[^n]: ${w()} ${l()}\n\n    ${w()}`,
  (w) => `[^2]: ${w()} [^1]L${w()}`,
  (w) => `[ref]: https://x.y/${w()}`,
  (w) => `[img]: img.png "${w()}"`,
  (w) => `${w()} [^1]L${w()} [^2]L${w()} [^n]L${w()}`,
  (w) => `[L${w()}][ref] ${w()} [ref]L${w()} ![L${w()}][img]`,
  (w) => `${w()} ^[${w()} ${w()}] #tag${w()}`,
  (w) => `${w()} %%${w()}%% ^id`,
  (w) => `${w()} %%${w()}%% ^dup`,
  (w) => `- ${w()}\n- ${w()}\n\n^x1`,
  (w) => `    code ${w()}`,
  (w) => `***\n${w()} 🌙 日本 é`,
  (w) => `${w()} ![L${w()}](own.png) [[own.pdf#page=2|L${w()}]]`,
];

const PARTS = [
  '',
  '',
  ...HEADINGS.slice(0, 3).map((heading) => `#${heading}`),
  '#One#Dup',
  ...IDS.map((id) => `#^${id}`),
  '#Nope',
];

/** What a note's links may be; the alias says which it is. */
function linkOf(path: string, part: string, style: number, alias: string): string {
  const bare = path.replace(/\.md$/, '');
  const name = bare.replace(/^.*\//, '');
  const encoded = encodeURI(path) + encodeURI(part);
  switch (style) {
    case 0:
      return `[[${name}${part}|L${alias}]]`;
    case 1:
      return `[[${bare}${part}|L${alias}]]`;
    case 2:
      return `![[${name}${part}|L${alias}]]`;
    case 3:
      return `[L${alias}](${encoded})`;
    case 4:
      return `[L${alias}](<${encodeURI(name)}.md${encodeURI(part)}>)`;
    case 5:
      return part === '' ? `![L${alias}](img.png)` : `[[${part}|L${alias}]]`;
    case 6:
      return `%% [[${name}${part}|L${alias}]] %%`;
    case 7:
      return part === '' ? `[L${alias}](../${encoded})` : `[L${alias}](${encodeURI(part)})`;
    default:
      return `[[../${bare}${part}|L${alias}]]`;
  }
}

export interface Situation {
  vault: Vault;
  source: string;
  selections: [number, number][];
  to: string;
  place: 'top' | 'bottom' | 'under';
  leave: 'link' | 'embed' | 'nothing';
  lift: boolean;
  template: string | null;
  /** Each selection to a note of its own. */
  split: boolean;
  /** The files that only what moves uses go along, and the source's properties are copied. */
  takesFiles: boolean;
  copiesProperties: boolean;
}

const TEMPLATES = [
  '{{content}}',
  'Before\n\n{{content}}\n\nAfter\n',
  '---\ntags: [t]\n---\n{{content}}\n',
  'From {{fromTitle}}\n\n> A quotation\n\n{{new_note_content}}',
];

const note = (paths: readonly string[]) =>
  fc.record({
    blocks: fc.array(fc.nat(BLOCKS.length - 1), { minLength: 1, maxLength: 8 }),
    links: fc.array(fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...PARTS), fc.nat(8)), {
      minLength: 4,
      maxLength: 4,
    }),
    gaps: fc.integer({ min: 0, max: 255 }),
    property: fc.boolean(),
    ending: fc.boolean(),
  });

/** Vaults of a few notes made from every construct of the grammar, and an extraction from one of them. Words are `w1`, `w2`, …, each once. */
export const situations: fc.Arbitrary<Situation> = fc
  .uniqueArray(fc.constantFrom(...PATHS), { minLength: 3, maxLength: 5 })
  .chain((paths) =>
    fc.record({
      paths: fc.constant(paths),
      notes: fc.array(note(paths), { minLength: paths.length, maxLength: paths.length }),
      cuts: fc.array(fc.tuple(fc.nat(999), fc.nat(400)), { minLength: 1, maxLength: 3 }),
      to: fc.constantFrom(...NEW, ...NEW, ...paths),
      place: fc.constantFrom('top' as const, 'bottom' as const, 'under' as const),
      leave: fc.constantFrom('link' as const, 'link' as const, 'embed' as const, 'nothing' as const),
      lift: fc.boolean(),
      template: fc.constantFrom(null, null, null, ...TEMPLATES),
      split: fc.boolean(),
      takesFiles: fc.boolean(),
      copiesProperties: fc.boolean(),
    }),
  )
  .map(({ paths, notes, cuts, ...rest }) => {
    let count = 0;
    const word = () => `w${++count}`;
    const vault: Vault = {};
    for (const [at, path] of paths.entries()) {
      const { blocks, links, gaps, property, ending } = notes[at] as (typeof notes)[number];
      let next = 0;
      const link = () => {
        const [target, part, style] = links[next++ % links.length] ?? ['', '', 0];
        return linkOf(target, part, style, word());
      };
      const body = blocks
        .map(
          (block, index) =>
            (index === 0 ? '' : (gaps >> index) & 3 ? '\n\n' : '\n') + (BLOCKS[block] as Block)(word, link),
        )
        .join('');
      const [target = '', part = ''] = links[0] ?? [];
      const head = property ? `---\nup: "[[${target.replace(/\.md$/, '')}${part}|L${word()}]]"\n---\n` : '';
      vault[path] = head + body + (ending ? '\n' : '');
    }
    const source = paths[0] as string;
    const length = (vault[source] ?? '').length;
    const selections = cuts.map(([from, size]): [number, number] => [
      Math.floor((from / 1000) * length),
      Math.min(length, Math.floor((from / 1000) * length) + 1 + size),
    ]);
    return { vault, source, selections, ...rest };
  });

export function placeIn(text: string, place: Situation['place']): Place {
  if (place !== 'under') return { at: place };
  const heading = text.search(/^## /m);
  return heading < 0 ? { at: 'bottom' } : { at: 'under', heading };
}
