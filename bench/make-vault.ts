import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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

const WORDS =
  'the a of to and in that it is was reading learning teaching garden library attention slow evening lamp page margin note quote reply thought question answer work team onboarding culture strategy craft hand book city street bench river winter morning memory practice habit patience curiosity argument map link name idea letter room window table question doubt answer garden kettle chair walk rain light shelf pencil paper ink answer 学习 花园 über café'.split(
    ' ',
  );
const FOLDERS = ['', '', 'Reading notes', 'People', 'Notes/2021', 'Notes/2022', 'Projects'];

/** Writes `count` notes in the shape of a journal vault: rambles, literature notes with highlights, maps, short notes; links by Zipf. */
export function makeVault(folder: string, count: number, seed = 7): { bytes: number; titles: string[] } {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const words = (length: number) => Array.from({ length }, () => pick(WORDS)).join(' ');
  const titles: string[] = [];
  const paths: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const kind = at % 10;
    const day = new Date(Date.UTC(2015, 0, 1 + Math.floor(at / 4))).toISOString().slice(0, 10);
    const title =
      kind === 0
        ? `${day} - The Evening Ramble${at % 20 === 0 ? '' : ` ${at}`}`
        : kind === 1
          ? `@author${at}Title${2000 + (at % 25)}`
          : kind === 2 && at % 50 === 2
            ? `+ ${words(2)} ${at} MoC`
            : `${words(2 + Math.floor(random() * 4))} ${at}`;
    titles.push(title);
    paths.push(join(kind === 0 ? '' : pick(FOLDERS), `${title}.md`));
  }
  /** Few notes are linked to often, most hardly ever. */
  const link = () => `[[${titles[Math.min(count - 1, Math.floor(count * random() ** 4))]}]]`;
  for (const sub of new Set(FOLDERS)) mkdirSync(join(folder, sub), { recursive: true });
  let bytes = 0;
  for (const [at, path] of paths.entries()) {
    const parts =
      at % 10 === 1 ? [`---\ntitle: ${words(4)}\ntags: ["literature", "t/${at % 40}"]\n---\n`] : [];
    parts.push(`# ${titles[at]}\n`);
    const sections = 1 + Math.floor(random() ** 3 * 8);
    for (let section = 0; section < sections; section += 1) {
      parts.push(`## ${words(4)}\n`, `${words(40)} ${link()} ${words(20)} #t/${at % 40}\n`);
      parts.push(
        `> ${words(30)} [h.](https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/example.org/)\n`,
        `${words(40)} ${link()}\n`,
      );
    }
    const text = parts.join('\n');
    bytes += Buffer.byteLength(text);
    writeFileSync(join(folder, path), text);
  }
  return { bytes, titles };
}
