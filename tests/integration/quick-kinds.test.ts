import { expect, test } from 'vitest';
import { createRandom } from '../faults/random.ts';
import { type MeantNote, QUICK_KINDS } from '../support/quick-kinds.ts';
import { indexed } from './index-fixtures.ts';

const WORDS =
  'roadmap strategic library attention slow evening lamp margin highlight reply thought question teaching onboarding culture garden bench kettle repair practice memory patience curiosity argument pencil winter harvest bridge station letter orchard compass harbour lantern quarrel weather journey silence portrait'.split(
    ' ',
  );
const FOLDERS = ['', 'Reading notes', 'People', 'Projects'];

/** Notes whose titles share their words, as those of one person do. */
function makeNotes(count: number): MeantNote[] {
  const random = createRandom(21);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const words = (length: number) => Array.from({ length }, () => pick(WORDS));
  const decorate: ((title: string, at: number) => string)[] = [
    (title) => title,
    (title) => title.replace(' ', ', '),
    (title) => `Café ${title}`,
    (title, at) => `${title} 学习${String.fromCodePoint(0x4e00 + at)}花园`,
    (_, at) => `${new Date(Date.UTC(2015, 0, 1 + at)).toISOString().slice(0, 10)} - The Evening Ramble`,
    (title) => `What I’d say: ${title}!`,
  ];
  return Array.from({ length: count }, (_, at) => {
    const title = (decorate[at % decorate.length] as (title: string, at: number) => string)(
      `${words(3 + (at % 3)).join(' ')}`,
      at,
    );
    const folder = FOLDERS[at % FOLDERS.length] as string;
    return {
      path: `${folder === '' ? '' : `${folder}/`}${title.replace(/[:]/g, '')} .md`.replace(' .md', '.md'),
      title: title.replace(/[:]/g, ''),
      alias: at % 5 === 0 ? `${words(2).join(' ')} ${at}` : null,
      heading: at % 3 === 0 ? `${words(4).join(' ')} ${at}` : null,
    };
  });
}

test('quick open finds the meant note among its first five, in 21 kinds of asking', async () => {
  const notes = [...new Map(makeNotes(1500).map((note) => [note.path, note])).values()];
  const { index } = await indexed(
    Object.fromEntries(
      notes.map(({ path, alias, heading }) => [
        path,
        `${alias === null ? '' : `---\naliases: ["${alias}"]\n---\n`}${heading === null ? '' : `# ${heading}\n`}`,
      ]),
    ),
  );
  const recents = notes.slice(0, 60).map(({ path }) => path);
  const misses: string[] = [];
  const first: string[] = [];
  for (const { name, typed } of QUICK_KINDS) {
    const asked = notes.flatMap((note) => {
      const query = typed(note);
      return query === null ? [] : [{ note, query }];
    });
    let found = 0;
    let onTop = 0;
    const tried = asked.filter((_, at) => at % Math.ceil(asked.length / 12) === 0);
    for (const { note, query } of tried) {
      const matches = await index.quick(query, 5, []);
      const at = matches.findIndex(({ path }) => path === note.path);
      if (at >= 0) found += 1;
      if (at === 0) onTop += 1;
      // What is not ranked because it could not be among the first is not.
      const [few, many] = [await index.quick(query, 5, recents), await index.quick(query, 300, recents)];
      expect(few, query).toEqual(many.slice(0, 5));
    }
    expect(tried.length, name).toBeGreaterThan(5);
    // Some titles share so many words that more than five are meant alike.
    if (found < tried.length * 0.8)
      misses.push(`${name}: ${found} of ${tried.length}, ${JSON.stringify(tried[0]?.query)}`);
    if (onTop >= tried.length * 0.8) first.push(name);
  }
  expect(misses).toEqual([]);
  expect(first.length).toBeGreaterThanOrEqual(18);
});
