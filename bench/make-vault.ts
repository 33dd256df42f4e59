import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeantNote } from '../tests/support/quick-kinds.ts';

/** A small seeded generator (mulberry32): the same seed makes the same vault on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The commonest words first. */
const COMMON =
  'the a of to and in that it is was reading learning teaching garden library attention slow evening lamp page margin note quote reply thought question answer work team onboarding culture strategy craft hand book city street bench river winter morning memory practice habit patience curiosity argument map link name idea letter room window table doubt kettle chair walk rain light shelf pencil paper ink 学习 花园 über café'.split(
    ' ',
  );
const SYLLABLES = 'ba re ti mo lun ske dor fin ga ste pra vel ous ing ment er al ric tho qui'.split(' ');
const VOCABULARY = 20_000;
const FOLDERS = ['', '', 'Reading notes', 'People', 'Notes/2021', 'Notes/2022', 'Projects'];
const SIGNS = ['🌱', '☕️', '📚', '学习笔记', '花园の夜', '한국어', 'Über'];
const MOST_SECTIONS = 300;
/** Notes with so many links to them, as far as there are notes to link from. */
export const HUBS: Record<string, number> = { 'The large hub': 5000, 'The small hub': 500 };

export interface MadeVault {
  bytes: number;
  notes: MeantNote[];
}

/**
 * Writes `count` notes in the shape of a journal vault: rambles, literature notes with highlights, maps, short notes, a few very long
 * ones; titles with emoji and CJK; words and links by Zipf's law.
 */
export function makeVault(folder: string, count: number, seed = 7): MadeVault {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  /** The first is taken twice as often as the second, thrice as often as the third. */
  const byZipf = (most: number) => Math.min(most - 1, Math.floor((most + 1) ** random()) - 1);
  const vocabulary = [...COMMON];
  while (vocabulary.length < VOCABULARY)
    vocabulary.push(Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(SYLLABLES)).join(''));
  const words = (length: number) =>
    Array.from({ length }, () => vocabulary[byZipf(vocabulary.length)]).join(' ');
  const notes = Array.from({ length: count }, (_, at) => titleOf(at, words, pick));
  const link = () => `[[${notes[byZipf(count)]?.path.split('/').at(-1)?.slice(0, -3)}]]`;
  for (const sub of new Set(FOLDERS)) mkdirSync(join(folder, sub), { recursive: true });
  let bytes = 0;
  const write = (path: string, text: string) => {
    bytes += Buffer.byteLength(text);
    writeFileSync(join(folder, path), text);
  };
  for (const [at, note] of notes.entries()) {
    const parts: string[] = [];
    if (note.alias !== null || at % 10 === 1)
      parts.push(
        `---\ntitle: ${note.title}\naliases: [${note.alias ?? ''}]\ntags: ["literature", "t/${at % 40}"]\n---\n`,
      );
    parts.push(`# ${note.heading ?? note.title}\n`);
    // Few have many sections, by Pareto's law.
    const sections = Math.min(MOST_SECTIONS, Math.floor((1 - random()) ** -0.6));
    for (let section = 0; section < sections; section += 1) {
      parts.push(`## ${words(4)}\n`, `${words(40)} ${link()} ${words(20)} #t/${at % 40}\n`);
      parts.push(
        `> ${words(30)} [h.](https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/example.org/)\n`,
        `${words(40)} ${link()}\n`,
      );
    }
    for (const [hub, links] of Object.entries(HUBS)) if (at < links) parts.push(`See [[${hub}]].\n`);
    write(note.path, parts.join('\n'));
  }
  for (const hub of Object.keys(HUBS)) write(`${hub}.md`, `# ${hub}\n`);
  return { bytes, notes };
}

function titleOf(
  at: number,
  words: (length: number) => string,
  pick: <Item>(items: readonly Item[]) => Item,
): MeantNote {
  const day = new Date(Date.UTC(2015, 0, 1 + Math.floor(at / 10))).toISOString().slice(0, 10);
  const kind = at % 10;
  const alias = kind === 5 ? `${words(2)} ${at}` : null;
  const heading = kind === 3 ? `${words(4)} ${at}` : null;
  if (kind === 0)
    return { path: `${day} - The Evening Ramble.md`, title: `${day} - The Evening Ramble`, alias, heading };
  const title =
    kind === 2 && at % 50 === 2
      ? `+ ${words(2)} ${at} MoC`
      : kind === 4
        ? `${pick(SIGNS)} ${words(3)} ${at}`
        : `${words(3 + (at % 3))} ${at}`;
  const name = kind === 1 ? `@author${at}Title${2000 + (at % 25)}` : title;
  const folder = pick(FOLDERS);
  return { path: `${folder === '' ? '' : `${folder}/`}${name}.md`, title, alias, heading };
}
