import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SearchHit } from '../../src/contract/find.ts';
import { inspection } from '../../src/contract/inspect.ts';
import type { RambleEntry } from '../../src/contract/journal.ts';
import type { Backlink, OutgoingLink } from '../../src/contract/links.ts';
import { cleanUp, makeVault } from '../support/app.ts';
import { ramble, rambleJson, root } from './terminal-fixtures.ts';

afterAll(cleanUp);

const TONIGHT = '2021-02-09 - The Evening Ramble.md';
const at = (folder: string, now = '2021-02-09T21:15') => ['--vault', folder, '--now', now];

const library = () =>
  makeVault({
    '+ Libraries MoC.md': '- [[Slow Libraries]]\n',
    'Reading notes/Slow Libraries.md':
      '---\ntags: ["literature", "p/reading/inbox"]\naliases: [slowlib]\n---\n\n# Slow Libraries\n\nSee [[Not yet]] and [[+ Libraries MoC]].\n\nSlow reading is #slow.\n',
    '2021-02-08 - The Evening Ramble.md': 'Read [[Slow Libraries]] on the train.\n',
    [TONIGHT]: 'Quiet.\n\n## Later\n\nSome thing.\n\n## After\n\nRest.\n',
  });

describe('today', () => {
  it('says where tonight’s ramble is, and makes nothing', async () => {
    const { folder, list } = makeVault();
    expect(await rambleJson(['today', ...at(folder)])).toEqual({
      path: TONIGHT,
      day: '2021-02-09',
      exists: false,
    });
    expect(await ramble(['today', ...at(folder)])).toMatchObject({
      code: 0,
      stdout: `${TONIGHT}\n`,
      stderr: '',
    });
    expect(list()).toEqual([]);
  });

  it('shows the text as it is', async () => {
    const { folder } = makeVault({ [TONIGHT]: 'a\tb \u001b[1m\u200f\n' });
    expect((await ramble(['today', '--print', ...at(folder)])).stdout).toBe('a\tb \u001b[1m\u200f\n');
    expect(await rambleJson(['today', '--print', ...at(folder)])).toMatchObject({
      exists: true,
      text: 'a\tb \u001b[1m\u200f\n',
    });
  });
});

describe('append', () => {
  it('half past one still writes in the ramble of the day before', async () => {
    const { folder, list, read } = makeVault();
    const late = at(folder, '2021-02-10T01:30');
    expect(await rambleJson(['append', 'One.', ...late])).toEqual({ path: TONIGHT, created: true });
    expect(await rambleJson(['append', 'Two.', ...late])).toEqual({ path: TONIGHT, created: false });
    expect(list()).toEqual([TONIGHT]);
    expect(read(TONIGHT)).toMatch(/One\.\n\nTwo\.\n$/);
    const early = await rambleJson<{ path: string }>(['today', ...at(folder, '2021-02-10T04:00')]);
    expect(early.path).toBe('2021-02-10 - The Evening Ramble.md');
  });

  it('reads standard input, in whole characters and any line ends', async () => {
    const { folder, read } = makeVault({ [TONIGHT]: 'Before.\r\n' });
    const input = `${'é間'.repeat(50_000)}\r\nlast\n`;
    expect((await ramble(['append', '-', ...at(folder)], { input })).code).toBe(0);
    expect(read(TONIGHT)).toBe(`Before.\r\n\r\n${'é間'.repeat(50_000)}\r\nlast\r\n`);
  });

  it('what begins with a dash goes after --, even if it reads like an option', async () => {
    const { folder, read } = makeVault({ [TONIGHT]: 'Before.\n' });
    expect((await ramble(['append', ...at(folder), '--', '--json'])).stdout).toBe(`${TONIGHT}\n`);
    expect(read(TONIGHT)).toBe('Before.\n\n--json\n');
  });

  it.each([
    ['no text', ['append', ' \n']],
    ['not UTF-8', ['append', '-']],
  ])('%s is refused, and nothing is made', async (_name, args) => {
    const { folder, list } = makeVault();
    const ended = await ramble([...args, ...at(folder)], { input: Buffer.from([0x61, 0xff]) });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(list()).toEqual([]);
  });
});

describe('finding', () => {
  it('opens, searches, lists', async () => {
    const { folder } = library();
    const how = { env: { RAMBLE_DATA: makeVault().folder, RAMBLE_VAULT: folder } };
    const slow = 'Reading notes/Slow Libraries.md';

    const opened = await rambleJson<{ path: string; matches: unknown[] }>(['open', 'slow lib'], how);
    expect(opened.path).toBe(slow);
    expect(opened.matches[0]).toMatchObject({ path: slow, title: 'Slow Libraries', kind: 'title' });
    expect((await ramble(['open', 'slow lib'], how)).stdout).toBe(`${slow}\n`);

    const { hits } = await rambleJson<{ hits: SearchHit[] }>(['search', '"slow reading"'], how);
    expect(hits.map((hit) => hit.path)).toEqual([slow]);
    expect(hits[0]?.lines).toContainEqual({
      line: 10,
      text: 'Slow reading is #slow.',
      marks: [{ from: 0, to: 12 }],
    });
    const [one] = (await rambleJson<{ hits: SearchHit[] }>(['search', 'libraries', '--limit', '1'], how))
      .hits;
    expect(one).toBeDefined();
    expect((await ramble(['search', '"slow reading"'], how)).stdout).toBe(
      `${slow}\n    10  Slow reading is #slow.\n`,
    );
    expect(await ramble(['search', 'zzzz'], how)).toMatchObject({ code: 0, stdout: '' });
    expect(await ramble(['search', 'slow (read'], how)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'ramble: This parenthesis is not closed. Write a ) where it ends.\n  slow (read\n       ^\n',
    });

    const { rambles } = await rambleJson<{ rambles: RambleEntry[] }>(['rambles'], how);
    expect(rambles.map(({ day, path }) => [day, path])).toEqual([
      ['2021-02-09', TONIGHT],
      ['2021-02-08', '2021-02-08 - The Evening Ramble.md'],
    ]);
    const { tags } = await rambleJson<{ tags: { tag: string; notes: number }[] }>(['tags'], how);
    expect(tags).toContainEqual({ tag: 'p/reading/inbox', notes: 1 });
    expect((await ramble(['tags'], how)).stdout).toContain('1  slow\n');
  });

  it('tells what links to a note and what it links to, by path, name, alias or what only one note matches', async () => {
    const { folder } = library();
    const how = { env: { RAMBLE_DATA: makeVault().folder, RAMBLE_VAULT: folder } };
    const names = [
      'Reading notes/Slow Libraries.md',
      'reading notes/slow libraries',
      'Slow Libraries',
      'slowlib',
      'Slow Li',
    ];
    for (const name of names) {
      const found = await rambleJson<{ path: string; backlinks: Backlink[]; links: OutgoingLink[] }>(
        ['links', name],
        how,
      );
      expect([name, found.path]).toEqual([name, 'Reading notes/Slow Libraries.md']);
      expect(found.backlinks.map(({ path }) => path).sort()).toEqual([
        '+ Libraries MoC.md',
        '2021-02-08 - The Evening Ramble.md',
      ]);
      expect(found.links.map(({ target, resolved }) => [target, resolved])).toEqual([
        ['Not yet', null],
        ['+ Libraries MoC', '+ Libraries MoC.md'],
      ]);
    }
    expect((await ramble(['links', '--', 'Slow Libraries'], how)).stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'Reading notes/Slow Libraries.md',
        '  <- 2021-02-08 - The Evening Ramble.md:1  Read [[Slow Libraries]] on the train.',
        '  -> Not yet  (not written yet)',
        '  -> + Libraries MoC  + Libraries MoC.md',
      ]),
    );
  });

  it('inspects in the shape of the contract', async () => {
    const { folder } = library();
    const found = inspection.parse(await rambleJson(['inspect', '--vault', folder]));
    expect(found.notes.map(({ path }) => path)).toContain('Reading notes/Slow Libraries.md');
    expect(found.unresolved).toEqual([
      { target: 'Not yet', count: 1, from: ['Reading notes/Slow Libraries.md'] },
    ]);
    const data = makeVault();
    const how = { env: { RAMBLE_DATA: data.folder } };
    const { stdout } = await ramble(['inspect', '--vault', folder], how);
    expect(stdout).toBe(
      '4 notes, 0 other files, 5 tags, 1 name that is linked to and not written yet\n  1  Not yet\n',
    );
    const whole = await ramble(['inspect', '--vault', folder, '--json'], how);
    expect(JSON.parse(whole.stdout)).toEqual(found);
    expect(data.list().filter((path) => path.includes('inspection'))).toEqual([]);
  });

  it('tells of links to headings and blocks that are not there', async () => {
    const { folder } = makeVault({
      'a.md': '# A\n\n[[#A]] [[b#Gone]]\n[x](b.md#^no) [[b#^id]]\n',
      'b.md': 'text ^id\n',
    });
    const { stdout } = await ramble(['inspect', '--vault', folder]);
    expect(stdout).toBe(
      [
        '2 notes, 0 other files, 0 tags, 0 names that are linked to and not written yet',
        '2 links to a heading or block that is not there',
        '  a.md:3: b#Gone',
        '  a.md:4: b.md#^no',
        '',
      ].join('\n'),
    );
  });
});

describe('rename', () => {
  it('says what would change, and does it with every link or not at all', async () => {
    const { folder, list, read } = library();
    const before = list();
    const dry = await ramble(['rename', 'Slow Libraries', '/Slow', '--dry-run', ...at(folder)]);
    expect(dry.stdout).toBe(
      'Reading notes/Slow Libraries.md -> Slow.md\n+ Libraries MoC.md:1: - [[Slow]]\n2021-02-08 - The Evening Ramble.md:1: Read [[Slow]] on the train.\n',
    );
    expect(list()).toEqual(before);
    expect((await ramble(['rename', 'Slow Libraries', '+ Libraries MoC', ...at(folder)])).code).toBe(0);
    expect(
      await rambleJson(['rename', '2021-02-08 - The Evening Ramble', 'Train', ...at(folder)]),
    ).toMatchObject({
      moves: [{ from: '2021-02-08 - The Evening Ramble.md', to: 'Train.md' }],
      done: true,
    });
    expect(read('Train.md')).toContain('[[Reading notes/+ Libraries MoC]]');
    expect((await ramble(['rename', 'Train', 'Train.md', '--heading', 'none', ...at(folder)])).code).toBe(3);
    expect((await ramble(['rename', '--tag', 'slow', 'p/slow', ...at(folder)])).code).toBe(0);
    expect(read('Reading notes/+ Libraries MoC.md')).toContain('is #p/slow.');
  });
});

describe('undo', () => {
  it('lists what can be taken back as one, also later, and takes one back', async () => {
    const { folder, list } = library();
    const before = list();
    const env = { RAMBLE_DATA: makeVault().folder };
    const run = (...args: string[]) => ramble([...args, ...at(folder)], { env });
    const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
    expect((await run('undo', 'last')).code).toBe(3);
    await run('rename', 'Slow Libraries', '/Slow');
    await run('extract', TONIGHT.slice(0, -3), '--heading', 'Later', '--title', 'Page');
    const { changes } = await json('undo');
    expect(changes).toMatchObject([
      { by: 'extraction', made: ['Page.md'] },
      { by: 'a rename', moves: [{ to: 'Slow.md' }] },
    ]);
    expect((await run('undo')).stdout).toMatch(
      /extraction: made Page.md, 2 notes\n\d+ .*Slow Libraries.md -> Slow.md, /,
    );
    const undone = await json('undo', 'last');
    expect(undone).toMatchObject({ takenBack: changes[0].change, left: [] });
    expect((await run('undo', String(changes[0].change))).code).toBe(4);
    expect((await run('undo', String(changes[1].change))).code).toBe(0);
    expect(list().filter((path) => !path.startsWith('.trash'))).toEqual(before);
    expect((await run('undo', String(undone.change))).code).toBe(0);
    expect(list()).toContain('Page.md');
    expect((await run('undo', 'x1')).code).toBe(2);
    expect((await run('undo', '17')).code).toBe(3);
  });
});

describe('extract', () => {
  it('makes the page, leaves the link, and takes the options at their word', async () => {
    const { folder, list, read } = library();
    const outcome = await rambleJson([
      'extract',
      TONIGHT.slice(0, -3),
      ...at(folder),
      ...['--heading', 'Later', '--title', '--json', '--folder', 'Lists', '--tag', '#p/later', '--tag', 'x'],
      ...['--parent', '+ Libraries MoC', '--leave', 'embed'],
    ]);
    expect(outcome).toEqual({
      path: 'Lists/--json.md',
      paths: ['Lists/--json.md'],
      title: '--json',
      source: TONIGHT,
      change: expect.any(Number),
    });
    expect(read('Lists/--json.md')).toBe(
      '---\ntags: ["p/later", "x"]\n---\n\n+ [[+ Libraries MoC]]\n\n# Later\n\nfrom [[2021-02-09 - The Evening Ramble]]\n\nSome thing.\n',
    );
    expect(read(TONIGHT)).toBe('Quiet.\n\n![[--json]]\n\n## After\n\nRest.\n');
    expect(list()).toHaveLength(7);
  });

  it('takes files along only where that is said, and says which', async () => {
    const { folder, list } = makeVault({ [TONIGHT]: '# Lamp\n\n![[lamp.png]]\n', 'lamp.png': 'no picture' });
    const args = ['extract', TONIGHT, ...at(folder), '--heading', 'Lamp', '--folder', 'Pages'];
    const shown = async (...more: string[]) => (await ramble([...args, ...more, '--dry-run'])).stdout;
    expect(await shown()).not.toContain('lamp.png: goes');
    expect(await shown('--take-files')).toContain('lamp.png: goes to Pages/lamp.png');
    expect((await ramble([...args, '--take-files'])).code).toBe(0);
    expect(list().filter((path) => path.includes('.'))).toEqual([TONIGHT, 'Pages/Lamp.md', 'Pages/lamp.png']);
  });

  it('refuses an existing name with 4 and changes nothing; --append adds to it', async () => {
    const { folder, list, read } = library();
    const before = [list(), read(TONIGHT)];
    const args = ['extract', TONIGHT, ...at(folder), '--heading', 'Later', '--title', 'slow libraries'];
    args.push('--folder', 'Reading notes');
    const refused = await ramble([...args, '--json']);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: {
        code: 'exists',
        data: { path: 'Reading notes/Slow Libraries.md', suggestion: 'slow libraries 2' },
      },
    });
    expect([list(), read(TONIGHT)]).toEqual(before);
    expect((await ramble([...args, '--append'])).stdout).toBe('Reading notes/Slow Libraries.md\n');
    expect(read('Reading notes/Slow Libraries.md')).toMatch(/is #slow\.\n\n## Later\n\nSome thing\.\n$/);
    expect(read(TONIGHT)).not.toContain('Some thing.');
  });

  it('fold shows every line that would change, and each property that no other note gets; then does it', async () => {
    const { folder, read, list } = library();
    const slow = 'Reading notes/Slow Libraries.md';
    const args = ['fold', slow, '--into', TONIGHT, ...at(folder)];
    const shown = (await ramble([...args, '--dry-run'])).stdout.split('\n');
    expect(shown).toContain('+ Libraries MoC.md:1: - - [[Slow Libraries]]');
    expect(shown.filter((line) => line.startsWith(slow))).toEqual([
      `${slow}: to the trash`,
      `${slow}: with its property, which no other note gets: tags: ["literature", "p/reading/inbox"]`,
      `${slow}: with its property, which no other note gets: aliases: [slowlib]`,
    ]);
    expect(list()).toContain(slow);
    expect(await ramble(args)).toMatchObject({ code: 0, stdout: `${TONIGHT}\n`, stderr: '' });
    expect(list()).not.toContain(slow);
    expect(read(TONIGHT)).toContain('Slow reading is #slow.');
  });

  it('does the seed’s evening: two files, the tags, three parent maps, the link, the backlink', async () => {
    const seed = readFileSync(join(root, 'tests', 'fixtures', 'seed-note.md'), 'utf8');
    const body = seed.slice(seed.indexOf('Ok, ended up')).trimEnd();
    const heading = 'Our Roadmap for Becoming a Strategic [[Chief Learning Officer]]';
    const maps = ['+ Building Not A Robot MoC', '+ Learning & Development MoC', '+ L&D Careers MOC'];
    const { folder, read } = makeVault({
      [TONIGHT]: `5:58pm Quiet day.\n\n# ${heading}\n\n${body}\n\n# After\n\nBed.\n`,
      ...Object.fromEntries(maps.map((map) => [`${map}.md`, `# ${map}\n`])),
    });
    const how = { env: { RAMBLE_DATA: makeVault().folder } };
    const { path } = await rambleJson<{ path: string }>(
      [
        'extract',
        TONIGHT,
        ...at(folder),
        ...['--heading', 'Our Roadmap for Becoming a Strategic Chief Learning Officer'],
        ...['--tag', 'p/learning-ecosystem/inbox', ...maps.flatMap((map) => ['--parent', map])],
      ],
      how,
    );
    expect(path).toBe('Our Roadmap for Becoming a Strategic Chief Learning Officer.md');
    const page = read(path);
    expect(page.slice(0, page.indexOf('from [['))).toBe(
      `---\ntags: ["p/learning-ecosystem/inbox"]\n---\n\n+ ${maps.map((map) => `[[${map}]]`).join(' | ')}\n\n# ${heading}\n\n`,
    );
    expect(page.match(/^> /gm)).toEqual(seed.match(/^> /gm));
    expect(read(TONIGHT)).toBe(`5:58pm Quiet day.\n\n-> [[${path.slice(0, -3)}]]\n\n# After\n\nBed.\n`);
    const found = await rambleJson<{ backlinks: Backlink[] }>(['links', path, '--vault', folder], how);
    expect(found.backlinks.map((link) => link.path)).toEqual([TONIGHT]);
    const opened = await rambleJson<{ path: string }>(['open', 'roadmap strategic', '--vault', folder], how);
    expect(opened.path).toBe(path);
  });
});
