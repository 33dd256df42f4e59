import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Index, openIndex } from '../../src/backend/index/index-service.ts';
import { inspection } from '../../src/contract/inspect.ts';
import { inspectionOfIndex } from '../support/inspection.ts';
import { indexed, searchFor, WORKER } from './index-fixtures.ts';
import { fill } from './vault-fixtures.ts';

const FILES = {
  'Chief Learning Officer.md':
    '---\naliases: [CLO, "Learning boss"]\ntags: [p/Learning]\n---\n# Chief Learning Officer\n\nSee [[+ Maps & More]].\n',
  '+ Maps & More.md':
    'A map: [[Chief Learning Officer]] and [[Chief Learning Officer#Nope|again]].\n\n[[+ Maps & More]]\n',
  'rambles/2021-02-09 - The Evening Ramble.md':
    '# The Evening Ramble\n\n## Our Roadmap\n\nToday the [[chief learning officer|CLO]] met [[Nobody yet]], twice [[CLO]].\n\n#p/learning/inbox and #Quiet\n\nA paragraph. ^para-1\n\n### Deep\n\n## Deep\n',
  'rambles/Café au lait.md': 'Crème brûlée, and the naïve roadmap of an evening.\n\n![[pic.png]] #quiet\n',
  'other/Note.md': 'short path wins: [md](Twin.md), [[sub/Twin]]\n',
  'a/Twin.md': '',
  'other/sub/Twin.md': '',
  'media/pic.png': 'png',
  '東京の夜.md': '東京タワーを見た。\n',
};

let index: Index;
let root: string;

// One vault for all: nothing here writes to it.
beforeAll(async () => {
  const { mkdtempSync, realpathSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ramble-queries-')));
  root = join(folder, 'vault');
  fill(root, FILES);
  utimesSync(join(root, 'other/Note.md'), new Date(), new Date(Date.now() + 60_000));
  const nothing = () => undefined;
  index = openIndex({
    root,
    dataFolder: join(folder, 'data'),
    workerModule: WORKER,
    onProgress: nothing,
    onSummary: nothing,
    onUpdated: nothing,
    onNoteChanged: nothing,
  });
  await index.settled();
  return async () => {
    await index.close();
    rmSync(folder, { recursive: true });
  };
});

describe('quick open', () => {
  const first = async (query: string) => (await index.quick(query, 10))[0];

  test.each([
    ['chief learning officer', 'Chief Learning Officer.md', 'title'],
    ['chief', 'Chief Learning Officer.md', 'title'],
    ['officer chief', 'Chief Learning Officer.md', 'title'],
    ['cheif lerning', 'Chief Learning Officer.md', 'title'],
    ['clo', 'Chief Learning Officer.md', 'alias'],
    ['learning boss', 'Chief Learning Officer.md', 'alias'],
    ['cafe au', 'rambles/Café au lait.md', 'title'],
    ['CAFÉ', 'rambles/Café au lait.md', 'title'],
    ['rambles/caf', 'rambles/Café au lait.md', 'path'],
    ['our roadmap', 'rambles/2021-02-09 - The Evening Ramble.md', 'heading'],
    ['2021-02', 'rambles/2021-02-09 - The Evening Ramble.md', 'title'],
    ['ev ra', 'rambles/2021-02-09 - The Evening Ramble.md', 'title'],
    ['東京', '東京の夜.md', 'title'],
    ['夜', '東京の夜.md', 'title'],
    ['+ m', '+ Maps & More.md', 'title'],
    ['& more', '+ Maps & More.md', 'title'],
  ])('“%s” finds %s', async (query, path, kind) => {
    expect(await first(query)).toMatchObject({ path, kind });
  });

  test('says what matched and where', async () => {
    expect(await first('our roadmap')).toEqual({
      path: 'rambles/2021-02-09 - The Evening Ramble.md',
      title: '2021-02-09 - The Evening Ramble',
      kind: 'heading',
      matched: 'Our Roadmap',
      line: 3,
    });
    expect(await first('clo')).toMatchObject({ matched: 'CLO', line: null });
  });

  test('has one row for a note, however much of it matches', async () => {
    const rows = (await index.quick('learning', 20)).filter(({ kind }) => kind !== 'heading');
    expect(rows.filter(({ path }) => path === 'Chief Learning Officer.md')).toHaveLength(1);
  });

  test('# finds a heading that is mistyped, although a title has what was typed', async () => {
    const vault = await indexed({ 'Lanpblack.md': '', 'a.md': '# Lampblack and oil\n' });
    const found = await vault.index.quick('#lanpblack', 5);
    expect(found.map(({ path, matched }) => [path, matched])).toEqual([['a.md', 'Lampblack and oil']]);
  });

  test.each([
    ['gadren', 'Garden.md'],
    ['plna', 'A plan.md'],
    ['slwo smtih', 'Slow Smith.md'],
    ['#slwo', 'x.md'],
  ])('two letters that were swapped in a short word: %s', async (query, meant) => {
    const { index: own } = await indexed({
      'Garden.md': '',
      'A plan.md': '',
      'Slow Smith.md': '',
      'x.md': '# Slowly\n',
      'Grand.md': '',
    });
    expect((await own.quick(query, 5))[0]?.path).toBe(meant);
  });

  test('a folder and a word of the title, also where the file is called otherwise', async () => {
    const { index: own } = await indexed({
      'Reading notes/@marlow2019.md': '---\ntitle: Slow libraries\n---\n',
      'Other/@marlow2019.md': '---\ntitle: Slow libraries\n---\n',
    });
    for (const query of ['reading libraries', 'libraries reading', 'reading marlow slow'])
      expect((await own.quick(query, 5)).map(({ path }) => path)).toEqual(['Reading notes/@marlow2019.md']);
    expect((await own.quick('reading notes/@marlow2019', 5))[0]?.path).toBe('Reading notes/@marlow2019.md');
  });

  test('# asks for headings only', async () => {
    const { index: own } = await indexed({ 'Zebra.md': '# Other\n', 'b.md': '# B\n\nx\n\n## On zebras\n' });
    expect(await own.quick('#zebra', 5)).toMatchObject([{ path: 'b.md', kind: 'heading', line: 5 }]);
    expect(await own.quick('# zebra', 5)).toHaveLength(1);
    expect(await own.quick('#', 5)).toEqual([]);
  });

  test('shows how a note begins, or goes on from a heading', async () => {
    const { index: own } = await indexed({ 'a.md': '---\ntags: [x]\n---\n# A\n\nfirst\n\n## B\nsecond\n' });
    expect(await own.preview('a.md', null)).toMatchObject({
      from: 4,
      lines: ['# A', '', 'first', '', '## B', 'second', ''],
    });
    expect(await own.preview('a.md', 8)).toMatchObject({ from: 8, lines: ['## B', 'second', ''] });
    expect(await own.preview('gone.md', null)).toBeNull();
  });

  test('finds nothing for nonsense', async () => {
    expect(await index.quick('xqzwvk', 20)).toEqual([]);
  });

  test('prefers what was opened lately, but never to an exact name', async () => {
    const visited = ['other/sub/Twin.md'];
    expect((await index.quick('tw', 5))[0]?.path).toBe('a/Twin.md');
    expect((await index.quick('tw', 5, visited))[0]?.path).toBe('other/sub/Twin.md');
    const ramble = ['rambles/2021-02-09 - The Evening Ramble.md'];
    expect((await index.quick('note', 5, ramble))[0]?.path).toBe('other/Note.md');
  });

  test('empty: lately opened first, then lately changed; what is gone is left out', async () => {
    const recents = ['Gone.md', '東京の夜.md', 'a/Twin.md'];
    const paths = (await index.quick('', 3, recents)).map(({ path }) => path);
    expect(paths).toEqual(['東京の夜.md', 'a/Twin.md', 'other/Note.md']);
    expect(await index.quick(' ', 50)).toHaveLength(8);
  });
});

describe('what [[ completes to', () => {
  test('is the name where it is unique, else the path; attachments are left out', async () => {
    const links = (await index.linkTargets('twin', 'other/Note.md', 10)).map(({ link }) => link);
    expect(links.sort()).toEqual(['a/Twin', 'other/sub/Twin']);
    expect((await index.linkTargets('chief', 'other/Note.md', 10))[0]).toEqual({
      path: 'Chief Learning Officer.md',
      title: 'Chief Learning Officer',
      link: 'Chief Learning Officer',
      alias: null,
    });
    expect((await index.linkTargets('pic', 'other/Note.md', 10)).map(({ path }) => path)).not.toContain(
      'media/pic.png',
    );
  });

  test('says which alias was meant', async () => {
    expect((await index.linkTargets('clo', 'other/Note.md', 1))[0]).toMatchObject({
      link: 'Chief Learning Officer',
      alias: 'CLO',
    });
  });

  test('leads back to the note it was made for', async () => {
    const targets = await index.linkTargets('', 'other/sub/Twin.md', 50);
    expect(targets.length).toBe(7);
    const resolved = await index.resolve(
      'other/sub/Twin.md',
      targets.map(({ link }) => link),
    );
    expect(resolved.map(({ path }) => path)).toEqual(targets.map(({ path }) => path));
  });
});

describe('text', () => {
  test('wants every word, the last one perhaps not finished, accents and case aside', async () => {
    expect((await searchFor(index, 'NAIVE road', 10)).map(({ path }) => path)).toEqual([
      'rambles/Café au lait.md',
    ]);
    expect(await searchFor(index, 'road naive', 10)).toEqual([]);
  });

  test('marks the words in the lines that show them', async () => {
    const [hit] = await searchFor(index, 'creme brul', 10);
    const [line] = hit?.lines ?? [];
    expect(line).toMatchObject({ line: 1, text: 'Crème brûlée, and the naïve roadmap of an evening.' });
    expect(line?.marks.map(({ from, to }) => line.text.slice(from, to))).toEqual(['Crème', 'brûlée']);
  });

  test('takes quotes as a phrase', async () => {
    expect(await searchFor(index, '"roadmap of an"', 10)).toHaveLength(1);
    expect(await searchFor(index, '"of roadmap an"', 10)).toEqual([]);
  });

  test('finds text without spaces', async () => {
    expect((await searchFor(index, 'タワー', 10)).map(({ path }) => path)).toEqual(['東京の夜.md']);
  });

  test('puts a title before a mention', async () => {
    const paths = (await searchFor(index, 'evening', 10)).map(({ path }) => path);
    expect(paths).toEqual(['rambles/2021-02-09 - The Evening Ramble.md', 'rambles/Café au lait.md']);
  });

  test.each([
    '"',
    '""',
    '"a',
    'a"b',
    'NEAR(',
    'NEAR(a b, 3)',
    'a" OR 1=1 --',
    '*',
    'a*',
    '^a',
    '{',
    '{title} : a',
    'title:a',
    'a AND',
    'NOT a',
    'OR',
    '-a',
    '(',
    ')',
    '+',
    "'",
    ';',
    '\0',
    'a\0b',
    '\ud800',
    '%',
    '_',
    '\\',
    '😀',
    'é'.repeat(5000),
    '"'.repeat(999),
    'a '.repeat(50_000),
    'x'.repeat(100_000),
  ])('%j is answered like anything else', async (query) => {
    for (const typing of [true, false]) {
      const answer = await index.textSearch(query, { limit: 5, typing });
      expect('hits' in answer || answer.error.message !== '').toBe(true);
    }
    expect(Array.isArray(await index.quick(query, 5))).toBe(true);
    expect(Array.isArray(await index.linkTargets(query, 'a/Twin.md', 5))).toBe(true);
  });
});

describe('links', () => {
  test('backlinks have the lines around each link, links of the note to itself aside', async () => {
    const { backlinks: found } = await index.backlinks('Chief Learning Officer.md');
    const of = (path: string) => found.find((one) => one.path === path);
    expect(found).toHaveLength(2);
    const [map, ramble] = ['+ Maps & More.md', 'rambles/2021-02-09 - The Evening Ramble.md'].map(of);
    expect(map?.lines).toHaveLength(1);
    const [line] = map?.lines ?? [];
    expect(line?.marks.map(({ from, to }) => line.text.slice(from, to))).toEqual([
      '[[Chief Learning Officer]]',
      '[[Chief Learning Officer#Nope|again]]',
    ]);
    // A bare alias resolves nothing.
    expect(ramble?.lines[0]).toMatchObject({ line: 5, marks: [{ from: 10, to: 40 }] });
    expect((await index.backlinks('media/pic.png')).backlinks.map(({ path }) => path)).toEqual([
      'rambles/Café au lait.md',
    ]);
    expect((await index.backlinks('missing.md')).backlinks).toEqual([]);
  });

  test('outgoing links say where they lead', async () => {
    expect(await index.outgoing('rambles/2021-02-09 - The Evening Ramble.md')).toEqual([
      { kind: 'wikilink', target: 'chief learning officer', line: 5, resolved: 'Chief Learning Officer.md' },
      { kind: 'wikilink', target: 'Nobody yet', line: 5, resolved: null },
      { kind: 'wikilink', target: 'CLO', line: 5, resolved: null },
    ]);
    expect((await index.outgoing('other/Note.md')).map(({ resolved }) => resolved)).toEqual([
      'a/Twin.md',
      'other/sub/Twin.md',
    ]);
  });

  test('targets resolve with the line of their heading or block', async () => {
    const from = 'rambles/2021-02-09 - The Evening Ramble.md';
    expect(
      await index.resolve(from, [
        '#Our roadmap',
        '#^PARA-1',
        '#Our Roadmap#Deep',
        '#Deep',
        '#Nope',
        'pic.png',
        'twin',
        'nobody',
      ]),
    ).toEqual([
      { path: from, line: 3 },
      { path: from, line: 9 },
      { path: from, line: 11 },
      { path: from, line: 11 },
      { path: from, line: null },
      { path: 'media/pic.png', line: null },
      { path: 'a/Twin.md', line: null },
      { path: null, line: null },
    ]);
  });

  test('tags count each note once, nested ones for their parents too', async () => {
    expect(await index.tags()).toEqual([
      { tag: 'p', notes: 2 },
      { tag: 'p/Learning', notes: 2 },
      { tag: 'p/learning/inbox', notes: 1 },
      { tag: 'Quiet', notes: 2 },
    ]);
    expect((await index.tagged('#P/LEARNING')).map(({ path }) => path)).toEqual([
      'Chief Learning Officer.md',
      'rambles/2021-02-09 - The Evening Ramble.md',
    ]);
    expect(await index.tagged('learning')).toEqual([]);
  });

  test('maps have their backlinks counted', async () => {
    expect(await index.maps()).toEqual([{ path: '+ Maps & More.md', title: '+ Maps & More', backlinks: 1 }]);
  });

  test('notes are listed with their words', async () => {
    const notes = await index.listNotes();
    expect(notes).toHaveLength(8);
    expect(notes.find(({ path }) => path === 'rambles/Café au lait.md')).toMatchObject({
      name: 'Café au lait',
    });
  });
});

test('an inspection that cannot be written says so, and leaves nothing', async () => {
  await expect(index.inspect('/nowhere/inspection.json')).rejects.toMatchObject({
    code: 'io',
    message: '/nowhere/inspection.json could not be written: it is not there.',
  });
});

test('an inspection begins anew where one was cut off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-cut-off-'));
  const file = join(folder, 'inspection.json');
  writeFileSync(file, '{"notes":[{"pa');
  await index.inspect(file);
  expect(inspection.safeParse(JSON.parse(readFileSync(file, 'utf8'))).success).toBe(true);
  rmSync(folder, { recursive: true });
});

test('an inspection is what the contract says, and the whole vault', async () => {
  const found = inspection.parse(await inspectionOfIndex(index));
  expect(found.notes.map(({ path }) => path)).toHaveLength(8);
  expect(found.attachments).toEqual(['media/pic.png']);
  expect(found.unresolved).toEqual([
    { target: 'CLO', count: 1, from: ['rambles/2021-02-09 - The Evening Ramble.md'] },
    { target: 'Nobody yet', count: 1, from: ['rambles/2021-02-09 - The Evening Ramble.md'] },
  ]);
  expect(found.backlinks['+ Maps & More.md']).toEqual(['Chief Learning Officer.md']);
  expect(found.tags).toEqual({ p: 2, 'p/Learning': 2, 'p/learning/inbox': 1, Quiet: 2 });
  expect(found.problems).toEqual([]);
});

test('an inspection holds everything that a note says, each where it stands', async () => {
  const { index: own } = await indexed({
    'Far.md': '# There\n\ntext ^here\n',
    'img.png': 'png',
    'all.md': [
      '---',
      'aliases: [One, Two]',
      'tags: p/Learning, quiet',
      'up: "[[Far]]"',
      '---',
      '# The note',
      '',
      'See [[Far#There|there]], [[far#^here]], [[Far#Nowhere]] and [[Nobody]] #Quiet ^own',
      '',
      '- [x] done ![[img.png|100]]',
      '',
      '> Said. [h.](https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/example.org/)',
      '',
      'My reply[^1].',
      '',
      '## Then',
      '',
      '%%',
      'hidden [[Far]]',
      '%%',
      '',
      '```query',
      'tag:quiet',
      '```',
      '',
      '[^1]: See [it](https://example.org).',
    ].join('\n'),
  });
  const found = inspection.parse(await inspectionOfIndex(own));
  const link = { kind: 'wikilink', target: 'Far', heading: null, block: null, alias: null };
  const to = { in: 'body', resolved: 'Far.md', fragmentResolved: null };
  expect(found.notes[1]).toEqual({
    path: 'all.md',
    title: 'all',
    aliases: ['One', 'Two'],
    tags: ['p/Learning', 'quiet'],
    words: 42,
    headings: [
      { level: 1, text: 'The note', line: 6 },
      { level: 2, text: 'Then', line: 16 },
    ],
    blocks: [{ id: 'own', line: 8 }],
    links: [
      { ...link, line: 4, ...to, in: 'frontmatter' },
      { ...link, heading: 'There', alias: 'there', line: 8, ...to, fragmentResolved: true },
      { ...link, target: 'far', block: 'here', line: 8, ...to, fragmentResolved: true },
      { ...link, heading: 'Nowhere', line: 8, ...to, fragmentResolved: false },
      { ...link, target: 'Nobody', line: 8, ...to, resolved: null },
      { ...link, kind: 'embed', target: 'img.png', alias: '100', line: 10, ...to, resolved: 'img.png' },
      { ...link, line: 19, ...to, in: 'comment' },
    ],
    footnotes: { references: [{ label: '1', line: 14 }], definitions: [{ label: '1', line: 26 }] },
    tasks: [{ state: 'x', line: 10 }],
    urls: [
      { url: 'https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/example.org/', line: 12 },
      { url: 'https://example.org', line: 26 },
    ],
    fences: [{ language: 'query', line: 22 }],
    highlights: [
      {
        quote: 'Said.',
        source: 'https://hyp.is/AAAAAAAAAAAAAAAAAAAAAA/example.org/',
        reply: 'My reply[^1].',
        line: 12,
        endLine: 12,
      },
    ],
  });
  expect(found.backlinks).toEqual({ 'Far.md': ['all.md'], 'img.png': ['all.md'] });
  expect(found.unresolved).toEqual([{ target: 'Nobody', count: 1, from: ['all.md'] }]);
  expect(found.tags).toEqual({ p: 1, 'p/Learning': 1, quiet: 1 });
});

test('what a backlink is goes by where each link leads: of two notes of one name, by path, from the note’s own folder', async () => {
  const files = {
    'a/Twin.md': '[[Twin]] of itself\n',
    'b/Twin.md': '',
    'Only.md': '',
    'beside.md': '[[a/Twin]] [[Twin]] [[./Only]] [[x/Only]]\n[[Only]]\n',
    'b/near.md': '[[Twin]] [[../Only]]\n[[./Only]]\n[[../a/Twin]]\n',
  };
  const { index: own } = await indexed(files);
  const linesOf = async (path: string) => {
    const { backlinks, notes, lines } = await own.backlinks(path);
    const found = backlinks.map(({ path: from, lines: shown }) => [from, ...shown.map(({ line }) => line)]);
    expect([notes, lines]).toEqual([found.length, backlinks.flatMap((one) => one.lines).length]);
    return found.sort();
  };
  // Of equal lengths, the first by the alphabet.
  expect(await linesOf('a/Twin.md')).toEqual([
    ['b/near.md', 3],
    ['beside.md', 1],
  ]);
  expect(await linesOf('b/Twin.md')).toEqual([['b/near.md', 1]]);
  expect(await linesOf('Only.md')).toEqual([
    ['b/near.md', 1],
    ['beside.md', 1, 2],
  ]);
});

test('the latest of thousands of backlinks come first, as those of a few do', async () => {
  const many = 1200;
  const files = Object.fromEntries(
    Array.from({ length: many }, (_, at) => [`note ${at}.md`, '[[map]] and [[map]]\n']),
  );
  const vault = await indexed({ ...files, 'map.md': '', 'other.md': '' });
  for (const at of [1100, 7, 500])
    utimesSync(join(vault.root, `note ${at}.md`), new Date(), new Date(Date.now() + 60_000 + at));
  vault.index.hintAll();
  await vault.index.settled();
  const found = await vault.index.backlinks('map.md', 3);
  expect(found.backlinks.map(({ path }) => path)).toEqual(['note 1100.md', 'note 500.md', 'note 7.md']);
  expect([found.notes, found.lines]).toEqual([many, many]);

  const expectCounted = async (files: Record<string, string | null>, notes: number, lines: number) => {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) rmSync(join(vault.root, path));
      else fill(vault.root, { [path]: text });
    }
    vault.index.hint(Object.keys(files));
    await vault.index.settled();
    // The totals that are kept, and what is found looking at each link.
    for (const limit of [3, undefined]) {
      const now = await vault.index.backlinks('map.md', limit);
      expect([now.notes, now.lines], `${Object.keys(files)}, ${limit}`).toEqual([notes, lines]);
    }
  };
  await expectCounted({ 'map.md': '[[map]] itself\n\n[[map]]\n' }, many, many);
  await expectCounted({ 'note 7.md': '[[map]]\n[[map]]\n', 'note 8.md': null }, many - 1, many);
  await expectCounted({ 'note 7.md': 'No more.\n' }, many - 2, many - 2);
  await expectCounted({ 'note 9.md': '[[map.md]] and [[map]]\n[[map.md]]\n' }, many - 2, many - 1);
  await expectCounted({ 'in/map.md': 'Another.\n' }, many - 2, many - 1);
});

test('of many backlinks only so many are read, the latest changed first; all are counted', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `note ${at}.md`);
  const vault = await indexed(
    Object.fromEntries([['map.md', ''], ...names.map((name) => [name, '[[map]]\n[[map]] and [[map]]\n'])]),
  );
  for (const [at, name] of names.entries())
    utimesSync(join(vault.root, name), 2_000_000 + at, 2_000_000 + at);
  await vault.index.scanNow();
  const found = await vault.index.backlinks('map.md', 3);
  expect(found.backlinks.map(({ path }) => path)).toEqual(['note 11.md', 'note 10.md', 'note 9.md']);
  expect(found).toMatchObject({ notes: 12, lines: 24 });
  expect((await vault.index.backlinks('map.md')).backlinks).toHaveLength(12);
});

test('a long line is cut around what was found', async () => {
  const vault = await indexed({
    'long.md': `${'word '.repeat(80_000)}needle [[target]]${' word'.repeat(80_000)}`,
  });
  const [line] = (await searchFor(vault.index, 'needle', 1))[0]?.lines ?? [];
  expect(line?.text.length).toBeLessThan(400);
  expect(line?.marks.map(({ from, to }) => line.text.slice(from, to))).toEqual(['needle']);
  fill(vault.root, { 'target.md': '' });
  await vault.index.scanNow();
  const [around] = (await vault.index.backlinks('target.md')).backlinks[0]?.lines ?? [];
  expect(around?.marks.map(({ from, to }) => around.text.slice(from, to))).toEqual(['[[target]]']);
});

describe('unlinked mentions', () => {
  const files = {
    'Slow reading.md':
      '---\naliases: ["Reading slowly", 慢读, x]\n---\n# Slow reading\nSlow reading itself.\n',
    'a.md':
      '---\ntitle: slow reading\n---\nOn SLOW reading, and slowreading. `slow reading` [[Slow reading]] [slow reading](x.md)\n\n```\nslow reading\n```\n#slow/reading %%slow reading%%\n\n> He said: slow-reading is reading slowly.\n',
    'b.md': '我喜欢慢读的书\n\nunslow reading\nslow\nreading\n',
    'c.md': '| a | b |\n|---|---|\n| slow reading | x |\n',
  };

  test('are found by title, file name and alias, as whole words, in prose only', async () => {
    const vault = await indexed(files);
    const { link, notes } = await vault.index.mentions('Slow reading.md', 20);
    expect(link).toBe('Slow reading');
    const found = Object.fromEntries(
      notes.map(({ path, lines }) => [
        path,
        lines.map(({ line, text, marks }) => [line, ...marks.map(({ from, to }) => text.slice(from, to))]),
      ]),
    );
    expect(found).toEqual({
      'a.md': [
        [4, 'SLOW reading'],
        [11, 'slow-reading', 'reading slowly'],
      ],
      'b.md': [[1, '慢读']],
      'c.md': [[3, 'slow reading']],
    });
  });

  test('are what stands there as the name does: no mark, sentence or word that goes on is within', async () => {
    const none = [
      ...[
        '**Slow** reading',
        '==slow== reading',
        'slow *reading*',
        'slow "reading"',
        'slow (reading)',
        'Slow. Reading',
      ],
      ...[
        'slow / reading',
        'slow & reading',
        'slow: reading',
        'slow_reading',
        'slow reading_list',
        'my_slow reading',
      ],
      ...["slow reading'll", '好好慢。读书', '毎慢、读', 'don’t', 'x Don_t'],
    ];
    const some = [
      ['**slow reading**', 'slow reading'],
      ['_slow  reading_', 'slow  reading'],
      ['“slow–reading”', 'slow–reading'],
      ["slow reading's", 'slow reading'],
      ['I ❤️ Paris', 'Paris'],
      ['Don said', 'Don'],
      ['C++ tricks', 'C++ tricks'],
    ] as const;
    const vault = await indexed({
      'Slow reading.md': '---\naliases: [慢读, ❤️ Paris, Don, C++ tricks]\n---\n',
      'none.md': [...none, '| Slow | reading |', '|-|-|', '| slow | reading |', '', 'C tricks'].join('\n\n'),
      'some.md': some.map(([text]) => text).join('\n\n'),
    });
    const { notes } = await vault.index.mentions('Slow reading.md', 20);
    const found = notes.flatMap(({ path, lines }) => lines.map(({ mention }) => [path, mention.text]));
    // Of each note so many lines are told.
    expect(found).toEqual(some.slice(0, 5).map(([, text]) => ['some.md', text]));
    expect(notes[0]?.more).toBe(2);
  });

  test('of a Korean name stand before its particle, and in no longer word', async () => {
    const decomposed = '서울에서는'.normalize('NFD');
    const vault = await indexed({
      'seoul.md': '---\ntitle: 서울\naliases: [Han 강]\n---\n',
      'some.md': ['서울에서 만나자.', `${decomposed} 비`, '한강과 서울', 'Han 강을 건너'].join('\n\n'),
      'none.md': '서울대학교\n\n서울역에서\n\nHan 강아지\n',
    });
    const { notes } = await vault.index.mentions('seoul.md', 20);
    expect(notes.flatMap(({ path, lines }) => lines.map(({ mention }) => [path, mention.text]))).toEqual([
      ['some.md', '서울'],
      ['some.md', '서울'.normalize('NFD')],
      ['some.md', '서울'],
      ['some.md', 'Han 강'],
    ]);
  });

  test('are told of as many as are wanted, with how many more there may be', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`n${at}.md`, `${'slow reading\n'.repeat(at === 7 ? 9 : 1)}`]),
    );
    const { index } = await indexed({ 'Slow reading.md': '', ...many });
    const few = await index.mentions('Slow reading.md', 5);
    expect([few.notes.length, few.unread]).toEqual([5, 35]);
    const all = await index.mentions('Slow reading.md', 100);
    expect([all.notes.length, all.unread]).toEqual([40, 0]);
    const long = all.notes.find(({ path }) => path === 'n7.md');
    expect([long?.lines.length, long?.more]).toEqual([5, 4]);
  });

  test('a note in another folder of the same name is linked to by its path', async () => {
    const vault = await indexed({ 'x/Same.md': '', 'y/Same.md': '', 'n.md': 'Same here' });
    expect((await vault.index.mentions('x/Same.md', 20)).link).toBe('x/Same');
  });
});
