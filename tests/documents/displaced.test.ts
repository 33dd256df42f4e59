import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { LEFTOVER } from '../../src/backend/vault/scan.ts';
import { hasStrace } from '../faults/run-traced.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { type StartedApp, startApp } from './start-app.ts';

const apps: StartedApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

const GAP_MS = 1500;
/** Every rename waits before it is made: the moment in which what others write is in nobody's sight is long. */
const SLOW_RENAMES = ['-e', 'trace=rename', '-e', `inject=rename:delay_enter=${GAP_MS * 1000}`];

/** A note that is being saved with `mine`, in the moment between the last look at its file and the rename. */
async function inTheGap(): Promise<{ vault: TestVault; app: StartedApp; typist: Typist; file: number }> {
  const vault = makeVault({ 'a.md': 'one\ntwo\n' });
  const app = await startApp(vault.folder, makeVault().folder, {
    under: ['strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', ...SLOW_RENAMES],
  });
  apps.push(app);
  const typist = await Typist.open(app.client, 'a.md');
  typist.type(0, 'mine\n');
  await typist.push();
  const file = openSync(join(vault.folder, 'a.md'), 'r+');
  const isWritten = (name: string) =>
    LEFTOVER.test(name) && statSync(join(vault.folder, name), { throwIfNoEntry: false })?.size === 13;
  await eventually(() => readdirSync(vault.folder).some(isWritten), 'the save is under way');
  await pause(500);
  expect(vault.read('a.md')).toBe('one\ntwo\n');
  return { vault, app, typist, file };
}

const isSaved = (vault: TestVault) => vault.read('a.md').startsWith('mine\n');

describe.runIf(hasStrace())('what another program writes in the very moment of a save', () => {
  it('C24: is in the note, also where its size and its time are what they were', async () => {
    const { vault, typist, file } = await inTheGap();
    const { atime, mtime } = statSync(join(vault.folder, 'a.md'));
    writeSync(file, 'ONE\ntwo\n', 0);
    utimesSync(join(vault.folder, 'a.md'), atime, mtime);
    closeSync(file);
    await eventually(() => vault.read('a.md') === 'mine\nONE\ntwo\n', 'both are in the file');
    expect(typist.text).toBe('mine\nONE\ntwo\n');
  });

  it('C25: is in the note where the file was cut to nothing first', async () => {
    const { vault, file } = await inTheGap();
    ftruncateSync(file, 0);
    await eventually(() => isSaved(vault), 'the save has taken the name');
    await pause(300);
    writeSync(file, 'one\ntwo ', 0);
    await pause(50);
    writeSync(file, 'theirs\n', 8);
    closeSync(file);
    await eventually(() => vault.read('a.md') === 'mine\none\ntwo theirs\n', 'both are in the file');
  });

  it('C47: is in the history where it is no text', async () => {
    const { vault, app, typist, file } = await inTheGap();
    const bytes = Buffer.from('caf\xe9 au lait\n', 'latin1');
    writeSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
    await eventually(() => isSaved(vault), 'the save has taken the name');
    const kept = await eventually(async () => {
      const { moments } = await app.client.call('history.moments', { path: 'a.md' });
      return moments.find((moment) => moment.kept !== null);
    }, 'it is kept');
    expect(kept.by).toBe('another program');
    const which = { document: kept.document, version: kept.version, kept: kept.kept };
    expect((await app.client.call('history.text', which)).text).toBe('caf\ufffd au lait\n');
    await expect(app.client.call('history.restore', { path: 'a.md', ...which })).rejects.toMatchObject({
      code: 'unsupported',
    });
    await typist.save();
    expect(readFileSync(join(vault.folder, 'a.md'), 'utf8')).toBe('mine\none\ntwo\n');
  });
});
