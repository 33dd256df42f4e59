import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { doorKey } from '../../src/browser/door-key.ts';
import { Gate, type Grant } from '../../src/browser/gate.ts';
import { leftPorts } from '../../src/browser/left-ports.ts';
import { cleanUp, makeVault } from '../support/app.ts';

afterAll(cleanUp);

const HOST = '127.0.0.1:4000';
const MINE = 'W'.repeat(43);

function letIn(gate: Gate): Grant {
  const claim = gate.claim(gate.newCode());
  if (!claim.ok) throw new Error(String(claim.status));
  return claim.grant;
}

/** What a window says that knows its key. */
const prove = ({ key }: Grant, ...said: string[]) =>
  createHmac('sha256', key).update(said.join(' ')).digest('base64url');

/** A window comes back to a door, as ours do; `null` where it does not take it for its own, or is not let in. */
function comeBack(gate: Gate, grant: Grant, host = HOST) {
  const asked = gate.challenge(grant.ticket, MINE, host);
  if (asked?.proof !== prove(grant, 'door', HOST, MINE, asked?.nonce ?? '')) return null;
  const proof = prove(grant, 'window', HOST, MINE, asked.nonce);
  const admission = gate.admitsAgain(asked.nonce, proof, host);
  return admission?.proof === prove(grant, 'socket', HOST, proof) ? admission : null;
}

describe('B39: a window that comes back', () => {
  const key = randomBytes(32);

  it('is known by the door that let it in, and by the next of the same user', () => {
    const gate = new Gate({ key });
    const grant = letIn(gate);
    expect(comeBack(gate, grant)?.outlived).toBe(false);
    expect(comeBack(new Gate({ key }), grant)?.outlived).toBe(true);
  });

  it('knows a door of somebody else for what it is', () => {
    expect(comeBack(new Gate(), letIn(new Gate({ key })))).toBeNull();
  });

  it('is not fooled by one who passes on what the real door says at its own port', () => {
    const gate = new Gate({ key });
    expect(comeBack(gate, letIn(gate), '127.0.0.1:4001')).toBeNull();
  });

  it('hears another proof each time, and never its key', () => {
    const gate = new Gate({ key });
    const grant = letIn(gate);
    const said = [1, 2].map(() => gate.challenge(grant.ticket, MINE, HOST));
    expect(said[0]?.proof).not.toBe(said[1]?.proof);
    expect(said[0]?.nonce).not.toBe(said[1]?.nonce);
    expect(JSON.stringify(said)).not.toContain(grant.key);
  });
});

describe('B32, B33, B35: who answers a challenge', () => {
  it('once, is not let in by saying it again', () => {
    const gate = new Gate();
    const grant = letIn(gate);
    const asked = gate.challenge(grant.ticket, MINE, HOST);
    const proof = prove(grant, 'window', HOST, MINE, asked?.nonce ?? '');
    expect(gate.admitsAgain(asked?.nonce ?? '', proof, HOST)).not.toBeNull();
    expect(gate.admitsAgain(asked?.nonce ?? '', proof, HOST)).toBeNull();
  });

  it.each<[string, (grant: Grant, nonce: string) => [proof: string, host: string]]>([
    ['what the door itself said', (grant, nonce) => [prove(grant, 'door', HOST, MINE, nonce), HOST]],
    ['the answer to another word', (grant) => [prove(grant, 'window', HOST, MINE, 'N'.repeat(43)), HOST]],
    [
      'another window’s answer',
      (grant, nonce) => [prove({ ...grant, key: 'K' }, 'window', HOST, MINE, nonce), HOST],
    ],
    [
      'the right one at another port',
      (grant, nonce) => [prove(grant, 'window', HOST, MINE, nonce), '127.0.0.1:1'],
    ],
    ['nothing', () => ['', HOST]],
  ])('with %s is not let in', (_name, answer) => {
    const gate = new Gate();
    const grant = letIn(gate);
    const nonce = gate.challenge(grant.ticket, MINE, HOST)?.nonce ?? '';
    expect(gate.admitsAgain(nonce, ...answer(grant, nonce))).toBeNull();
  });

  it('after ten seconds, is too late', () => {
    let now = 0;
    const gate = new Gate({ now: () => now });
    const grant = letIn(gate);
    const nonce = gate.challenge(grant.ticket, MINE, HOST)?.nonce ?? '';
    now = 10_001;
    expect(gate.admitsAgain(nonce, prove(grant, 'window', HOST, MINE, nonce), HOST)).toBeNull();
  });

  it('wrongly ten times in a second is slowed down with all who guess', () => {
    const gate = new Gate({ now: () => 0 });
    for (let guess = 0; guess < 10; guess += 1) gate.admitsAgain('N'.repeat(43), 'P'.repeat(43), HOST);
    expect(gate.claim(gate.newCode())).toEqual({ ok: false, status: 429 });
  });

  it.each([[null], [undefined], [''], ['short'], [['A'.repeat(43)]], ['A'.repeat(101)], ['A '.repeat(20)]])(
    'a ticket or word that is %j is none',
    (nothing) => {
      const gate = new Gate();
      expect(gate.challenge(nothing, MINE, HOST)).toBeNull();
      expect(gate.challenge(MINE, nothing, HOST)).toBeNull();
    },
  );

  it('B40: is let in although others ask and never answer', () => {
    const gate = new Gate();
    const grant = letIn(gate);
    for (let at = 0; at < 10_000; at += 1) gate.challenge(`${'A'.repeat(30)}${at}`, MINE, HOST);
    expect(comeBack(gate, grant)?.outlived).toBe(false);
  });
});

describe('what a door keeps for the next', () => {
  it('B51: the key is one, the owner’s only, and made again where it is none', async () => {
    const { folder } = makeVault();
    const keys = await Promise.all(Array.from({ length: 5 }, () => doorKey(join(folder, 'data'))));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    const file = join(folder, 'data', 'door-key');
    expect(readFileSync(file).equals(keys[0] as Buffer)).toBe(true);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, 'half');
    const made = await doorKey(join(folder, 'data'));
    expect(made.length).toBe(32);
    expect((await doorKey(join(folder, 'data'))).equals(made)).toBe(true);
  });

  it('the latest four ports, the newest first', async () => {
    const { folder } = makeVault({ 'door-ports.json': '{' });
    const left = leftPorts(folder);
    expect(await left.list()).toEqual([]);
    await Promise.all([1, 2, 3, 2, 4, 5].map((port) => left.add(port)));
    expect(await leftPorts(folder).list()).toEqual([5, 4, 2, 3]);
    await left.remove([4, 3]);
    expect(await left.list()).toEqual([5, 2]);
  });
});
