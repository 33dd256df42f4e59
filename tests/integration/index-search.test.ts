import { mkdtempSync, realpathSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { foldText, wordsOf } from '../../src/backend/index/fold.ts';
import { type Index, openIndex } from '../../src/backend/index/index-service.ts';
import type { SearchAnswer, SearchHit } from '../../src/contract/find.ts';
import { localDay } from '../../src/core/journal/day.ts';
import { createRambleReader, DEFAULT_NAME_PATTERN } from '../../src/core/journal/ramble-name.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';
import { nameKey, noteName } from '../../src/core/paths/note-path.ts';
import { printQuery } from '../../src/core/search/print-query.ts';
import type { Field, QueryNode } from '../../src/core/search/query.ts';
import { indexed, searchFor, WORKER } from './index-fixtures.ts';
import { fill } from './vault-fixtures.ts';

const nothing = () => undefined;
const NO_LISTENERS = { onProgress: nothing, onSummary: nothing, onUpdated: nothing, onNoteChanged: nothing };

async function hitsOf(index: Index, query: string, limit = 50): Promise<SearchHit[]> {
  const answer = await index.textSearch(query, { limit });
  if ('error' in answer) throw new Error(`${query}: ${answer.error.message}`);
  return answer.hits;
}

const marked = (hit: SearchHit | undefined) =>
  hit?.lines.map(({ line, text, marks }) => [line, marks.map(({ from, to }) => text.slice(from, to))]);

describe('the language', () => {
  const vault = {
    'Reading notes/@marlow2019.md':
      '---\ntitle: Slow Libraries\ntags: [literature]\n---\n# Slow Libraries\n\n> A library is slow by design.\n> It was quiet.\n\nI want a quiet library near me. #inbox/to-read\n\n> Quiet again\n',
    '2021-02-09 - The Evening Ramble.md':
      '# The Evening Ramble\n\nRain. I thought about libraries. #my/inbox\n',
    '2021-03-01 - The Evening Ramble.md': '# The Evening Ramble\n\n> quiet\n\nNothing, 12:30.\n',
    'Café/Ideas 100%.md': '# Ideas\n\n## On quiet\n\nBooks cost 30 or 45 euros. #Inbox\n',
    'Café/Old_file.md': 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab and `well-known` things\n',
  };

  let index: Index;
  // One vault for all: nothing here writes to it.
  beforeAll(async () => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'ramble-search-')));
    const root = join(base, 'vault');
    fill(root, vault);
    utimesSync(join(root, 'Café/Old_file.md'), new Date(2015, 1, 1), new Date(2015, 1, 1));
    index = openIndex({ root, dataFolder: join(base, 'data'), workerModule: WORKER, ...NO_LISTENERS });
    await index.settled();
    return async () => {
      await index.close();
      rmSync(base, { recursive: true });
    };
  });

  test.each<[string, string[]]>([
    ['quiet library', ['marlow']],
    ['"quiet library"', ['marlow']],
    ['"library quiet"', []],
    ['rain OR euros', ['02-09', 'Ideas']],
    ['quiet -library', ['03-01', 'Ideas']],
    ['-quiet', ['02-09', 'Old']],
    ['NOT (quiet OR rain)', ['Old']],
    ['(rain OR books) (libraries OR euros)', ['02-09', 'Ideas']],
    ['tag:inbox', ['marlow', 'Ideas']],
    ['tag:#inbox/to-read', ['marlow']],
    ['tag:my', ['02-09']],
    ['tag:(inbox -inbox/to-read)', ['Ideas']],
    ['tag:/^in.ox$/', ['Ideas']],
    ['path:cafe', ['Ideas', 'Old']],
    ['path:"reading notes/"', ['marlow']],
    ['path:/^Caf/', ['Ideas', 'Old']],
    ['path:100%', ['Ideas']],
    ['path:d_f', ['Old']],
    ['file:2021-0', ['02-09', '03-01']],
    ['file:cafe', []],
    ['file:IDEAS', ['Ideas']],
    ['heading:quiet', ['Ideas']],
    ['heading:/^On/', ['Ideas']],
    ['mine:quiet', ['marlow', 'Ideas']],
    ['quoted:quiet', ['marlow', '03-01']],
    ['quoted:library -mine:slow', []],
    ['mine:(quiet near)', ['marlow']],
    ['quoted:(quiet near)', []],
    ['quoted:/^> quiet/', ['marlow', '03-01']],
    ['mine:/quiet/', ['marlow', 'Ideas']],
    ['/\\d+ or \\d+/', ['Ideas']],
    ['-/quiet/ tag:my', ['02-09']],
    ['/[/', ['error']],
    ['before:2021-03 file:evening', ['02-09']],
    ['after:2021-02-09 before:2021-03-02', ['03-01']],
    ['after:2021-02 file:ramble', ['03-01']],
    ['before:2021 ', ['Old']],
    ['tag:inbox OR rain', ['marlow', '02-09', 'Ideas']],
    ['rai*', ['02-09']],
    ['"about librar"*', ['02-09']],
    ['well-known', ['Old']],
    ['12:30', ['03-01']],
    ['& - "…"', []],
  ])('%s', async (query, expected) => {
    const answer = await index.textSearch(query, { limit: 50 });
    const names = Object.keys(vault).filter((path) =>
      'error' in answer ? false : answer.hits.some((hit) => hit.path === path),
    );
    expect(
      'error' in answer
        ? ['error']
        : names.map((name) => expected.find((part) => name.includes(part)) ?? name),
    ).toEqual(expected);
  });

  test('lines that show it respect whose words are meant', async () => {
    expect(marked((await hitsOf(index, 'quoted:quiet path:marlow'))[0])).toEqual([
      [8, ['quiet']],
      [12, ['Quiet']],
    ]);
    expect(marked((await hitsOf(index, 'mine:quiet path:marlow'))[0])).toEqual([[10, ['quiet']]]);
    expect(marked((await hitsOf(index, 'heading:quiet'))[0])).toEqual([[3, ['quiet']]]);
    expect(marked((await hitsOf(index, 'tag:inbox path:marlow'))[0])).toEqual([[10, ['#inbox/to-read']]]);
    expect(marked((await hitsOf(index, '/\\d\\d/ books'))[0])).toEqual([[5, ['Books', '30', '45']]]);
  });

  test('while it is typed the last word may go on; later it may not', async () => {
    expect(await searchFor(index, 'rai', 5)).toHaveLength(1);
    expect(await hitsOf(index, 'rai')).toEqual([]);
    expect(await searchFor(index, 'tag:inbox/to', 5)).toHaveLength(1);
    expect(await searchFor(index, 'slow r', 5)).toHaveLength(1);
    expect(await searchFor(index, 'i', 5)).toHaveLength(3);
    expect(await searchFor(index, 'mine:"quiet lib', 5)).toHaveLength(1);
  });

  test('while a word has a letter or two, titles are meant where there are enough of them', async () => {
    const { index } = await indexed({
      'Lamps.md': '# Lamps\n\nOf old lamps.\n',
      'Old lamps.md': '# Old lamps\n\nTo be filled.\n',
      'x.md': '# Candles\n\n## Old lamps\n\nlamps lamps lamps lamps, old lamps\n',
    });
    expect((await searchFor(index, 'la', 2)).map(({ path }) => path).sort()).toEqual([
      'Lamps.md',
      'Old lamps.md',
    ]);
    expect(await searchFor(index, 'la', 3)).toHaveLength(3);
    expect((await searchFor(index, '"old l', 1)).map(({ path }) => path)).toEqual(['Old lamps.md']);
    expect(await searchFor(index, '"old l', 3)).toHaveLength(3);
    expect((await searchFor(index, 'filled l', 1)).map(({ path }) => path)).toEqual(['Old lamps.md']);
    expect(await searchFor(index, 'candles o', 3)).toHaveLength(1);
  });

  test('an error says where', async () => {
    expect(await index.textSearch('a (b', { limit: 5 })).toMatchObject({ error: { from: 2, to: 3 } });
    expect(await index.textSearch('a (b', { limit: 5, typing: true })).toMatchObject({ partial: null });
  });

  test('a regular expression that never ends is stopped, and it is told', async () => {
    const { index } = await indexed({ ...vault, 'b.md': `${'a'.repeat(60)}!\n` });
    const started = performance.now();
    const answer = await index.textSearch('/^(a+)+$/', { limit: 5, typing: true });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(answer).toMatchObject({ partial: expect.stringContaining('no time') });
    expect(await hitsOf(index, 'rain')).toHaveLength(1);
  });

  test('nor does one that is slow on many lines go on for longer than it may', async () => {
    const { index } = await indexed({ 'a.md': `${'-'.repeat(3990)}\n`.repeat(100) });
    expect(await index.textSearch('/-*x/', { limit: 5, typing: true })).toMatchObject({
      partial: expect.stringContaining('no time'),
    });
  });

  test('parentheses and signs may be nested as deep as the language allows', async () => {
    const { index } = await indexed({ 'a.md': 'w\n' });
    const wraps = [(inner: string) => `w (w OR (${inner}))`, (inner: string) => `w -(${inner})`];
    for (const wrap of wraps) {
      let query = 'w';
      let depth = 0;
      for (; depth < 50; depth += 1) {
        query = wrap(query);
        if ('error' in (await index.textSearch(query, { limit: 5 }))) break;
      }
      expect(depth).toBeGreaterThan(10);
      expect(depth).toBeLessThan(50);
    }
  });
});

test('what stands in a title counts most, then a heading; the latest changed come first where there are no words', async () => {
  const { index, root } = await indexed({
    'z.md': 'lamp and other words\n',
    'y.md': '# y\n\n## A lamp\n\nother words\n',
    'lamp.md': 'other words #t\n',
    'new.md': '#t\n',
  });
  expect((await hitsOf(index, 'lamp')).map(({ path }) => path)).toEqual(['lamp.md', 'y.md', 'z.md']);
  utimesSync(join(root, 'lamp.md'), new Date(), new Date(Date.now() + 60_000));
  await index.scanNow();
  expect((await hitsOf(index, 'tag:t')).map(({ path }) => path)).toEqual(['lamp.md', 'new.md']);
});

test('of scripts that write vowels as marks each word is one, with its vowels', async () => {
  const { index } = await indexed({
    'दिन.md': 'एक दिन\n',
    'दान.md': 'दान और दीन\n',
    'น้ำ.md': 'ดื่ม\n',
    'קָמָץ.md': 'x\n',
    'keys.md': 'Press 1️⃣ or か゚と.\n',
  });
  const found = async (query: string) => (await hitsOf(index, query)).map(({ path }) => path);
  expect(await found('दिन')).toEqual(['दिन.md']);
  expect(marked((await hitsOf(index, 'दीन'))[0])).toEqual([[1, ['दीन']]]);
  expect(await found('1')).toEqual(['keys.md']);
  expect(await found('と')).toEqual(['keys.md']);
  for (const name of ['दिन', 'น้ำ', 'קָמָץ', 'தமிழ்', 'ខ្មែរ', '1️⃣'])
    expect((await index.quick(name, 5, [])).slice(0, 1).map(({ path }) => path)).toEqual(
      ['दिन', 'น้ำ', 'קָמָץ'].includes(name) ? [`${name}.md`] : [],
    );
});

test('a flag is found, and so are an arrow and a currency', async () => {
  const { index } = await indexed({
    'trip.md': 'to 🇩🇪 by train\n',
    'train.md': 'a train to 🇫🇷\n',
    '🇩🇪 Berlin.md': 'x\n',
    'arrow.md': 'a → b, 100 €\n',
  });
  const found = async (query: string) => (await hitsOf(index, query)).map(({ path }) => path).sort();
  expect(await found('🇩🇪')).toEqual(['trip.md', '🇩🇪 Berlin.md']);
  expect(await found('train 🇩🇪')).toEqual(['trip.md']);
  expect(await found('train -🇩🇪')).toEqual(['train.md']);
  expect(await found('→')).toEqual(['arrow.md']);
  expect(marked((await hitsOf(index, 'mine:€'))[0])).toEqual([[1, ['€']]]);
  expect(await found('train & →')).toEqual([]);
  expect(await found('train & trip')).toEqual(['trip.md']);
  expect((await index.quick('🇩🇪', 5, [])).map(({ path }) => path)).toEqual(['🇩🇪 Berlin.md']);
});

test('a note with many lines shows three, and says how many more there are', async () => {
  const { index } = await indexed({ 'a.md': 'lamp\n\n'.repeat(10) });
  const [hit] = await hitsOf(index, 'lamp');
  expect(hit?.lines).toHaveLength(3);
  expect(hit?.more).toBe(7);
});

test('a phrase that goes on in the next line is shown on both, of the words that are meant', async () => {
  const { index } = await indexed({
    'wrapped.md': 'I keep a slow\nlibrary, and a slow\n\nlibrary.\n\n> A slow\n> library card\n',
    'whole.md': 'A slow library.\n\nNot slow\nlibrary.\n',
    'cjk.md': '遠くの図書\n館まで\n',
  });
  const linesOf = async (query: string, path: string) =>
    marked((await hitsOf(index, query)).find((hit) => hit.path === path));
  expect(await linesOf('"slow library"', 'wrapped.md')).toEqual([
    [1, ['slow']],
    [2, ['library', 'slow']],
    [4, ['library']],
  ]);
  expect(await linesOf('quoted:"slow library card"', 'wrapped.md')).toEqual([
    [6, ['slow']],
    [7, ['library card']],
  ]);
  expect(await linesOf('"slow library"', 'whole.md')).toEqual([[1, ['slow library']]]);
  expect(await linesOf('図書館', 'cjk.md')).toEqual([
    [1, ['図書']],
    [2, ['館']],
  ]);
});

/** The search as one would do it by hand: every part asked of every note's text. */
function meansNote(
  query: QueryNode,
  path: string,
  text: string,
  mtime: Date,
  field: Field | null = null,
): boolean {
  const again = (part: QueryNode, within = field) => meansNote(part, path, text, mtime, within);
  const facts = understandNote(noteName(path), text);
  const lines = text.split('\n');
  const quoted = (at: number) =>
    facts.highlights.some(({ line, endLine }) => at + 1 >= line && at + 1 <= endLine);
  const mine = lines.filter((_, at) => !quoted(at));
  const theirs = lines.filter((_, at) => quoted(at));
  const headings = facts.headings.map((heading) => heading.text);
  switch (query.kind) {
    case 'all':
      return query.parts.every((part) => again(part));
    case 'any':
      return query.parts.some((part) => again(part));
    case 'not':
      return !again(query.part);
    case 'in':
      return again(query.part, query.field);
    case 'date': {
      const day = createRambleReader(DEFAULT_NAME_PATTERN)(path) ?? localDay(mtime);
      const length = query.value.length;
      return query.side === 'before'
        ? day.slice(0, length) < query.value
        : day.slice(0, length) > query.value;
    }
    case 'regex': {
      const pattern = new RegExp(query.source, 'iu');
      const texts = {
        tag: facts.tags,
        path: [path],
        file: [noteName(path)],
        heading: headings,
        mine,
        quoted: theirs,
      };
      return (field === null ? lines : texts[field]).some((value) => pattern.test(value));
    }
    case 'text': {
      if (field === 'tag') {
        const key = nameKey(query.text);
        return facts.tags.some((tag) => {
          const here = nameKey(tag);
          return here === key || here.startsWith(query.open ? key : `${key}/`);
        });
      }
      if (field === 'path') return foldText(path).includes(foldText(query.text));
      if (field === 'file') return foldText(noteName(path)).includes(foldText(query.text));
      const keys = (parts: string[]) => [...wordsOf(parts.join('\n'))].map(({ key }) => key);
      const wanted = keys([query.text]);
      const columns = { heading: [headings], mine: [mine], quoted: [theirs] };
      const names = [...new Set([facts.title, ...facts.aliases, noteName(path)])];
      const all = [names, headings, mine, theirs];
      return (field === null ? all : columns[field]).some((column) => {
        const has = keys(column);
        return has.some((_, at) =>
          wanted.every((word, offset) => {
            const here = has[at + offset] ?? '';
            return here === word || (query.open && offset === wanted.length - 1 && here.startsWith(word));
          }),
        );
      });
    }
  }
}

const WORDS = ['lamp', 'lamps', 'rain', 'Café', 'ink', '学习', 'tea'];
const TAGS = ['inbox', 'inbox/to-read', 'my/inbox', 'Tea'];
const word = fc.constantFrom(...WORDS);
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const line = fc.oneof(
  phrase,
  phrase.map((text) => `> ${text}`),
  phrase.map((text) => `> ${text}\n${text} lazily`),
  phrase.map((text) => `- > ${text}`),
  phrase.map((text) => `> [!note]\n> ${text}`),
  phrase.map((text) => `## ${text}`),
  fc.tuple(phrase, fc.constantFrom(...TAGS)).map(([text, tag]) => `${text} #${tag}`),
  fc.constant(''),
);
const names = [
  '2021-02-09 - The Evening Ramble',
  '2021-03-01 - The Evening Ramble',
  'Lamp',
  'rain tea',
  'Café',
  '学',
];
const paths = fc
  .tuple(fc.constantFrom('', 'ink/', 'Café/'), fc.constantFrom(...names))
  .map((parts) => `${parts.join('')}.md`);
const vaults = fc.dictionary(
  paths,
  fc.array(line, { maxLength: 6 }).map((lines) => lines.map((text) => `${text}\n\n`).join('')),
  { minKeys: 1, maxKeys: 6 },
);

const at = { from: 0, to: 0 };
const textIn = (texts: fc.Arbitrary<string>): fc.Arbitrary<QueryNode> =>
  fc
    .record({ text: texts, open: fc.boolean() })
    .map((part) => ({ kind: 'text', quoted: true, ...part, ...at }));
const regexes: fc.Arbitrary<QueryNode> = fc
  .constantFrom('lamps?', '^> *tea', '^tea', 'n t', '[学ï]', 'in.ox$')
  .map((source) => ({ kind: 'regex', source, ...at }));

function combined(leaf: fc.Arbitrary<QueryNode>, depth: number): fc.Arbitrary<QueryNode> {
  return fc.letrec<{ node: QueryNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: depth },
      leaf,
      fc
        .tuple(
          fc.constantFrom('all' as const, 'any' as const),
          fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, parts]): QueryNode => ({ kind, parts, ...at })),
      tie('node').map((part): QueryNode => ({ kind: 'not', part, ...at })),
    ),
  })).node;
}

const inField = (field: Field, texts: fc.Arbitrary<string>) =>
  combined(fc.oneof({ weight: 3, arbitrary: textIn(texts) }, { weight: 1, arbitrary: regexes }), 1).map(
    (part): QueryNode => ({ kind: 'in', field, part, ...at }),
  );
const queries = combined(
  fc.oneof(
    textIn(phrase),
    regexes,
    inField('tag', fc.constantFrom(...TAGS, 'in', 'to-read')),
    inField('path', fc.constantFrom('ink', 'cafe/', 'EVENING', '学', 'é', 'a')),
    inField('file', fc.constantFrom('lamp', 'cafe', '2021-0', '学')),
    ...(['heading', 'mine', 'quoted'] as const).map((field) => inField(field, phrase)),
    fc
      .tuple(
        fc.constantFrom('before' as const, 'after' as const),
        fc.constantFrom('2021', '2021-02', '2021-02-09', '2021-03-01'),
      )
      .map(([side, value]): QueryNode => ({ kind: 'date', side, value, ...at })),
  ),
  3,
);

test.each([
  ['tag:inbox', [['tags: [inbox, p/x]', 'inbox']]],
  ['tag:p', [['tags: [inbox, p/x]', 'p/x']]],
  ['tag:list', [['  - "list"', 'list']]],
  ['heading:/^on/', [['## On quiet days', 'On']]],
])('the line that shows it, with %s', async (query, expected) => {
  const { index: own } = await indexed({
    'a.md': '---\ntags: [inbox, p/x]\ntitle: inbox\n---\n## On quiet days\n\nOn it goes\n',
    'b.md': '---\ntags:\n  - "list"\n---\n',
  });
  const lines = (await searchFor(own, query, 10)).flatMap((hit) => hit.lines);
  expect(
    lines.map(({ text, marks }) => [text, ...marks.map(({ from, to }) => text.slice(from, to))]),
  ).toEqual(expected);
});

test('an emoji is a word: alone, beside others, with its variation selector or none', async () => {
  const { index: own } = await indexed({
    '🌱 Garden.md': 'seedling',
    'Garden 🌱.md': '',
    'a.md': '⚠️ warning sign, and ❤️ Paris',
    'b.md': 'a⚠b 👨‍👩‍👧 \n\n> quoted 🌱 here\n',
    'c.md': 'none of them, warning',
  });
  const found = async (query: string) => (await searchFor(own, query, 10)).map(({ path }) => path).sort();
  expect(await found('🌱')).toEqual(['Garden 🌱.md', 'b.md', '🌱 Garden.md']);
  expect(await found('garden 🌱')).toEqual(['Garden 🌱.md', '🌱 Garden.md']);
  expect(await found('"garden 🌱"')).toEqual(['Garden 🌱.md']);
  expect(await found('⚠️ warning')).toEqual(['a.md']);
  expect(await found('warning ⚠')).toEqual(['a.md']);
  expect(await found('⚠')).toEqual(['a.md', 'b.md']);
  expect(await found('👨‍👩‍👧')).toEqual(['b.md']);
  expect(await found('quoted:🌱')).toEqual(['b.md']);
  expect(await found('warning -⚠️')).toEqual(['c.md']);
  const [hit] = await searchFor(own, '❤️ paris', 10);
  const [line] = hit?.lines ?? [];
  expect(line?.marks.map(({ from, to }) => line.text.slice(from, to))).toEqual(['❤️', 'Paris']);
  for (const query of ['🌱', 'garden 🌱'])
    expect((await own.quick(query, 5)).map(({ path }) => path).sort()).toEqual([
      'Garden 🌱.md',
      '🌱 Garden.md',
    ]);
});

test('a search finds what one would find by hand', async () => {
  await fc.assert(
    fc.asyncProperty(vaults, fc.array(queries, { minLength: 25, maxLength: 25 }), async (files, asked) => {
      const { index, root } = await indexed(files);
      const old = new Date(2021, 1, 20, 12);
      for (const path of Object.keys(files)) utimesSync(join(root, path), old, old);
      await index.scanNow();
      for (const query of asked) {
        const answer: SearchAnswer = await index.textSearch(printQuery(query), { limit: 200 });
        const expected = Object.entries(files)
          .filter(([path, text]) => meansNote(query, path, text, old))
          .map(([path]) => path);
        expect(
          'hits' in answer ? answer.hits.map(({ path }) => path).sort() : answer,
          printQuery(query),
        ).toEqual(expected.sort());
      }
      await index.close();
    }),
    // Shrinking would index another vault for each step.
    { numRuns: 25, endOnFailure: true },
  );
});
