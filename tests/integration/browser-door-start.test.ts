import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { root } from './terminal-fixtures.ts';

/** Electron is not tried as root: there, these tests run as nobody, who must be able to reach the checkout. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const canRun =
  process.platform !== 'win32' &&
  spawnSync(process.execPath, ['--version'], { ...nobody, cwd: '/' }).status === 0;

const checkout = makeVault().folder;
const electron = join(checkout, 'node_modules', 'electron', 'dist', 'electron');

afterAll(cleanUp);
beforeAll(() => {
  if (!canRun) return;
  chmodSync(checkout, 0o755);
  // What was built comes last, so that it is newer than its sources.
  for (const name of ['src', 'scripts', 'resources', 'package.json', 'electron.vite.config.ts', 'out']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
  mkdirSync(join(electron, '..'), { recursive: true });
  writeFileSync(join(electron, '..', '..', 'path.txt'), 'electron');
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name === 'electron' || name === '.cache') continue;
    symlinkSync(join(root, 'node_modules', name), join(checkout, 'node_modules', name));
  }
});

/** Starts the app with a program in Electron's place; gives what it printed, and its exit code once it has ended. */
function start(program: string, args: string[] = []) {
  writeFileSync(electron, `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  const places = [makeVault().folder, makeVault().folder] as const;
  for (const place of places) chmodSync(place, 0o777);
  const child = spawn(process.execPath, [join(checkout, 'scripts', 'start.ts'), ...args, places[0]], {
    ...nobody,
    cwd: checkout,
    env: { ...process.env, DISPLAY: ':77', BROWSER_PATH: '/nowhere', RAMBLE_DATA: places[1] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  return { child, printed: () => printed, ended };
}

describe.runIf(canRun)('npm start', () => {
  it.each([
    ['crashes', 'kill -TRAP $$'],
    ['lacks a library', 'exit 127'],
  ])('opens in a browser where Electron %s at once, and says why', async (_name, program) => {
    const { child, printed, ended } = start(program);
    await eventually(
      () => printed().includes('Open http://127.0.0.1:'),
      'the browser door prints an address',
    );
    expect(printed()).toContain('Opening in a browser, because Electron’s window could not be shown here.\n');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('ends as Electron ended', async () => {
    const { printed, ended } = start('exit 0');
    expect([await ended, printed()]).toEqual([0, '']);
    expect(await start('sleep 4.2; kill -SEGV $$').ended).toBe(139);
  });

  it('ends, and opens nothing else, when it is told to while Electron starts', async () => {
    const { child, printed, ended } = start('echo begun; exec sleep 20');
    await eventually(() => printed().includes('begun'), 'the program began');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(printed()).toBe('begun\n');
  });

  it('ends when it is told to at the very moment Electron starts', async () => {
    for (let time = 0; time < 5; time++) {
      const { printed, ended } = start('kill -INT $PPID; exec sleep 20');
      expect(await ended).toBe(130);
      expect(printed()).toBe('');
    }
  });

  it.each([['--browser'], ['--no-open'], ['--port=0']])('%s asks for the browser door', async (option) => {
    const { child, printed, ended } = start('echo begun', [option]);
    await eventually(
      () => printed().includes('Open http://127.0.0.1:'),
      'the browser door prints an address',
    );
    expect(printed()).not.toMatch(/begun|because/);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
