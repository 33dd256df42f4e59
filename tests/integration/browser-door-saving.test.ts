import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/contract/client.ts';
import type { Reply } from '../../src/contract/router.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { addressIn, openWindow, type RunningDoor, runDoor } from './browser-door-fixtures.ts';

/** How long the app is stopped: `RAMBLE_STOPPED_SECONDS=60` is C10 to the letter. */
const STOPPED_MS = Number(process.env.RAMBLE_STOPPED_SECONDS ?? 3) * 1000;

const running: RunningDoor[] = [];
afterEach(async () => {
  for (const door of running.splice(0)) {
    door.kill('SIGKILL');
    await door.ended;
  }
});
afterAll(cleanUp);

/** The built door on a vault with one note, and a window of it that types. */
async function typeThroughDoor() {
  const vault = makeVault({ 'a.md': 'begin\nend\n' });
  const data = makeVault().folder;
  const door = runDoor(['--no-open', vault.folder], { RAMBLE_DATA: data });
  running.push(door);
  const { origin, hash } = await eventually(
    () => addressIn(door.printed().stdout),
    'the door has an address',
  );
  const { call } = await openWindow(origin, hash.slice(1));
  const client = createClient({
    send: (name, params) => call(name, params) as Promise<Reply>,
    listen: () => () => undefined,
  });
  return { vault, data, door, typist: await Typist.open(client, 'a.md') };
}

// A logout sends SIGTERM, and SIGHUP to what a terminal started.
describe.skipIf(process.platform === 'win32')('the app', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    'C10: ended by %s between a key and its save, saves first',
    async (signal) => {
      const { vault, door, typist } = await typeThroughDoor();
      typist.type(0, 'just typed\n');
      await typist.push();
      expect(vault.read('a.md')).toBe('begin\nend\n');
      door.kill(signal);
      expect(await door.ended).toMatchObject({ code: 0, signal: null });
      expect(vault.read('a.md')).toBe('just typed\nbegin\nend\n');
      expect(vault.list()).toEqual(['a.md']);
    },
  );

  it('C10: ended by a logout that does not wait, has it in the journal', async () => {
    const { vault, data, door, typist } = await typeThroughDoor();
    typist.type(0, 'just typed\n');
    await typist.push();
    door.kill('SIGTERM');
    door.kill('SIGKILL');
    await door.ended;
    running.push(runDoor(['--no-open', vault.folder], { RAMBLE_DATA: data }));
    await eventually(() => vault.read('a.md') === 'just typed\nbegin\nend\n', 'it is in the file again');
  });

  it(
    'C10: stopped while another program wrote, merges what it finds when it goes on',
    async () => {
      const { vault, door, typist } = await typeThroughDoor();
      typist.type(0, 'just typed\n');
      await typist.push();
      door.kill('SIGSTOP');
      await pause(STOPPED_MS / 2);
      appendFileSync(join(vault.folder, 'a.md'), 'theirs\n');
      await pause(STOPPED_MS / 2);
      door.kill('SIGCONT');
      const both = 'just typed\nbegin\nend\ntheirs\n';
      await eventually(
        () => readFileSync(join(vault.folder, 'a.md'), 'utf8') === both,
        'both are in the file',
      );
      await typist.pull();
      expect(typist.text).toBe(both);
    },
    60_000 + STOPPED_MS,
  );
});
