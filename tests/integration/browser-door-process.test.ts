import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { addressIn, makeBrowser, openWindow, type RunningDoor, runDoor } from './browser-door-fixtures.ts';

const running: RunningDoor[] = [];
afterEach(async () => {
  for (const door of running.splice(0)) {
    door.kill('SIGKILL');
    await door.ended;
  }
});
afterAll(cleanUp);

function start(args: string[], environment?: NodeJS.ProcessEnv): RunningDoor {
  const door = runDoor(args, environment);
  running.push(door);
  return door;
}

const printedAddress = (door: RunningDoor) =>
  eventually(() => addressIn(door.printed().stdout), 'the door prints its address');

// A program of ours stands for the browser, by its first line, which Windows does not read.
describe.skipIf(process.platform === 'win32')('an app window', () => {
  it('B34: is led in by a file of the owner’s, gone once used; no list of arguments, output or file holds a secret', async () => {
    const { folder } = makeVault({ 'A note.md': 'Here.\n' });
    const data = makeVault().folder;
    const { program, notes } = makeBrowser('visit');
    const door = start([folder], { BROWSER_PATH: program, RAMBLE_DATA: data });
    const { code, stdout, stderr } = await door.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const seen = JSON.parse(readFileSync(notes, 'utf8')) as Record<string, string[]>;
    expect(seen.modes).toEqual(['600', '700']);
    expect(seen.told).toEqual([]);
    expect(seen.left).toEqual([]);
    expect(seen.args).toContain(`--user-data-dir=${join(data, 'browser-profile')}`);
    expect(seen.args?.includes('--no-sandbox')).toBe(process.getuid?.() === 0);
    expect(seen.secrets).toHaveLength(4);
    const files = readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => join(data, name));
    for (const secret of seen.secrets ?? []) {
      expect(stderr).not.toContain(secret);
      for (const file of files.filter((name) => statSync(name).isFile())) {
        expect(readFileSync(file).includes(secret), file).toBe(false);
      }
    }
  });

  it('that could not be shown leaves an address to open by hand', async () => {
    const { program } = makeBrowser('fail');
    const door = start([makeVault().folder], { BROWSER_PATH: program });
    const address = await printedAddress(door);
    expect(door.printed().stderr).toMatch(/^The browser ended before it showed a window\.$/m);
    const { socket } = await openWindow(address.origin, address.hash.slice(1));
    socket.close();
    door.kill('SIGTERM');
    expect(await door.ended).toMatchObject({ code: 0 });
  });

  it('of a program that is not there leaves an address, too', async () => {
    const door = start([makeVault().folder], { BROWSER_PATH: makeVault({ browser: 'no program' }).folder });
    await printedAddress(door);
  });
});

describe('without a window', () => {
  // Windows ends a program without asking it.
  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'prints one line and stays until %s',
    async (signal) => {
      const door = start(['--no-open', makeVault().folder]);
      const { origin, hash } = await printedAddress(door);
      const { socket } = await openWindow(origin, hash.slice(1));
      const closed = new Promise((done) => socket.once('close', done));
      door.kill(signal);
      expect(await door.ended).toMatchObject({ code: 0, signal: null });
      expect(await closed).toBe(1001);
    },
  );

  it.skipIf(process.platform !== 'linux')('prints its address where there is no display', async () => {
    const { program } = makeBrowser('fail');
    const door = start([makeVault().folder], { BROWSER_PATH: program, DISPLAY: '', WAYLAND_DISPLAY: '' });
    await printedAddress(door);
    expect(door.printed().stderr).not.toContain('The browser ended');
  });

  it('B35: another door’s code opens nothing', async () => {
    const first = await printedAddress(start(['--no-open', makeVault().folder]));
    const second = await printedAddress(start(['--no-open', makeVault().folder]));
    await expect(openWindow(second.origin, first.hash.slice(1))).rejects.toThrow('401');
    (await openWindow(first.origin, first.hash.slice(1))).socket.close();
  });
});

describe('says in one line what is wrong', () => {
  const folder = makeVault().folder;
  it.each([
    ['a port that is none', ['--port', 'abc'], 2],
    ['a port too high', ['--port', '65536'], 2],
    ['a time that is none', ['--now', 'yesterday'], 2],
    ['an unknown option', ['--wat'], 2],
    ['two folders', ['other'], 2],
    ['a folder that is not there', [], 3],
  ])('%s', async (name, args, code) => {
    const place = name === 'a folder that is not there' ? join(folder, 'nowhere') : folder;
    const ended = await start(['--no-open', ...args, place]).ended;
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(/^[^\n]+\n$/);
  });

  it('a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const ended = await start(['--no-open', '--port', String(port), folder]).ended;
    other.close();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toBe(
      `Port ${port} cannot be used: another program has it. Leave --port out, or name another.\n`,
    );
  });
});
