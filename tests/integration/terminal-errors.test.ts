import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, makeVault } from '../support/app.ts';
import { ramble, rambleJson, rambleOnTerminal, root, terminal } from './terminal-fixtures.ts';

afterAll(cleanUp);

const TONIGHT = '2021-02-09 - The Evening Ramble.md';
const at = (folder: string) => ['--vault', folder, '--now', '2021-02-09T21:15'];

interface Told {
  error: { code: string; message: string; data?: Record<string, unknown> };
}

async function errorOf(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Told['error'] & { exit: number | null }> {
  const ended = await ramble(['--json', ...args], { env });
  expect(ended.stdout).toBe('');
  const told = JSON.parse(ended.stderr) as Told;
  expect(Object.keys(told)).toEqual(['error']);
  return { ...told.error, exit: ended.code };
}

describe('the folder', () => {
  it('must be there, a folder, and named', async () => {
    const { folder } = makeVault({ 'a.md': 'x' });
    expect(await errorOf(['today', '--vault', join(folder, 'none')])).toMatchObject({
      code: 'bad-folder',
      exit: 3,
    });
    expect(await errorOf(['today', '--vault', join(folder, 'a.md')])).toMatchObject({
      code: 'bad-folder',
      exit: 3,
    });
    expect(await errorOf(['today', '--vault', ''])).toMatchObject({ code: 'invalid-params', exit: 2 });
    const none = await errorOf(['today'], { RAMBLE_VAULT: '' });
    expect(none).toMatchObject({ code: 'no-vault', exit: 3 });
    expect(none.message).toContain('--vault DIR');
    const plain = await ramble(['today', '--vault', join(folder, 'a.md')]);
    expect(plain.stderr).toMatch(/^ramble: .*is a file\..*\n$/);
  });

  it('is --vault (before or after the command), else RAMBLE_VAULT, else the one opened last, which stays that', async () => {
    const [one, two, three] = [
      makeVault({ 'note one.md': '' }),
      makeVault({ 'note two.md': '' }),
      makeVault({ 'note three.md': '' }),
    ];
    const data = makeVault({
      'app.json': JSON.stringify({ lastFolder: three.folder, theme: 'dusk' }),
    });
    const env = { RAMBLE_DATA: data.folder, RAMBLE_VAULT: two.folder };
    const open = async (args: string[], environment: NodeJS.ProcessEnv) =>
      (await rambleJson<{ path: string }>([...args, 'open', 'note'], { env: environment })).path;
    expect(await open(['--vault', one.folder], env)).toBe('note one.md');
    expect((await ramble(['open', 'note', '--vault', one.folder], { env })).stdout).toBe('note one.md\n');
    expect((await ramble(['open', 'note'], { env })).stdout).toBe('note two.md\n');
    expect(await open([], { RAMBLE_DATA: data.folder })).toBe('note three.md');
    expect(JSON.parse(data.read('app.json'))).toMatchObject({ lastFolder: three.folder });
  });

  it('relative to where one stands; through npm, to where npm was called; ~ is home', async () => {
    const home = makeVault();
    mkdirSync(join(home.folder, 'notes'));
    for (const [args, how] of [
      [['--vault', 'notes'], { cwd: home.folder, env: { INIT_CWD: '/' } }],
      [['--vault', 'notes'], { cwd: root, env: { INIT_CWD: home.folder } }],
      [['--vault=~/notes'], { env: { HOME: home.folder, USERPROFILE: home.folder } }],
    ] as const) {
      expect(await ramble(['today', ...args], how)).toMatchObject({ code: 0 });
    }
  });
});

describe('arguments', () => {
  it.each([
    ['an unknown command', ['serch', 'x'], 'unknown command'],
    ['an unknown option', ['today', '--pirnt'], '--print'],
    ['a missing argument', ['append'], 'text'],
    ['too many', ['append', 'two', 'words'], 'too many arguments'],
    ['no heading', ['extract', 'a'], '--heading'],
    ['a choice that is none', ['extract', 'a', '--heading', 'h', '--leave', 'all'], 'nothing'],
    ['a limit out of bounds', ['search', 'x', '--limit', '201'], '200'],
    ['a limit that is no number', ['open', 'x', '--limit', '1e2'], '--limit'],
    ['a text that is no option', ['append', '-5 degrees'], 'after --'],
    ['a time that is none', ['today', '--now', '2021-02-09'], '2021-02-09T21:15'],
    ['a month that is none', ['today', '--now', '2021-13-01T10:00'], '2021-02-09T21:15'],
    ['a tag that is none', ['extract', 'a', '--heading', 'H', '--tag', 'two words'], 'tag'],
    ['a folder outside', ['extract', 'a', '--heading', 'H', '--folder', '../x'], 'folder'],
    ['an empty title', ['extract', 'a', '--heading', 'H', '--title', ' '], 'title'],
  ])('%s is used wrongly, said in one line', async (_name, args, said) => {
    const { folder } = makeVault({ 'a.md': '# H\n\nx\n' });
    const error = await errorOf(['--vault', folder, ...args]);
    expect(error).toMatchObject({ code: 'invalid-params', exit: 2 });
    expect(error.message).toContain(said);
    expect(error.message).not.toContain('\n');
  });

  it('helps on stdout when asked, on stderr when nothing was', async () => {
    const [help, append, bare, version] = await Promise.all([
      ramble(['--help']),
      ramble(['append', '--help']),
      ramble([]),
      ramble(['--version']),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Exit codes:');
    expect(append.stdout).toMatch(/--vault.*--now.*--json.*Examples:/s);
    expect(bare).toMatchObject({ code: 2, stdout: '' });
    expect(bare.stderr).toContain('Commands:');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('notes', () => {
  it('that are not there, or that several are meant by, are told with the candidates', async () => {
    const { folder } = makeVault({
      'a/Twin.md': 'x',
      'b/Twin.md': 'x',
      'Single.md': '## H\n\nx',
      'c/Inbox.md': 'x',
      'other.md': '# Inbox',
      'Note.md': 'upper',
      'note.md': 'lower',
      'a/C# | ^x.md': 'x',
    });
    const how = { env: { RAMBLE_DATA: makeVault().folder, RAMBLE_VAULT: folder } };
    const pathOf = async (name: string) => (await rambleJson<{ path: string }>(['links', name], how)).path;
    const twins = await errorOf(['links', 'twin'], how.env);
    expect(twins).toMatchObject({ code: 'not-found', exit: 3 });
    expect([twins.data?.candidates].flat().toSorted()).toEqual(['a/Twin.md', 'b/Twin.md']);
    expect(await pathOf('b/Twin')).toBe('b/Twin.md');
    // A heading of that name elsewhere does not make a name doubtful.
    expect(await pathOf('Inbox')).toBe('c/Inbox.md');
    expect(await pathOf('note')).toBe('note.md');
    expect(await pathOf('Note.md')).toBe('Note.md');
    expect(await pathOf('a/C# | ^x')).toBe('a/C# | ^x.md');
    expect(await errorOf(['links', 'NOTE'], how.env)).toMatchObject({ code: 'not-found', exit: 3 });
    expect(await errorOf(['links', 'zzzz'], how.env)).toMatchObject({
      code: 'not-found',
      data: { candidates: [] },
    });
    expect(await errorOf(['open', 'zzzz'], how.env)).toMatchObject({ code: 'not-found', exit: 3 });
    expect(await errorOf(['extract', '../Single', '--heading', 'H'], how.env)).toMatchObject({
      code: 'not-found',
      exit: 3,
    });
    expect(await errorOf(['links', ' '], how.env)).toMatchObject({ code: 'invalid-params', exit: 2 });
    // What changes notes does not guess.
    const near = await errorOf(['extract', 'Singl', '--heading', 'H'], how.env);
    expect(near).toMatchObject({ code: 'not-found', exit: 3, data: { candidates: ['Single.md'] } });
    expect(await errorOf(['extract', 'Single', '--heading', 'None'], how.env)).toMatchObject({
      code: 'nothing-to-extract',
      exit: 3,
    });
  });

  it('that cannot be edited safely are refused with 4, and stay as they are', async () => {
    const bytes = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]);
    const vault = makeVault({ [TONIGHT]: bytes });
    expect(await errorOf(['append', 'x', ...at(vault.folder)])).toMatchObject({ code: 'read-only', exit: 4 });
    expect(vault.bytes(TONIGHT)).toEqual(bytes);
  });

  it('whose names begin with a dash are named after --', async () => {
    const { folder } = makeVault({ '-rf.md': '## H\n\nx\n' });
    expect((await ramble(['links', '--vault', folder, '--', '-rf'])).stdout).toBe('-rf.md\n');
    expect((await ramble(['extract', '--vault', folder, '--heading', 'H', '--', '-rf.md'])).stdout).toBe(
      'H.md\n',
    );
  });
});

describe.skipIf(process.platform === 'win32')('names that would steer the terminal', () => {
  const path = 'a\u001b]52;c;aGk=\u0007\u001b]8;;http:x\u0007b\rc\nd\u009b1m\u202e.md';
  const vault = () => makeVault({ [path]: `# ${path}\n\n[[${path}]] findme\n` });
  const steering = (text: string) =>
    [...text].filter((one) => one !== '\n' && /[\p{Cc}\p{Bidi_Control}]/u.test(one));

  it('come out of --json as they are, in characters that steer nothing', async () => {
    const { folder } = vault();
    const { stdout } = await ramble(['open', 'a', '--json', '--vault', folder]);
    expect(steering(stdout)).toEqual([]);
    expect((JSON.parse(stdout) as { path: string }).path).toBe(path);
  });

  it('are escaped in lists and errors; a path alone is, for a script, as it is', async () => {
    const { folder } = vault();
    for (const args of [['search', 'findme'], ['inspect'], ['links', 'a'], ['links', '\u001b[31m']]) {
      const { stdout, stderr } = await ramble([...args, '--vault', folder]);
      expect(steering(stdout + stderr)).toEqual([]);
      expect((stdout + stderr).split('\n').length).toBeGreaterThan(1);
    }
    expect((await ramble(['open', 'a', '--vault', folder])).stdout).toBe(`${path}\n`);
  });

  it.skipIf(process.platform !== 'linux')('are escaped on a terminal, in paths and texts', async () => {
    const { folder } = vault();
    writeFileSync(join(folder, TONIGHT), 'x\u001b]0;owned\u0007\u009b2J\rover\ny\n');
    const how = { env: { NO_COLOR: '1', NODE_DISABLE_COLORS: '1' } };
    for (const args of [
      ['open', 'a'],
      ['search', 'findme'],
      ['links', 'a'],
      ['today', '--print'],
    ]) {
      const { stdout, code } = await rambleOnTerminal([...args, ...at(folder)], how);
      expect(code).toBe(0);
      expect(steering(stdout.replaceAll('\r\n', '\n'))).toEqual([]);
    }
    const shown = await rambleOnTerminal(['open', 'a', ...at(folder)], how);
    expect(shown.stdout.trim()).toContain('a\\u001b]52;c;aGk=\\u0007');
    expect(shown.stdout.trim()).toContain('\\u000dc\\nd\\u009b1m\\u202e.md');
  });

  it.skipIf(process.platform !== 'linux')('colour is for a terminal that wants it', async () => {
    const { folder } = makeVault({ 'a.md': 'findme\n' });
    const colour = '\u001b[';
    expect((await rambleOnTerminal(['search', 'findme', '--vault', folder])).stdout).toContain(colour);
    const without = { env: { NO_COLOR: '1' } };
    expect((await rambleOnTerminal(['search', 'findme', '--vault', folder], without)).stdout).not.toContain(
      colour,
    );
    expect((await ramble(['search', 'findme', '--vault', folder])).stdout).not.toContain(colour);
    const marked = await rambleOnTerminal(['today', ...at(folder)], without);
    expect(marked.stdout.trim()).toBe(`${TONIGHT}  (not written yet)`);
  });
});

it('ends well when its reader stops reading', async () => {
  const notes = Object.fromEntries(
    Array.from({ length: 400 }, (_, n) => [`n${n}.md`, `[[gone ${n}]] `.repeat(20)]),
  );
  const { folder } = makeVault(notes);
  const data = makeVault();
  const env = { ...process.env, RAMBLE_DATA: data.folder };
  const child = spawn(process.execPath, [terminal, 'inspect', '--json', '--vault', folder], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((done) => child.on('close', done));
  expect([code, stderr]).toEqual([0, '']);
  expect(data.list().filter((path) => path.includes('inspection'))).toEqual([]);
});
