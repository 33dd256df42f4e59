import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { root, runProgram } from './terminal-fixtures.ts';

afterAll(cleanUp);

/** A checkout of its own, so that no build touches the one that other tests run from. */
const checkout = makeVault().folder;
const launcher = join(checkout, 'bin', 'ramble.mjs');
const terminal = join(checkout, 'out', 'main', 'terminal.mjs');
const modules = join(checkout, 'node_modules');
const notes = makeVault();
const env = { RAMBLE_DATA: makeVault().folder, RAMBLE_VAULT: notes.folder };
const tonight = (node = process.execPath) =>
  runProgram(node, [launcher, 'today', '--json', '--now', '2021-02-09T21:00'], { env });
const right = {
  code: 0,
  stdout: '{"path":"2021-02-09 - The Evening Ramble.md","day":"2021-02-09","exists":false}\n',
  stderr: '',
};

/** A Node on the PATH that is too old for the app, if there is one. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((program) => {
    if (!existsSync(program)) return false;
    const major = Number(/^v(\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1]);
    return major >= 16 && major < 22;
  });

beforeAll(() => {
  for (const name of ['src', 'bin', 'package.json', 'electron.vite.config.ts', 'tsconfig.json']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
});

// Folders cannot be linked without rights on Windows, and the launcher's own paths are tried there by the build's end-to-end run.
describe.skipIf(process.platform === 'win32')('bin/ramble.mjs', () => {
  it('says what to do where nothing was installed', async () => {
    const ended = await tonight();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^ramble: .*npm ci in .*\n$/);
  });

  it('builds once, quietly, when there is no build, also where several start at once', async () => {
    mkdirSync(modules);
    for (const name of readdirSync(join(root, 'node_modules')).filter((name) => name !== '.cache')) {
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    expect(await Promise.all([tonight(), tonight()])).toMatchObject([right, right]);
    expect(readdirSync(join(modules, '.cache', 'evening-ramble'))).toEqual([]);
  });

  it('builds again when its sources are newer, and says so when they cannot be built', async () => {
    const output = join(checkout, 'src', 'cli', 'output.ts');
    const old = new Date(Date.now() - 60_000);
    utimesSync(terminal, old, old);
    writeFileSync(output, 'this is no TypeScript', { flag: 'a' });
    const ended = await tonight();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('could not be built');
    cpSync(join(root, 'src', 'cli', 'output.ts'), output);
    expect(await tonight()).toMatchObject(right);
  });

  it('takes over from a build that was killed', async () => {
    const { pid } = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise((done) => setTimeout(done, 500));
    writeFileSync(join(modules, '.cache', 'evening-ramble', 'building'), String(pid));
    const old = new Date(Date.now() - 60_000);
    utimesSync(terminal, old, old);
    expect(await tonight()).toMatchObject(right);
  });

  it('passes exit codes through', async () => {
    expect(await runProgram(process.execPath, [launcher, 'open', 'zzzz'], { env })).toMatchObject({
      code: 3,
      stdout: '',
    });
  });

  it.skipIf(oldNode === undefined)(
    'runs itself with the Node it brings where this one is too old',
    async () => {
      const program = oldNode ?? '';
      expect(await tonight(program)).toMatchObject(right);
      expect(await runProgram(program, [launcher, 'open', 'zzzz'], { env })).toMatchObject({
        code: 3,
        stdout: '',
      });
    },
  );

  it.skipIf(oldNode === undefined)('a signal ends the one and the other', async () => {
    const child = spawn(oldNode ?? '', [launcher, 'append', '-'], {
      env: { ...process.env, ...env },
      stdio: 'pipe',
    });
    const processes = () =>
      execFileSync('ps', ['-eo', 'ppid=,pid='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number))
        .flatMap(([parent, pid]) => (parent === child.pid && pid !== undefined ? [pid] : []));
    const [inner] = await eventually(
      () => (processes().length > 0 ? processes() : null),
      'the other Node starts',
    );
    const ended = new Promise((done) => child.on('close', (_code, signal) => done(signal)));
    await new Promise((done) => setTimeout(done, 500));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(() => process.kill(inner ?? 0, 0)).toThrow('ESRCH');
    expect(notes.list()).toEqual([]);
  });
});
