import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, makeVault, type TestVault } from '../support/app.ts';

const root = resolve(import.meta.dirname, '..', '..');
const node = join(root, 'node_modules', '.bin', 'node');
const RAMBLE = '2021-02-09 - The Evening Ramble.md';
afterEach(cleanUp);

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the terminal door from its sources, with a data folder of its own. */
function ramble(
  args: string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const child = spawn(node, [join(root, 'src', 'cli', 'index.ts'), ...args], {
    env: {
      ...process.env,
      RAMBLE_DATA: mkdtempSync(join(tmpdir(), 'ramble-data-')),
      NODE_NO_WARNINGS: '1',
      ...env,
    },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.end(input);
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

const on = (vault: TestVault, now = '2021-02-09T21:15') => ['--vault', vault.folder, '--now', now];
const json = (ran: Ran) => JSON.parse(ran.out) as Record<string, unknown>;

describe('today and append', () => {
  it('today makes nothing, and says where tonight’s ramble is', async () => {
    const vault = makeVault();
    const ran = await ramble(['today', ...on(vault), '--json']);
    expect(json(ran)).toEqual({ path: RAMBLE, day: '2021-02-09', exists: false });
    expect(ran.code).toBe(0);
    expect(vault.list()).toEqual([]);
    expect((await ramble(['today', ...on(vault)])).out).toBe(`${RAMBLE}\n`);
  });

  it('append makes the note, at half past one still yesterday’s; - reads standard input', async () => {
    const vault = makeVault();
    expect(
      json(await ramble(['append', 'First.', ...on(vault, '2021-02-10T01:30'), '--json'])),
    ).toMatchObject({ path: RAMBLE, created: true });
    expect(
      json(await ramble(['append', '-', ...on(vault), '--json'], { input: 'Second,\nlonger.\n' })),
    ).toMatchObject({ path: RAMBLE, created: false });
    expect(vault.read(RAMBLE)).toBe('# The Evening Ramble\n\nFirst.\n\nSecond,\nlonger.\n');
  });
});

describe('finding', () => {
  it('open, search, links and inspect answer from the folder as it is now', async () => {
    const vault = makeVault({
      'Slow Libraries.md': '---\naliases: [Unhurried]\n---\nReading slowly.\n',
      [RAMBLE]: 'On [[Slow Libraries]] and [[Missing]].\n',
    });
    expect(json(await ramble(['open', 'unhurr', ...on(vault), '--json']))).toMatchObject({
      path: 'Slow Libraries.md',
    });
    expect(json(await ramble(['search', 'slowly', ...on(vault), '--json']))).toMatchObject({
      hits: [{ path: 'Slow Libraries.md', lines: [{ line: 4 }] }],
    });
    expect(json(await ramble(['links', 'slow libraries', ...on(vault), '--json']))).toMatchObject({
      path: 'Slow Libraries.md',
      backlinks: [{ path: RAMBLE }],
    });
    expect(json(await ramble(['inspect', ...on(vault), '--json']))).toMatchObject({
      notes: [{ path: RAMBLE }, { path: 'Slow Libraries.md', aliases: ['Unhurried'] }],
      unresolved: [{ target: 'Missing', count: 1, from: [RAMBLE] }],
      backlinks: { 'Slow Libraries.md': [RAMBLE] },
    });
    expect((await ramble(['search', 'slowly', ...on(vault)])).out).toBe(
      'Slow Libraries.md\n     4  Reading slowly.\n',
    );
  });
});

describe('extract', () => {
  it('pulls a section out with its tags and parents', async () => {
    const vault = makeVault({
      [RAMBLE]: '# The Evening Ramble\n\n## A [[thought]]\n\nText.\n\n## Next\n',
      '+ Map.md': '',
    });
    const ran = await ramble([
      'extract',
      '2021-02-09 - The Evening Ramble',
      '--heading',
      'A thought',
      '--tag',
      'p/x/inbox',
      '--parent',
      '+ Map',
      ...on(vault),
      '--json',
    ]);
    expect(json(ran)).toMatchObject({ path: 'A thought.md' });
    expect(vault.read('A thought.md')).toBe(
      '---\ntags: ["p/x/inbox"]\n---\n\n+ [[+ Map]]\n\n# A [[thought]]\n\nfrom [[2021-02-09 - The Evening Ramble]]\n\nText.\n',
    );
    expect(vault.read(RAMBLE)).toBe('# The Evening Ramble\n\n-> [[A thought]]\n\n## Next\n');
  });

  it('says with its exit code what stood in the way', async () => {
    const vault = makeVault({ [RAMBLE]: '## A\n\nText.\n', 'a.md': '' });
    const taken = await ramble(['extract', RAMBLE, '--heading', 'A', ...on(vault), '--json']);
    expect(taken.code).toBe(4);
    expect(JSON.parse(taken.err)).toMatchObject({
      error: { code: 'exists', data: { path: 'a.md', suggestion: 'A 2' } },
    });
    expect((await ramble(['extract', RAMBLE, '--heading', 'Nothing', ...on(vault)])).code).toBe(3);
    expect((await ramble(['extract', RAMBLE, ...on(vault)])).code).toBe(2);
    expect(vault.read(RAMBLE)).toBe('## A\n\nText.\n');
  });
});

describe('bad input', () => {
  it('is refused with what is wrong and what to do', async () => {
    const vault = makeVault({ 'file.txt': '' });
    const file = await ramble(['today', '--vault', join(vault.folder, 'file.txt')]);
    expect([file.code, file.err]).toEqual([3, expect.stringMatching(/is a file/)]);
    expect((await ramble(['today', '--vault', join(vault.folder, 'none')])).code).toBe(3);
    const none = await ramble(['today']);
    expect([none.code, none.err]).toEqual([3, expect.stringMatching(/--vault DIR or RAMBLE_VAULT/)]);
    expect((await ramble(['today', ...on(vault, 'yesterday')])).code).toBe(2);
    expect((await ramble(['fly'])).code).toBe(2);
    expect((await ramble(['links', 'nothing', ...on(vault)])).code).toBe(3);
    expect((await ramble(['--help'])).out).toMatch(/Exit codes/);
  });

  it('B49: a name cannot steer the terminal; JSON keeps it; a dash may begin it', async () => {
    const name = '-evil\u001b]52;c;x\u0007\rname.md';
    const vault = makeVault({ [name]: 'Evil text.\n' });
    const shown = await ramble(['search', 'evil', ...on(vault)]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(shown.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(shown.out).toContain('\\u001b]52');
    expect(json(await ramble(['search', 'evil', ...on(vault), '--json']))).toMatchObject({
      hits: [{ path: name }],
    });
    expect((await ramble(['links', ...on(vault), '--json', '--', name])).code).toBe(0);
  });

  it('the folder of a script is not the window’s', async () => {
    const vault = makeVault({ 'a.md': '' });
    const data = mkdtempSync(join(tmpdir(), 'ramble-data-'));
    await ramble(['today', ...on(vault)], { env: { RAMBLE_DATA: data } });
    expect((await ramble(['today'], { env: { RAMBLE_DATA: data } })).code).toBe(3);
    expect((await ramble(['today'], { env: { RAMBLE_DATA: data, RAMBLE_VAULT: vault.folder } })).code).toBe(
      0,
    );
  });
});
